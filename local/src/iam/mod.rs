//! IAM: decides whether the caller's role allows a call, and lists the grants that no call needs.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::sam::Grant;

/// A call that IAM decides about.
pub(crate) struct Request<'a> {
    /// The logical id of the caller.
    function: &'a str,
    service: &'a str,
    operation: &'a str,
    body: &'a Value,
}

impl<'a> Request<'a> {
    pub(crate) fn of(
        function: &'a str,
        service: &'a str,
        operation: &'a str,
        body: &'a Value,
    ) -> Self {
        Self {
            function,
            service,
            operation,
            body,
        }
    }
}

/// What a call asks of IAM; a transaction asks for each of its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Asked {
    action: String,
    /// How the ARN of the resource ends.
    resource: String,
    /// The partition keys that it is about.
    leading_keys: Vec<String>,
    /// The attributes that it names.
    attributes: BTreeSet<String>,
    /// The sender of a mail.
    sender: Option<String>,
}

/// The roles, and what was used of them.
#[derive(Debug, Default)]
pub(crate) struct Permits {
    grants: BTreeMap<String, Vec<Grant>>,
    used: BTreeSet<[String; 3]>,
    /// The addresses and domains that are SES identities of the account.
    identities: Vec<String>,
}

/// Services that functions call themselves; of other grants the platform makes use (logs, traces, streams, failure
/// destinations).
const CALLED: [&str; 4] = ["dynamodb", "secretsmanager", "ses", "events"];
/// DynamoDB's actions that Lambda's poller uses.
const POLLED: [&str; 4] = [
    "DescribeStream",
    "GetRecords",
    "GetShardIterator",
    "ListStreams",
];

impl Permits {
    pub(crate) fn new(grants: BTreeMap<String, Vec<Grant>>, identities: Vec<String>) -> Self {
        Self {
            grants,
            identities,
            used: BTreeSet::new(),
        }
    }

    /// Notes what `call` uses; the action that its caller's role does not allow, if there is one.
    pub(crate) fn refusal(&mut self, call: &Request<'_>) -> Option<String> {
        let grants = self.grants.get(call.function)?;
        for asked in asked(call, &self.identities) {
            let Some((grant, resource)) = grants
                .iter()
                .find_map(|grant| Some((grant, granted(grant, &asked)?)))
            else {
                return Some(format!("{}: {asked:?}", call.function));
            };
            let mut note = |what: &str| {
                let key = [call.function, &grant.name, what].map(str::to_owned);
                self.used.insert(key);
            };
            note(&asked.action);
            note(resource);
            for key in &asked.leading_keys {
                let patterns = grant.leading_keys.iter().flatten();
                patterns
                    .filter(|pattern| like(pattern, key))
                    .for_each(|pattern| note(pattern));
            }
            for attribute in &asked.attributes {
                note(&format!("attribute {attribute}"));
            }
        }
        None
    }

    /// Every action, resource, key and attribute that is granted and was not used.
    pub(crate) fn unused(&self) -> Vec<String> {
        let mut unused = Vec::new();
        for (function, grants) in &self.grants {
            for grant in grants {
                let own = |action: &&String| {
                    let (service, name) = action.split_once(':').unwrap_or_default();
                    CALLED.contains(&service) && !POLLED.contains(&name)
                };
                let actions: Vec<_> = grant.actions.iter().filter(own).collect();
                if actions.is_empty() {
                    continue;
                }
                let attributes = grant.attributes.iter().flatten();
                let attributes: Vec<_> =
                    attributes.map(|name| format!("attribute {name}")).collect();
                let keys = grant.leading_keys.iter().flatten();
                let parts = actions.into_iter().chain(&grant.resources).chain(keys);
                for part in parts.chain(&attributes) {
                    let key = [function, &grant.name, part].map(ToOwned::to_owned);
                    if !self.used.contains(&key) {
                        unused.push(key.join(" / "));
                    }
                }
            }
        }
        unused
    }
}

