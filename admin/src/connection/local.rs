//! The local stack, which says where its table is, what it was started with, and what time it is there.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::config::{BehaviorVersion, Region, SharedHttpClient};
use runtime::{Clock, Config};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use store::{CountUnits, Store};

use super::http::{self, Request};
use super::{Connection, Place};
use crate::Failure;

/// The region that the local stack signs for.
const REGION: &str = "eu-west-1";

/// A local stack.
#[derive(Clone, Debug)]
pub(crate) struct LocalStack {
    url: String,
    http: SharedHttpClient,
}

/// What `/_local/about` says.
#[derive(Deserialize)]
struct About {
    services: String,
    table: String,
    functions: Vec<Function>,
}

#[derive(Deserialize)]
struct Function {
    #[serde(default)]
    environment: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ShownClock {
    offset_seconds: i64,
}

/// Reaches the local stack at `url`.
pub(super) async fn open(url: &str) -> Result<Connection, Failure> {
    let stack = LocalStack {
        url: url.trim_end_matches('/').to_owned(),
        http: http::plain(),
    };
    let about: About = stack.get("/_local/about").await.map_err(|failure| {
        Failure::Unreachable(format!(
            "no local stack: {failure}. Start one with `cargo run`, or name a deployed one with --stack"
        ))
    })?;
    let ShownClock { offset_seconds } = stack.get("/_local/clock").await?;
    let config = stack.config(&about)?;
    let dynamodb = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(REGION))
        .credentials_provider(credentials())
        .http_client(stack.http.clone())
        .interceptor(CountUnits)
        .endpoint_url(&about.services);
    let client = aws_sdk_dynamodb::Client::from_conf(dynamodb.build());
    Ok(Connection {
        store: Store::new(client.clone(), about.table),
        client,
        config,
        clock: Clock::Shifted(Arc::new(AtomicI64::new(offset_seconds * 1000))),
        operator: "local".into(),
        place: Place::Local(stack),
    })
}

/// Nothing checks them.
fn credentials() -> Credentials {
    Credentials::new("local", "local", None, None, "local stack")
}

impl LocalStack {
    /// A client of Secrets Manager.
    pub(super) async fn secrets_manager(&self) -> Result<aws_sdk_secretsmanager::Client, Failure> {
        let about: About = self.get("/_local/about").await?;
        let config = aws_sdk_secretsmanager::Config::builder()
            .behavior_version(aws_sdk_secretsmanager::config::BehaviorVersion::latest())
            .region(aws_sdk_secretsmanager::config::Region::new(REGION))
            .credentials_provider(credentials())
            .http_client(self.http.clone())
            .endpoint_url(&about.services);
        Ok(aws_sdk_secretsmanager::Client::from_conf(config.build()))
    }

    /// The JSON at `path`.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        let request = Request {
            method: "GET",
            base: self.url.clone(),
            path: path.to_owned(),
            ..Request::default()
        };
        let answer = http::send(&self.http, request).await?;
        let failed = |reason: &str| Failure::Unreachable(format!("{}{path}: {reason}", self.url));
        if answer.status != 200 {
            let problem: Value = serde_json::from_str(&answer.body).unwrap_or_default();
            let detail = problem["detail"].as_str().unwrap_or(&answer.body);
            return Err(failed(&format!("{} {detail}", answer.status)));
        }
        serde_json::from_str(&answer.body).map_err(|error| failed(&error.to_string()))
    }

    /// The settings of the stack: all that any of its functions has.
    fn config(&self, about: &About) -> Result<Config, Failure> {
        let vars = |name: &str| match name {
            "TABLE_NAME" => Some(about.table.clone()),
            "AWS_REGION" => Some(REGION.to_owned()),
            _ => about
                .functions
                .iter()
                .find_map(|function| function.environment.get(name).cloned()),
        };
        Config::from_vars(&vars).map_err(|error| Failure::unreachable(&self.url, &error))
    }
}
