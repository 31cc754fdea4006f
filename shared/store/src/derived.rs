//! An account's whole partition, from which all derived data can be rebuilt.

use std::collections::HashSet;

use aws_sdk_dynamodb::types::{AttributeValue, Select};
use model::{AccountId, Change, Error, Member, MemberCounts, MemberState, Timestamp};

use super::batch::ReadRange;
use super::batch_read::BATCH;
use super::counts::Counted;
use super::event::Event;
use super::keys::{self, Item, Key};
use super::listed::ListedMember;
use super::read_set::ReadSet;
use super::table_error::TableError;
use super::{Store, rows};

/// What an account's items say.
#[derive(Clone, Debug, Default)]
pub struct Derived {
    /// How many members there are, by status.
    pub members: MemberCounts,
    /// The last changes of its items that had no event in the trail when it was read, as events.
    pub untold: Vec<Event>,
}

/// How long the stream keeps a record, in seconds: an older change without an event is lost.
const RETENTION: i64 = 24 * 60 * 60;

impl Store {
    /// Makes the derived data of `account` anew at `now`: lost events, counters, copies of names. `false` if it cannot be right
    /// yet, since changes are not processed or others change it.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn rebuild(&self, account: AccountId, now: Timestamp) -> Result<bool, Error> {
        let snapshot = self.count(Counted::Members(account)).await?;
        let derived = self.derived(account).await?;
        let right = self.is_recorded(&derived, now).await?
            && self
                .set_member_counts(account, snapshot, derived.members)
                .await?;
        if right {
            self.repair_copies(account).await?;
        }
        Ok(right)
    }

    /// Whether the trail has the last change of every item. Then all earlier changes were counted too, because those of one item
    /// come in order. Events whose stream records are lost are written now.
    async fn is_recorded(&self, derived: &Derived, now: Timestamp) -> Result<bool, Error> {
        for event in &derived.untold {
            if self.has_event(event).await? {
                continue;
            }
            if now <= event.at.plus_seconds(RETENTION) {
                return Ok(false);
            }
            self.restore_event(event).await?;
        }
        Ok(true)
    }

    /// Reads everything in the partition of `account`, strongly consistent: events first, then members.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn derived(&self, account: AccountId) -> Result<Derived, Error> {
        let query = self
            .query("pk = :pk")
            .expression_attribute_values(":pk", AttributeValue::S(keys::account_partition(account)))
            .projection_expression("pk, sk, #change, #status")
            .expression_attribute_names("#change", "change")
            .expression_attribute_names("#status", "status")
            .consistent_read(true);
        let mut derived = Derived::default();
        let mut standing = HashSet::new();
        let mut start = None;
        loop {
            let page = query.clone().set_exclusive_start_key(start).send().await;
            let page = page.map_err(TableError::from)?;
            for item in page.items() {
                let key = Key::of(item).ok_or(TableError::Damaged("key"))?;
                if let Some(place) = keys::event_place(&key.sk) {
                    standing.insert(place.id);
                    continue;
                }
                if keys::member_id(&key.sk).is_some() {
                    let state = rows::member_state(item)?;
                    derived.members = derived.members.plus(MemberCounts::one(state));
                }
                derived.untold.extend(last_change(item, account)?);
            }
            start = page.last_evaluated_key;
            if start.is_none() {
                break;
            }
        }
        derived.untold.retain(|event| !standing.contains(&event.id));
        Ok(derived)
    }

    /// How many accounts the index of live ones holds.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn live_accounts(&self) -> Result<i64, Error> {
        let query = self
            .query("gsi2pk = :pk")
            .index_name("gsi2")
            .expression_attribute_values(":pk", AttributeValue::S(keys::LIVE_ACCOUNTS.into()))
            .select(Select::Count);
        let mut count = 0;
        let mut start = None;
        loop {
            let page = query.clone().set_exclusive_start_key(start).send().await;
            let page = page.map_err(TableError::from)?;
            count += i64::from(page.count());
            start = page.last_evaluated_key;
            if start.is_none() {
                return Ok(count);
            }
        }
    }

    /// Brings the copies of names of every member of `account` up to date.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn repair_copies(&self, account: AccountId) -> Result<(), Error> {
        let mut after = None;
        loop {
            let range = ReadRange {
                after,
                backwards: false,
                limit: BATCH,
            };
            let page = self.members(account, range, None).await?;
            let members = page.rows.into_iter();
            let shown = members.filter(|member| member.state != MemberState::Invited);
            let members: Vec<_> = shown.collect();
            if !members.is_empty() {
                let reads = members
                    .iter()
                    .fold(ReadSet::default(), |all, member| all.user(member.user));
                let snapshot = self.read(reads).await?;
                for member in members {
                    let Some(user) = snapshot.user(member.user)? else {
                        continue;
                    };
                    let copied = Member::new(account, &user, member.roles.clone(), user.names_at);
                    let copied = ListedMember::from(copied);
                    let names = |member: &ListedMember| {
                        let names = (member.first_name.clone(), member.last_name.clone());
                        (member.email.clone(), member.verified, names)
                    };
                    if names(&copied) != names(&member) {
                        self.copy_names_to(account, &user).await?;
                    }
                }
            }
            if page.end {
                return Ok(());
            }
            after = page.last;
        }
    }
}

/// The last change of an item, as its event.
fn last_change(item: &Item, account: AccountId) -> Result<Option<Event>, TableError> {
    let Some(change) = item.get("change") else {
        return Ok(None);
    };
    let change: Change = rows::attribute(change)?;
    Ok(Some(Event::new(account, &change)))
}
