//! Lists: from a query's options to one page of rows and the link to the next. One engine for every collection.

mod cursor;
mod cursors;
mod cut;
mod in_memory;
mod list;
mod listing;
mod opened;
mod options;
mod page;
mod pager;
mod refusal;

pub use cursors::Cursors;
pub use in_memory::InMemoryList;
pub use list::List;
pub use listing::Listing;
pub use opened::Opened;
pub use page::Page;
