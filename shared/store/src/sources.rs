//! Where failed sign-ins come from: a budget for each source address, so that one machine does not try one password for
//! each of many addresses. The table knows neither the source nor, from here, whom it tried.

use aws_sdk_dynamodb::error::ProvideErrorMetadata as _;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use model::{EmailAddress, Error, Limits, Origin, Timestamp};
use tokens::LinkKeys;

use super::backoff::Backoff;
use super::table_error::TableError;
use super::write::{Outcome, Write, number};
use super::{Store, keys};

/// A network that requests come from, as a keyed hash: an IPv4 address, or the first 64 bits of an IPv6 address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network([u8; 16]);

/// A sign-in as its network's budget sees it: distinct addresses count, so that mistyping one's own often costs the
/// neighbours nothing.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    /// Where it comes from.
    pub network: Network,
    address: [u8; 8],
}

impl Network {
    /// Where a request comes from.
    #[must_use]
    pub fn of(origin: &Origin, keys: &LinkKeys) -> Self {
        Self(hashed(keys, "network", &origin.network()))
    }

    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    pub(super) fn bytes(self) -> [u8; 16] {
        self.0
    }

    /// The hash in text, for a log line.
    #[must_use]
    pub fn fingerprint(self) -> String {
        tokens::encode(&self.0)
    }

    #[cfg(test)]
    pub(super) fn example(number: u8) -> Self {
        Self([number; 16])
    }
}

impl Source {
    /// A sign-in with `address`.
    #[must_use]
    pub fn of(origin: &Origin, address: &EmailAddress, keys: &LinkKeys) -> Self {
        Self {
            network: Network::of(origin, keys),
            address: hashed(keys, "address", address.normal_form().as_bytes()),
        }
    }
}

pub(super) fn hashed<const N: usize>(keys: &LinkKeys, purpose: &str, data: &[u8]) -> [u8; N] {
    let hash = keys.fingerprint(&[purpose.as_bytes(), b"\n", data].concat());
    let mut short = [0; N];
    short.copy_from_slice(&hash[..N]);
    short
}

/// The seconds at which the window that `now` is in begins and ends.
fn window(limits: &Limits, now: Timestamp) -> (i64, i64) {
    let length = limits.sign_in_failure_window;
    let begins = now.seconds().div_euclid(length) * length;
    (begins, begins + length)
}

/// The window of sign-ups, in seconds.
const SIGN_UP_WINDOW: i64 = 60 * 60;

impl Store {
    /// Counts one sign-up from `network`, in the hour of `now`.
    ///
    /// # Errors
    ///
    /// [`Error::TooManyRequests`] until the hour ends, once there are `per_hour`; [`Error::Unavailable`] or
    /// [`Error::Internal`].
    pub async fn count_sign_up(
        &self,
        network: Network,
        per_hour: u32,
        now: Timestamp,
    ) -> Result<(), Error> {
        let begins = now.seconds().div_euclid(SIGN_UP_WINDOW) * SIGN_UP_WINDOW;
        let ends = begins + SIGN_UP_WINDOW;
        let write = Write::upsert(keys::sign_ups(&network.0, begins))
            .set("entity", AttributeValue::S("signUps".into()))
            .set("ttl", number(ends))
            .add("signUps", number(1))
            .absent_or_below("signUps", number(per_hour));
        match self.commit(&[write]).await? {
            Outcome::Done => Ok(()),
            Outcome::Lost(_) => Err(Error::too_many_requests(Timestamp::from_seconds(ends), now)),
        }
    }

    /// Until when sign-ins from `source` are refused: half a read unit, for what a moment's delay makes no difference to.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn blocked_until(
        &self,
        source: &Source,
        limits: &Limits,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, Error> {
        let (begins, ends) = window(limits, now);
        let answer = self
            .client
            .get_item()
            .table_name(self.table())
            .set_key(Some(keys::source(&source.network.0, begins).item()))
            .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
            .send()
            .await
            .map_err(TableError::from)?;
        let failed = answer.item().and_then(|item| item.get("addresses"));
        let failed = failed.and_then(|addresses| addresses.as_bs().ok());
        let barred =
            failed.is_some_and(|failed| failed.len() >= limits.sign_in_failures_per_source);
        Ok(barred.then(|| Timestamp::from_seconds(ends)))
    }

    /// Counts the address of a failed sign-in in its network's budget, once in a window.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn count_source(
        &self,
        source: &Source,
        limits: &Limits,
        now: Timestamp,
    ) -> Result<(), Error> {
        let (begins, ends) = window(limits, now);
        let address = AttributeValue::Bs(vec![Blob::new(source.address)]);
        let call = self
            .client
            .update_item()
            .table_name(self.table())
            .set_key(Some(keys::source(&source.network.0, begins).item()))
            .update_expression("SET #entity = :entity, #ttl = :ttl ADD #addresses :address")
            .expression_attribute_names("#entity", "entity")
            .expression_attribute_names("#ttl", "ttl")
            .expression_attribute_names("#addresses", "addresses")
            .expression_attribute_values(":entity", AttributeValue::S("source".into()))
            .expression_attribute_values(":ttl", number(ends))
            .expression_attribute_values(":address", address)
            .return_consumed_capacity(ReturnConsumedCapacity::Indexes);
        let mut backoff = Backoff::new();
        loop {
            match call.clone().send().await {
                Ok(_) => return Ok(()),
                Err(error) if error.code() == Some("TransactionConflictException") => {
                    backoff.wait().await?;
                }
                Err(error) => return Err(TableError::from(error).into()),
            }
        }
    }
}
