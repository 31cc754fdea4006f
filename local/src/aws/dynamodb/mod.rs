//! DynamoDB: the embedded table or another endpoint, created as the template declares it.

mod create;
mod embedded;
mod forward;

pub(crate) use create::ensure;
pub(crate) use embedded::Embedded;
pub(crate) use forward::forward;
