//! Accounts over HTTP.

mod create;
mod delete;
mod limit;
mod list;
mod read;
mod restore;
mod stats;
mod suspended;
mod update;
mod who_is_who;
