//! The records of the table's stream: the change in a record, and what follows from it.

mod record;

use model::{AccountId, Change, Error, MemberCounts, MemberState, UserId};
use serde::Deserialize;

use super::keys;
use super::table_error::TableError;

pub use record::StreamRecord;

/// An item before or after a change, as the stream has it.
pub type Image = serde_dynamo::Item;

/// A change that a stream record tells of.
#[derive(Clone, Debug)]
pub struct StreamedChange {
    /// The change.
    pub change: Change,
    /// The account whose trail it belongs to; none for what is done to a user.
    pub account: Option<AccountId>,
    /// How many members more the account has now, by status.
    pub members: MemberCounts,
    /// How many live accounts more there are now.
    pub accounts: i64,
    /// The copies of names that it leaves outdated.
    pub copies: Copies,
    /// The membership, active or not, that exists after it.
    pub membership: Option<(AccountId, UserId)>,
    /// The person who is no active member any more, or to whom the ownership is offered: an offer to them may have to end.
    pub nominee: Option<(AccountId, UserId)>,
    /// The person who has proved an address by it: invitations to the address may still be in memberships of its former holders.
    pub proven: Option<UserId>,
    /// The user who is erased by it.
    pub erased: Option<UserId>,
    /// The account that is deleted by it, and its owner.
    pub deleted: Option<(AccountId, UserId)>,
}

/// Copies of a user's names that a change may have left behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copies {
    /// None.
    Right,
    /// The one in this new membership.
    In(AccountId, UserId),
    /// All of this user's.
    Of(UserId),
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    #[serde(default)]
    change: Option<Id>,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    deleted_at: Option<i64>,
    #[serde(default)]
    pending_owner: Option<Nominee>,
    /// Of an account.
    #[serde(default)]
    owner_id: Option<UserId>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    first_name: Option<String>,
    #[serde(default)]
    last_name: Option<String>,
    /// Of a user.
    #[serde(default)]
    verified: bool,
    /// The copy of it in a membership.
    #[serde(default)]
    email_verified: bool,
}

#[derive(PartialEq, Deserialize)]
struct Id {
    id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Nominee {
    user_id: UserId,
}

#[derive(Deserialize)]
struct Keyed {
    pk: String,
    sk: String,
    change: Change,
}

impl Row {
    /// What is copied into memberships.
    fn names(&self) -> ([&Option<String>; 3], bool) {
        let names = [&self.email, &self.first_name, &self.last_name];
        (names, self.verified || self.email_verified)
    }

    /// Whether a membership shows copies. An invited one shows what its inviter typed.
    fn is_shown(&self) -> bool {
        self.is_member() && self.status.as_deref() != Some("invited")
    }

    fn is_active(&self) -> bool {
        self.status.as_deref() == Some("active")
    }

    fn is_member(&self) -> bool {
        self.counts().total() > 0
    }

    /// The member of a membership's row.
    fn counts(&self) -> MemberCounts {
        match self.status.as_deref() {
            Some("active") => MemberCounts::one(MemberState::Active),
            Some("invited") => MemberCounts::one(MemberState::Invited),
            Some("suspended") => MemberCounts::one(MemberState::Suspended),
            _ => MemberCounts::default(),
        }
    }
}

impl StreamedChange {
    /// The change in `record`; `None` if the record has none, or its item had the same change before.
    ///
    /// # Errors
    ///
    /// An item is not as we write it.
    pub fn read(record: &StreamRecord) -> Result<Option<Self>, Error> {
        let (old, new) = (&record.old, &record.new);
        let row = |image: &Image| -> Result<Row, TableError> {
            Ok(serde_dynamo::from_item(image.clone())?)
        };
        let (before, after) = (row(old)?, row(new)?);
        if after.change.is_none() || after.change == before.change {
            return Ok(None);
        }
        let created = old.is_empty();
        let keyed: Keyed = serde_dynamo::from_item(new.clone()).map_err(TableError::from)?;
        let mut streamed = Self {
            change: keyed.change,
            account: keys::account_id(&keyed.pk),
            members: MemberCounts::default(),
            accounts: 0,
            copies: Copies::Right,
            membership: None,
            nominee: None,
            proven: None,
            erased: None,
            deleted: None,
        };
        let user = keys::user_id(&keyed.pk);
        match (streamed.account, keys::member_id(&keyed.sk), user) {
            (Some(account), Some(user), _) => {
                streamed.members = after.counts().minus(before.counts());
                streamed.membership = after.is_member().then_some((account, user));
                streamed.nominee =
                    (before.is_active() && !after.is_active()).then_some((account, user));
                if after.is_shown() && !before.is_shown() {
                    // Accepting may set other names, and the user's own record does not have that change.
                    let accepted = before.is_member() && before.names() != after.names();
                    streamed.copies = if accepted {
                        Copies::Of(user)
                    } else {
                        Copies::In(account, user)
                    };
                }
            }
            (Some(account), None, _) => {
                let nominee = after.pending_owner.as_ref();
                streamed.nominee = nominee.map(|nominee| (account, nominee.user_id));
                let lives = |row: &Row, there: bool| i64::from(there && row.deleted_at.is_none());
                streamed.accounts = lives(&after, true) - lives(&before, !created);
                let owner = after.owner_id.map(|owner| (account, owner));
                if streamed.accounts < 0 {
                    streamed.deleted = owner;
                } else if streamed.accounts > 0 && !created {
                    // The names in it may be those of before the deletion.
                    streamed.membership = owner;
                    let copy = |(account, owner)| Copies::In(account, owner);
                    streamed.copies = owner.map_or(Copies::Right, copy);
                }
                // The owner's membership is created with the account, and has no record of its own.
                if created {
                    streamed.members = MemberCounts::one(MemberState::Active);
                }
            }
            (None, _, Some(user)) if keyed.sk == keys::erased(user).sk => {
                streamed.erased = Some(user);
            }
            (None, _, Some(user)) => {
                if !created && before.names() != after.names() {
                    streamed.copies = Copies::Of(user);
                }
                let proves = (&before.email, before.verified) != (&after.email, after.verified);
                streamed.proven = (proves && after.verified).then_some(user);
            }
            (None, _, None) => {}
        }
        Ok(Some(streamed))
    }
}

#[cfg(test)]
mod tests;
