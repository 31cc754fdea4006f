//! Everything, put together in the order in which it needs each other.

mod parts;

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use shared::runtime::Clock;
use tokio::sync::{broadcast, watch};
use tokio::task::JoinHandle;

use crate::aws::api_gateway::{Gateway, Settings};
use crate::aws::eventbridge::{self, Bus, Caught, Targets};
use crate::aws::lambda::{self, Surroundings, Undelivered};
use crate::aws::secrets_manager::Secrets;
use crate::aws::ses::{self, Mailbox};
use crate::clock::LocalClock;
use crate::console;
use crate::data::Data;
use crate::faults::Interceptor;
use crate::listener::{Listener, Stop};
use crate::requests::Requests;
use crate::{Mail, Options, StartError};
use parts::{
    about, dynamodb, ensure, feeds, interceptor, observed, recorder, serve, services,
    stream_consumers, template, timers,
};

/// How long requests under way may take once the stack stops.
const LAST_REQUESTS: Duration = Duration::from_secs(3);

/// A running service. It ends when it is stopped or dropped.
#[derive(Debug)]
pub struct Stack {
    url: String,
    dynamodb_url: String,
    services_url: String,
    table: String,
    secrets: Secrets,
    undelivered: Undelivered,
    interceptor: Option<Arc<Interceptor>>,
    /// What the console shows.
    parts: console::Parts,
    /// Wakes the consumers of the table's stream.
    written: watch::Sender<u64>,
    /// How often each of them has found the stream at its end.
    stream_ends: Vec<watch::Receiver<u64>>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
    /// Locked until the last task is done.
    _data: Data,
}

impl Stack {
    /// Starts everything; it answers once this returns.
    ///
    /// # Errors
    ///
    /// Why it cannot start, in one line that says what to do.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let gateway = Listener::bind(options.port, "--port")?;
        let url = gateway.url();
        let template = template(&options, &url)?;
        let data = Data::open(options.data.as_deref())?;
        let (stop, stopped) = Stop::channel();
        let clock = LocalClock::default();
        let mailbox = Mailbox::load(&data)?;
        let secrets = Secrets::load(&data, &template.secrets()?)?;
        let undelivered = Undelivered::load(&data)?;
        let interceptor = interceptor(&template, &options)?;
        let mut tasks = Vec::new();

        let caught = Caught::load(&data)?;
        let (bus, news) = Bus::open();
        let mail = ses::router(mailbox.clone(), clock.shared(), bus);
        let events = eventbridge::router(caught.clone(), clock.shared());
        let stand_ins = [
            ("SES", mail.clone()),
            ("SecretsManager", secrets.clone().router()),
            ("EventBridge", events.clone()),
        ];
        let [ses, secrets_manager, eventbridge] =
            serve(stand_ins, interceptor.as_ref(), &stopped, &mut tasks).await?;

        let declared = template.table()?;
        let endpoint = dynamodb(&options, &data, &stopped, &mut tasks).await?;
        let beside = [secrets.clone().router(), mail, events];
        let address = services(&options, &endpoint, beside, &stopped, &mut tasks)?;
        let stream = ensure(&endpoint, &declared, &options).await?;
        let recorder = recorder(&options);
        let requests = Requests::new(recorder.is_some());
        let observers = (recorder.as_ref(), interceptor.as_ref());
        let surroundings = Surroundings {
            dynamodb: observed(&endpoint, observers, &stopped, &mut tasks).await?,
            ses,
            secrets_manager,
            eventbridge,
            external: options.dynamodb.clone(),
        };
        let now = clock.shared();
        let functions = lambda::start(
            template.functions()?,
            &surroundings,
            &now,
            recorder.as_ref(),
        )
        .await?;

        tasks.push(news.start(Targets::new(&functions, &undelivered), stopped.clone()));
        let written = watch::Sender::new(0);
        let stream = stream.filter(|_| !options.without_streams);
        let consumers = stream_consumers(&functions, &options);
        let read = |stream: String| {
            feeds(
                &consumers,
                &endpoint,
                &stream,
                &undelivered,
                &data,
                &written,
                &stopped,
            )
        };
        let (feeds, stream_ends) = stream.map(read).unwrap_or_default();
        tasks.extend(feeds);
        tasks.extend(timers(&options, &functions, &undelivered, &clock, &stopped));
        let settings = Settings {
            address: gateway.address,
            clock: clock.shared(),
            written: written.clone(),
            requests: requests.clone(),
        };
        let parts = console::Parts {
            about: about(&options, &url, &address, &declared),
            mailbox,
            caught,
            clock,
            functions: functions.clone(),
            requests,
            table: endpoint.dynamodb(),
        };
        let router = console::router(parts.clone())
            .fallback_service(Gateway::new(template.api()?, functions, settings)?.router());
        tasks.push(gateway.serve(router, stopped));

