//! Memberships.

use model::{Change, Error, Member, Missing, User};

use super::accounts::Written;
use super::backoff::Backoff;
use super::credentials::{Credential, credential};
use super::held_addresses::{HeldAddress, held};
use super::idempotency::Saved;
use super::rows::{self, MemberRow, UserRow};
use super::table_error::TableError;
use super::write::{Outcome, Write};
use super::{Store, keys};
use crate::{Committed, Saving};

/// What already exists for a new member, as far as it is known.
#[derive(Debug, Default)]
pub struct Existing {
    /// The holder of the address.
    pub holder: Option<Credential>,
    /// The former address, if it is one.
    pub held: Option<HeldAddress>,
    /// The membership, in any state.
    pub member: Option<Member>,
}

/// What a new membership consists of.
#[derive(Debug)]
pub struct NewMemberRows {
    /// The membership.
    pub member: Member,
    /// The record of it.
    pub change: Change,
    /// The user, where the address has no holder yet.
    pub person: Option<NewPersonRows>,
    /// The answer, to be saved for a repeated request.
    pub answer: Vec<u8>,
}

/// A user who does not exist yet: the first invitation creates them.
#[derive(Debug)]
pub struct NewPersonRows {
    /// The user.
    pub user: User,
    /// The record of the user.
    pub change: Change,
    /// The address.
    pub credential: Credential,
    /// The former address in whose place it is.
    pub held: Option<HeldAddress>,
}

/// Places of the writes of a new member.
const MEMBER: usize = 0;
const ADDRESS: usize = 1;

impl Store {
    /// Adds the member that `decide` returns for what exists, and decides again after losing to a concurrent writer. One write
    /// for a user who exists, a transaction of three for one who does not.
    ///
    /// # Errors
    ///
    /// What `decide` refuses; [`model::Conflict::Contended`].
    pub async fn add_member(
        &self,
        mut existing: Existing,
        saving: Option<&Saving>,
        mut decide: impl FnMut(&Existing) -> Result<NewMemberRows, Error>,
    ) -> Result<Committed<Member>, Error> {
        let mut backoff = Backoff::new();
        loop {
            let new = decide(&existing)?;
            let change = with_diff(existing.member.as_ref(), &new.member, &new.change);
            let member = Member {
                updated_at: change.at(),
                ..new.member
            };
            let mut writes = vec![match &existing.member {
                None => create_member(&member, &change)?,
                Some(replaced) => replace_member(replaced, &member, &change)?,
            }];
            if let Some(person) = &new.person {
                writes.extend(new_person(person)?);
            }
            let saved = self.commit_saving(writes, saving, &new.answer, change.at());
            match saved.await? {
                Saved::Done => return Ok(Committed::Done(member)),
                Saved::Replay(answer) => return Ok(Committed::Replayed(answer)),
                Saved::Lost(lost) => {
                    let item = |place| lost.item(place).filter(|item| !item.is_empty());
                    existing.member = item(MEMBER).map(rows::member).transpose()?;
                    let holder = item(ADDRESS).filter(|_| new.person.is_some());
                    if let Some(item) = holder {
                        existing.holder = credential(item)?;
                        existing.held = held(item)?;
                    }
                }
            }
            backoff.wait().await?;
        }
    }

    /// Changes `member` as `decide` says, and decides again after losing to a concurrent writer. `decide` answers `None` if
    /// nothing changes. Answers the membership after the change.
    ///
    /// # Errors
    ///
    /// What `decide` refuses; [`Missing::User`] once the member is gone; [`model::Conflict::Contended`].
    pub async fn update_member(
        &self,
        member: Member,
        change: &Change,
        mut decide: impl FnMut(&Member) -> Result<Option<Member>, Error>,
    ) -> Result<Member, Error> {
        let mut current = member;
        let mut backoff = Backoff::new();
        loop {
            let Some(next) = decide(&current)? else {
                return Ok(current);
            };
            match self.change_member(&current, &next, change).await? {
                Written::Done => return Ok(next),
                Written::Outdated(existing) => {
                    let existing = existing.filter(|member| member.status().is_some());
                    current = existing.ok_or(Missing::User)?;
                }
            }
            backoff.wait().await?;
        }
    }

    /// Puts `next` in the place of `current`.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn change_member(
        &self,
        current: &Member,
        next: &Member,
        change: &Change,
    ) -> Result<Written<Member>, Error> {
        let write = replace_member(current, next, change)?;
        match self.commit(&[write]).await? {
            Outcome::Done => Ok(Written::Done),
            Outcome::Lost(lost) => {
                let item = lost.item(0).filter(|item| !item.is_empty());
                Ok(Written::Outdated(item.map(rows::member).transpose()?))
            }
        }
    }
}

