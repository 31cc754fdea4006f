//! An account's way from one owner to another.

use aws_sdk_dynamodb::types::AttributeValue;
use model::{Account, Change, Conflict, Error, Member, Missing, Role, Timestamp};

use super::accounts::{ACCOUNT, live, replace_account, replace_membership, with_diff};
use super::backoff::Backoff;
use super::keys::Item;
use super::owned::{Loss, owner_gains, refused_gain};
use super::table_error::TableError;
use super::users::text;
use super::write::{Lost, Outcome, Write, number};
use super::{Store, keys, rows};

/// An account, and the member who becomes its owner.
#[derive(Clone, Debug)]
pub struct Handover {
    /// The account.
    pub account: Account,
    /// The membership of the new owner.
    pub heir: Member,
}

/// Places of the writes.
const HEIR: usize = 1;
const FORMER: usize = 2;
const GAIN: usize = 3;
const LOSS: usize = 4;

impl Store {
    /// Hands an account over to a proven person who owns fewer than `limit` accounts: the account, both memberships and both
    /// persons' counts change together. `decide` decides, again where a concurrent writer was faster. The former owner keeps or
    /// gets the role `admin`. Answers the account as it is then.
    ///
    /// The former owner's membership is written without being read: it is one write that asks for an owner with the role
    /// `admin` whose last change is not later than this one. Where that does not hold, its answer says what there is, and the next
    /// try replaces that.
    ///
    /// # Errors
    ///
    /// What `decide` refuses; [`Missing::Account`] once it is deleted; [`Missing::User`] if the new owner is gone;
    /// [`Conflict::MemberNotActive`] if they are not proven; [`Conflict::AccountLimit`]; [`Conflict::Contended`].
    pub async fn hand_over(
        &self,
        handover: Handover,
        limit: u32,
        mut decide: impl FnMut(&Handover) -> Result<Change, Error>,
    ) -> Result<Account, Error> {
        let mut current = handover;
        let mut former: Option<Member> = None;
        let mut count = Loss::new(current.account.owner);
        let mut backoff = Backoff::new();
        loop {
            let Handover { account, heir } = &current;
            let change = decide(&current)?;
            let now = change.at();
            let next = account.owned_by(heir.user, now);
            // Who owns it is a part of both memberships too: it comes after their last changes.
            let change = with_diff(Some(account), Some(&next), &change).not_before(heir.updated_at);
            let change = match &former {
                Some(former) => change.not_before(former.updated_at),
                None => change,
            };
            let mut writes = vec![
                replace_account(account, &next, &change)?,
                replace_membership(heir, &heir.owning(true, now))?,
                match &former {
                    Some(former) => replace_membership(former, &former.disowned(now))?,
                    None => disown(account, change.at()),
                },
                owner_gains(heir.user, limit).equals("verified", AttributeValue::Bool(true)),
            ];
            writes.extend(count.write());
            let Outcome::Lost(lost) = self.commit(&writes).await? else {
                return Ok(next);
            };
            count.note(&lost, LOSS);
            let moved = [ACCOUNT, HEIR, FORMER].iter().any(|place| lost.at(*place));
            if !moved && let Some(refused) = refused(&lost) {
                return Err(refused);
            }
            if let Some(item) = lost.item(FORMER) {
                former = member(item)?;
            }
            if let Some(item) = lost.item(HEIR) {
                current.heir = member(item)?.ok_or(Missing::User)?;
            }
            if let Some(item) = lost.item(ACCOUNT) {
                let account = live(item)?.ok_or(Missing::Account)?;
                if account.owner != current.account.owner {
                    former = None;
                    count = Loss::new(account.owner);
                }
                current.account = account;
            }
            backoff.wait().await?;
        }
    }
}

/// Why the new owner does not gain an account.
fn refused(lost: &Lost) -> Option<Error> {
    let verified = lost.item(GAIN)?.get("verified");
    if verified == Some(&AttributeValue::Bool(false)) {
        return Some(Conflict::MemberNotActive.into());
    }
    refused_gain(lost, GAIN, Missing::User.into())
}

/// The owner of `account` is a member like others from `at` on, as far as that takes no more than this.
fn disown(account: &Account, at: Timestamp) -> Write {
    let at = number(at.millis());
    Write::update(keys::member(account.id, account.owner))
        .equals("owner", AttributeValue::Bool(true))
        .contains("roles", text(Role::Admin.as_str()))
        .absent_or_at_most("updatedAt", at.clone())
        .set("owner", AttributeValue::Bool(false))
        .set("updatedAt", at)
        .add("version", number(1))
}

fn member(item: &Item) -> Result<Option<Member>, TableError> {
    if item.is_empty() {
        return Ok(None);
    }
    rows::member(item).map(Some)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use model::examples::{NOW, acme};

    use super::*;

    #[test]
    fn the_former_owner_is_written_without_being_read() {
        let at = NOW.millis();
        let expected = format!(
            "update ACCOUNT#42 | MEMBER#0000000000000001 SET owner = false, updatedAt = {at} ADD version 1 \
             if attribute_exists(pk) AND owner = true AND contains(roles, \"admin\") AND \
             (attribute_not_exists(updatedAt) OR updatedAt <= {at})"
        );
        assert_eq!(disown(&acme(), NOW).shown(), expected);
    }

    #[test]
    fn an_unproven_person_does_not_gain_an_account() {
        let lost = |verified: Option<bool>| {
            let verified = verified.map(|verified| {
                let verified = AttributeValue::Bool(verified);
                ("verified".to_owned(), verified)
            });
            let refused = refused(&Lost::of(GAIN, verified.into_iter().collect()));
            refused.unwrap().to_string()
        };
        expect!["the member is not active"].assert_eq(&lost(Some(false)));
        expect!["the new owner would own more accounts than one person may"]
            .assert_eq(&lost(Some(true)));
        expect!["there is no such user"].assert_eq(&lost(None));
        assert!(refused(&Lost::of(HEIR, Item::new())).is_none());
    }
}
