//! The parts of a stack, each made from those before it.

use std::sync::Arc;

use axum::Router;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::aws;
use crate::aws::dynamodb::{self, Embedded, forward};
use crate::aws::endpoint::Endpoint;
use crate::aws::eventbridge::Timer;
use crate::aws::lambda::{Feed, Functions, Undelivered};
use crate::clock::LocalClock;
use crate::console::About;
use crate::data::Data;
use crate::faults::{Interceptor, intercepted};
use crate::listener::{Listener, Stop};
use crate::requests::{Recorder, recorded};
use crate::sam::{Table, Template};
use crate::{Options, StartError};

/// The template, for an API at `url`: there is no execute-api address here, so the local one is the API's own.
pub(super) fn template(options: &Options, url: &str) -> Result<Template, StartError> {
    let mut parameters = options.parameters.clone();
    let template = Template::embedded(&parameters)?;
    if template.parameter("PublicUrl") == Some("") {
        parameters.insert("PublicUrl".into(), url.to_owned());
    }
    if !parameters.contains_key("PasskeyDomain") {
        parameters.insert("PasskeyDomain".into(), "localhost".into());
        let origins = parameters.entry("PasskeyOrigins".into());
        origins.or_insert_with(|| passkey_page(url));
    }
    Ok(Template::embedded(&parameters)?)
}

/// The origin of this stack where passkeys work: they are for a domain, and an IP address is none.
pub(super) fn passkey_page(url: &str) -> String {
    url.replace("127.0.0.1", "localhost")
}

/// What records calls for the console, with [`Options::recorded`].
pub(super) fn recorder(options: &Options) -> Option<Recorder> {
    (options.recorded && options.dynamodb.is_none()).then(Recorder::default)
}

/// What tests make calls fail with, with [`Options::intercepted`].
pub(super) fn interceptor(
    template: &Template,
    options: &Options,
) -> Result<Option<Arc<Interceptor>>, StartError> {
    if !options.intercepted {
        return Ok(None);
    }
    let identities = identities(template, options);
    let interceptor = Interceptor::new(template.grants()?, identities);
    Ok(Some(Arc::new(interceptor)))
}

/// The address of DynamoDB for functions: that of `endpoint`, unless somebody observes their calls.
pub(super) async fn observed(
    endpoint: &Endpoint,
    (recorder, interceptor): (Option<&Recorder>, Option<&Arc<Interceptor>>),
    stopped: &Stop,
    tasks: &mut Vec<JoinHandle<()>>,
) -> Result<String, StartError> {
    if recorder.is_none() && interceptor.is_none() {
        return Ok(endpoint.url.clone());
    }
    let dynamodb = recorded(recorder, forward(endpoint.url.clone()));
    let [url] = serve([("DynamoDB", dynamodb)], interceptor, stopped, tasks).await?;
    Ok(url)
}

/// The SES identities of the account: the sender's, and those that the options name.
fn identities(template: &Template, options: &Options) -> Vec<String> {
    let own = template.parameter("MailFrom").map(str::to_owned);
    let others = options.ses_identities.iter().cloned();
    own.into_iter().chain(others).collect()
}

/// What the page for people says of this stack.
pub(super) fn about(options: &Options, url: &str, services: &str, declared: &Table) -> About {
    About {
        url: url.to_owned(),
        dynamodb: services.to_owned(),
        table: declared.name.clone(),
        data: options.data.as_ref().map_or_else(
            || "memory: nothing is kept".to_owned(),
            |folder| folder.display().to_string(),
        ),
    }
}

