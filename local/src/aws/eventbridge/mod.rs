//! EventBridge: the default bus, the events that functions put on it, and schedules.

mod bus;
mod caught;
mod put_events;
mod schedules;

pub(crate) use bus::{Bus, Targets};
pub(crate) use caught::Caught;
pub(crate) use put_events::router;
pub(crate) use schedules::Timer;