/// The resource of `grant` that `asked` is about, if the grant allows it.
fn granted<'a>(grant: &'a Grant, asked: &Asked) -> Option<&'a str> {
    let action = grant.actions.contains(&asked.action);
    let keys = grant.leading_keys.as_ref().is_none_or(|patterns| {
        let mut keys = asked.leading_keys.iter();
        keys.all(|key| patterns.iter().any(|pattern| like(pattern, key)))
    });
    let attributes = grant.attributes.as_ref().is_none_or(|names| {
        let mut attributes = asked.attributes.iter();
        attributes.all(|attribute| names.contains(attribute))
    });
    let sender = grant.senders.as_ref().is_none_or(|senders| {
        let asked = asked.sender.as_ref();
        asked.is_some_and(|sender| senders.contains(sender))
    });
    let mut resources = grant.resources.iter();
    let resource = resources.find(|resource| is_about(resource, &asked.resource));
    resource
        .filter(|_| action && keys && attributes && sender)
        .map(String::as_str)
}

/// Whether an ARN, or a pattern of ARNs, is that of the resource.
fn is_about(arn: &str, resource: &str) -> bool {
    let own = arn.splitn(6, ':').last().unwrap_or_default();
    arn.ends_with(resource) || like(own, resource)
}

/// `StringLike`, so far as patterns here need it: a star at the end.
fn like(pattern: &str, text: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => text.starts_with(start),
        None => pattern == text,
    }
}

fn asked(call: &Request<'_>, identities: &[String]) -> Vec<Asked> {
    let request = call.body;
    match call.service {
        "DynamoDB" => of_table(call.operation, request),
        "SecretsManager" => vec![plain("secretsmanager:", call, &request["SecretId"])],
        "EventBridge" => {
            let bus = &request["Entries"][0]["EventBusName"];
            vec![plain("events:", call, bus)]
        }
        _ => of_mail(call, identities),
    }
}

fn plain(service: &str, call: &Request<'_>, resource: &Value) -> Asked {
    Asked {
        action: format!("{service}{}", call.operation),
        resource: resource.as_str().unwrap_or_default().to_owned(),
        leading_keys: Vec::new(),
        attributes: BTreeSet::new(),
        sender: None,
    }
}

/// SES asks for the sender's identity, for those of the recipients that are identities of the account, and for the configuration
/// set (SES's developer guide, *Controlling access*; in the sandbox every recipient is one).
fn of_mail(call: &Request<'_>, identities: &[String]) -> Vec<Asked> {
    let sender = call.body["Source"].as_str().unwrap_or_default();
    let own = identity_of(sender, identities).unwrap_or(sender);
    let fields = call.body.as_object().into_iter().flatten();
    let recipients = fields.filter(|(name, _)| name.starts_with("Destination"));
    let recipients =
        recipients.filter_map(|(_, address)| identity_of(address.as_str()?, identities));
    let set = call.body["ConfigurationSetName"].as_str();
    let set = set.map(|set| format!("configuration-set/{set}"));
    let identities = std::iter::once(own).chain(recipients);
    let resources = identities.map(|identity| format!("identity/{identity}"));
    let ask = |resource| Asked {
        resource,
        sender: Some(sender.to_owned()),
        ..plain("ses:", call, &Value::Null)
    };
    resources.chain(set).map(ask).collect()
}

/// The identity that an address is, or that its domain is.
fn identity_of<'a>(address: &str, identities: &'a [String]) -> Option<&'a str> {
    let (_, domain) = address.rsplit_once('@')?;
    let is = |name: &str| {
        let mut identities = identities.iter();
        identities.find(|identity| identity.eq_ignore_ascii_case(name))
    };
    is(address).or_else(|| is(domain)).map(String::as_str)
}

