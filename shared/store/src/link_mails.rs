//! The number of mails with a verification or reset link that an address gets in an hour, over all its holders.
//!
//! Each mail adds a mark to a set under a keyed hash of the address. So the limit also holds for an address that a person signs
//! up with, leaves and signs up with again, and the table does not reveal the address.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use model::{EmailAddress, Error, Timestamp};
use tokens::LinkKeys;

use super::Store;
use super::backoff::Backoff;
use super::keys::{self, Item, Key};
use super::marks::Mark;
use super::sources::hashed;
use super::table_error::TableError;
use super::write::{Outcome, Write, number};

/// The window of the limit, in seconds.
const WINDOW: i64 = 60 * 60;
/// The set of marks.
const MAILS: &str = "mails";

/// What the link in a mail is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkMail {
    /// To verify the address.
    Verification,
    /// To set a new password.
    Reset,
    /// To change the address: to the present one and to the new one.
    AddressChange,
}

/// An address as the limit knows it: a keyed hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mailbox([u8; 16]);

/// The place of one mail within the limit.
#[derive(Clone, Debug)]
pub struct TakenMail {
    key: Key,
    mark: Mark,
}

impl Mailbox {
    /// The mailbox of `address`.
    #[must_use]
    pub fn of(address: &EmailAddress, keys: &LinkKeys) -> Self {
        Self(hashed(keys, "mailbox", address.normal_form().as_bytes()))
    }
}

impl LinkMail {
    fn name(self) -> &'static str {
        match self {
            Self::Verification => "VERIFICATION",
            Self::Reset => "RESET",
            Self::AddressChange => "ADDRESS",
        }
    }
}

impl Store {
    /// Takes a place for one mail to `mailbox`, if there were fewer than `per_hour` in the last hour; else the time at which
    /// there is a place again.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn take_link_mail(
        &self,
        mailbox: Mailbox,
        mail: LinkMail,
        per_hour: usize,
        now: Timestamp,
    ) -> Result<Result<TakenMail, Timestamp>, Error> {
        let taken = TakenMail {
            key: keys::link_mails(&mailbox.0, mail.name()),
            mark: Mark::new(now),
        };
        let mut backoff = Backoff::new();
        loop {
            let write = Write::upsert(taken.key.clone())
                .set("entity", AttributeValue::S("linkMails".into()))
                .set("ttl", number(now.seconds() + WINDOW))
                .add(MAILS, set([taken.mark]))
                .absent_or_fewer(MAILS, number(per_hour));
            let Outcome::Lost(lost) = self.commit(&[write]).await? else {
                return Ok(Ok(taken));
            };
            let marks = lost.item(0).map(marks).transpose()?.unwrap_or_default();
            if marks.contains(&taken.mark) {
                // An earlier try took the place, and its answer was lost.
                return Ok(Ok(taken));
            }
            let old = |mark: &&Mark| mark.at().plus_seconds(WINDOW) <= now;
            let (old, recent): (Vec<&Mark>, Vec<&Mark>) = marks.iter().partition(old);
            if old.is_empty() {
                let oldest = recent.get(recent.len().saturating_sub(per_hour));
                let oldest = oldest.map_or(now, |mark| mark.at());
                return Ok(Err(oldest.plus_seconds(WINDOW)));
            }
            self.take_out(&taken.key, old.into_iter().copied()).await?;
            backoff.wait().await?;
        }
    }

    /// Gives back the place of a mail that is not sent. If that fails, the mail counts.
    pub async fn return_link_mail(&self, taken: &TakenMail) {
        if let Err(error) = self.take_out(&taken.key, [taken.mark]).await {
            tracing::warn!(%error, "a mail that is not sent counts as sent");
        }
    }

    async fn take_out(
        &self,
        key: &Key,
        marks: impl IntoIterator<Item = Mark>,
    ) -> Result<(), Error> {
        let write = Write::update(key.clone()).take_out(MAILS, set(marks));
        self.commit(&[write]).await.map(drop)
    }
}

fn set(marks: impl IntoIterator<Item = Mark>) -> AttributeValue {
    let marks = marks.into_iter();
    AttributeValue::Bs(marks.map(|mark| Blob::new(mark.bytes())).collect())
}

fn marks(item: &Item) -> Result<BTreeSet<Mark>, TableError> {
    match item.get(MAILS) {
        None => Ok(BTreeSet::new()),
        Some(marks) => Mark::read_set(marks),
    }
}
