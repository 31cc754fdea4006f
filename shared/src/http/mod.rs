//! The edge: from API Gateway's event to typed values, and from an answer back to it.

mod caller;
mod cursor;
pub mod edge;
mod etag;
mod json;
mod list;
mod listing;
mod origin;
mod path;
mod problem;
mod reader;
mod reply;
mod request;
#[cfg(test)]
mod sent;
mod short_list;
mod trail;
mod walk;

pub use caller::Caller;
pub use etag::{ETag, IfMatch};
pub use list::List;
pub use listing::{Collection, Listing};
pub use origin::{Origin, base_url};
pub use path::{
    AccountPath, AccountReference, FromPath, InvitationPath, MemberPath, NoPath, SessionPath,
};
pub use reader::{FromBody, NoBody, Patch, Reader};
pub use reply::Reply;
pub use request::{Public, Signed};
pub use short_list::ShortList;
pub use trail::{TrailPage, TrailQuery};
