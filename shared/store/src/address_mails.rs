//! The number of mails that others cause to one address. It is counted by a keyed hash of the address, over all holders and all
//! accounts, so that removal, deletion and erasure reset nothing.

use aws_sdk_dynamodb::types::AttributeValue;
use model::{EmailAddress, Error, Timestamp};
use tokens::LinkKeys;

use super::write::{Outcome, Write, number};
use super::{Store, keys};

/// The time that a counter outlives its period, in seconds: as long as a change may still be delivered again.
const LIFETIME_AFTERWARDS: i64 = 2 * 24 * 60 * 60;

/// An address as a keyed hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressHash([u8; 16]);

/// The mails of one kind to one address in one period.
#[derive(Clone, Debug)]
pub struct AddressMails {
    /// The address.
    pub address: AddressHash,
    /// The name of the kind. Different kinds count apart.
    pub kind: &'static str,
    /// The length of a period in seconds. Periods begin at multiples of it.
    pub period: i64,
    /// The mails that a period allows.
    pub limit: usize,
}

impl AddressHash {
    /// The hash of `address`.
    #[must_use]
    pub fn of(address: &EmailAddress, keys: &LinkKeys) -> Self {
        let hash = keys.fingerprint(&[b"mails\n", address.normal_form().as_bytes()].concat());
        let mut short = [0; 16];
        short.copy_from_slice(&hash[..16]);
        Self(short)
    }
}

impl Store {
    /// Counts the mail with the id `mail`, which was asked for at `at`, once. `false` if its period already has the allowed
    /// number of other mails. The answer for one mail is always the same.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn count_address_mail(
        &self,
        mails: &AddressMails,
        mail: &str,
        at: Timestamp,
    ) -> Result<bool, Error> {
        let begins = at.seconds().div_euclid(mails.period) * mails.period;
        let key = keys::address_mails(&mails.address.0, mails.kind, begins);
        let ends = begins + mails.period + LIFETIME_AFTERWARDS;
        let write = Write::upsert(key)
            .set("entity", AttributeValue::S("address_mails".into()))
            .set("ttl", number(ends))
            .add("mails", AttributeValue::Ss(vec![mail.to_owned()]))
            .room_for("mails", AttributeValue::S(mail.to_owned()), mails.limit);
        Ok(matches!(self.commit(&[write]).await?, Outcome::Done))
    }
}
