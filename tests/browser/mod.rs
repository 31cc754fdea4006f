//! The hosted pages in a real browser: what a person sees, presses and reads.
//!
//! Skipped where no browser is installed, unless `REQUIRE_BROWSER=1`. `SCREENSHOTS=folder` keeps pictures.

mod address;
mod console;
mod driver;
mod invitation;
mod looks;
mod ownership;
mod password;
mod prefixed;
mod security;
mod verification;
use driver::Browser;

use crate::support::TestApp;

/// The link in the newest mail to `email` whose subject holds `subject`.
async fn link(app: &TestApp, email: &str, subject: &str) -> String {
    let mail = app.mail(email, subject).await;
    let text = mail.text.unwrap();
    let link = text.lines().find(|line| line.contains("#token="));
    link.unwrap_or_else(|| panic!("no link: {text}")).to_owned()
}
