//! What a stream record says of the change it carries.

use std::collections::BTreeMap;

use runtime::model::{AccountId, Change, Mail};
use runtime::store::StreamRecord;
use serde::Deserialize;

use crate::device::alike;

/// The parts of an item that a mail is written from, whichever item it is.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Image {
    pub(crate) pk: String,
    pub(crate) change: Change,
    pub(crate) email: String,
    #[serde(default)]
    pub(crate) first_name: Option<String>,
    #[serde(default)]
    pub(crate) invitation: Option<Link>,
    #[serde(default)]
    pub(crate) verification: Option<Link>,
    #[serde(default)]
    pub(crate) reset: Option<Link>,
    #[serde(default)]
    pub(crate) sessions: BTreeMap<String, Session>,
}

impl Image {
    /// The account that the item belongs to, where it belongs to one.
    pub(crate) fn account(&self) -> Option<AccountId> {
        AccountId::parse(self.pk.strip_prefix("ACCOUNT#")?).ok()
    }
}

/// A session as far as it tells one device from another.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Session {
    pub(crate) user_agent: String,
    /// In milliseconds since 1970.
    pub(crate) expires_at: i64,
}

/// A change that asks for a mail.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// The item after it.
    pub(crate) image: Image,
    /// The sessions before it.
    pub(crate) before: BTreeMap<String, Session>,
}

impl Asked {
    /// The session that the change began.
    pub(crate) fn begun(&self) -> Option<&Session> {
        let mut sessions = self.image.sessions.iter();
        let begun = sessions.find(|(id, _)| !self.before.contains_key(*id));
        begun.map(|(_, session)| session)
    }

    /// Whether the mail is to be written. Every sign-in asks for one, since it does not look at other sessions; it is worth a
    /// mail where its user is signed in elsewhere, and on no device like this one. Whoever is signed in nowhere gets none: they
    /// have just signed up, signed out or set a new password.
    pub(crate) fn is_due(&self) -> bool {
        if self.image.change.mail != Some(Mail::NewSignIn) {
            return true;
        }
        let Some(begun) = self.begun() else {
            return false;
        };
        let now = self.image.change.at;
        let live = self.before.values().filter(|other| now < other.expires_at);
        let mut elsewhere = live.peekable();
        elsewhere.peek().is_some()
            && !elsewhere.any(|other| alike(&other.user_agent, &begun.user_agent))
    }
}

/// A link as its row remembers it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Link {
    #[serde(with = "serde_bytes")]
    pub(crate) nonce: Vec<u8>,
    pub(crate) expires_at: i64,
}

/// As much of an item as tells whether it asks for a mail.
#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    change: Option<Ask>,
    #[serde(default)]
    sessions: BTreeMap<String, Session>,
}

#[derive(PartialEq, Deserialize)]
struct Ask {
    id: String,
    #[serde(default)]
    mail: Option<String>,
}

/// The change that asks for a mail; `None` where the record asks for none.
///
/// # Errors
///
/// An item that asks for a mail does not read back.
pub(crate) fn asking(record: &StreamRecord) -> Result<Option<Asked>, serde_dynamo::Error> {
    let head = |image: &serde_dynamo::Item| serde_dynamo::from_item::<_, Head>(image.clone());
    let new = head(&record.new)?.change;
    let asks = new.as_ref().is_some_and(|ask| ask.mail.is_some());
    if !asks {
        return Ok(None);
    }
    let old = head(&record.old)?;
    // Whatever wrote the item without a change of its own left the last one standing.
    if new == old.change {
        return Ok(None);
    }
    let asked = Asked {
        image: serde_dynamo::from_item(record.new.clone())?,
        before: old.sessions,
    };
    Ok(Some(asked).filter(Asked::is_due))
}
