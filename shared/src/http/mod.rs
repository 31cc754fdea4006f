//! The edge: from API Gateway's event to typed values, and from an answer back to it.

mod caller;
pub mod edge;
mod etag;
mod json;
mod list;
mod origin;
mod path;
mod problem;
mod reader;
mod reply;
mod request;
#[cfg(test)]
mod sent;

pub use caller::Caller;
pub use etag::{ETag, IfMatch};
pub use list::List;
pub use origin::{Origin, base_url};
pub use path::{
    AccountPath, AccountReference, FromPath, InvitationPath, MemberPath, NoPath, SessionPath,
};
pub use reader::{FromBody, NoBody, Patch, Reader};
pub use reply::Reply;
pub use request::{Public, Signed};
