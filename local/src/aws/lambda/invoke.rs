//! One invocation, as Lambda makes it: JSON in, JSON out, within the function's time-out.

use std::time::Duration;

use axum::Router;
use axum::response::Response;
use lambda_http::Adapter;
use lambda_http::request::LambdaRequest;
use lambda_runtime::{Context, Diagnostic, LambdaEvent};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use shared::runtime::Clock;
use tokio::task::AbortHandle;
use tower::Service as _;

use super::{Code, Running};
use crate::random;
use crate::sam::function_arn;

/// Lambda's limit of a synchronous answer (quotas page, *Invocation payload*).
const MAX_ANSWER_BYTES: usize = 6 * 1024 * 1024;

/// Why an invocation has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}: {message}")]
pub(crate) struct FunctionError {
    /// As in Lambda's `errorType`.
    pub(crate) kind: String,
    /// As in Lambda's `errorMessage`.
    pub(crate) message: String,
}

impl FunctionError {
    fn new(kind: &str, message: impl Into<String>) -> Self {
        Self {
            kind: kind.to_owned(),
            message: message.into(),
        }
    }
}

impl Running {
    /// Calls the function with `event`.
    pub(crate) async fn invoke(&self, event: Value) -> Result<Value, FunctionError> {
        let context = self.context();
        let event = event.to_string();
        let lease = self.environments.lease().await;
        // A task of its own: a panic ends the invocation, not the caller, and a time-out ends the work.
        let mut task = match lease.code() {
            Code::Http(router) => {
                let router = router.clone();
                tokio::spawn(async move { http(router, &event, context).await })
            }
            Code::Authorizer(authorizer) => {
                let authorizer = authorizer.clone();
                tokio::spawn(async move {
                    let event = LambdaEvent::new(read(&event)?, context);
                    written(authorizer.handle(event).await)
                })
            }
            Code::Mailer(mailer) => {
                let mailer = mailer.clone();
                tokio::spawn(async move {
                    let event = LambdaEvent::new(read(&event)?, context);
                    written(mailer.handle(event).await)
                })
            }
            Code::Trail(trail) => {
                let trail = trail.clone();
                tokio::spawn(async move {
                    let event = LambdaEvent::new(read(&event)?, context);
                    written(trail.handle(event).await)
                })
            }
            Code::Purge(purge) => {
                let purge = purge.clone();
                tokio::spawn(async move {
                    let event = LambdaEvent::new(read(&event)?, context);
                    written(purge.handle(event).await)
                })
            }
        };
        let _killed = Killed(task.abort_handle());
        let seconds = self.declared.timeout.as_secs();
        match tokio::time::timeout(self.declared.timeout, &mut task).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(crash)) => Err(FunctionError::new("Runtime.ExitError", crash.to_string())),
            Err(_) => Err(FunctionError::new(
                "Sandbox.Timedout",
                format!("timed out after {seconds} s"),
            )),
        }
    }

    fn context(&self) -> Context {
        let mut context = Context::default();
        context.request_id = random::uuid();
        context.invoked_function_arn = function_arn(&self.declared.id);
        context.deadline = milliseconds(self.declared.timeout);
        context
    }
}

/// Aborts the function's work when its caller stops waiting.
struct Killed(AbortHandle);

impl Drop for Killed {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The instant `from_now` from now, in milliseconds, by the machine's clock, like Lambda's deadline.
fn milliseconds(from_now: Duration) -> u64 {
    let now = u64::try_from(Clock::System.now().millis()).unwrap_or_default();
    now.saturating_add(u64::try_from(from_now.as_millis()).unwrap_or(u64::MAX))
}

async fn http(router: Router, event: &str, context: Context) -> Result<Value, FunctionError> {
    let event: LambdaRequest = read(event)?;
    let answer = {
        // A router is always ready.
        let mut adapter: Adapter<'static, Response, Router> = Adapter::from(router);
        adapter.call(LambdaEvent::new(event, context))
    };
    written(answer.await)
}

fn read<T: DeserializeOwned>(event: &str) -> Result<T, FunctionError> {
    serde_json::from_str(event)
        .map_err(|error| FunctionError::new("Runtime.InvalidEvent", error.to_string()))
}

fn written<T: Serialize, E: Into<Diagnostic>>(
    answer: Result<T, E>,
) -> Result<Value, FunctionError> {
    let answer = answer.map_err(|error| {
        let Diagnostic {
            error_type,
            error_message,
        } = error.into();
        FunctionError {
            kind: error_type,
            message: error_message,
        }
    })?;
    let text = serde_json::to_string(&answer)
        .map_err(|error| FunctionError::new("Runtime.InvalidAnswer", error.to_string()))?;
    if text.len() > MAX_ANSWER_BYTES {
        return Err(FunctionError::new(
            "Function.ResponseSizeTooLarge",
            "more than 6 MB",
        ));
    }
    read(&text)
}
