//! Moving in and out: `import`, `export` and `convert` against local stacks.

#![expect(clippy::unwrap_used, reason = "a test fails where its mistake is")]

mod convert;
mod documents;
mod generated;
mod import;
mod interrupted;
mod pull;
mod round_trip;
mod support;
