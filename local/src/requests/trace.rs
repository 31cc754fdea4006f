//! What is known of one request while it is under way.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use super::touched::{Touched, touched};
use crate::faults::{Call, Units};

tokio::task_local! {
    static TRACE: Arc<Trace>;
}

/// A call of DynamoDB.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TracedCall {
    /// The logical id of the function that made it.
    pub(crate) function: String,
    pub(crate) operation: String,
    pub(crate) status: u16,
    /// DynamoDB's name of the refusal, as in `ConditionalCheckFailedException`.
    pub(crate) error: Option<String>,
    pub(crate) milliseconds: f64,
    pub(crate) units: Units,
    pub(crate) items: Vec<Touched>,
}

impl TracedCall {
    /// A call with these bodies. No value of an item is kept: keys and conditions only.
    pub(super) fn new(call: Call, took: Duration) -> Self {
        let error = call.answer.error.as_deref();
        let error = error.and_then(|name| name.rsplit('#').next());
        Self {
            units: call.units(),
            status: call.status.unwrap_or_default(),
            error: error.map(str::to_owned),
            milliseconds: (took.as_secs_f64() * 10_000.0).round() / 10.0,
            items: touched(&call.operation, &call.request),
            function: call.function,
            operation: call.operation,
        }
    }
}

/// A request under way.
#[derive(Debug, Default)]
pub(crate) struct Trace(Mutex<Known>);

#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    pub(crate) route: Option<String>,
    pub(crate) function: Option<String>,
    pub(crate) user_id: Option<u64>,
    pub(crate) units: Units,
    pub(crate) calls: Vec<TracedCall>,
}

/// The request that the present task works for.
pub(crate) fn here() -> Option<Arc<Trace>> {
    TRACE.try_with(Arc::clone).ok()
}

impl Trace {
    /// Runs `work` for this request.
    pub(crate) async fn over<F: Future>(self: &Arc<Self>, work: F) -> F::Output {
        TRACE.scope(self.clone(), work).await
    }

    /// Notes which route it took.
    pub(crate) fn matched(&self, route: &str, function: &str) {
        let mut known = self.known();
        known.route = Some(route.to_owned());
        known.function = Some(function.to_owned());
    }

    /// Notes what the authorizer said of the caller.
    pub(crate) fn authorized(&self, user: &Value) {
        self.known().user_id = user.as_str().and_then(|id| id.parse().ok());
    }

    pub(super) fn add(&self, call: TracedCall) {
        let mut known = self.known();
        known.units.read += call.units.read;
        known.units.write += call.units.write;
        known.calls.push(call);
    }

    /// What is known so far.
    pub(crate) fn so_far(&self) -> Known {
        self.known().clone()
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
