//! A change of a field that may be cleared.

/// A member of a change: left out, `null`, or a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Patch<T> {
    /// Left out: the field keeps its value.
    #[default]
    Keep,
    /// `null`: the field is cleared.
    Clear,
    /// The field's new value.
    Set(T),
}

impl<T> Patch<T> {
    /// Whether the field keeps its value.
    pub fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// The field after this change.
    pub fn apply(self, current: Option<T>) -> Option<T> {
        match self {
            Self::Keep => current,
            Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }
}
