//! The system seen over HTTP: one claim a test, one stack a test. Every answer is held against `openapi.yaml`.

mod support;

mod accounts;
mod bad_input;
mod contract;
mod lists;
