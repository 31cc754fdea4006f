//! The command as an operator runs it, on a stack in memory.

#![expect(
    clippy::unwrap_used,
    reason = "what the tests have in common fails where the mistake is, as the tests do"
)]

mod acts;
mod check;
mod documentation;
mod support;
mod usage;
