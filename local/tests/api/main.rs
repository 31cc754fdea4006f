//! The system seen over HTTP: one claim a test, one stack a test. Every answer is held against `openapi.yaml`.

mod support;

mod accounts;
mod bad_input;
mod browser;
mod contract;
mod etags;
mod idempotency;
mod immediate;
mod mails;
mod members;
mod ownership;
mod pages;
mod platform;
mod refusals;
mod sign_in;
mod sign_up;
mod verified;
