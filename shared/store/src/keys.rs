//! Every key of the table and of its indexes. No other file writes a key string.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use model::{AccountId, AccountName, EmailAddress, Timestamp, UserId};

use super::sort_key::SortKey;

/// An item as DynamoDB holds it.
pub(super) type Item = HashMap<String, AttributeValue>;

/// The primary key of an item.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub pk: String,
    pub sk: String,
}

/// The sort key's beginning of every membership.
pub(super) const MEMBER_PREFIX: &str = "MEMBER#";
/// The sort key's beginning of every event.
pub(super) const EVENT_PREFIX: &str = "EVENT#";
/// The sort key's beginning of every trace.
pub(super) const TRACE_PREFIX: &str = "TRACE#";
/// `gsi2`'s partition of live accounts.
pub(super) const LIVE_ACCOUNTS: &str = "ACCOUNT";
/// `gsi2`'s partition of deleted accounts that wait to be cleared.
pub(super) const DELETED_ACCOUNTS: &str = "DELETED";
/// `gsi2`'s partition of mails that wait, by the time of their next try.
pub(super) const WAITING_MAILS: &str = "WAITING";

impl Key {
    fn new(pk: String, sk: impl Into<String>) -> Self {
        Self { pk, sk: sk.into() }
    }

    /// The key of `item`.
    pub(super) fn of(item: &Item) -> Option<Self> {
        let text = |name: &str| item.get(name)?.as_s().ok().cloned();
        Some(Self {
            pk: text("pk")?,
            sk: text("sk")?,
        })
    }

    pub(super) fn item(&self) -> Item {
        let text = |value: &String| AttributeValue::S(value.clone());
        HashMap::from([("pk".into(), text(&self.pk)), ("sk".into(), text(&self.sk))])
    }
}

pub(super) fn user(id: UserId) -> Key {
    Key::new(format!("USER#{id}"), "USER")
}

/// The record of an erased user, kept until the stream has delivered it.
pub(super) fn erased(id: UserId) -> Key {
    Key::new(user(id).pk, "ERASED")
}

/// That `user` has left traces in the events of `account`.
pub(super) fn activity(user_id: UserId, account: AccountId) -> Key {
    Key::new(
        user(user_id).pk,
        format!("{TRACE_PREFIX}{}", account.padded()),
    )
}

/// In the order in which they happened: by the millisecond, then by the version of the item that they changed.
pub(super) fn event(account: AccountId, place: &EventPlace) -> Key {
    Key::new(
        account_partition(account),
        format!("{EVENT_PREFIX}{}", place.sort()),
    )
}

/// The place of an event in its trail: `milliseconds#version#id`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventPlace {
    /// When it happened, in milliseconds since 1970.
    pub at: i64,
    /// The version of the changed item.
    pub version: u64,
    /// The change's id.
    pub id: String,
}

impl EventPlace {
    fn sort(&self) -> String {
        format!("{:013}#{:016}#{}", self.at, self.version, self.id)
    }

    /// The numbers that it begins with.
    pub(super) fn sort_key(&self) -> SortKey {
        SortKey {
            created_at: self.at,
            id: self.version,
        }
    }
}

/// The sort key before every event from `milliseconds` on.
pub(super) fn events_from(milliseconds: i64) -> String {
    format!("{EVENT_PREFIX}{milliseconds:013}")
}

/// A sort key after every event of `milliseconds`, and before every later one: `$` follows `#`.
pub(super) fn events_until(milliseconds: i64) -> String {
    format!("{EVENT_PREFIX}{milliseconds:013}$")
}

/// The place of the event whose sort key is `sk`.
pub(super) fn event_place(sk: &str) -> Option<EventPlace> {
    let mut parts = sk.strip_prefix(EVENT_PREFIX)?.splitn(3, '#');
    Some(EventPlace {
        at: parts.next()?.parse().ok()?,
        version: parts.next()?.parse().ok()?,
        id: parts.next()?.to_owned(),
    })
}

/// How many members an account has.
pub(super) fn member_count(account: AccountId) -> Key {
    Key::new(account_partition(account), "COUNT")
}

/// The counter of live accounts that only a rebuild changes. Together with those of [`account_counts`] it says how many there are.
pub(super) fn account_count() -> Key {
    Key::new("COUNTERS".into(), "ACCOUNTS")
}

/// The number of counters that share the changes of all accounts.
pub(super) const ACCOUNT_COUNTERS: u64 = 64;

/// The counter that counts `account` among the live ones.
pub(super) fn account_count_of(account: AccountId) -> Key {
    account_counter(account.get() % ACCOUNT_COUNTERS)
}

