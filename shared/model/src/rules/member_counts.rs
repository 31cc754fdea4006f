//! How many members an account has.

use serde::Serialize;

use super::member::MemberState;

/// The members of an account by status, or how many more there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct MemberCounts {
    /// The active ones.
    pub active: i64,
    /// The invited ones.
    pub invited: i64,
    /// The suspended ones.
    pub suspended: i64,
}

impl MemberCounts {
    /// One member in `state`. A removed one does not count.
    #[must_use]
    pub fn one(state: MemberState) -> Self {
        let is = |other| i64::from(state == other);
        Self {
            active: is(MemberState::Active),
            invited: is(MemberState::Invited),
            suspended: is(MemberState::Suspended),
        }
    }

    /// All of them.
    #[must_use]
    pub fn total(self) -> i64 {
        self.active + self.invited + self.suspended
    }

    /// These and `more`.
    #[must_use]
    pub fn plus(self, more: Self) -> Self {
        Self {
            active: self.active + more.active,
            invited: self.invited + more.invited,
            suspended: self.suspended + more.suspended,
        }
    }

    /// These without `less`.
    #[must_use]
    pub fn minus(self, less: Self) -> Self {
        Self {
            active: self.active - less.active,
            invited: self.invited - less.invited,
            suspended: self.suspended - less.suspended,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_member_counts_once_by_status_and_a_removed_one_does_not() {
        let one = |state| {
            let MemberCounts {
                active,
                invited,
                suspended,
            } = MemberCounts::one(state);
            [active, invited, suspended]
        };
        assert_eq!(one(MemberState::Active), [1, 0, 0]);
        assert_eq!(one(MemberState::Invited), [0, 1, 0]);
        assert_eq!(one(MemberState::Suspended), [0, 0, 1]);
        assert_eq!(one(MemberState::Removed), [0, 0, 0]);
    }

    #[test]
    fn a_change_of_status_leaves_the_total_as_it_is() {
        let [active, invited] = [MemberState::Active, MemberState::Invited].map(MemberCounts::one);
        let accepted = active.minus(invited);
        assert_eq!(accepted.total(), 0);
        assert_eq!(invited.plus(accepted), active);
    }
}
