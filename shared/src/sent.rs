//! What a response sends, for tests: our bodies are whole from the start, so that nothing has to be waited for.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use axum::body::{Body, to_bytes};

pub(super) fn text(body: Body) -> String {
    let bytes = pin!(to_bytes(body, usize::MAX));
    let Poll::Ready(bytes) = bytes.poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("a body that is not whole");
    };
    String::from_utf8(bytes.unwrap().to_vec()).unwrap()
}
