//! The settings of a function: the environment that `template.yaml` gives it, parsed once at its start.

use std::collections::HashSet;
use std::num::NonZeroU32;
use std::str::FromStr;

use model::{Color, EmailAddress, Limits, Policy};
use observe::Metrics;

/// Why a function cannot start: the variable, and what is wrong with it.
#[derive(Debug, thiserror::Error)]
#[error("environment variable {name}: {reason}")]
pub struct ConfigError {
    name: String,
    reason: String,
}

impl ConfigError {
    /// `name` cannot be used, because of `reason`.
    pub fn new(name: &str, reason: impl Into<String>) -> Self {
        Self {
            name: name.to_owned(),
            reason: reason.into(),
        }
    }
}

/// What a deployment chooses. Every member is a parameter of `template.yaml`.
#[derive(Clone, Debug)]
pub struct Config {
    /// The table's name.
    pub table: String,
    /// The AWS region, as in `eu-west-1`.
    pub region: String,
    /// The stage of the API, a part of its address unless `public_url` is set.
    pub stage: String,
    /// The last part of AWS's own addresses, as in `amazonaws.com`; China and isolated regions have others.
    pub url_suffix: String,
    /// The API's address without a slash at its end, where it has one of its own.
    pub public_url: Option<String>,
    /// Where links in mails lead, without a slash at its end.
    pub app_url: Option<String>,
    /// The value of `Access-Control-Allow-Origin`.
    pub allowed_origin: String,
    /// Who administers the platform, and whether an address has to be verified.
    pub policy: Policy,
    /// The `aud` of our access tokens.
    pub audience: String,
    /// The `client_id` of our access tokens; `identity` only.
    pub client_id: String,
    /// The name or ARN of the secret that access tokens are signed with; `identity` only.
    pub signing_secret: Option<String>,
    /// The name or ARN of the secret that mailed links are made with; `identity` and `mailer`.
    pub link_secret: Option<String>,
    /// The name or ARN of the secret that protects second factors; `identity` only.
    pub factor_secret: Option<String>,
    /// The domain that passkeys are for; `identity` only. Without it, there are none.
    pub passkey_domain: Option<String>,
    /// The origins of the pages that may use passkeys, unless those of the API and of the app; `identity` only.
    pub passkey_origins: Vec<String>,
    /// The name or ARN of the secret that cursors of lists are made with; `accounts` and `members`.
    pub cursor_secret: Option<String>,
    /// The bus that changes are put on, if the deployment wants one; `trail` only.
    pub event_bus: Option<String>,
    /// The sender of mails; `mailer` only.
    pub mail_from: String,
    /// Where answers to mails go, unless to the sender; `mailer` only.
    pub mail_reply_to: Option<String>,
    /// The SES configuration set to send with, unless the identity's default; `mailer` only.
    pub mail_configuration_set: Option<String>,
    /// The product's name in mails and on pages; `mailer` and `identity`.
    pub brand_name: String,
    /// The product's color in mails and on pages; `mailer` and `identity`.
    pub brand_color: Color,
    /// Whether log lines carry metrics.
    pub metrics: Metrics,
    /// How often and how long (contract, *Limits*).
    pub limits: Limits,
    /// How deleted accounts and expired rows are cleared; `purge`, and `accounts` for the window.
    pub purging: Purging,
}

/// When and how fast unreachable rows are cleared.
#[derive(Clone, Copy, Debug)]
pub struct Purging {
    /// How long a deleted account may be restored, in seconds; 0 is not at all.
    pub restore_window: i64,
    /// Request units that clearing takes from the table in a second, read and written.
    pub units_per_second: u32,
    /// Whether expired rows are looked for, which `DynamoDB` deletes by itself within days.
    pub expired_rows: bool,
}

/// Looks a variable up; an empty one counts as not set.
pub type Vars<'a> = dyn Fn(&str) -> Option<String> + 'a;

