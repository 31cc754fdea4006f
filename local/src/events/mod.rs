//! The bus: what `trail` puts on EventBridge, caught and shown.

mod bus;
mod eventbridge;
mod page;

pub(crate) use bus::Bus;
pub(crate) use eventbridge::router as eventbridge;
pub(crate) use page::router as page;
