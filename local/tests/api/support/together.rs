//! Many callers at the same moment.

use std::sync::Arc;

use tokio::sync::Barrier;

use super::{Answer, Request};

/// How many.
pub(crate) const CALLERS: usize = 16;

/// The answers to [`CALLERS`] requests that leave together.
pub(crate) async fn together(request: impl Fn(usize) -> Request) -> Vec<Answer> {
    let barrier = Arc::new(Barrier::new(CALLERS));
    let mut callers = Vec::new();
    for caller in 0..CALLERS {
        let (barrier, request) = (barrier.clone(), request(caller));
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
