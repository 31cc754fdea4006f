//! The system seen over HTTP: one claim a test, one stack a test. Every answer is held against `openapi.yaml`.

mod support;

mod accounts;
mod browser;
mod pages;
