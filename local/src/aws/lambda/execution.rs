//! The execution environments of a function: its code with a key of its own.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use shared::App;
use shared::runtime::Clock;

use super::{Code, Surroundings, code};
use crate::requests::{self, Recorder};
use crate::sam::Function;

/// One environment.
#[derive(Debug)]
pub(crate) struct Environment {
    /// The access key that it signs with: the function's logical id, and a number from the second environment on.
    name: String,
    pub(super) code: Code,
    pub(super) app: App,
}

/// The environments of one function. Without a recorder, one takes every invocation, which costs nothing. With a recorder, each takes
/// one invocation at a time, as in Lambda, so that its calls belong to one request.
#[derive(Debug)]
pub(super) struct Environments {
    declared: Function,
    surroundings: Surroundings,
    clock: Clock,
    recorder: Option<Recorder>,
    first: Arc<Environment>,
    idle: Mutex<Vec<Arc<Environment>>>,
    started: AtomicUsize,
}

/// An environment for the time of one invocation.
pub(super) struct Lease<'a> {
    environments: &'a Environments,
    environment: Arc<Environment>,
    /// Whether it is nobody else's.
    exclusive: bool,
}

/// The logical id of the function whose environment signs with the access key `name`.
pub(crate) fn function_of(name: &str) -> &str {
    name.split_once('.').map_or(name, |(function, _)| function)
}

impl Environment {
    async fn start(
        name: String,
        declared: &Function,
        surroundings: &Surroundings,
        clock: &Clock,
    ) -> Result<Self, String> {
        let variables = surroundings.environment_of(declared, &name);
        let vars = |name: &str| variables.get(name).cloned();
        let app = App::from_vars(&vars, clock.clone()).map_err(|error| error.to_string())?;
        let code = code(declared, app.clone()).await?;
        Ok(Self { name, code, app })
    }
}

impl Environments {
    pub(super) async fn start(
        declared: &Function,
        surroundings: &Surroundings,
        clock: &Clock,
        recorder: Option<&Recorder>,
    ) -> Result<Self, String> {
        let name = declared.id.clone();
        let first = Arc::new(Environment::start(name, declared, surroundings, clock).await?);
        Ok(Self {
            declared: declared.clone(),
            surroundings: surroundings.clone(),
            clock: clock.clone(),
            recorder: recorder.cloned(),
            idle: Mutex::new(vec![first.clone()]),
            first,
            started: AtomicUsize::new(1),
        })
    }

    pub(super) fn first(&self) -> &Environment {
        &self.first
    }

    /// An environment for an invocation of the present request.
    pub(super) async fn lease(&self) -> Lease<'_> {
        let shared = Lease {
            environments: self,
            environment: self.first.clone(),
            exclusive: false,
        };
        let (Some(recorder), Some(trace)) = (&self.recorder, requests::here()) else {
            return shared;
        };
        let idle = self.idle().pop();
        let environment = match idle {
            Some(idle) => idle,
            None => match self.another().await {
                Ok(another) => Arc::new(another),
                Err(reason) => {
                    tracing::warn!(reason, "no other environment starts");
                    return shared;
                }
            },
        };
        recorder.attach(&environment.name, trace);
        Lease {
            environment,
            exclusive: true,
            ..shared
        }
    }

    async fn another(&self) -> Result<Environment, String> {
        let number = self.started.fetch_add(1, Ordering::Relaxed) + 1;
        let name = format!("{}.{number}", self.declared.id);
        Environment::start(name, &self.declared, &self.surroundings, &self.clock).await
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Arc<Environment>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lease<'_> {
    pub(super) fn code(&self) -> &Code {
        &self.environment.code
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        if !self.exclusive {
            return;
        }
        if let Some(recorder) = &self.environments.recorder {
            recorder.detach(&self.environment.name);
        }
        self.environments.idle().push(self.environment.clone());
    }
}
