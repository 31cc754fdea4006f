//! Lambda: runs the functions' own routers and handlers with the template's environment, JSON in and JSON out.

mod asynchronous;
mod environment;
mod event_source;
mod execution;
mod invoke;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use shared::App;
use shared::runtime::Clock;

pub(crate) use environment::Surroundings;
pub(crate) use event_source::{Feed, Undelivered};
pub(crate) use execution::function_of;
pub(crate) use invoke::FunctionError;

use crate::StartError;
use crate::requests::Recorder;
use crate::sam::Function;
use execution::Environments;

/// One function, started.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) declared: Function,
    environments: Environments,
}

/// What a function is made of.
#[derive(Debug)]
enum Code {
    Http(Router),
    Authorizer(Arc<authorizer::Authorizer>),
    Mailer(Arc<mailer::Mailer>),
    Trail(Arc<trail::Trail>),
    Purge(Arc<purge::Purge>),
}

impl Running {
    /// The mailer, if this function is it.
    pub(crate) fn mailer(&self) -> Option<&mailer::Mailer> {
        match &self.environments.first().code {
            Code::Mailer(mailer) => Some(mailer),
            _ => None,
        }
    }

    /// The app of the function: its settings, its clock and its store.
    pub(crate) fn app(&self) -> &App {
        &self.environments.first().app
    }
}

/// Every function by its logical id.
pub(crate) type Functions = BTreeMap<String, Arc<Running>>;

/// Starts what the template declares.
pub(crate) async fn start(
    declared: Vec<Function>,
    surroundings: &Surroundings,
    clock: &Clock,
    recorder: Option<&Recorder>,
) -> Result<Functions, StartError> {
    let mut functions = Functions::new();
    for function in declared {
        let environments = Environments::start(&function, surroundings, clock, recorder);
        let environments = environments.await.map_err(|reason| StartError::Function {
            function: function.id.clone(),
            reason,
        })?;
        let id = function.id.clone();
        functions.insert(
            id,
            Arc::new(Running {
                declared: function,
                environments,
            }),
        );
    }
    Ok(functions)
}

/// The one place that knows which code a function of the template has.
async fn code(function: &Function, app: App) -> Result<Code, String> {
    Ok(match function.id.as_str() {
        "AccountsFunction" => Code::Http(accounts::routes(app)),
        "MembersFunction" => Code::Http(members::routes(app)),
        "IdentityFunction" => Code::Http(started(identity::start(app).await)?),
        "AuthorizerFunction" => Code::Authorizer(Arc::new(authorizer::Authorizer::new(app))),
        "MailerFunction" => {
            let mailer = mailer::Mailer::start(app)
                .await
                .map_err(|error| error.to_string())?;
            Code::Mailer(Arc::new(mailer))
        }
        "TrailFunction" => Code::Trail(Arc::new(trail::Trail::new(app))),
        "PurgeFunction" => Code::Purge(Arc::new(purge::Purge::new(app))),
        _ => return Err("the local stack does not know its code (local/src/aws/lambda)".into()),
    })
}

fn started<T>(code: Result<T, shared::runtime::Error>) -> Result<T, String> {
    code.map_err(|error| error.to_string())
}
