//! The table: in an embedded DynamoDB, or somebody else's, made as the template declares it.

mod create;
mod embedded;

pub(crate) use create::ensure;
pub(crate) use embedded::Embedded;