/// Every counter of live accounts, the rebuild's first.
pub(super) fn account_counts() -> Vec<Key> {
    let others = (0..ACCOUNT_COUNTERS).map(account_counter);
    std::iter::once(account_count()).chain(others).collect()
}

fn account_counter(place: u64) -> Key {
    Key::new(format!("COUNTERS#{place:02}"), "ACCOUNTS")
}

pub(super) fn email(address: &EmailAddress) -> Key {
    Key::new(email_partition(address), "EMAIL")
}

/// Kept beside the address, not in its item, so that guesses never conflict with writes to the credential.
pub(super) fn failures(address: &EmailAddress) -> Key {
    Key::new(email_partition(address), "FAILURES")
}

/// Guesses at the codes of a person's authenticator app. Beside the person's item, so that guesses do not conflict with it.
pub(super) fn code_guesses(id: UserId) -> Key {
    Key::new(user(id).pk, "GUESSES")
}

/// Whose the credential with the id `credential` is. The id has 1,023 bytes at most, so the key has less than its 2,048.
pub(super) fn passkey(credential: &[u8]) -> Key {
    Key::new(format!("PASSKEY#{}", tokens::encode(credential)), "PASSKEY")
}

fn email_partition(address: &EmailAddress) -> String {
    format!("EMAIL#{}", address.normal_form())
}

/// What a network tried in the window that begins at `window`, in seconds.
pub(super) fn source(network: &[u8], window: i64) -> Key {
    Key::new(
        format!("SOURCE#{}", tokens::encode(network)),
        format!("FAILURES#{window}"),
    )
}

/// How many sign-ups came from a network in the hour that begins at `hour`, in seconds.
pub(super) fn sign_ups(network: &[u8], hour: i64) -> Key {
    Key::new(
        format!("SOURCE#{}", tokens::encode(network)),
        format!("SIGNUPS#{hour}"),
    )
}

/// The mails with links of one kind to an address, which is a keyed hash here.
pub(super) fn link_mails(mailbox: &[u8], kind: &str) -> Key {
    Key::new(format!("MAILBOX#{}", tokens::encode(mailbox)), kind)
}

pub(super) fn account(id: AccountId) -> Key {
    Key::new(account_partition(id), "ACCOUNT")
}

pub(super) fn account_partition(id: AccountId) -> String {
    format!("ACCOUNT#{id}")
}

pub(super) fn name(name: &AccountName) -> Key {
    Key::new(format!("NAME#{}", name.normal_form()), "NAME")
}

/// Padded, so that members sort by their ids.
pub(super) fn member(account: AccountId, user: UserId) -> Key {
    Key::new(
        account_partition(account),
        format!("{MEMBER_PREFIX}{}", user.padded()),
    )
}

/// Counts an account's invitation mails of one day (UTC).
pub(super) fn mails_of_day(account: AccountId, now: Timestamp) -> Key {
    Key::new(account_partition(account), format!("MAILS#{}", now.date()))
}

/// Counts the invitation mails of one day (UTC) that an unproven person asks for, by the fingerprint of their address: the count
/// outlives the person.
pub(super) fn mails_of_person(address: &[u8; 32], now: Timestamp) -> Key {
    Key::new(
        format!("SENDER#{}", tokens::encode(address)),
        format!("MAILS#{}", now.date()),
    )
}

/// The state of the mail that a change asks for.
pub(super) fn mail(change: &str) -> Key {
    Key::new(format!("MAIL#{change}"), "MAIL")
}

/// The partition's beginning of every lane.
pub(super) const WAITING_LANE: &str = "MAIL#WAITING#";

/// The partition of the stream records whose mails wait, of the item with the key `pk` and `sk`.
pub(super) fn waiting_lane(pk: &str, sk: &str) -> String {
    format!("{WAITING_LANE}{pk}#{sk}")
}

/// The stream record with the number `sequence` in a lane. Sequence numbers have up to 40 digits (API reference of DynamoDB
/// Streams, *`StreamRecord`*); padded, they sort as numbers.
pub(super) fn waiting_mail(lane: String, sequence: &str) -> Key {
    Key::new(lane, format!("{sequence:0>40}"))
}

/// `gsi2`'s sort key of a mail that is tried again at `due`.
pub(super) fn due(due: Timestamp) -> String {
    format!("{:013}", due.millis().max(0))
}

/// The mails of one kind to one address in the period that begins at `begins`, in seconds.
pub(super) fn address_mails(address: &[u8], kind: &str, begins: i64) -> Key {
    Key::new(
        format!("MAIL#TO#{}", tokens::encode(address)),
        format!("{kind}#{begins}"),
    )
}

