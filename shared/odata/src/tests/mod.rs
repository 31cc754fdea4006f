//! The language as a whole: text in, rows out.

mod evaluation;
mod generated;
mod limits;
mod oracle;
mod paging;
mod planning;
pub(super) mod rows;
mod syntax;
