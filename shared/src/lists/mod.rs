//! Lists: from a query's options to one page of rows and the link to the next.

mod collection;
mod cursor;
mod in_memory;
mod pager;
mod query;
mod trail;

pub use collection::{Collection, Listing};
pub use in_memory::InMemoryList;
pub use query::List;
pub use trail::{TrailPage, TrailQuery};
