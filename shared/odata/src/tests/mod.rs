//! The language as a whole: text in, rows out.

mod dialects;
mod evaluation;
mod generated;
mod limits;
mod normal;
mod oracle;
mod paging;
mod planning;
pub(super) mod rows;
mod steps;
mod syntax;
