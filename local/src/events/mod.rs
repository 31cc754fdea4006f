//! The bus: what `trail` puts on EventBridge, caught and shown.

mod caught;
mod eventbridge;
mod page;

pub(crate) use caught::Caught;
pub(crate) use eventbridge::router as eventbridge;
pub(crate) use page::router as page;
