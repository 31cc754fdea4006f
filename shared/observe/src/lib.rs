//! What the service tells of its work: one line an invocation, in which `CloudWatch` finds its metrics (Embedded Metric Format).

mod format;
mod line;
mod meter;

pub use format::Format;
pub use line::{Line, Metrics};
pub use meter::{Meter, count, here};
