//! The `identity` function.
