//! From a change to the letter it asks for. The words of every letter stand here.

use runtime::Config;
use runtime::model::{AccountId, Link, Mail, Purpose, Timestamp, UserId};
use runtime::tokens::LinkKeys;

use crate::device::device;
use crate::message::{Action, Letter, Words};
use crate::names::{plain, short};
use crate::record::{self, Asked};

/// A change that asks for a mail and does not say what it takes to write it: a mistake of ours.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unwritable {
    #[error("the change has no {0}")]
    Missing(&'static str),
    #[error("the letter does not render")]
    Template(#[from] askama::Error),
}

/// The letter that a change asks for.
pub(crate) fn letter(
    asked: &Asked,
    config: &Config,
    keys: &LinkKeys,
) -> Result<Letter, Unwritable> {
    let words = Writer {
        asked,
        config,
        keys,
    }
    .words()?;
    Letter::new(config, asked.image.first_name.as_deref(), &words)
}

struct Writer<'a> {
    asked: &'a Asked,
    config: &'a Config,
    keys: &'a LinkKeys,
}

impl Writer<'_> {
    fn words(&self) -> Result<Words, Unwritable> {
        let brand = &self.config.brand_name;
        let mail = self
            .asked
            .image
            .change
            .mail
            .ok_or(Unwritable::Missing("mail"))?;
        let ignore = "If you did not expect this mail, you can ignore it: nothing happens.";
        Ok(match mail {
            Mail::Invitation => {
                let (account, sender) = (self.account_name()?, self.sender_name()?);
                Words {
                    subject: format!("{} invites you to {}", short(sender), short(account)),
                    lead: format!(
                        "{} invites you to join {} on {brand}.",
                        plain(sender),
                        plain(account)
                    ),
                    facts: Vec::new(),
                    action: Some(self.action("Answer the invitation", Purpose::Invitation)?),
                    closing: ignore.into(),
                }
            }
            Mail::AddedToAccount => {
                let (account, sender) = (self.account_name()?, self.sender_name()?);
                Words {
                    subject: format!("You are a member of {} now", short(account)),
                    lead: format!(
                        "{} has added you to {} on {brand}.",
                        plain(sender),
                        plain(account)
                    ),
                    facts: Vec::new(),
                    action: Some(self.action("Leave the account", Purpose::Invitation)?),
                    closing: "If you do not want to be a member, you can leave at any time.".into(),
                }
            }
            Mail::Verification => Words {
                subject: format!("Verify your e-mail address for {brand}"),
                lead: "Please show that this address is yours.".into(),
                facts: Vec::new(),
                action: Some(self.action("Verify the address", Purpose::Verification)?),
                closing: ignore.into(),
            },
            Mail::PasswordReset => Words {
                subject: format!("Set a new password for {brand}"),
                lead: format!("Somebody, hopefully you, wants to set a new password for {brand}."),
                facts: Vec::new(),
                action: Some(self.action("Set a new password", Purpose::Reset)?),
                closing: ignore.into(),
            },
            Mail::PasswordChanged => Words {
                subject: format!("Your password for {brand} was changed"),
                lead: "Your password was changed, and every other device is signed out.".into(),
                facts: Vec::new(),
                action: Some(self.way_out()?),
                closing: "If that was you, there is nothing to do. If not, set a new password at once.".into(),
            },
            Mail::NewSignIn => Words {
                subject: format!("New sign-in to {brand}"),
                lead: format!("Your password was used to sign in to {brand} on a new device."),
                facts: self.sign_in()?,
                action: Some(self.way_out()?),
                closing: "If that was you, there is nothing to do. If not, set a new password at once: it signs every \
                          device out."
                    .into(),
            },
        })
    }

    /// When, with what and from where somebody has signed in.
    fn sign_in(&self) -> Result<Vec<(&'static str, String)>, Unwritable> {
        let begun = self.asked.begun().ok_or(Unwritable::Missing("session"))?;
        let change = &self.asked.image.change;
        Ok(vec![
            ("When", change.at().written_out()),
            ("Device", device(&begun.user_agent)),
            // API Gateway's word, and not the caller's.
            ("Network address", change.source_ip.clone()),
        ])
    }

    /// The page that mails a link to set a new password.
    fn way_out(&self) -> Result<Action, Unwritable> {
        Ok(Action {
            label: "Set a new password",
            link: format!("{}/reset-password", self.base()?),
            until: None,
        })
    }

    /// Where links lead, without a slash at its end.
    fn base(&self) -> Result<&str, Unwritable> {
        let base = self.config.app_url.as_deref();
        base.ok_or(Unwritable::Missing("address to lead to"))
    }

    fn account_name(&self) -> Result<&str, Unwritable> {
        let name = self.asked.image.change.account_name.as_deref();
        name.ok_or(Unwritable::Missing("account name"))
    }

    fn sender_name(&self) -> Result<&str, Unwritable> {
        let name = self.asked.image.change.sender_name.as_deref();
        name.ok_or(Unwritable::Missing("sender name"))
    }

    /// A link that leads to a page with the token in its fragment: it is in no server's log and no `Referer`.
    fn action(&self, label: &'static str, purpose: Purpose) -> Result<Action, Unwritable> {
        let (page, pending, account) = match purpose {
            Purpose::Invitation => ("invitation", &self.asked.image.invitation, self.account()?),
            Purpose::Verification => ("verify-email", &self.asked.image.verification, 0),
            Purpose::Reset => ("reset-password", &self.asked.image.reset, 0),
        };
        let pending: &record::Link = pending.as_ref().ok_or(Unwritable::Missing("link"))?;
        let nonce = pending.nonce.as_slice().try_into();
        let user = UserId::try_from(self.asked.image.change.target.id);
        let link = Link {
            purpose,
            account,
            user: user.map_err(|_| Unwritable::Missing("user"))?.get(),
            expires_at: Timestamp::from_seconds(pending.expires_at),
            nonce: nonce.map_err(|_| Unwritable::Missing("nonce"))?,
        };
        let (base, token) = (self.base()?, self.keys.seal(&link));
        Ok(Action {
            label,
            link: format!("{base}/{page}#token={token}"),
            until: Some(link.expires_at.written_out()),
        })
    }

    fn account(&self) -> Result<u64, Unwritable> {
        let id = self.asked.image.account();
        id.map(AccountId::get).ok_or(Unwritable::Missing("account"))
    }
}

#[cfg(test)]
mod tests;
