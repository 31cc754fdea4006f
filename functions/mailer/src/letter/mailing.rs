//! Everything that a letter is written from.

use runtime::Config;
use runtime::model::{AccountId, Change, Link, Purpose, Timestamp, User, UserId};
use runtime::tokens::LinkKeys;

use crate::message::Action;
use crate::names::{plain, short};
use crate::record::{self, Asked};

/// A change that asks for a mail and lacks something that the letter needs: a defect of ours.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unwritable {
    #[error("the change has no {0}")]
    Missing(&'static str),
    #[error("the letter does not render")]
    Template(#[from] askama::Error),
}

/// One letter to one person.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mailing<'a> {
    pub(crate) config: &'a Config,
    pub(crate) keys: &'a LinkKeys,
    pub(crate) asked: &'a Asked,
    /// The cause, as the letter names it.
    pub(crate) sender: &'a Sender,
    /// The account's owner after the change, as the letter names them.
    pub(crate) owner: &'a Sender,
    /// The account that it is about.
    pub(crate) account: Option<&'a Account>,
    pub(crate) recipient: &'a Recipient,
}

/// An account in a letter.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) id: AccountId,
    pub(crate) name: String,
}

/// A person to whom a letter goes.
#[derive(Clone, Debug)]
pub(crate) struct Recipient {
    pub(crate) user: UserId,
    pub(crate) address: runtime::model::EmailAddress,
    /// The first name; `None` if the letter uses none.
    pub(crate) greeting: Option<String>,
    /// Whether the membership that it is about is less than a day old.
    pub(crate) recent: bool,
    /// Which of the letters of one change it is.
    pub(crate) part: Part,
}

/// Which of the letters of one change a person gets: those of a change of the address go to two addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The only one.
    Only,
    /// To the address that the person has, or had.
    OldAddress,
    /// To the address that the person wants, or has now.
    NewAddress,
    /// To the address that the person wants, which a proven person holds.
    TakenAddress,
}

impl Part {
    /// What tells the mail of one part from that of another.
    pub(crate) fn suffix(self) -> Option<&'static str> {
        match self {
            Self::Only => None,
            Self::OldAddress => Some("old"),
            Self::NewAddress | Self::TakenAddress => Some("new"),
        }
    }
}

/// The cause of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sender {
    /// A person by the name that is known outside their accounts.
    Person(String),
    /// A person who is erased, or was never known.
    Unknown,
    /// The platform, for any of its administrators.
    Platform,
}

impl Sender {
    /// `user`, if they exist.
    pub(crate) fn person(user: Option<&User>) -> Self {
        user.map_or(Self::Unknown, |user| Self::Person(user.known_as()))
    }
}

impl<'a> Mailing<'a> {
    pub(crate) fn brand(&self) -> &'a str {
        &self.config.brand_name
    }

    pub(crate) fn change(&self) -> &'a Change {
        &self.asked.image.change
    }

    /// The sender at the beginning of a sentence.
    pub(crate) fn sender(&self) -> String {
        match self.sender {
            Sender::Person(name) => plain(name),
            Sender::Unknown => "A manager".into(),
            Sender::Platform => self.brand().to_owned(),
        }
    }

    /// The sender at the beginning of a subject line.
    pub(crate) fn short_sender(&self) -> String {
        match self.sender {
            Sender::Person(name) => short(name),
            Sender::Unknown | Sender::Platform => self.sender(),
        }
    }

    pub(crate) fn account(&self) -> Result<String, Unwritable> {
        Ok(plain(&self.existing_account()?.name))
    }

    /// The account in a subject line.
    pub(crate) fn short_account(&self) -> Result<String, Unwritable> {
        Ok(short(&self.existing_account()?.name))
    }

    pub(crate) fn existing_account(&self) -> Result<&'a Account, Unwritable> {
        self.account.ok_or(Unwritable::Missing("account"))
    }

    /// The time of the change.
    pub(crate) fn when(&self) -> (&'static str, String) {
        ("When", self.change().at().written_out())
    }

    /// Time, device and network address of the change, as far as they are known. API Gateway names the address, not the caller.
    pub(crate) fn origin(&self) -> Vec<(&'static str, String)> {
        let change = self.change();
        let mut facts = vec![self.when()];
        if !change.device.is_empty() {
            facts.push(("Device", change.device.clone()));
        }
        if !change.source_ip.is_empty() {
            facts.push(("Network address", change.source_ip.clone()));
        }
        facts
    }

    /// The page that mails a link to set a new password.
    pub(crate) fn reset_page(&self) -> Result<Action, Unwritable> {
        self.page("Set a new password", "reset-password")
    }

    /// A button that leads to `page`.
    pub(crate) fn page(&self, label: &'static str, page: &str) -> Result<Action, Unwritable> {
        Ok(Action {
            label,
            link: format!("{}/{page}", self.base()?),
            until: None,
        })
    }

    /// A button with a token in the link's fragment, which is in no server's log and no `Referer`.
    pub(crate) fn link(
        &self,
        label: &'static str,
        purpose: Purpose,
        pending: Option<&record::Link>,
    ) -> Result<Action, Unwritable> {
        let (page, account) = match purpose {
            Purpose::Invitation => ("invitation", self.existing_account()?.id.get()),
            Purpose::Verification => ("verify-email", 0),
            Purpose::Reset => ("reset-password", 0),
            Purpose::AddressChange | Purpose::AddressUndo => ("change-email", 0),
        };
        let pending = pending.ok_or(Unwritable::Missing("link"))?;
        let nonce = pending.nonce.as_slice().try_into();
        let link = Link {
            purpose,
            account,
            user: self.recipient.user.get(),
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

    /// The address before every page, without a slash at its end.
    fn base(&self) -> Result<&'a str, Unwritable> {
        let base = self.config.app_url.as_deref();
        base.ok_or(Unwritable::Missing("address for links"))
    }
}
