//! Accounts over HTTP.

mod create;
mod delete;
mod list;
mod read;
mod suspended;
mod update;
