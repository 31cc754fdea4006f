//! The edge of the HTTP functions: from API Gateway's event to typed values, and from an answer back to it. The only code that
//! knows axum and `lambda_http`.

mod access;
mod caller;
mod early;
pub mod edge;
mod etag;
mod idempotency;
mod json;
mod lists;
mod origin;
mod path;
mod problem;
mod reader;
mod reply;
mod request;
#[cfg(test)]
mod sent;
mod serve;
mod status;

pub use access::{Access, AccessRead, Person, PersonRead};
pub use early::Early;
pub use etag::{ETag, IfMatch};
pub use idempotency::Repeatable;
pub use lists::{Cursors, InMemoryList, List, Listing, Opened, Page};
pub use model::Patch;
pub use path::{
    AccountPath, AccountReference, FromPath, InvitationPath, MemberPath, NoPath, PagePath,
    PasskeyPath, SessionPath, UserPath,
};
pub use reader::{FromBody, NoBody, Reader};
pub use reply::Reply;
pub use request::{Public, Signed};
pub use runtime::{App, Config};
pub use serve::serve;
pub use {model, observe, odata, runtime, store, tokens};
