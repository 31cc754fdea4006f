//! The mails that were caught, newest first, kept over a restart.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use shared::model::EmailAddress;
use tokio::sync::broadcast;

use crate::StartError;
use crate::data::Data;

/// A mail that was caught.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Mail {
    /// The message id that SES answered.
    pub id: String,
    /// Every recipient, separated by commas.
    pub to: String,
    /// The sender.
    pub from: String,
    /// The subject.
    pub subject: String,
    /// The plain text.
    pub text: Option<String>,
    /// The HTML.
    pub html: Option<String>,
    /// When, in RFC 3339.
    pub sent_at: String,
    /// Where answers go, unless to the sender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// The SES configuration set that it was sent with, unless the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configuration_set: Option<String>,
    /// The message tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// What became of it: `delivered`, `bounced`, `complained` or `suppressed`.
    #[serde(default)]
    pub delivery: String,
}

/// The mailbox of a stack.
#[derive(Clone, Debug)]
pub(crate) struct Mailbox {
    data: Data,
    /// Oldest first.
    mails: Arc<Mutex<Vec<Caught>>>,
    news: broadcast::Sender<Mail>,
}

/// A mail, and its recipients in the form that the service compares.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(from = "Mail", into = "Mail")]
struct Caught {
    mail: Mail,
    recipients: Vec<String>,
}

const FILE: &str = "mailbox.json";
/// The oldest mails go beyond this many.
const MANY: usize = 10_000;
/// The most mails that a receiver of news may be behind.
const MOST_NEWS: usize = 256;

impl Mailbox {
    pub(crate) fn load(data: &Data) -> Result<Self, StartError> {
        Ok(Self {
            mails: Arc::new(Mutex::new(data.load(FILE)?)),
            data: data.clone(),
            news: broadcast::Sender::new(MOST_NEWS),
        })
    }

    /// The mails that are caught from now on.
    pub(crate) fn news(&self) -> broadcast::Receiver<Mail> {
        self.news.subscribe()
    }

    pub(crate) fn catch(&self, mail: Mail) -> std::io::Result<()> {
        let mut mails = self.mails.lock().unwrap_or_else(PoisonError::into_inner);
        // Nobody may be listening.
        let _ = self.news.send(mail.clone());
        mails.push(mail.into());
        if mails.len() > MANY {
            mails.remove(0);
        }
        self.data.store(FILE, &*mails)
    }

    /// The mails to `address`, or all of them, newest first.
    pub(crate) fn to(&self, address: Option<&str>) -> Vec<Mail> {
        let address = address.map(normal_form);
        let mails = self.mails.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = |caught: &&Caught| {
            address
                .as_ref()
                .is_none_or(|address| caught.recipients.contains(address))
        };
        let wanted = mails.iter().rev().filter(wanted);
        wanted.map(|caught| caught.mail.clone()).collect()
    }

    /// Changes with every mail and when the mailbox is emptied.
    pub(crate) fn revision(&self) -> String {
        let mails = self.mails.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = mails.last().map_or("", |caught| &caught.mail.id);
        format!("{} {newest}", mails.len())
    }

    pub(crate) fn find(&self, id: &str) -> Option<Mail> {
        let mails = self.mails.lock().unwrap_or_else(PoisonError::into_inner);
        let found = mails.iter().find(|caught| caught.mail.id == id);
        found.map(|caught| caught.mail.clone())
    }

    pub(crate) fn empty(&self) -> std::io::Result<()> {
        let mut mails = self.mails.lock().unwrap_or_else(PoisonError::into_inner);
        mails.clear();
        self.data.store(FILE, &*mails)
    }
}

impl From<Mail> for Caught {
    fn from(mail: Mail) -> Self {
        let recipients = mail.to.split(',').map(|recipient| {
            let inner = recipient
                .rsplit_once('<')
                .map_or(recipient, |(_, inner)| inner.trim().trim_end_matches('>'));
            normal_form(inner)
        });
        Self {
            recipients: recipients.collect(),
            mail,
        }
    }
}

impl From<Caught> for Mail {
    fn from(caught: Caught) -> Self {
        caught.mail
    }
}

/// An address in the form that the service compares.
fn normal_form(address: &str) -> String {
    let address = address.trim();
    let parsed = EmailAddress::parse(address);
    parsed.map_or_else(
        |_| address.to_lowercase(),
        |address| address.normal_form().to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::{Mail, Mailbox};
    use crate::data::Data;

    fn mail(id: &str, to: &str) -> Mail {
        Mail {
            id: id.into(),
            to: to.into(),
            ..Mail::default()
        }
    }

    #[test]
    fn mails_are_found_by_any_recipient_newest_first() {
        let mailbox = Mailbox::load(&Data::default()).unwrap();
        mailbox.catch(mail("1", "Ada <ada@example.com>")).unwrap();
        mailbox
            .catch(mail("2", "bob@example.com, ADA@example.com"))
            .unwrap();
        mailbox.catch(mail("3", "eve@example.com")).unwrap();
        let ids = |address| {
            let mails = mailbox.to(address);
            mails.into_iter().map(|mail| mail.id).collect::<Vec<_>>()
        };
        assert_eq!(ids(Some("ada@example.com")), ["2", "1"]);
        assert_eq!(ids(None), ["3", "2", "1"]);
        mailbox.empty().unwrap();
        assert!(ids(None).is_empty());
    }

    #[test]
    fn an_address_is_found_by_its_u_label_and_its_a_label() {
        let mailbox = Mailbox::load(&Data::default()).unwrap();
        mailbox.catch(mail("1", "x@b\u{fc}cher.example")).unwrap();
        mailbox
            .catch(mail("2", "X <X@xn--bcher-kva.example>"))
            .unwrap();
        for address in [
            "x@b\u{fc}cher.example",
            "x@XN--bcher-kva.example",
            "X@B\u{dc}CHER.example",
        ] {
            assert_eq!(mailbox.to(Some(address)).len(), 2, "{address}");
        }
        assert!(mailbox.to(Some("x@bucher.example")).is_empty());
    }

    #[test]
    fn the_mailbox_survives_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let data = Data::open(Some(folder.path())).unwrap();
        Mailbox::load(&data)
            .unwrap()
            .catch(mail("1", "a@b.c"))
            .unwrap();
        assert_eq!(Mailbox::load(&data).unwrap().to(None).len(), 1);
    }
}
