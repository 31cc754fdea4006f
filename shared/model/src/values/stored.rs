//! The way back from the table: a stored value was parsed once, and must stay readable when a rule changes.
//!
//! It is not `Deserialize`, so that no request's body can take this way by accident.

/// A text that is believed, because this program wrote it.
pub trait Stored {
    /// The value whose `as_str` was stored.
    fn from_stored(text: String) -> Self;
}
