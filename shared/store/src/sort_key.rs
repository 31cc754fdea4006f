//! The place of an account or a member in a list that the table keeps.

/// The numbers that a sort key is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SortKey {
    /// Milliseconds since 1970, in lists that are kept by creation; else 0.
    pub created_at: i64,
    /// The id of the account or of the user.
    pub id: u64,
}

impl SortKey {
    /// Before every row.
    pub(super) const FIRST: Self = Self::first_of(0);
    /// After every row: keys have room for thirteen digits of milliseconds and sixteen of an id.
    pub(super) const LAST: Self = Self::last_of(9_999_999_999_999);

    /// Before every row of a millisecond.
    pub(super) const fn first_of(created_at: i64) -> Self {
        Self { created_at, id: 0 }
    }

    /// After every row of a millisecond.
    #[must_use]
    pub const fn last_of(created_at: i64) -> Self {
        let id = 9_999_999_999_999_999;
        Self { created_at, id }
    }

    /// In lists that are kept by id.
    pub(super) const fn by_id(id: u64) -> Self {
        Self { created_at: 0, id }
    }

    /// The place right after it.
    pub(super) fn next(self) -> Self {
        if self.id < Self::LAST.id {
            return Self {
                id: self.id + 1,
                ..self
            };
        }
        Self::first_of(self.created_at.saturating_add(1))
    }

    /// The place right before it.
    pub(super) fn previous(self) -> Self {
        if self.id > 0 {
            return Self {
                id: self.id - 1,
                ..self
            };
        }
        Self::last_of(self.created_at.saturating_sub(1))
    }
}
