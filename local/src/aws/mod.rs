//! What AWS is to the functions, one folder a service.

pub(crate) mod api_gateway;
pub(crate) mod dynamodb;
pub(crate) mod endpoint;
mod event_pattern;
pub(crate) mod eventbridge;
pub(crate) mod lambda;
pub(crate) mod secrets_manager;
pub(crate) mod services;
pub(crate) mod ses;