pub(super) fn create_member(member: &Member, change: &Change) -> Result<Write, TableError> {
    let key = keys::member(member.account, member.user);
    let item = rows::item(&key, &MemberRow::from(member), Some(change))?;
    Ok(Write::create(item))
}

/// The address in the place [`ADDRESS`], and its user.
fn new_person(person: &NewPersonRows) -> Result<[Write; 2], TableError> {
    let NewPersonRows { user, change, .. } = person;
    let row = match &person.held {
        Some(held) => UserRow::from(&held.taken_over_by(user)),
        None => UserRow::from(user),
    };
    let item = rows::item(&keys::user(user.id), &row, Some(change))?;
    Ok([
        person.credential.create_over(person.held.as_ref())?,
        Write::create(item),
    ])
}

/// Replaces `current` by `next`. Only `mailer` writes `delivery`, without changing the version. So `delivery` stays as it is,
/// unless `next` has another mail or none.
pub(super) fn replace_member(
    current: &Member,
    next: &Member,
    change: &Change,
) -> Result<Write, TableError> {
    let key = keys::member(next.account, next.user);
    let change = with_diff(Some(current), next, change);
    let mut item = rows::item(&key, &MemberRow::from(next), Some(&change))?;
    let mail = |member: &Member| Some(member.delivery.as_ref()?.change.clone());
    let mut optional = rows::OPTIONAL.to_vec();
    if mail(current) == mail(next) {
        item.remove(rows::DELIVERY);
    } else {
        optional.push(rows::DELIVERY);
    }
    Ok(Write::amend(key, item, &optional, current.version))
}

/// `change` with the membership's differences, timestamped after the membership's last change.
pub(super) fn with_diff(before: Option<&Member>, after: &Member, change: &Change) -> Change {
    let change = change
        .clone()
        .with(Member::differences(before, Some(after)))
        .to_version(after.version);
    match before {
        Some(before) => change.not_before(before.updated_at),
        None => change,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use model::examples::{after, asking, invitation, member_in};
    use model::{Delivery, MemberPatch, MemberState, Role, Roles};

    use super::*;

    fn invited() -> Member {
        member_in(MemberState::Invited)
    }

    /// What happens to `delivery` in the write that replaces `current` by `next`.
    fn with_diff(current: &Member, next: &Member) -> &'static str {
        let shown = replace_member(current, next, &asking()).unwrap().shown();
        let (sets, removes) = shown.split_once(" REMOVE ").unwrap();
        match (sets.contains("delivery = "), removes.contains("delivery")) {
            (true, false) => "set",
            (false, true) => "removed",
            (false, false) => "left",
            (true, true) => "both",
        }
    }

    #[test]
    fn what_became_of_a_mail_is_left_to_the_mailer_until_there_is_another_mail_or_none() {
        let before = invited();
        let asked = before.invited(invitation(), &asking(), after(1));
        let roles = MemberPatch {
            roles: Some(Roles::only(Role::Admin)),
            status: None,
        };
        let patched = asked.patched(&roles, after(2)).unwrap().unwrap();
        assert_eq!(with_diff(&before, &asked), "set");
        assert_eq!(with_diff(&asked, &patched), "left");
        let another = Change {
            id: "another".into(),
            ..asking()
        };
        let once_more = asked.invited(invitation(), &another, after(2));
        assert_eq!(with_diff(&asked, &once_more), "set");
        assert_eq!(with_diff(&asked, &asked.removed(after(2))), "removed");
        assert_eq!(with_diff(&before, &before.removed(after(2))), "left");
    }

    /// Every attribute is set or removed, so no value of the replaced row stays.
    #[test]
    fn a_replaced_row_keeps_nothing_of_the_one_before() {
        let mut whole = invited();
        whole.delivery = Some(Delivery::queued(&asking()));
        let mut rows: Vec<String> = Vec::new();
        for member in [&whole, &whole.removed(after(1))] {
            let item = rows::item(
                &keys::member(whole.account, whole.user),
                &MemberRow::from(member),
                Some(&asking()),
            );
            rows.extend(item.unwrap().into_keys());
        }
        rows.sort();
        rows.dedup();
        let write = replace_member(&invited(), &whole.removed(after(1)), &asking()).unwrap();
        let shown = write.shown();
        for name in rows
            .iter()
            .filter(|name| !["pk", "sk", "delivery"].contains(&name.as_str()))
        {
            let (sets, removes) = shown.split_once(" REMOVE ").unwrap();
            let set = sets.contains(&format!("{name} = "));
            assert!(set || removes.contains(name), "{name}: {shown}");
        }
        let (_, removes) = shown.split_once(" REMOVE ").unwrap();
        expect!["firstName, gsi1pk, gsi1sk, lastName if version = 1"].assert_eq(removes);
    }
}
