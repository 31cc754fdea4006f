//! From a change to the letter it asks for. The words of every letter stand here.

use shared::config::Config;
use shared::domain::Mail;
use shared::tokens::LinkKeys;
use shared::tokens::link::{Link, Purpose};
use shared::values::{AccountId, Timestamp, UserId};

use crate::message::{Action, Letter, Words};
use crate::record::{self, Image};

/// A change that asks for a mail and does not say what it takes to write it: a mistake of ours.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unwritable {
    #[error("the change has no {0}")]
    Missing(&'static str),
    #[error("the letter does not render")]
    Template(#[from] askama::Error),
}

/// The letter that `image` asks for.
pub(crate) fn letter(
    image: &Image,
    config: &Config,
    keys: &LinkKeys,
) -> Result<Letter, Unwritable> {
    let words = Writer {
        image,
        config,
        keys,
    }
    .words()?;
    Letter::new(&config.brand_name, &image.first_name, &words)
}

struct Writer<'a> {
    image: &'a Image,
    config: &'a Config,
    keys: &'a LinkKeys,
}

impl Writer<'_> {
    fn words(&self) -> Result<Words, Unwritable> {
        let brand = &self.config.brand_name;
        let mail = self.image.change.mail.ok_or(Unwritable::Missing("mail"))?;
        let ignore = "If you did not expect this mail, you can ignore it: nothing happens.";
        Ok(match mail {
            Mail::Invitation => {
                let (account, sender) = (self.account_name()?, self.sender_name()?);
                Words {
                    subject: format!("{sender} invites you to {account}"),
                    paragraphs: vec![format!(
                        "{sender} invites you to join {account} on {brand}."
                    )],
                    action: Some(self.action("Answer the invitation", Purpose::Invitation)?),
                    closing: ignore.into(),
                }
            }
            Mail::AddedToAccount => {
                let (account, sender) = (self.account_name()?, self.sender_name()?);
                Words {
                    subject: format!("You are a member of {account} now"),
                    paragraphs: vec![format!("{sender} has added you to {account} on {brand}.")],
                    action: None,
                    closing: "If you do not want to be a member, you can leave at any time.".into(),
                }
            }
            Mail::Verification => Words {
                subject: format!("Verify your e-mail address for {brand}"),
                paragraphs: vec!["Please show that this address is yours.".into()],
                action: Some(self.action("Verify the address", Purpose::Verification)?),
                closing: ignore.into(),
            },
            Mail::PasswordReset => Words {
                subject: format!("Set a new password for {brand}"),
                paragraphs: vec![format!(
                    "Somebody, hopefully you, wants to set a new password for {brand}."
                )],
                action: Some(self.action("Set a new password", Purpose::Reset)?),
                closing: ignore.into(),
            },
            Mail::PasswordChanged => Words {
                subject: format!("Your password for {brand} was changed"),
                paragraphs: vec![
                    "Your password was changed, and every other device is signed out.".into(),
                ],
                action: None,
                closing: "If that was not you, set a new password at once.".into(),
            },
        })
    }

    fn account_name(&self) -> Result<&str, Unwritable> {
        let name = self.image.change.account_name.as_deref();
        name.ok_or(Unwritable::Missing("account name"))
    }

    fn sender_name(&self) -> Result<&str, Unwritable> {
        let name = self.image.change.sender_name.as_deref();
        name.ok_or(Unwritable::Missing("sender name"))
    }

    /// A link that leads to a page with the token in its fragment: it is in no server's log and no `Referer`.
    fn action(&self, label: &'static str, purpose: Purpose) -> Result<Action, Unwritable> {
        let (page, pending, account) = match purpose {
            Purpose::Invitation => ("invitation", &self.image.invitation, self.account()?),
            Purpose::Verification => ("verify-email", &self.image.verification, 0),
            Purpose::Reset => ("reset-password", &self.image.reset, 0),
        };
        let pending: &record::Link = pending.as_ref().ok_or(Unwritable::Missing("link"))?;
        let nonce = pending.nonce.as_slice().try_into();
        let user = UserId::try_from(self.image.change.target.id);
        let link = Link {
            purpose,
            account,
            user: user.map_err(|_| Unwritable::Missing("user"))?.get(),
            expires_at: Timestamp::from_seconds(pending.expires_at),
            nonce: nonce.map_err(|_| Unwritable::Missing("nonce"))?,
        };
        let base = self.config.app_url.as_deref();
        let base = base.ok_or(Unwritable::Missing("address to lead to"))?;
        Ok(Action {
            label,
            link: format!("{base}/{page}#token={}", link.token(self.keys)),
            expires_at: link.expires_at,
        })
    }

    fn account(&self) -> Result<u64, Unwritable> {
        let id = self.image.pk.strip_prefix("ACCOUNT#");
        let id = id.and_then(|id| AccountId::parse(id).ok());
        id.map(AccountId::get).ok_or(Unwritable::Missing("account"))
    }
}
