//! A row of any kind, as the operators' command reads it: what it holds, and whether it is where it belongs.

use aws_sdk_dynamodb::types::AttributeValue;
use model::{
    Account, AccountId, Change, DeletedAccount, EmailAddress, Member, MemberState, User, UserId,
};

use super::counts::{INVITED, SUSPENDED};
use super::credentials::{Credential, credential};
use super::event::Event;
use super::expiry_scan::ExpiryScanRow;
use super::held_addresses::{HeldAddress, held};
use super::idempotency::SavedRow;
use super::jwks::JwksRow;
use super::keys::{self, Item, Key};
use super::mails::MailRow;
use super::owned::OWNED;
use super::rows::{self, EventRow, NameRow};
use super::table_error::TableError;
use super::users::user_in;
use super::waiting_mails::WaitingRow;

/// What a row holds.
#[derive(Clone, Debug)]
pub enum StoredRow {
    /// A person.
    User(Box<StoredPerson>),
    /// An address and how its holder signs in.
    Address(Box<Credential>),
    /// A former address.
    FormerAddress(HeldAddress),
    /// A passkey's holder.
    Passkey(UserId),
    /// That a person has acted in an account.
    Activity(UserId, AccountId),
    /// A live account.
    Account(Box<Listed<Account>>),
    /// An account that is deleted and not yet cleared.
    DeletedAccount(Box<Listed<DeletedAccount>>),
    /// The account of a name, and the normal form that it is under.
    Name(String, AccountId),
    /// A membership, removed ones too.
    Member(Box<Listed<Member>>),
    /// An event of an audit trail.
    Event(Box<Event>),
    /// The counters of an account's members.
    MemberCount(AccountId, StoredCounts),
    /// One of the counters of live accounts.
    AccountCount(i64),
    /// What else is in the partition of an account.
    OfAccount(AccountId),
    /// A row of another kind, which no other row depends on.
    Other,
}

/// A person, with what only the table knows.
#[derive(Clone, Debug)]
pub struct StoredPerson {
    /// The person.
    pub user: User,
    /// How many accounts are counted as theirs.
    pub owned: u64,
}

/// A row that lists show, with its last change.
#[derive(Clone, Debug)]
pub struct Listed<T> {
    /// What it holds.
    pub row: T,
    /// The attributes that put it into lists, each as it has to be; empty if all are right.
    pub mislisted: Vec<(&'static str, Option<String>)>,
    /// The record of its last change.
    pub change: Option<Change>,
}

/// Counters as they are stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StoredCounts {
    /// All members.
    pub total: i64,
    /// Those who are invited; `None` if they were never counted.
    pub invited: Option<i64>,
    /// Those who are suspended; likewise.
    pub suspended: Option<i64>,
}

