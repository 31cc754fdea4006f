//! What every function shares: the edge, the values, the rules and the store.

pub mod app;
pub mod aws;
pub mod clock;
pub mod config;
pub mod domain;
pub mod error;
pub mod http;
pub mod idempotency;
pub mod lambda;
pub mod observe;
pub mod secrets;
pub mod store;
pub mod tokens;
pub mod validation;
pub mod values;

pub use app::App;
pub use error::Error;
pub use odata;
