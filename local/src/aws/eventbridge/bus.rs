//! EventBridge's default bus: an event goes to every function with a matching rule. Events may overtake each other.

use std::sync::Arc;

use serde_json::Value;
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};

use crate::aws::event_pattern;
use crate::aws::lambda::Undelivered;
use crate::aws::lambda::{Functions, Running};
use crate::listener::Stop;

/// Where events are put. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Bus(mpsc::UnboundedSender<Value>);

/// What was put on the bus.
pub(crate) struct Events(mpsc::UnboundedReceiver<Value>);

/// The functions behind the bus.
pub(crate) struct Targets {
    functions: Vec<Arc<Running>>,
    undelivered: Undelivered,
}

impl Bus {
    pub(crate) fn open() -> (Self, Events) {
        let (put, taken) = mpsc::unbounded_channel();
        (Self(put), Events(taken))
    }

    /// An event after the end is dropped.
    pub(crate) fn put(&self, event: Value) {
        let _ = self.0.send(event);
    }
}

impl Events {
    /// Delivers events to `targets` until `stop`.
    pub(crate) fn start(mut self, targets: Targets, stop: Stop) -> JoinHandle<()> {
        let targets = Arc::new(targets);
        tokio::spawn(async move {
            let mut under_way = JoinSet::new();
            let bring = async {
                while let Some(event) = self.0.recv().await {
                    targets.bring(&event, &mut under_way);
                    while under_way.try_join_next().is_some() {}
                }
            };
            tokio::select! {
                biased;
                () = stop.stopped() => {}
                () = bring => {}
            }
        })
    }
}

impl Targets {
    pub(crate) fn new(functions: &Functions, undelivered: &Undelivered) -> Self {
        Self {
            functions: functions.values().cloned().collect(),
            undelivered: undelivered.clone(),
        }
    }

    fn bring(self: &Arc<Self>, event: &Value, under_way: &mut JoinSet<()>) {
        for function in &self.functions {
            let mut rules = function.declared.rules.iter();
            if rules.any(|rule| event_pattern::matches(&rule.pattern, event)) {
                let (targets, function, event) = (self.clone(), function.clone(), event.clone());
                under_way.spawn(async move { function.see_to(event, &targets.undelivered).await });
            }
        }
    }
}
