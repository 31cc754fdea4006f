//! The command as an operator runs it, on a stack in memory.

mod acts;
mod check;
mod documentation;
mod support;
mod usage;
