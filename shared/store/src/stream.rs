//! What a stream record tells: a change, what it was made to, and what follows from it.

use model::{AccountId, Change, Error, UserId};
use serde::Deserialize;

use super::fault::Fault;
use super::keys;

/// An item before or after a change, as the stream has it.
pub type Image = serde_dynamo::Item;

/// A change that a stream record tells of.
#[derive(Clone, Debug)]
pub struct StreamedChange {
    /// The change.
    pub change: Change,
    /// The account whose trail it belongs to; none for what is done to a user.
    pub account: Option<AccountId>,
    /// How many members more the account has now.
    pub members: i64,
    /// How many live accounts more there are now.
    pub accounts: i64,
    /// Whose copies of names it leaves behind.
    pub copies: Copies,
    /// The user who is erased by it.
    pub erased: Option<UserId>,
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

    fn is_member(&self) -> bool {
        self.status
            .as_deref()
            .is_some_and(|status| status != "removed")
    }
}

impl StreamedChange {
    /// What `new` tells in the place of `old`; nothing where the change was told before.
    ///
    /// # Errors
    ///
    /// An item is not as we write it.
    pub fn read(old: &Image, new: &Image) -> Result<Option<Self>, Error> {
        let row =
            |image: &Image| -> Result<Row, Fault> { Ok(serde_dynamo::from_item(image.clone())?) };
        let (before, after) = (row(old)?, row(new)?);
        if after.change.is_none() || after.change == before.change {
            return Ok(None);
        }
        let created = old.is_empty();
        let keyed: Keyed = serde_dynamo::from_item(new.clone()).map_err(Fault::from)?;
        let mut streamed = Self {
            change: keyed.change,
            account: keys::account_id(&keyed.pk),
            members: 0,
            accounts: 0,
            copies: Copies::Right,
            erased: None,
        };
        let user = keys::user_id(&keyed.pk);
        match (streamed.account, keys::member_id(&keyed.sk), user) {
            (Some(account), Some(user), _) => {
                streamed.members = i64::from(after.is_member()) - i64::from(before.is_member());
                if after.is_shown() && !before.is_member() {
                    streamed.copies = Copies::In(account, user);
                } else if after.is_shown() && before.names() != after.names() {
                    // Who accepts may have taken other names, which the record of the user does not tell.
                    streamed.copies = Copies::Of(user);
                }
            }
            (Some(_), None, _) => {
                let lives = |row: &Row, there: bool| i64::from(there && row.deleted_at.is_none());
                streamed.accounts = lives(&after, true) - lives(&before, !created);
                // The owner's membership is created with the account, and has no record of its own.
                streamed.members = i64::from(created);
            }
            (None, _, Some(user)) if keyed.sk == keys::erased(user).sk => {
                streamed.erased = Some(user);
            }
            (None, _, Some(user)) => {
                if !created && before.names() != after.names() {
                    streamed.copies = Copies::Of(user);
                }
            }
            (None, _, None) => {}
        }
        Ok(Some(streamed))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use model::examples::{acme, ada, after, member};
    use model::{Account, AuditContext, ChangeKind, Member, MemberState, Origin, User};

    use super::*;
    use crate::keys::Key;
    use crate::rows::{self, AccountRow, MemberRow, UserRow};

    fn act() -> AuditContext {
        let origin = Origin {
            request_id: "r".into(),
            source_ip: "192.0.2.1".into(),
            user_agent: String::new(),
            base_url: String::new(),
        };
        AuditContext::new(&origin, Some(ada().actor()), after(0))
    }

    /// The item as the stream has it.
    fn image(key: &Key, row: &impl serde::Serialize, change: Option<&Change>) -> Image {
        stream_image(rows::item(key, row, change).unwrap())
    }

    fn stream_image(item: keys::Item) -> Image {
        let attributes = item.into_iter();
        let attributes: HashMap<String, serde_dynamo::AttributeValue> = attributes
            .map(|(name, value)| (name, value.into()))
            .collect();
        attributes.into()
    }

    fn of_member(member: &Member) -> Image {
        let change = act().on_user(ChangeKind::MemberChanged, member.user);
        let key = keys::member(member.account, member.user);
        image(&key, &MemberRow::from(member), Some(&change))
    }

    fn of_account(account: &Account) -> Image {
        let change = act().on_account(ChangeKind::AccountChanged, account.id);
        image(
            &keys::account(account.id),
            &AccountRow::from(account),
            Some(&change),
        )
    }

    fn streamed(old: &Image, new: &Image) -> StreamedChange {
        StreamedChange::read(old, new).unwrap().unwrap()
    }

    #[test]
    fn members_are_counted_as_they_come_and_go() {
        let (nothing, there) = (Image::default(), of_member(&member()));
        let gone = of_member(&member().removed(after(1)));
        let more = |old: &Image, new: &Image| streamed(old, new).members;
        assert_eq!(more(&nothing, &there), 1);
        assert_eq!(more(&there, &gone), -1);
        assert_eq!(more(&gone, &there), 1);
        assert_eq!(more(&there, &of_member(&member())), 0);
        assert_eq!(streamed(&there, &gone).account, Some(member().account));
    }

    #[test]
    fn accounts_are_counted_with_their_owners() {
        let (nothing, there) = (Image::default(), of_account(&acme()));
        let change = act().on_account(ChangeKind::AccountDeleted, acme().id);
        let row = AccountRow::deleted(&acme(), after(1));
        let gone = image(&keys::account(acme().id), &row, Some(&change));
        let more = |old: &Image, new: &Image| {
            let streamed = streamed(old, new);
            (streamed.accounts, streamed.members)
        };
        assert_eq!(more(&nothing, &there), (1, 1));
        assert_eq!(more(&there, &of_account(&acme())), (0, 0));
        assert_eq!(more(&there, &gone), (-1, 0));
        assert_eq!(more(&gone, &there), (1, 0));
    }

    #[test]
    fn names_that_are_others_leave_copies_behind() {
        let of_user = |user: &model::User| {
            let change = act().on_user(ChangeKind::UserChanged, ada().id);
            image(&keys::user(ada().id), &UserRow::from(user), Some(&change))
        };
        let king = ada().named(&ada().last_name, &ada().first_name, after(1));
        let copies = |old: &Image, new: &Image| streamed(old, new).copies;
        let before = of_user(&ada());
        assert_eq!(copies(&before, &of_user(&king)), Copies::Of(ada().id));
        assert_eq!(copies(&before, &of_user(&ada())), Copies::Right);
        assert_eq!(copies(&Image::default(), &before), Copies::Right);
        let invited = Member {
            state: MemberState::Invited,
            ..member()
        };
        let accepted = invited.accepted(&king, after(1));
        let (invited, accepted) = (of_member(&invited), of_member(&accepted));
        assert_eq!(copies(&invited, &accepted), Copies::Of(ada().id));
        assert_eq!(copies(&Image::default(), &invited), Copies::Right);
        let new = Copies::In(member().account, ada().id);
        assert_eq!(copies(&Image::default(), &of_member(&member())), new);
        let proven = User {
            verified: true,
            ..ada()
        };
        assert_eq!(copies(&before, &of_user(&proven)), Copies::Of(ada().id));
    }

    #[test]
    fn what_was_told_is_not_told_again() {
        let there = of_member(&member());
        assert!(StreamedChange::read(&there, &there).unwrap().is_none());
        let silent = image(
            &keys::member(member().account, member().user),
            &MemberRow::from(&member()),
            None,
        );
        assert!(StreamedChange::read(&there, &silent).unwrap().is_none());
        assert!(
            StreamedChange::read(&there, &Image::default())
                .unwrap()
                .is_none()
        );
    }

    #[test]
    fn an_erasure_names_who_is_erased() {
        let change = act().on_user(ChangeKind::UserErased, ada().id);
        let image = stream_image(rows::erased(ada().id, &change).unwrap());
        let streamed = streamed(&Image::default(), &image);
        assert_eq!((streamed.erased, streamed.account), (Some(ada().id), None));
    }
}
