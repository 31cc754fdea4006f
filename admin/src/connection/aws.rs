//! A deployed stack, reached with the credentials that the AWS CLI would use.

use std::collections::BTreeMap;

use aws_config::{BehaviorVersion, Region};
use runtime::{Clock, Config};
use serde::Deserialize;
use store::{CountUnits, Store};

use super::http::{self, Request};
use super::signed::{Caller, Service, element, encoded, refused};
use super::{At, Connection, Place};
use crate::Failure;

const STS: Service = Service {
    name: "sts",
    id: "STS",
    version: "2011-06-15",
};
const CLOUDFORMATION: Service = Service {
    name: "cloudformation",
    id: "CloudFormation",
    version: "2010-05-15",
};
const LAMBDA: Service = Service {
    name: "lambda",
    id: "Lambda",
    version: "2015-03-31",
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

/// What Lambda says of a function.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Configuration {
    #[serde(default)]
    environment: Environment,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Environment {
    #[serde(default)]
    variables: BTreeMap<String, String>,
}

/// Reaches the deployed stack, or the table, that `at` names.
pub(super) async fn open(at: &At) -> Result<Connection, Failure> {
    let http = http::client();
    let mut loader = aws_config::defaults(BehaviorVersion::latest()).http_client(http.clone());
    if let Some(profile) = &at.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(region) = &at.region {
        loader = loader.region(Region::new(region.clone()));
    }
    let config = loader.load().await;
    let Some(region) = config.region().map(ToString::to_string) else {
        return Err(Failure::Usage("no AWS region is set: add --region".into()));
    };
    let dynamodb = aws_sdk_dynamodb::config::Builder::from(&config).interceptor(CountUnits);
    let client = aws_sdk_dynamodb::Client::from_conf(dynamodb.build());
    let caller = Caller { config, http };
    let identity = caller.query(STS, "GetCallerIdentity", &[]).await?;
    let operator = element(&identity, "Arn").unwrap_or_default().to_owned();
    let mut stack = AwsStack {
        caller,
        resources: BTreeMap::new(),
    };
    let mut vars = BTreeMap::from([("AWS_REGION".to_owned(), region)]);
    match &at.stack {
        Some(name) => {
            stack.resources = stack.read_resources(name).await?;
            for function in FUNCTIONS {
                vars.extend(stack.environment(function).await?);
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

    async fn read_resources(&self, stack: &str) -> Result<BTreeMap<String, String>, Failure> {
        let mut resources = BTreeMap::new();
        let mut next = String::new();
        loop {
            let mut parameters = vec![("StackName", stack)];
            if !next.is_empty() {
                parameters.push(("NextToken", next.as_str()));
            }
            let action = "ListStackResources";
            let xml = self.caller.query(CLOUDFORMATION, action, &parameters);
            let xml = xml.await?;
            resources.extend(named(&xml));
            next = element(&xml, "NextToken")
                .map(str::to_owned)
                .unwrap_or_default();
            if next.is_empty() {
                return Ok(resources);
            }
        }
    }

    async fn environment(&self, function: &str) -> Result<BTreeMap<String, String>, Failure> {
        let name = self.resource(function)?;
        let request = Request {
            method: "GET",
            path: format!(
                "/{}/functions/{}/configuration",
                LAMBDA.version,
                encoded(name)
            ),
            ..Request::default()
        };
        let answer = self.caller.call(LAMBDA, request).await?;
        let action = "GetFunctionConfiguration";
        if answer.status != 200 {
            return Err(refused(LAMBDA, action, answer.status, &answer.body));
        }
        let configuration: Configuration = serde_json::from_str(&answer.body)
            .map_err(|error| Failure::unreachable("lambda:GetFunctionConfiguration", &error))?;
        Ok(configuration.environment.variables)
    }
}

/// The names of resources by their logical ids.
fn named(xml: &str) -> impl Iterator<Item = (String, String)> {
    xml.split("<member>").skip(1).filter_map(|member| {
        let logical = element(member, "LogicalResourceId")?;
        let physical = element(member, "PhysicalResourceId")?;
        Some((logical.to_owned(), physical.to_owned()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the API reference of CloudFormation shows it (*`ListStackResources`*).
    const LISTED: &str = "<ListStackResourcesResponse><ListStackResourcesResult><StackResourceSummaries>
        <member><ResourceStatus>CREATE_COMPLETE</ResourceStatus><LogicalResourceId>Table</LogicalResourceId>
        <PhysicalResourceId>accounts-Table-1</PhysicalResourceId></member>
        <member><LogicalResourceId>Pending</LogicalResourceId></member>
        </StackResourceSummaries><NextToken>more</NextToken></ListStackResourcesResult></ListStackResourcesResponse>";

    #[test]
    fn resources_have_the_names_that_the_stack_gives_them() {
        let found: Vec<_> = named(LISTED).collect();
        assert_eq!(found, [("Table".to_owned(), "accounts-Table-1".to_owned())]);
        assert_eq!(element(LISTED, "NextToken"), Some("more"));
        assert_eq!(element(LISTED, "Arn"), None);
    }

    #[test]
    fn the_environment_of_a_function_is_read() {
        let text = r#"{"FunctionName":"f","Environment":{"Variables":{"TABLE_NAME":"t"}}}"#;
        let read: Configuration = serde_json::from_str(text).unwrap();
        assert_eq!(read.environment.variables["TABLE_NAME"], "t");
        let bare: Configuration = serde_json::from_str("{}").unwrap();
        assert!(bare.environment.variables.is_empty());
    }
}
