//! The system seen over HTTP: one claim a test, one stack a test. Every answer is held against `openapi.yaml`.

#![expect(
    clippy::unwrap_used,
    reason = "what the tests have in common fails where the mistake is, as the tests do"
)]

mod support;

mod accounts;
mod address_change;
mod attacks;
mod bad_input;
mod browser;
mod budget;
mod console;
mod contract;
mod erasure;
mod etags;
mod factors;
mod faults;
mod foreign_passwords;
mod grants;
mod guessing;
mod idempotency;
mod invitations;
mod keys;
mod lists;
mod mail_limits;
mod mailing;
mod mails;
mod members;
mod ownership;
mod pages;
mod passwords;
mod platform;
mod platform_decisions;
mod platform_people;
mod profile;
mod proof;
mod purge;
mod races;
mod reauthentication;
mod refusals;
mod request_log;
mod require_verified_email;
mod revocation;
mod services;
mod sessions;
mod sign_in;
mod sign_up;
mod stream_costs;
mod tenancy;
mod trail;
mod verification;