/// Serves the replacements of AWS's services, each at an address of its own.
pub(super) async fn serve<const N: usize>(
    stand_ins: [(&'static str, Router); N],
    interceptor: Option<&Arc<Interceptor>>,
    stopped: &Stop,
    tasks: &mut Vec<JoinHandle<()>>,
) -> Result<[String; N], StartError> {
    let mut urls = [const { String::new() }; N];
    for (url, (name, router)) in urls.iter_mut().zip(stand_ins) {
        let listener = Listener::bind(0, "--port")?;
        *url = listener.url();
        tasks.push(listener.serve(intercepted(interceptor, name, router), stopped.clone()));
    }
    Ok(urls)
}

/// The embedded DynamoDB, or the one that was asked for.
pub(super) async fn dynamodb(
    options: &Options,
    data: &Data,
    stopped: &Stop,
    tasks: &mut Vec<JoinHandle<()>>,
) -> Result<Endpoint, StartError> {
    if let Some(external) = &options.dynamodb {
        return Ok(Endpoint::external(external));
    }
    let listener = Listener::bind(0, "--dynamodb-port")?;
    let url = listener.url();
    tasks.extend(Embedded::open(data)?.serve(listener, stopped.clone()));
    Ok(Endpoint::embedded(url))
}

/// Serves an embedded DynamoDB, and the services `beside` it, at the address of `--dynamodb-port`; the external one needs none.
pub(super) fn services(
    options: &Options,
    endpoint: &Endpoint,
    [secrets, mail, events]: [Router; 3],
    stopped: &Stop,
    tasks: &mut Vec<JoinHandle<()>>,
) -> Result<String, StartError> {
    if options.dynamodb.is_some() {
        return Ok(endpoint.url.clone());
    }
    let door = Listener::bind(options.dynamodb_port, "--dynamodb-port")?;
    let router = aws::services::router(forward(endpoint.url.clone()), secrets, mail, events);
    let address = door.url();
    tasks.push(door.serve(router, stopped.clone()));
    Ok(address)
}

/// The table, and its stream's ARN.
pub(super) async fn ensure(
    endpoint: &Endpoint,
    declared: &Table,
    options: &Options,
) -> Result<Option<String>, StartError> {
    let ensured = dynamodb::ensure(&endpoint.dynamodb(), declared).await;
    ensured.map_err(|reason| match &options.data {
        Some(path) if options.dynamodb.is_none() => StartError::Data {
            path: path.clone(),
            reason,
        },
        _ => StartError::DynamoDb {
            url: endpoint.url.clone(),
            reason,
        },
    })
}

/// The functions that streams are read for.
pub(super) fn stream_consumers(functions: &Functions, options: &Options) -> Functions {
    let consumers = functions
        .iter()
        .filter(|(id, _)| !options.without_stream_consumers.contains(id));
    consumers
        .map(|(id, function)| (id.clone(), function.clone()))
        .collect()
}

pub(super) fn feeds(
    functions: &Functions,
    endpoint: &Endpoint,
    stream: &str,
    undelivered: &Undelivered,
    data: &Data,
    written: &watch::Sender<u64>,
    stopped: &Stop,
) -> (Vec<JoinHandle<()>>, Vec<watch::Receiver<u64>>) {
    let (mut tasks, mut stream_ends) = (Vec::new(), Vec::new());
    for function in functions.values() {
        for source in &function.declared.sources {
            let (ends, end) = watch::channel(0);
            stream_ends.push(end);
            let feed = Feed {
                client: endpoint.streams(),
                stream: stream.to_owned(),
                source: source.clone(),
                function: function.clone(),
                undelivered: undelivered.clone(),
                data: data.clone(),
                written: written.subscribe(),
                ends,
            };
            tasks.push(feed.start(stopped.clone()));
        }
    }
    (tasks, stream_ends)
}

pub(super) fn timers(
    options: &Options,
    functions: &Functions,
    undelivered: &Undelivered,
    clock: &LocalClock,
    stopped: &Stop,
) -> Vec<JoinHandle<()>> {
    let mut tasks = Vec::new();
    for function in functions.values().filter(|_| !options.without_schedules) {
        for schedule in &function.declared.schedules {
            let timer = Timer {
                schedule: schedule.clone(),
                function: function.clone(),
                undelivered: undelivered.clone(),
                clock: clock.clone(),
            };
            tasks.push(timer.start(stopped.clone()));
        }
    }
    tasks
}
