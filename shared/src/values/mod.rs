//! Types that cannot hold a wrong value. They know nothing of HTTP, of the table or of time's passing.

mod timestamp;

pub use timestamp::Timestamp;