fn of_table(operation: &str, request: &Value) -> Vec<Asked> {
    let ask = |operation: &str, table: &str, keys: Vec<String>, part: &Value| Asked {
        action: format!("dynamodb:{operation}"),
        resource: format!("table/{table}"),
        leading_keys: keys,
        attributes: attributes(part),
        sender: None,
    };
    let table = |part: &Value| part["TableName"].as_str().unwrap_or_default().to_owned();
    match operation {
        "TransactWriteItems" => {
            let items = request["TransactItems"].as_array();
            let parts = items
                .into_iter()
                .flatten()
                .filter_map(Value::as_object)
                .flatten();
            parts
                .map(|(kind, part)| {
                    let operation = match kind.as_str() {
                        "ConditionCheck" => "ConditionCheckItem".to_owned(),
                        kind => format!("{kind}Item"),
                    };
                    ask(&operation, &table(part), keys(part), part)
                })
                .collect()
        }
        "BatchGetItem" | "BatchWriteItem" => {
            let tables = request["RequestItems"].as_object().into_iter().flatten();
            tables
                .map(|(table, part)| {
                    let gets = part["Keys"].as_array().into_iter().flatten();
                    let writes = part.as_array().into_iter().flatten();
                    let writes = writes.flat_map(|write| {
                        let kinds = [&write["PutRequest"]["Item"], &write["DeleteRequest"]["Key"]];
                        kinds.into_iter().filter(|item| item.is_object())
                    });
                    let keys = gets.chain(writes).filter_map(partition).collect();
                    ask(operation, table, keys, &Value::Null)
                })
                .collect()
        }
        "Query" => {
            let mut asked = ask(operation, &table(request), queried(request), &Value::Null);
            if let Some(index) = request["IndexName"].as_str() {
                asked.resource = format!("{}/index/{index}", asked.resource);
            }
            vec![asked]
        }
        "Scan" => {
            let mut asked = ask(operation, &table(request), Vec::new(), &Value::Null);
            asked.attributes = scanned(request);
            vec![asked]
        }
        _ => vec![ask(operation, &table(request), keys(request), request)],
    }
}

fn keys(part: &Value) -> Vec<String> {
    let items = [&part["Item"], &part["Key"]];
    items.into_iter().filter_map(partition).collect()
}

fn partition(item: &Value) -> Option<String> {
    Some(item["pk"]["S"].as_str()?.to_owned())
}

/// The partition of a query: what the first comparison of its key condition is with.
fn queried(request: &Value) -> Vec<String> {
    let condition = request["KeyConditionExpression"]
        .as_str()
        .unwrap_or_default();
    let value = condition
        .split_once('=')
        .and_then(|(_, rest)| rest.split_whitespace().next());
    let value = value.and_then(|name| request["ExpressionAttributeValues"][name]["S"].as_str());
    value.map(str::to_owned).into_iter().collect()
}

/// The attributes of a scan: those that it shows, and those that it looks at.
fn scanned(request: &Value) -> BTreeSet<String> {
    let expressions = ["ProjectionExpression", "FilterExpression"];
    let text = expressions.map(|expression| request[expression].as_str().unwrap_or_default());
    let text = text.join(" ");
    let words = text.split(|letter: char| !(letter.is_alphanumeric() || "#:".contains(letter)));
    let names = words.filter(|word| !word.is_empty() && !word.starts_with(':'));
    let name = |word: &str| match &request["ExpressionAttributeNames"][word] {
        Value::String(name) => name.clone(),
        _ => word.to_owned(),
    };
    names.map(name).collect()
}

/// The attributes of an update: its key's, and those that its expressions name.
fn attributes(part: &Value) -> BTreeSet<String> {
    if part["UpdateExpression"].is_null() {
        return BTreeSet::new();
    }
    let expressions = ["UpdateExpression", "ConditionExpression"];
    let text: Vec<_> = expressions
        .iter()
        .filter_map(|expression| part[expression].as_str())
        .collect();
    let text = text.join(" ");
    let paths = text.split(|letter: char| !(letter.is_alphanumeric() || "#._".contains(letter)));
    let named = paths
        .filter(|path| path.starts_with('#'))
        .filter_map(|path| {
            let first = path.split('.').next()?;
            part["ExpressionAttributeNames"][first].as_str()
        });
    named.chain(["pk", "sk"]).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests;