impl Config {
    /// The settings in `vars`.
    ///
    /// # Errors
    ///
    /// The first variable that is missing or cannot be used.
    pub fn from_vars(vars: &Vars<'_>) -> Result<Self, ConfigError> {
        let text = |name: &str| vars(name).filter(|value| !value.is_empty());
        let required = |name: &str| text(name).ok_or_else(|| ConfigError::new(name, "is not set"));
        let url = |name: &str| text(name).map(|url| url.trim_end_matches('/').to_owned());
        Ok(Self {
            table: required("TABLE_NAME")?,
            region: required("AWS_REGION")?,
            stage: text("STAGE").unwrap_or_else(|| "prod".into()),
            url_suffix: text("URL_SUFFIX").unwrap_or_else(|| "amazonaws.com".into()),
            public_url: url("PUBLIC_URL"),
            app_url: url("APP_URL"),
            allowed_origin: text("CORS_ALLOW_ORIGIN").unwrap_or_else(|| "*".into()),
            policy: Policy {
                platform_admins: addresses(text("PLATFORM_ADMIN_EMAILS").as_deref().unwrap_or(""))?,
                require_verified_email: parsed(vars, "REQUIRE_VERIFIED_EMAIL")?.unwrap_or(false),
                second_factors: match text("SECOND_FACTORS").as_deref() {
                    None | Some("on") => true,
                    Some("off") => false,
                    Some(other) => {
                        let reason = format!("`{other}` is neither `on` nor `off`");
                        return Err(ConfigError::new("SECOND_FACTORS", reason));
                    }
                },
            },
            audience: text("TOKEN_AUDIENCE").unwrap_or_else(|| "accounts".into()),
            client_id: text("TOKEN_CLIENT_ID").unwrap_or_else(|| "accounts".into()),
            signing_secret: text("SIGNING_SECRET_ID"),
            link_secret: text("LINK_SECRET_ID"),
            factor_secret: text("FACTOR_SECRET_ID"),
            passkey_domain: text("PASSKEY_DOMAIN"),
            passkey_origins: list(text("PASSKEY_ORIGINS").as_deref().unwrap_or("")),
            cursor_secret: text("CURSOR_SECRET_ID"),
            event_bus: text("EVENT_BUS_NAME"),
            mail_from: text("MAIL_FROM").unwrap_or_else(|| "accounts@example.com".into()),
            mail_reply_to: text("MAIL_REPLY_TO"),
            mail_configuration_set: text("MAIL_CONFIGURATION_SET"),
            brand_name: text("BRAND_NAME").unwrap_or_else(|| "Accounts".into()),
            brand_color: text("BRAND_COLOR").map_or(Ok(Color::DEFAULT), |color| {
                Color::parse(&color)
                    .map_err(|invalid| ConfigError::new("BRAND_COLOR", invalid.detail))
            })?,
            metrics: Metrics {
                stack: text("METRICS_STACK"),
            },
            limits: limits(vars)?,
            purging: Purging::from_vars(vars)?,
        })
    }
}

impl Config {
    /// The address of the API `api_id`: its own, or the one that API Gateway gives every API. Never what a `Host` header claims.
    #[must_use]
    pub fn base_url(&self, api_id: &str) -> String {
        self.public_url.clone().unwrap_or_else(|| {
            let Self {
                region,
                stage,
                url_suffix,
                ..
            } = self;
            format!("https://{api_id}.execute-api.{region}.{url_suffix}/{stage}")
        })
    }
}

