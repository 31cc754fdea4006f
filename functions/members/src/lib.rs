//! The `members` function.
