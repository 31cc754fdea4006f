//! A person of another service, as a line.

use model::{EmailAddress, PasswordHash, PersonalName, Timestamp};

use tokens::totp::parse_secret;

use super::Converted;
use crate::lines::{Form, LineStatus, Reference, TotpForm, UserForm, instant, shown};

/// What another service knows of a person.
#[derive(Debug, Default)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) email: Option<String>,
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
    pub(crate) verified: bool,
    pub(crate) suspended: bool,
    /// The hash, in a form that may not be known here.
    pub(crate) hash: Option<String>,
    /// The secret of an authenticator app, in base32.
    pub(crate) totp: Option<String>,
    pub(crate) created_at: Option<String>,
}

impl Person {
    /// First and last name of a name in one piece.
    pub(crate) fn named(mut self, whole: &str) -> Self {
        let (first, last) = whole.rsplit_once(' ').unwrap_or((whole, ""));
        self.first_name = Some(first.to_owned());
        self.last_name = Some(last.to_owned());
        self
    }

    /// Adds the person's line, and notes what is lost. `false` for a person without an address, who cannot be one here.
    pub(crate) fn add_to(self, converted: &mut Converted) -> bool {
        let id = self.id.as_str();
        let email = self.email.as_deref().map(str::trim);
        let Some(email) = email.filter(|email| EmailAddress::parse(email).is_ok()) else {
            converted.lost(id, "left out, because there is no valid mail address");
            return false;
        };
        let mut name = |what: &str, given: Option<&String>| {
            let given = given
                .map(|name| name.trim())
                .filter(|name| !name.is_empty())?;
            if PersonalName::parse(given).is_err() {
                converted.lost(
                    id,
                    &format!("the {what} name is left out, because it is not valid here"),
                );
                return None;
            }
            Some(given.to_owned())
        };
        let first_name = name("first", self.first_name.as_ref());
        let last_name = name("last", self.last_name.as_ref());
        let given = self.hash.clone().filter(|hash| !hash.is_empty());
        let hash = given
            .clone()
            .filter(|hash| match PasswordHash::parse(hash) {
                Ok(_) => true,
                Err(invalid) => {
                    converted.lost(
                        id,
                        &format!("a reset is mailed at the first sign-in: {invalid}"),
                    );
                    false
                }
            });
        let totp = self.totp.clone().filter(|secret| {
            let readable = parse_secret(secret).is_some();
            if !readable {
                converted.lost(id, "the authenticator app has to be enrolled again");
            }
            readable
        });
        let created_at = self
            .created_at
            .as_deref()
            .and_then(|text| instant(text).ok());
        converted.lines.push(Form::User(UserForm {
            id: Reference::from(id),
            email: email.to_owned(),
            first_name,
            last_name,
            country: None,
            verified: self.verified,
            status: if self.suspended {
                LineStatus::Suspended
            } else {
                LineStatus::Active
            },
            password_reset: hash.is_none(),
            password_hash: hash,
            totp: totp.map(|secret| TotpForm { secret }),
            created_at: created_at.map(shown),
        }));
        true
    }
}

/// The instant `milliseconds` after 1970, as a text.
pub(crate) fn since_1970(milliseconds: i64) -> String {
    shown(Timestamp::from_millis(milliseconds))
}

/// The text that `member` is.
pub(crate) fn text(value: &serde_json::Value, member: &str) -> Option<String> {
    value.get(member)?.as_str().map(str::to_owned)
}
