//! A deleted account that its owner may still restore.

use super::account::Account;
use super::member::Member;
use crate::error::{Error, Missing};
use crate::values::{AccountName, DecidedBy, Timestamp, UserId};

/// A deleted account.
#[derive(Clone, Debug, PartialEq)]
pub struct DeletedAccount {
    /// The account at its deletion. Its version includes the deletion.
    pub account: Account,
    /// The time of the deletion.
    pub deleted_at: Timestamp,
    /// Who deleted it.
    pub deleted_by: DecidedBy,
    /// Whether clearing has begun. From then on it cannot be restored.
    pub purging: bool,
}

impl DeletedAccount {
    /// In whose name `user` may restore it at `now`: its owner, for `window` seconds; what the platform has deleted, the platform
    /// only.
    ///
    /// # Errors
    ///
    /// [`Missing::Account`] for everybody else, after that time, and once clearing has begun. [`Error::Unauthorized`] for the
    /// owner, if the platform has deleted it.
    pub fn may_restore(
        &self,
        user: UserId,
        platform_admin: bool,
        window: i64,
        now: Timestamp,
    ) -> Result<DecidedBy, Error> {
        let by_platform = self.deleted_by == DecidedBy::Platform;
        if self.is_late(window, now) {
            Err(Missing::Account.into())
        } else if by_platform && platform_admin {
            Ok(DecidedBy::Platform)
        } else if self.account.owner != user {
            Err(Missing::Account.into())
        } else if by_platform {
            Err(Error::Unauthorized)
        } else {
            Ok(DecidedBy::Account)
        }
    }

    /// The platform may restore it at `now`, without being anybody in it: what the platform has deleted, for `window` seconds.
    ///
    /// # Errors
    ///
    /// [`Missing::Account`] after that time, and once clearing has begun. [`Error::Unauthorized`], if its owner has deleted it.
    pub fn platform_may_restore(&self, window: i64, now: Timestamp) -> Result<(), Error> {
        if self.is_late(window, now) {
            Err(Missing::Account.into())
        } else if self.deleted_by == DecidedBy::Platform {
            Ok(())
        } else {
            Err(Error::Unauthorized)
        }
    }

    fn is_late(&self, window: i64, now: Timestamp) -> bool {
        self.purging || self.deleted_at.plus_seconds(window) <= now
    }

    /// The account, under `name` if there is another one, and the membership of its owner after a restoration at `now`. The rest
    /// is as it was at the deletion.
    ///
    /// # Errors
    ///
    /// [`Missing::Account`], if `member` does not own it: an erased owner owns nothing.
    pub fn restored(
        &self,
        member: Option<&Member>,
        name: Option<&AccountName>,
        now: Timestamp,
    ) -> Result<(Account, Member), Error> {
        let owner = member.filter(|member| member.owner && member.is_active());
        let owner = owner.ok_or(Missing::Account)?;
        let account = Account {
            name: name.unwrap_or(&self.account.name).clone(),
            updated_at: now,
            version: self.account.version + 1,
            ..self.account.clone()
        };
        // The membership's version changes too, so that a concurrent erasure that is leaving the account reads it again.
        Ok((account, owner.owning(true, now)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::{NOW, acme, after, member, member_in, user_id};
    use crate::rules::MemberState;

    const WINDOW: i64 = 60;

    fn deleted() -> DeletedAccount {
        DeletedAccount {
            account: acme(),
            deleted_at: NOW,
            deleted_by: DecidedBy::Account,
            purging: false,
        }
    }

    fn owner() -> Member {
        Member {
            owner: true,
            ..member()
        }
    }

    #[test]
    fn the_owner_gets_back_what_was_deleted() {
        let restored = deleted().restored(Some(&owner()), None, after(1000));
        let account = Account {
            updated_at: after(1000),
            version: 2,
            ..acme()
        };
        assert_eq!(
            restored.unwrap(),
            (account, owner().owning(true, after(1000)))
        );
    }

    #[test]
    fn another_name_is_all_that_changes() {
        let name = AccountName::parse("Globex").unwrap();
        let (account, _) = deleted()
            .restored(Some(&owner()), Some(&name), after(1000))
            .unwrap();
        let (same, _) = deleted()
            .restored(Some(&owner()), None, after(1000))
            .unwrap();
        assert_eq!(account, Account { name, ..same });
    }

    #[test]
    fn without_its_owner_it_does_not_come_back() {
        let removed = owner().removed(NOW);
        let invited = member_in(MemberState::Invited);
        for other in [Some(member()), Some(removed), Some(invited), None] {
            let restored = deleted().restored(other.as_ref(), None, NOW);
            assert!(
                matches!(restored, Err(Error::Missing(Missing::Account))),
                "{other:?}"
            );
        }
    }

    /// What the owner, a stranger, and a platform administrator who is a stranger may do.
    fn restorers(deleted: &DeletedAccount, now: Timestamp) -> [&'static str; 3] {
        [(1, false), (7, false), (7, true)].map(|(user, platform)| {
            match deleted.may_restore(user_id(user), platform, WINDOW, now) {
                Ok(DecidedBy::Account) => "account",
                Ok(DecidedBy::Platform) => "platform",
                Err(Error::Unauthorized) => "refused",
                Err(_) => "missing",
            }
        })
    }

    #[test]
    fn the_owner_restores_and_the_platform_what_it_has_deleted() {
        let own = ["account", "missing", "missing"];
        assert_eq!(restorers(&deleted(), NOW), own);
        let by_platform = DeletedAccount {
            deleted_by: DecidedBy::Platform,
            ..deleted()
        };
        let platform = ["refused", "missing", "platform"];
        assert_eq!(restorers(&by_platform, NOW), platform);
        assert_eq!(restorers(&by_platform, after(60_000)), ["missing"; 3]);
    }

    #[test]
    fn it_is_too_late_at_the_end_of_the_window_and_once_it_is_being_cleared() {
        let own = ["account", "missing", "missing"];
        assert_eq!(restorers(&deleted(), after(60_000 - 1)), own);
        assert_eq!(restorers(&deleted(), after(60_000)), ["missing"; 3]);
        let purging = DeletedAccount {
            purging: true,
            ..deleted()
        };
        assert_eq!(restorers(&purging, NOW), ["missing"; 3]);
        let none = deleted().may_restore(user_id(1), false, 0, NOW);
        assert!(none.is_err());
    }
}
