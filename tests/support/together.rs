//! Many callers at the same moment.

use std::sync::Arc;

use tokio::sync::Barrier;

use super::{Answer, Request};

/// How many.
pub(crate) const CALLERS: usize = 16;

/// The answers to [`CALLERS`] requests that leave together.
pub(crate) async fn together(request: impl Fn(usize) -> Request) -> Vec<Answer> {
    at_once((0..CALLERS).map(request).collect()).await
}

/// The answers to requests that leave together, in the order of the requests.
pub(crate) async fn at_once(requests: Vec<Request>) -> Vec<Answer> {
    let barrier = Arc::new(Barrier::new(requests.len()));
    let mut callers = Vec::new();
    for request in requests {
        let barrier = barrier.clone();
        callers.push(tokio::spawn(async move {
            barrier.wait().await;
            request.send().await
        }));
    }
    let mut answers = Vec::new();
    for caller in callers {
        answers.push(caller.await.unwrap());
    }
    answers
}
