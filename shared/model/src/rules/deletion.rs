//! A deleted account that its owner may still restore.

use super::account::Account;
use super::member::Member;
use crate::values::Timestamp;

/// A deleted account.
#[derive(Clone, Debug, PartialEq)]
pub struct DeletedAccount {
    /// The account at its deletion. Its version includes the deletion.
    pub account: Account,
    /// The time of the deletion.
    pub deleted_at: Timestamp,
    /// Whether clearing has begun. From then on it cannot be restored.
    pub purging: bool,
}

impl DeletedAccount {
    /// The account and its owner's membership after `member` restores it at `now`. `None` if `member` does not own it, if
    /// `window` seconds have passed since the deletion, or if clearing has begun.
    #[must_use]
    pub fn restored(
        &self,
        member: Option<&Member>,
        window: i64,
        now: Timestamp,
    ) -> Option<(Account, Member)> {
        let owner = member.filter(|member| member.owner && member.is_active())?;
        if self.purging || self.deleted_at.plus_seconds(window) <= now {
            return None;
        }
        let account = Account {
            updated_at: now,
            version: self.account.version + 1,
            ..self.account.clone()
        };
        // The membership's version changes too, so that a concurrent erasure that is leaving the account reads it again.
        Some((account, owner.owning(true, now)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::{NOW, acme, after, member, member_in};
    use crate::rules::MemberState;

    const WINDOW: i64 = 60;

    fn deleted() -> DeletedAccount {
        DeletedAccount {
            account: acme(),
            deleted_at: NOW,
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
        let restored = deleted().restored(Some(&owner()), WINDOW, after(1000));
        let account = Account {
            updated_at: after(1000),
            version: 2,
            ..acme()
        };
        assert_eq!(restored, Some((account, owner().owning(true, after(1000)))));
    }

    #[test]
    fn nobody_else_does() {
        let removed = owner().removed(NOW);
        let others = [Some(member()), Some(removed), None];
        for other in others {
            let restored = deleted().restored(other.as_ref(), WINDOW, NOW);
            assert_eq!(restored, None, "{other:?}");
        }
        let invited = member_in(MemberState::Invited);
        assert_eq!(deleted().restored(Some(&invited), WINDOW, NOW), None);
    }

    #[test]
    fn it_is_too_late_at_the_end_of_the_window_and_once_it_is_being_cleared() {
        let restored = |deleted: &DeletedAccount, window, at| {
            let restored = deleted.restored(Some(&owner()), window, after(at));
            restored.is_some()
        };
        assert!(restored(&deleted(), WINDOW, 60_000 - 1));
        assert!(!restored(&deleted(), WINDOW, 60_000));
        assert!(!restored(&deleted(), 0, 0));
        let purging = DeletedAccount {
            purging: true,
            ..deleted()
        };
        assert!(!restored(&purging, WINDOW, 0));
    }
}
