//! From words, brand and templates to the files that are sent, once for each environment that is asked for a page.

use askama::Template;
use aws_lc_rs::digest;
use bytes::Bytes;
use shared::runtime::Config;
use shared::tokens::encode;

use super::Files;
use super::words::{ENGLISH, Words};

/// The scripts of the pages behind mailed links, and of `/security`.
const SCRIPT: &str = concat!(include_str!("common.js"), include_str!("pages.js"));
const SECURITY: &str = concat!(
    include_str!("common.js"),
    include_str!("passkeys.js"),
    include_str!("security.js")
);
const STYLE: &str = include_str!("pages.css");

/// What every page has. The templates escape the brand.
struct Frame<'a> {
    words: &'static Words,
    title: &'static str,
    brand: &'a str,
    /// Changes with script and style, so that a browser never mixes two versions.
    version: &'a str,
    /// The address of the API with a slash at its end, where the page may be below another path than its files.
    base: String,
}

#[derive(Template)]
#[template(path = "invitation.html")]
struct Invitation<'a> {
    frame: Frame<'a>,
}

#[derive(Template)]
#[template(path = "verify-email.html")]
struct VerifyEmail<'a> {
    frame: Frame<'a>,
}

#[derive(Template)]
#[template(path = "reset-password.html")]
struct ResetPassword<'a> {
    frame: Frame<'a>,
}

#[derive(Template)]
#[template(path = "ownership.html")]
struct Ownership<'a> {
    frame: Frame<'a>,
}

#[derive(Template)]
#[template(path = "change-email.html")]
struct ChangeEmail<'a> {
    frame: Frame<'a>,
}

#[derive(Template)]
#[template(path = "security.html")]
struct Security<'a> {
    frame: Frame<'a>,
    /// Whether the deployment has passkeys.
    passkeys: bool,
}

#[derive(Template)]
#[template(path = "missing.html")]
struct NotHere<'a> {
    frame: Frame<'a>,
}

/// The page of an address that has none, for an API at `base`.
pub(super) fn missing(files: &Files, base: &str) -> Result<String, askama::Error> {
    let frame = Frame {
        words: &ENGLISH,
        title: ENGLISH.missing.heading,
        brand: &files.brand,
        version: &files.version,
        base: format!("{base}/"),
    };
    NotHere { frame }.render()
}

pub(super) fn files(config: &Config) -> Result<Files, askama::Error> {
    let (brand, text) = (config.brand_color, config.brand_color.text());
    let style = format!(":root {{ --brand: {brand}; --on-brand: {text}; }}\n{STYLE}");
    let version = version(&[SCRIPT, SECURITY, &style]);
    let frame = |title| Frame {
        words: &ENGLISH,
        title,
        brand: &config.brand_name,
        version: &version,
        base: String::new(),
    };
    let invitation = Invitation {
        frame: frame(ENGLISH.invitation.title),
    };
    let verify_email = VerifyEmail {
        frame: frame(ENGLISH.verification.title),
    };
    let reset_password = ResetPassword {
        frame: frame(ENGLISH.reset.title),
    };
    let ownership = Ownership {
        frame: frame(ENGLISH.ownership.title),
    };
    let change_email = ChangeEmail {
        frame: frame(ENGLISH.address.title),
    };
    let security = Security {
        frame: frame(ENGLISH.security.title),
        passkeys: config.passkey_domain.is_some(),
    };
    Ok(Files {
        invitation: invitation.render()?.into(),
        verify_email: verify_email.render()?.into(),
        reset_password: reset_password.render()?.into(),
        ownership: ownership.render()?.into(),
        change_email: change_email.render()?.into(),
        security: security.render()?.into(),
        script: Bytes::from_static(SCRIPT.as_bytes()),
        security_script: Bytes::from_static(SECURITY.as_bytes()),
        style: style.into(),
        brand: config.brand_name.clone(),
        version,
    })
}

fn version(files: &[&str]) -> String {
    let mut hash = digest::Context::new(&digest::SHA256);
    for file in files {
        hash.update(file.as_bytes());
    }
    encode(&hash.finish().as_ref()[..9])
}
