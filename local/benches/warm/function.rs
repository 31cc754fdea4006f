//! A function in this thread, with an event that it has answered before.

use std::sync::Arc;

use authorizer::Authorizer;
use axum::Router;
use axum::response::Response;
use lambda_http::Adapter;
use lambda_http::request::LambdaRequest;
use lambda_runtime::{Context, LambdaEvent};
use serde_json::Value;
use shared::App;
use tokio::runtime::{Builder, Runtime};
use tower::Service as _;

use crate::service::Service;

/// How often it has answered before it is measured.
const WARM_UP: usize = 20;

enum Code {
    Http(Adapter<'static, Response, Router>),
    Authorizer(Arc<Authorizer>),
}

/// A warm function and its next event.
pub(crate) struct Warm {
    thread: Runtime,
    code: Code,
    event: Vec<u8>,
    /// Its process serves the table.
    _service: Arc<Service>,
}

impl Warm {
    /// An HTTP function that lists `rows` rows for `event`, or reads one thing.
    pub(crate) fn http(
        service: &Arc<Service>,
        routes: fn(App) -> Router,
        event: &Value,
        rows: usize,
    ) -> Self {
        let code = Code::Http(Adapter::from(routes(service.app())));
        let mut warm = Self::new(service, code, event);
        let answer: Value = serde_json::from_slice(&warm.answer()).unwrap();
        assert_eq!(answer["statusCode"], 200, "{answer}");
        let body: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
        assert_eq!(body["value"].as_array().map_or(0, Vec::len), rows);
        warm
    }

    /// The authorizer, which is asked `question`.
    pub(crate) fn authorizer(service: &Arc<Service>, question: &Value) -> Self {
        let authorizer = Arc::new(Authorizer::new(service.app()));
        Self::new(service, Code::Authorizer(authorizer), question)
    }

    fn new(service: &Arc<Service>, code: Code, event: &Value) -> Self {
        let mut warm = Self {
            thread: Builder::new_current_thread().enable_all().build().unwrap(),
            code,
            event: event.to_string().into_bytes(),
            _service: service.clone(),
        };
        for _ in 0..WARM_UP {
            warm.answer();
        }
        warm
    }

    /// After one more event.
    pub(crate) fn answered(mut self) -> Self {
        std::hint::black_box(self.answer());
        self
    }

    /// The answer to the event: JSON in, JSON out, as Lambda's runtime hands them over.
    fn answer(&mut self) -> Vec<u8> {
        let context = Context::default();
        match &mut self.code {
            Code::Http(adapter) => {
                let event: LambdaRequest = serde_json::from_slice(&self.event).unwrap();
                let answer = self
                    .thread
                    .block_on(adapter.call(LambdaEvent::new(event, context)));
                serde_json::to_vec(&answer.unwrap()).unwrap()
            }
            Code::Authorizer(authorizer) => {
                let question = serde_json::from_slice(&self.event).unwrap();
                let answer = authorizer.handle(LambdaEvent::new(question, context));
                serde_json::to_vec(&self.thread.block_on(answer).unwrap()).unwrap()
            }
        }
    }
}
