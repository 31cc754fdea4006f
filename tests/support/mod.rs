//! What the tests have in common: a stack, the people who use it, and what they are answered.

mod answer;
mod factors;
mod invariants;
mod kept;
mod logs;
mod openapi;
mod passkeys;
mod person;
mod raw;
mod routes;
mod table;
mod test_app;
mod together;

pub(crate) use answer::Answer;
pub(crate) use factors::Authenticator;
pub(crate) use invariants::Table;
pub(crate) use kept::Kept;
pub(crate) use logs::Log;
pub(crate) use openapi::OpenApi;
pub(crate) use passkeys::{PASSKEY_LOGIN, PASSKEY_OPTIONS, PASSKEYS, Passkey};
pub(crate) use person::{Account, Person, invitation};
pub(crate) use raw::content_length;
pub(crate) use routes::{Example, ROLES, ROUTES, Route};
pub(crate) use test_app::{PASSWORD, Request, TestApp, sign_up, token_in};
pub(crate) use together::{CALLERS, at_once, together};
