//! A deployed stack, reached with the credentials that the AWS CLI would use.

use std::collections::BTreeMap;

use aws_config::{BehaviorVersion, Region};
use runtime::{Clock, Config};
use store::{CountUnits, Store};

use super::signed::{Caller, Service};
use super::{At, Connection, Place, cloudformation, http, lambda, xml};
use crate::Failure;

const STS: Service = Service {
    name: "sts",
    id: "STS",
    version: "2011-06-15",
};
/// The functions whose settings make up those of the stack.
const FUNCTIONS: [&str; 4] = [
    "AccountsFunction",
    "MembersFunction",
    "IdentityFunction",
    "MailerFunction",
];

/// A deployed stack, or a table alone.
#[derive(Clone, Debug)]
struct AwsStack {
    caller: Caller,
    /// Names by logical id; none of a table alone.
    resources: BTreeMap<String, String>,
}

/// The AWS that `at` names, with the credentials of the AWS CLI.
pub(super) async fn caller(at: &At) -> Result<Caller, Failure> {
    let http = http::client();
    let mut loader = aws_config::defaults(BehaviorVersion::latest()).http_client(http.clone());
    if let Some(profile) = &at.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(region) = &at.region {
        loader = loader.region(Region::new(region.clone()));
    }
    let config = loader.load().await;
    Ok(Caller { config, http })
}

/// Reaches the deployed stack, or the table, that `at` names.
pub(super) async fn open(at: &At) -> Result<Connection, Failure> {
    let caller = caller(at).await?;
    let region = caller.region()?.to_owned();
    let dynamodb = aws_sdk_dynamodb::config::Builder::from(&caller.config).interceptor(CountUnits);
    let client = aws_sdk_dynamodb::Client::from_conf(dynamodb.build());
    let identity = caller.query(STS, "GetCallerIdentity", &[]).await?;
    let identity = xml::read(STS, &identity)?;
    let operator = xml::text(identity.root(), "Arn")
        .unwrap_or_default()
        .to_owned();
    let mut stack = AwsStack {
        caller,
        resources: BTreeMap::new(),
    };
    let mut vars = BTreeMap::from([("AWS_REGION".to_owned(), region)]);
    match &at.stack {
        Some(name) => {
            stack.resources = cloudformation::resources(&stack.caller, name).await?;
            for function in FUNCTIONS {
                let function = stack.resource(function)?;
                vars.extend(lambda::environment(&stack.caller, function).await?);
            }
            vars.insert("TABLE_NAME".into(), stack.resource("Table")?.to_owned());
        }
        None => vars.extend(at.table.clone().map(|table| ("TABLE_NAME".into(), table))),
    }
    let config = Config::from_vars(&|name| vars.get(name).cloned())
        .map_err(|error| Failure::unreachable("the settings of the stack", &error))?;
    Ok(Connection {
        store: Store::new(client.clone(), config.table.clone()),
        client,
        config,
        clock: Clock::System,
        operator,
        place: Place::Aws(Box::new(stack.caller.config)),
    })
}

impl AwsStack {
    /// The name that AWS knows the resource `logical` by.
    fn resource(&self, logical: &str) -> Result<&str, Failure> {
        let name = self.resources.get(logical).map(String::as_str);
        name.ok_or_else(|| {
            let text = format!(
                "the stack has no resource {logical}: name a stack of this service with --stack"
            );
            Failure::NotFound(text)
        })
    }
}