/// `caller` is a user's id, or the fingerprint that replaces the id of an unknown caller.
pub(super) fn idempotency(caller: &str, key: &str) -> Key {
    Key::new(format!("IDEMPOTENCY#{caller}#{key}"), "IDEMPOTENCY")
}

pub(super) fn jwks() -> Key {
    Key::new("JWKS".into(), "JWKS")
}

/// How far the search for expired rows has come.
pub(super) fn expiry_scan() -> Key {
    Key::new("SWEEP".into(), "SWEEP")
}

/// `gsi1`: a user's memberships, in the order of the accounts' ids.
pub(super) fn gsi1(account: AccountId, user: UserId) -> (String, String) {
    (
        gsi1_partition(user),
        format!("ACCOUNT#{}", account.padded()),
    )
}

/// The place in `gsi1` of the owner's membership of a deleted account: behind all others, so that a list of the owner's accounts
/// does not read it.
pub(super) fn gsi1_of_deleted(account: AccountId) -> String {
    format!("DELETED#{}", account.padded())
}

/// The first and the last place in a partition of `gsi1`.
pub(super) const GSI1_ENDS: [&str; 2] = ["ACCOUNT#", "DELETED#~"];

pub(super) fn gsi1_partition(user: UserId) -> String {
    format!("USER#{user}")
}

/// `gsi2`'s sort key: accounts in the order of their creation, to the millisecond, then of their ids.
pub(super) fn gsi2_sort(id: AccountId, created_at: Timestamp) -> String {
    gsi2_place(created_at.millis(), id.get())
}

/// The upper bound of sort keys in `gsi2`'s partition of deleted accounts, for accounts deleted before `until`.
pub(super) fn deleted_before(until: Timestamp) -> String {
    format!("{:013}", until.millis().max(0))
}

/// A place in the order of creation, with or without an account at it.
pub(super) fn gsi2_place(created_at: i64, id: u64) -> String {
    format!("{created_at:013}#{id:016}")
}

/// The start key for reading `gsi2` after a place.
pub(super) fn gsi2_start(created_at: i64, id: u64) -> Item {
    let mut start = Key::new(format!("ACCOUNT#{id}"), "ACCOUNT").item();
    let sort = gsi2_place(created_at, id);
    start.insert("gsi2pk".into(), AttributeValue::S(LIVE_ACCOUNTS.into()));
    start.insert("gsi2sk".into(), AttributeValue::S(sort));
    start
}

/// A place among a user's memberships.
pub(super) fn gsi1_place(account: u64) -> String {
    format!("ACCOUNT#{account:016}")
}

/// The start key for reading `gsi1` after an account of `user`'s.
pub(super) fn gsi1_start(account: u64, user: UserId) -> Item {
    let sort = format!("{MEMBER_PREFIX}{}", user.padded());
    let mut start = Key::new(format!("ACCOUNT#{account}"), sort).item();
    start.insert("gsi1pk".into(), AttributeValue::S(gsi1_partition(user)));
    let sort = gsi1_place(account);
    start.insert("gsi1sk".into(), AttributeValue::S(sort));
    start
}

/// A place among an account's members.
pub(super) fn member_place(user: u64) -> String {
    format!("{MEMBER_PREFIX}{user:016}")
}

/// The start key for reading an account's members after a user.
pub(super) fn members_start(account: AccountId, user: u64) -> Item {
    Key::new(account_partition(account), member_place(user)).item()
}

/// When the account behind `gsi2`'s sort key was created.
pub(super) fn created_at(gsi2_sort: &str) -> Option<Timestamp> {
    let (milliseconds, _) = gsi2_sort.split_once('#')?;
    milliseconds.parse().ok().map(Timestamp::from_millis)
}

/// The account whose partition `pk` is.
pub(super) fn account_id(pk: &str) -> Option<AccountId> {
    AccountId::parse(pk.strip_prefix("ACCOUNT#")?).ok()
}

/// The account of the trace with the sort key `sk`.
pub(super) fn trace_account(sk: &str) -> Option<AccountId> {
    let padded = sk.strip_prefix(TRACE_PREFIX)?;
    AccountId::parse(padded.trim_start_matches('0')).ok()
}

/// The user whose item or trace `pk` holds.
pub(super) fn user_id(pk: &str) -> Option<UserId> {
    UserId::parse(pk.strip_prefix("USER#")?).ok()
}

/// The user of the membership with the sort key `sk`.
pub(super) fn member_id(sk: &str) -> Option<UserId> {
    UserId::from_padded(sk.strip_prefix(MEMBER_PREFIX)?)
}

#[cfg(test)]
mod tests;