impl StoredRow {
    /// What the item under `key` holds.
    pub(super) fn read(key: &Key, item: &Item) -> Result<Self, String> {
        read(key, item).map_err(|error| {
            let causes = std::iter::successors(
                Some(&error as &(dyn std::error::Error + 'static)),
                |error| error.source(),
            );
            causes
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(": ")
        })
    }
}

fn read(key: &Key, item: &Item) -> Result<StoredRow, TableError> {
    let (kind, _) = key.pk.split_once('#').unwrap_or((&key.pk, ""));
    match kind {
        "USER" => of_user(key, item),
        "EMAIL" => of_address(key, item),
        "ACCOUNT" => of_account(key, item),
        "NAME" if key.sk == "NAME" => {
            let row: NameRow = rows::row(item)?;
            let normal = key.pk.trim_start_matches("NAME#").to_owned();
            Ok(StoredRow::Name(normal, row.account_id))
        }
        "PASSKEY" if key.sk == "PASSKEY" => Ok(StoredRow::Passkey(rows::passkey_holder(item)?)),
        "COUNTERS" if key.sk == "ACCOUNTS" => {
            number::<u64>(item, "version")?;
            Ok(StoredRow::AccountCount(number(item, "count")?))
        }
        "MAIL" => of_mail(key, item),
        "IDEMPOTENCY" if key.sk == "IDEMPOTENCY" => other::<SavedRow>(item),
        "JWKS" if key.sk == "JWKS" => other::<JwksRow>(item),
        "SWEEP" if key.sk == "SWEEP" => other::<ExpiryScanRow>(item),
        "SOURCE" | "MAILBOX" | "SENDER" => expiring(item),
        _ => Err(TableError::Damaged("key: no row has this form")),
    }
}

fn of_user(key: &Key, item: &Item) -> Result<StoredRow, TableError> {
    let id = keys::user_id(&key.pk).ok_or(TableError::Damaged("user key"))?;
    match key.sk.as_str() {
        "USER" => {
            change(item)?;
            let user = user_in(item)?.ok_or(TableError::Damaged("user"))?;
            if user.id != id {
                return Err(TableError::Damaged("id: not that of its key"));
            }
            let owned = item.get(OWNED).map(|_| number(item, OWNED)).transpose()?;
            let owned = owned.unwrap_or_default();
            Ok(StoredRow::User(Box::new(StoredPerson { user, owned })))
        }
        "ERASED" => {
            change(item)?.ok_or(TableError::Damaged("change: it has none"))?;
            expiring(item)
        }
        "GUESSES" => expiring(item),
        sort => {
            let account = keys::trace_account(sort);
            let account = account.ok_or(TableError::Damaged("key: no row has this form"))?;
            Ok(StoredRow::Activity(id, account))
        }
    }
}

fn of_address(key: &Key, item: &Item) -> Result<StoredRow, TableError> {
    let own = |email: &EmailAddress| keys::email(email) == *key;
    match key.sk.as_str() {
        "EMAIL" => {
            change(item)?;
            let (email, row) = if let Some(held) = held(item)? {
                (held.email.clone(), StoredRow::FormerAddress(held))
            } else {
                let credential = credential(item)?;
                let credential = credential.ok_or(TableError::Damaged("address"))?;
                (
                    credential.email.clone(),
                    StoredRow::Address(credential.into()),
                )
            };
            if own(&email) {
                Ok(row)
            } else {
                Err(TableError::Damaged("address: not that of its key"))
            }
        }
        "FAILURES" => expiring(item),
        _ => Err(TableError::Damaged("key: no row has this form")),
    }
}

fn of_account(key: &Key, item: &Item) -> Result<StoredRow, TableError> {
    let id = keys::account_id(&key.pk).ok_or(TableError::Damaged("account key"))?;
    if keys::event_place(&key.sk).is_some() {
        return Ok(StoredRow::Event(Box::new(
            rows::row::<EventRow>(item)?.event()?,
        )));
    }
    if keys::member_id(&key.sk).is_some() {
        let member = rows::member(item)?;
        return Ok(StoredRow::Member(Box::new(Listed {
            mislisted: mislisted(item, &member_lists(&member)),
            change: change(item)?,
            row: member,
        })));
    }
    match key.sk.as_str() {
        "ACCOUNT" => of_account_itself(item),
        "COUNT" => {
            number::<u64>(item, "version")?;
            let of = |name| item.get(name).map(|_| number(item, name)).transpose();
            let counts = StoredCounts {
                total: of("count")?.unwrap_or_default(),
                invited: of(INVITED)?,
                suspended: of(SUSPENDED)?,
            };
            Ok(StoredRow::MemberCount(id, counts))
        }
        sort if sort.starts_with("MAILS#") => {
            expiring(item)?;
            Ok(StoredRow::OfAccount(id))
        }
        _ => Err(TableError::Damaged("key: no row has this form")),
    }
}

fn of_account_itself(item: &Item) -> Result<StoredRow, TableError> {
    if let Some(deleted) = rows::deleted_account(item)? {
        let sorts = [deleted.deleted_at, deleted.account.created_at]
            .map(|at| keys::gsi2_sort(deleted.account.id, at));
        // Rows from before deleted accounts had an order of their own are in that of creation.
        let sort = text(item, "gsi2sk");
        let sort = sorts.iter().find(|own| Some(own.as_str()) == sort);
        let lists = [
            ("gsi2pk", Some(keys::DELETED_ACCOUNTS.to_owned())),
            ("gsi2sk", Some(sort.unwrap_or(&sorts[0]).clone())),
        ];
        return Ok(StoredRow::DeletedAccount(Box::new(Listed {
            mislisted: mislisted(item, &lists),
            change: change(item)?,
            row: deleted,
        })));
    }
    let account = rows::live_account(item)?.ok_or(TableError::Damaged("account"))?;
    let lists = [
        ("gsi2pk", Some(keys::LIVE_ACCOUNTS.to_owned())),
        (
            "gsi2sk",
            Some(keys::gsi2_sort(account.id, account.created_at)),
        ),
    ];
    Ok(StoredRow::Account(Box::new(Listed {
        mislisted: mislisted(item, &lists),
        change: change(item)?,
        row: account,
    })))
}

fn of_mail(key: &Key, item: &Item) -> Result<StoredRow, TableError> {
    if key.sk == "MAIL" {
        other::<MailRow>(item)
    } else if key.pk.starts_with(keys::WAITING_LANE) {
        other::<WaitingRow>(item)
    } else if key.pk.starts_with("MAIL#TO#") {
        expiring(item)
    } else {
        Err(TableError::Damaged("key: no row has this form"))
    }
}

/// The lists that a membership is in.
fn member_lists(member: &Member) -> [(&'static str, Option<String>); 2] {
    let (partition, sort) = keys::gsi1(member.account, member.user);
    let listed = member.state != MemberState::Removed;
    [
        ("gsi1pk", listed.then_some(partition)),
        ("gsi1sk", listed.then_some(sort)),
    ]
}

/// Those of `lists` that `item` is not in as it has to be.
fn mislisted(
    item: &Item,
    lists: &[(&'static str, Option<String>)],
) -> Vec<(&'static str, Option<String>)> {
    let wrong = lists
        .iter()
        .filter(|(name, value)| text(item, name) != value.as_deref());
    wrong.cloned().collect()
}

fn other<T: serde::de::DeserializeOwned>(item: &Item) -> Result<StoredRow, TableError> {
    rows::row::<T>(item)?;
    Ok(StoredRow::Other)
}

/// A row that DynamoDB deletes by itself has to say when.
fn expiring(item: &Item) -> Result<StoredRow, TableError> {
    number::<i64>(item, "ttl")?;
    Ok(StoredRow::Other)
}

fn change(item: &Item) -> Result<Option<Change>, TableError> {
    item.get("change").map(rows::attribute).transpose()
}

fn text<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name)?.as_s().ok().map(String::as_str)
}

fn number<T: std::str::FromStr>(item: &Item, name: &'static str) -> Result<T, TableError> {
    let number = match item.get(name) {
        Some(AttributeValue::N(number)) => number.parse().ok(),
        _ => None,
    };
    number.ok_or(TableError::Damaged(name))
}
