//! What the service tells of its work: one line an invocation, in which `CloudWatch` finds its metrics (Embedded Metric Format).

mod format;
mod line;
mod meter;
mod units;

pub use format::Format;
pub use line::{Line, Metrics, told};
pub use meter::{Meter, count, here};
pub(crate) use units::Counting;