fn limits(vars: &Vars<'_>) -> Result<Limits, ConfigError> {
    const MINUTE: i64 = 60;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = 24 * HOUR;
    let mut limits = Limits::default();
    // Every limit is at least one: zero would lock out all users. 32 bits of days are seconds without overflow.
    let number = |name: &str| -> Result<Option<u32>, ConfigError> {
        let number: Option<NonZeroU32> = parsed(vars, name)?;
        Ok(number.map(NonZeroU32::get))
    };
    let count = |limit: &mut usize, name: &str| -> Result<(), ConfigError> {
        *limit = number(name)?.map_or(*limit, |count| count as usize);
        Ok(())
    };
    let time = |limit: &mut i64, name: &str, unit: i64| -> Result<(), ConfigError> {
        *limit = number(name)?.map_or(*limit, |count| unit * i64::from(count));
        Ok(())
    };
    count(
        &mut limits.invitation_mails_per_member_and_hour,
        "INVITATION_MAILS_PER_MEMBER_AND_HOUR",
    )?;
    limits.invitation_mails_per_account_and_day = number("INVITATION_MAILS_PER_ACCOUNT_AND_DAY")?
        .unwrap_or(limits.invitation_mails_per_account_and_day);
    count(
        &mut limits.mails_per_address_and_day,
        "MAILS_PER_ADDRESS_AND_DAY",
    )?;
    limits.invitation_mails_per_unproven_person_and_day =
        number("INVITATION_MAILS_PER_UNPROVEN_PERSON_AND_DAY")?
            .unwrap_or(limits.invitation_mails_per_unproven_person_and_day);
    limits.accounts_per_owner = number("ACCOUNTS_PER_OWNER")?.unwrap_or(limits.accounts_per_owner);
    count(&mut limits.sign_in_failures, "SIGN_IN_FAILURES")?;
    count(
        &mut limits.sign_in_failures_per_source,
        "SIGN_IN_FAILURES_PER_SOURCE",
    )?;
    limits.sign_ups_per_source_and_hour =
        number("SIGN_UPS_PER_SOURCE_AND_HOUR")?.unwrap_or(limits.sign_ups_per_source_and_hour);
    time(&mut limits.session_lifetime, "SESSION_MAX_DAYS", DAY)?;
    time(
        &mut limits.sign_in_failure_window,
        "SIGN_IN_FAILURE_MINUTES",
        MINUTE,
    )?;
    count(
        &mut limits.account_mails_per_address_and_hour,
        "ACCOUNT_MAILS_PER_ADDRESS_AND_HOUR",
    )?;
    time(&mut limits.invitation_lifetime, "INVITATION_DAYS", DAY)?;
    time(
        &mut limits.verification_lifetime,
        "VERIFICATION_HOURS",
        HOUR,
    )?;
    time(&mut limits.reset_lifetime, "RESET_HOURS", HOUR)?;
    Ok(limits)
}

impl Purging {
    fn from_vars(vars: &Vars<'_>) -> Result<Self, ConfigError> {
        const DAY: i64 = 24 * 60 * 60;
        let days: u32 = parsed(vars, "RESTORE_DAYS")?.unwrap_or(30);
        let units: Option<NonZeroU32> = parsed(vars, "PURGE_UNITS_PER_SECOND")?;
        Ok(Self {
            restore_window: DAY * i64::from(days),
            units_per_second: units.map_or(500, NonZeroU32::get),
            expired_rows: parsed(vars, "CLEAR_EXPIRED_ROWS")?.unwrap_or(true),
        })
    }
}

fn parsed<T: FromStr>(vars: &Vars<'_>, name: &str) -> Result<Option<T>, ConfigError> {
    let value = vars(name).filter(|value| !value.is_empty());
    let parse = |value: String| {
        let parsed = value.parse();
        parsed.map_err(|_| ConfigError::new(name, format!("`{value}` is not acceptable")))
    };
    value.map(parse).transpose()
}

/// The parts of `text` between commas.
fn list(text: &str) -> Vec<String> {
    let parts = text.split(',').map(str::trim);
    let parts = parts.filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

fn addresses(text: &str) -> Result<HashSet<String>, ConfigError> {
    list(text)
        .iter()
        .map(|address| {
            EmailAddress::parse(address)
                .map(|address| address.normal_form().to_owned())
                .map_err(|invalid| {
                    ConfigError::new(
                        "PLATFORM_ADMIN_EMAILS",
                        format!("`{address}`: {}", invalid.detail),
                    )
                })
        })
        .collect()
}

#[cfg(test)]
mod tests;
