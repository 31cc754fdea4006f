//! How a stack is to be started.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// The options of the command line, and a few that only tests use.
#[derive(Clone, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "switches that do not depend on each other"
)]
pub struct Options {
    /// The port of the API; 0 is any that is free.
    pub port: u16,
    /// The folder that everything is kept in; `None` keeps nothing.
    pub data: Option<PathBuf>,
    /// Another DynamoDB-compatible endpoint instead of the embedded one.
    pub dynamodb: Option<External>,
    /// The port of the embedded DynamoDB; 0 is any that is free.
    pub dynamodb_port: u16,
    /// Values of template parameters.
    pub parameters: BTreeMap<String, String>,
    /// Whether every call to AWS is recorded and may be made to fail; see [`crate::Interceptor`].
    pub intercepted: bool,
    /// Whether the DynamoDB calls of each request are recorded for the console. Each function then starts more environments for
    /// requests at the same time. The embedded DynamoDB only.
    pub recorded: bool,
    /// Addresses and domains that are SES identities of the account besides the sender's, with `intercepted`: SES asks the role about
    /// a recipient that is one.
    pub ses_identities: Vec<String>,
    /// Whether the table's stream invokes no function, for tests that do so themselves; see [`crate::Stack::invoke`].
    pub without_streams: bool,
    /// Whether the schedules invoke no function.
    pub without_schedules: bool,
    /// The logical ids of functions that no stream is read for, for tests that want only what requests write.
    pub without_stream_consumers: Vec<String>,
}

/// Another DynamoDB than the embedded one.
#[derive(Clone, Debug)]
pub struct External {
    /// Its address.
    pub url: String,
    /// The region to sign for.
    pub region: String,
    /// The credentials to sign with.
    pub access_key_id: String,
    /// The secret half of them.
    pub secret_access_key: String,
    /// The session that they belong to, if any.
    pub session_token: Option<String>,
}

impl Options {
    /// A stack on free ports that keeps nothing: what a test wants.
    #[must_use]
    pub fn memory() -> Self {
        Self::default()
    }

    /// The same with another value for a template parameter.
    #[must_use]
    pub fn parameter(mut self, name: &str, value: &str) -> Self {
        self.parameters.insert(name.to_owned(), value.to_owned());
        self
    }

    /// The same without schedules.
    #[must_use]
    pub fn without_schedules(mut self) -> Self {
        self.without_schedules = true;
        self
    }

    /// The same, but the table's stream feeds no function; see [`crate::Stack::invoke`].
    #[must_use]
    pub fn without_streams(mut self) -> Self {
        self.without_streams = true;
        self
    }

    /// The same, but no stream feeds `function`.
    #[must_use]
    pub fn without_stream_consumer(mut self, function: &str) -> Self {
        self.without_stream_consumers.push(function.to_owned());
        self
    }

    /// The same with an [`crate::Interceptor`].
    #[must_use]
    pub fn intercepted(mut self) -> Self {
        self.intercepted = true;
        self
    }

    /// The same, and the console shows the DynamoDB calls of each request.
    #[must_use]
    pub fn recorded(mut self) -> Self {
        self.recorded = true;
        self
    }
}
