//! The part of a stream record from which a mail is made.

use std::collections::BTreeMap;

use runtime::model::{AccountId, Change, Mail, UserId, same_device};
use runtime::store::{Image as Item, StreamRecord};
use serde::{Deserialize, Serialize};

/// An item after its change, whichever item it is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Image {
    pub(crate) pk: String,
    pub(crate) change: Change,
    /// The address of a membership, of a user or of a credential.
    #[serde(default)]
    pub(crate) email: Option<String>,
    /// Their first name. In an invited membership it is what the inviter typed.
    #[serde(default)]
    pub(crate) first_name: Option<String>,
    /// The name of an account.
    #[serde(default)]
    pub(crate) name: Option<String>,
    /// In milliseconds since 1970.
    #[serde(default)]
    pub(crate) created_at: Option<i64>,
    #[serde(default)]
    pub(crate) invitation: Option<Link>,
    #[serde(default)]
    pub(crate) verification: Option<Link>,
    #[serde(default)]
    pub(crate) reset: Option<Link>,
    /// The changes of a user's address.
    #[serde(default)]
    pub(crate) addresses: Option<Addresses>,
    #[serde(default)]
    pub(crate) sessions: BTreeMap<String, Session>,
}

/// The changes of an address, as far as letters need them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Addresses {
    #[serde(default)]
    pub(crate) requested: Option<Requested>,
    #[serde(default)]
    pub(crate) former: Vec<Former>,
    #[serde(default)]
    pub(crate) undone: Option<Undone>,
}

/// An address that is asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Requested {
    pub(crate) email: String,
    pub(crate) link: Link,
    pub(crate) undo: Link,
    #[serde(default)]
    pub(crate) taken: bool,
}

/// A former address.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Former {
    pub(crate) email: String,
    /// In milliseconds since 1970.
    pub(crate) held_until: i64,
    pub(crate) proven: bool,
    #[serde(default, with = "serde_bytes")]
    pub(crate) undo: Option<Vec<u8>>,
}

/// An undone change.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Undone {
    pub(crate) reset: Link,
}

impl Addresses {
    /// The link that undoes the last change.
    pub(crate) fn last_undo(&self) -> Option<Link> {
        let former = self.former.last()?;
        Some(Link {
            nonce: former.undo.clone()?,
            expires_at: former.held_until.div_euclid(1000),
        })
    }
}

impl Image {
    /// The account that the item belongs to, if it belongs to one.
    pub(crate) fn account(&self) -> Option<AccountId> {
        AccountId::parse(self.pk.strip_prefix("ACCOUNT#")?).ok()
    }
}

/// A session, as far as it tells one device from another.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Session {
    pub(crate) user_agent: String,
    /// In milliseconds since 1970.
    pub(crate) expires_at: i64,
}

/// A link as its item keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Link {
    #[serde(with = "serde_bytes")]
    pub(crate) nonce: Vec<u8>,
    /// In seconds since 1970.
    pub(crate) expires_at: i64,
}

/// A change that asks for a mail.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Asked {
    pub(crate) mail: Mail,
    /// The item after the change.
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

    /// Whether the mail is needed. Every sign-in asks for one, because the write of a sign-in does not read other sessions. It is
    /// needed if the user is signed in elsewhere, and nowhere on the same device. A user without another session has just signed
    /// up, signed out or set a new password.
    pub(crate) fn is_due(&self) -> bool {
        if self.mail != Mail::NewSignIn {
            return true;
        }
        let Some(begun) = self.begun() else {
            return false;
        };
        let now = self.image.change.at;
        let live = self.before.values().filter(|other| now < other.expires_at);
        let mut elsewhere = live.peekable();
        elsewhere.peek().is_some()
            && !elsewhere.any(|other| same_device(&other.user_agent, &begun.user_agent))
    }
}

/// A user whose item was deleted: an erased person.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ErasedUser {
    pub(crate) pk: String,
    pub(crate) id: UserId,
    pub(crate) email: String,
    pub(crate) first_name: String,
    pub(crate) verified: bool,
}

/// What a record wants mailed: all that the mails are made of, also if they have to wait.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Wanted {
    /// The mails of a change.
    Change(Box<Asked>),
    /// The last mail to an erased person.
    Erasure(ErasedUser),
}

impl Wanted {
    /// What `record` wants mailed; `None` if nothing.
    ///
    /// # Errors
    ///
    /// An item does not read back.
    pub(crate) fn of(record: &StreamRecord) -> Result<Option<Self>, serde_dynamo::Error> {
        // An address that was never proven may belong to another person, who must not learn of the deletion.
        if let Some(user) = erased(record)?.filter(|user| user.verified) {
            return Ok(Some(Self::Erasure(user)));
        }
        Ok(asking(record)?.map(|asked| Self::Change(Box::new(asked))))
    }
}

/// The part of an item that tells whether it asks for a mail.
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

/// The change that asks for a mail; `None` if the record asks for none.
///
/// # Errors
///
/// An item that asks for a mail does not read back.
fn asking(record: &StreamRecord) -> Result<Option<Asked>, serde_dynamo::Error> {
    let head = |image: &Item| serde_dynamo::from_item::<_, Head>(image.clone());
    let new = head(&record.new)?.change;
    let asks = new.as_ref().is_some_and(|ask| ask.mail.is_some());
    if !asks || record.is_erasure() {
        return Ok(None);
    }
    let old = head(&record.old)?;
    // A write without a change of its own leaves the last one.
    if new == old.change {
        return Ok(None);
    }
    let image: Image = serde_dynamo::from_item(record.new.clone())?;
    let asked = image.change.mail.map(|mail| Asked {
        mail,
        image,
        before: old.sessions,
    });
    Ok(asked.filter(Asked::is_due))
}

/// The user whose item the record deletes, if it deletes one.
///
/// # Errors
///
/// The item does not read back.
fn erased(record: &StreamRecord) -> Result<Option<ErasedUser>, serde_dynamo::Error> {
    if !record.deletes_user() {
        return Ok(None);
    }
    serde_dynamo::from_item(record.old.clone()).map(Some)
}
