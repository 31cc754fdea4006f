//! What a function holds from its cold start on: settings, clock, AWS clients, secrets and the store; and the bootstrap of
//! functions that Lambda calls with events.

mod app;
mod aws;
mod batch;
mod clock;
mod config;
mod connect;
mod invocation;
mod lambda;
mod secrets;

pub use app::App;
pub use aws::{Aws, never_connected};
pub use batch::{
    BatchItemFailure, BatchResponse, BatchRunner, RecordError, Results, Scope, partition,
};
pub use clock::Clock;
pub use config::{Config, ConfigError, Purging, Vars};
pub use invocation::observe_invocation;
pub use lambda::{Error, log};
pub use secrets::{SecretError, secret_versions};
pub use {model, observe, store, tokens};
