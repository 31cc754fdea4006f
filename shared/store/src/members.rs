//! Memberships.

use model::{Change, Error, Member, Missing, User};

use super::accounts::Written;
use super::backoff::Backoff;
use super::credentials::Credential;
use super::fault::Fault;
use super::idempotency::Saved;
use super::rows::{self, MemberRow, UserRow};
use super::write::{Outcome, Write};
use super::{Store, keys};
use crate::Saving;

/// How adding a member ended.
#[derive(Debug)]
pub enum Added {
    /// It took place.
    Done,
    /// It had taken place before, with this answer.
    Replay(Vec<u8>),
    /// There is a membership already, in whatever state.
    Exists(Box<Member>),
    /// The address has got a holder meanwhile, or a random id was taken: look again.
    Raced,
}

impl Store {
    /// Adds `member`, in the place of `replaced` if there is one.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn add_member(
        &self,
        member: &Member,
        replaced: Option<&Member>,
        change: &Change,
        saving: Option<&Saving>,
        answer: &[u8],
    ) -> Result<Added, Error> {
        let change = with_diff(replaced, member, change);
        let member = &Member {
            updated_at: change.at(),
            ..member.clone()
        };
        let write = match replaced {
            None => create_member(member, &change)?,
            Some(replaced) => replace_member(replaced, member, &change)?,
        };
        self.add(vec![write], &change, saving, answer).await
    }

    /// Adds `member` together with the user that they are the first trace of.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn add_new_member(
        &self,
        member: &Member,
        user: (&User, &Change),
        credential: &Credential,
        change: &Change,
        saving: Option<&Saving>,
        answer: &[u8],
    ) -> Result<Added, Error> {
        let (user, invited) = user;
        let change = &with_diff(None, member, change);
        let writes = vec![
            create_member(member, change)?,
            credential.create()?,
            Write::create(rows::item(
                &keys::user(user.id),
                &UserRow::from(user),
                Some(invited),
            )?),
        ];
        self.add(writes, change, saving, answer).await
    }

    async fn add(
        &self,
        writes: Vec<Write>,
        change: &Change,
        saving: Option<&Saving>,
        answer: &[u8],
    ) -> Result<Added, Error> {
        match self
            .commit_saving(writes, saving, answer, change.at())
            .await?
        {
            Saved::Done => Ok(Added::Done),
            Saved::Replay(answer) => Ok(Added::Replay(answer)),
            Saved::Lost(lost) => match lost.item(0).filter(|item| !item.is_empty()) {
                Some(item) => Ok(Added::Exists(Box::new(rows::member(item)?))),
                None => Ok(Added::Raced),
            },
        }
    }

    /// Makes of `member` what `decide` says, and decides again where a concurrent writer was faster. `decide` answers `None`
    /// where nothing changes. Answers the membership as it is then.
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

fn create_member(member: &Member, change: &Change) -> Result<Write, Fault> {
    let key = keys::member(member.account, member.user);
    let item = rows::item(&key, &MemberRow::from(member), Some(change))?;
    Ok(Write::create(item))
}

/// `next` in the place of `current`. What has become of the invitation's mail is `mailer`'s to tell, which counts no
/// version: it stays as it stands, unless `next` has another mail or none.
pub(super) fn replace_member(
    current: &Member,
    next: &Member,
    change: &Change,
) -> Result<Write, Fault> {
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

/// `change` with what it changes of a membership, told after what was told of it before.
fn with_diff(before: Option<&Member>, after: &Member, change: &Change) -> Change {
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

    /// What becomes of `delivery` in the write that makes `next` of `current`.
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

    /// Every attribute is set or removed, whatever stood there before.
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
        expect!["gsi1pk, gsi1sk if version = 1"].assert_eq(removes);
    }
}
