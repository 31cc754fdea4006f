//! One log line for each invocation, from which `CloudWatch` takes its metrics (Embedded Metric Format).

mod format;
mod line;
mod meter;

pub use format::Format;
pub use line::{Line, Metrics};
pub use meter::{Meter, count, here};