        Ok(Self {
            url,
            dynamodb_url: endpoint.url,
            services_url: address,
            table: declared.name,
            secrets,
            undelivered,
            interceptor,
            parts,
            written,
            stream_ends,
            stop,
            tasks,
            _data: data,
        })
    }

    /// The API's address, without a slash at its end.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// DynamoDB's address; calls that go there directly are not intercepted.
    #[must_use]
    pub fn dynamodb_url(&self) -> &str {
        &self.dynamodb_url
    }

    /// The address of `--dynamodb-port`: the same DynamoDB, and Secrets Manager and SES beside it.
    #[must_use]
    pub fn services_url(&self) -> &str {
        &self.services_url
    }

    /// The table's name.
    #[must_use]
    pub fn table(&self) -> &str {
        &self.table
    }

    /// The clock that the service goes by.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.parts.clock.shared()
    }

    /// Moves the clock forward.
    ///
    /// # Panics
    ///
    /// Where it would move back, or by more than a hundred years.
    pub fn advance(&self, seconds: i64) {
        assert!(
            self.parts.clock.advance(seconds),
            "the clock cannot move by {seconds} s"
        );
    }

    /// The mails to `address`, newest first.
    #[must_use]
    pub fn mails_to(&self, address: &str) -> Vec<Mail> {
        self.parts.mailbox.to(Some(address))
    }

    /// Every mail, newest first.
    #[must_use]
    pub fn mails(&self) -> Vec<Mail> {
        self.parts.mailbox.to(None)
    }

    /// The mails that are caught from now on.
    #[must_use]
    pub fn caught_mails(&self) -> broadcast::Receiver<Mail> {
        self.parts.mailbox.news()
    }

    /// The last requests of the API.
    pub(crate) fn requests(&self) -> &Requests {
        &self.parts.requests
    }

    /// The last events of the bus.
    pub(crate) fn events(&self) -> &Caught {
        &self.parts.caught
    }

    /// Gives a secret a new value, as a rotation does; `id` is its name or ARN. Says whether there is such a secret.
    #[must_use]
    pub fn rotate_secret(&self, id: &str, value: &str) -> bool {
        self.secrets.rotate(id, value.to_owned())
    }

    /// The stream records and the scheduled runs that were given up, as Lambda's invocation records.
    #[must_use]
    pub fn undelivered(&self) -> Vec<Value> {
        self.undelivered.all()
    }

    /// Waits until every consumer of the table's stream has processed all records that were there at the call.
    pub async fn streams_read(&self) {
        // The first end may be that of a read that began before the call.
        for _ in 0..2 {
            let mut ends = self.stream_ends.clone();
            ends.iter_mut().for_each(watch::Receiver::mark_unchanged);
            self.written.send_modify(|count| *count += 1);
            for end in &mut ends {
                let _ = end.changed().await;
            }
        }
    }

    /// Invokes the function with this logical id, as Lambda would, beside what else invokes it. Dropping the future kills the
    /// function.
    ///
    /// # Errors
    ///
    /// There is no such function, or it fails: as in `errorType: errorMessage`.
    pub async fn invoke(&self, function: &str, event: Value) -> Result<Value, String> {
        let function = self
            .parts
            .functions
            .get(function)
            .ok_or("no such function")?;
        let answer = function.invoke(event).await;
        answer.map_err(|error| error.to_string())
    }

    /// The interceptor, with [`Options::intercepted`].
    #[must_use]
    pub fn interceptor(&self) -> Option<&Interceptor> {
        self.interceptor.as_deref()
    }

    /// Ends everything; requests under way get a moment to finish.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        let deadline = tokio::time::Instant::now() + LAST_REQUESTS;
        for mut task in self.tasks {
            if tokio::time::timeout_at(deadline, &mut task).await.is_err() {
                task.abort();
            }
        }
    }
}
