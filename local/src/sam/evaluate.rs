//! CloudFormation's intrinsic functions, with the names and addresses that resources have on this machine.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::TemplateError;
use super::document::Document;

/// The region that everything on this machine claims to be in.
pub const REGION: &str = "us-east-1";
/// The AWS account that everything on this machine claims to belong to.
pub(crate) const ACCOUNT: &str = "000000000000";
/// What the stack would be called in CloudFormation.
pub(crate) const STACK: &str = "accounts";
/// The API's id, where API Gateway would draw one.
pub(crate) const API_ID: &str = "local";

/// What names mean.
#[derive(Clone, Debug)]
pub(super) struct Scope {
    parameters: BTreeMap<String, String>,
    conditions: Map<String, Value>,
    mappings: Map<String, Value>,
    /// Logical id to type.
    resources: BTreeMap<String, String>,
}

type Evaluated<T> = Result<T, TemplateError>;

impl Scope {
    pub(super) fn new(document: &Document, parameters: BTreeMap<String, String>) -> Self {
        let resources = document.section("Resources").into_iter().flatten();
        Self {
            parameters,
            conditions: document.section("Conditions").cloned().unwrap_or_default(),
            mappings: document.section("Mappings").cloned().unwrap_or_default(),
            resources: resources
                .map(|(id, resource)| (id.clone(), scalar(&resource["Type"]).unwrap_or_default()))
                .collect(),
        }
    }

    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    pub(super) fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        let parameters = self.parameters.iter();
        parameters.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// `value` with every function replaced by its result; `None` for `AWS::NoValue`.
    pub(super) fn evaluate(&self, value: &Value, at: &str) -> Evaluated<Option<Value>> {
        match value {
            Value::Array(items) => {
                let mut evaluated = Vec::with_capacity(items.len());
                for (index, item) in items.iter().enumerate() {
                    evaluated.extend(self.evaluate(item, &format!("{at}/{index}"))?);
                }
                Ok(Some(Value::Array(evaluated)))
            }
            Value::Object(map) => match single(map) {
                Some((name, argument)) if name == "Ref" || name.starts_with("Fn::") => {
                    self.call(name, argument, at)
                }
                _ => {
                    let mut evaluated = Map::new();
                    for (name, member) in map {
                        if let Some(member) = self.evaluate(member, &format!("{at}/{name}"))? {
                            evaluated.insert(name.clone(), member);
                        }
                    }
                    Ok(Some(Value::Object(evaluated)))
                }
            },
            scalar => Ok(Some(scalar.clone())),
        }
    }

    /// Whether the condition `name` holds.
    pub(super) fn condition(&self, name: &str) -> Evaluated<bool> {
        let at = format!("Conditions/{name}");
        let condition = self.conditions.get(name);
        let condition = condition.ok_or_else(|| TemplateError::malformed(&at, "does not exist"))?;
        self.holds(condition, &at)
    }

    fn call(&self, function: &str, argument: &Value, at: &str) -> Evaluated<Option<Value>> {
        let wrong = |reason: &str| TemplateError::malformed(at, format!("{function}: {reason}"));
        let list = || argument.as_array().ok_or_else(|| wrong("needs a list"));
        let text = |value: &Value| -> Evaluated<String> {
            let value = self.evaluate(value, at)?;
            value
                .as_ref()
                .and_then(scalar)
                .ok_or_else(|| wrong("needs text"))
        };
        Ok(Some(match function {
            "Ref" if argument == "AWS::NoValue" => return Ok(None),
            "Ref" => Value::String(self.reference(&text(argument)?, at)?),
            "Fn::GetAtt" => match list()?.as_slice() {
                [resource, attribute] => {
                    Value::String(self.attribute(&text(resource)?, &text(attribute)?))
                }
                _ => return Err(wrong("needs a resource and an attribute")),
            },
            "Fn::If" => match list()?.as_slice() {
                [Value::String(condition), yes, no] => {
                    return self.evaluate(if self.condition(condition)? { yes } else { no }, at);
                }
                _ => return Err(wrong("needs a condition and two values")),
            },
            "Fn::Join" => match list()?.as_slice() {
                [separator, parts] => {
                    let parts = self.evaluate(parts, at)?.unwrap_or_default();
                    let parts: Vec<String> = parts
                        .as_array()
                        .into_iter()
                        .flatten()
                        .filter_map(scalar)
                        .collect();
                    Value::String(parts.join(&text(separator)?))
                }
                _ => return Err(wrong("needs a separator and a list")),
            },
            "Fn::Split" => match list()?.as_slice() {
                [separator, whole] => {
                    let whole = text(whole)?;
                    whole
                        .split(text(separator)?.as_str())
                        .map(Value::from)
                        .collect()
                }
                _ => return Err(wrong("needs a separator and text")),
            },
            "Fn::Select" => match list()?.as_slice() {
                [index, items] => {
                    let index: usize = text(index)?.parse().map_err(|_| wrong("needs an index"))?;
                    let items = self.evaluate(items, at)?.unwrap_or_default();
                    items
                        .get(index)
                        .cloned()
                        .ok_or_else(|| wrong("has no such element"))?
                }
                _ => return Err(wrong("needs an index and a list")),
            },
            "Fn::FindInMap" => match list()?.as_slice() {
                [map, first, second] => {
                    let found = &self.mappings.get(&text(map)?);
                    let found =
                        found.and_then(|map| map.get(text(first).ok()?)?.get(text(second).ok()?));
                    found.cloned().ok_or_else(|| wrong("has no such key"))?
                }
                _ => return Err(wrong("needs a map and two keys")),
            },
            "Fn::Sub" => self.substitute(argument, at)?,
            "Fn::Equals" | "Fn::Not" | "Fn::And" | "Fn::Or" => {
                Value::Bool(self.boolean(function, argument, at)?)
            }
            _ => return Err(wrong("is not known here")),
        }))
    }

    fn holds(&self, condition: &Value, at: &str) -> Evaluated<bool> {
        let call = condition.as_object().and_then(single);
        match call {
            Some((name, Value::String(other))) if name == "Condition" => self.condition(other),
            Some((function, argument)) => self.boolean(function, argument, at),
            None => Err(TemplateError::malformed(at, "is no condition")),
        }
    }

    fn boolean(&self, function: &str, argument: &Value, at: &str) -> Evaluated<bool> {
        let arguments = argument.as_array().map(Vec::as_slice).unwrap_or_default();
        match (function, arguments) {
            ("Fn::Equals", [left, right]) => {
                let (left, right) = (self.evaluate(left, at)?, self.evaluate(right, at)?);
                Ok(left.as_ref().and_then(scalar) == right.as_ref().and_then(scalar))
            }
            ("Fn::Not", [one]) => Ok(!self.holds(one, at)?),
            ("Fn::And", all) => all
                .iter()
                .try_fold(true, |held, one| Ok(held & self.holds(one, at)?)),
            ("Fn::Or", any) => any
                .iter()
                .try_fold(false, |held, one| Ok(held | self.holds(one, at)?)),
            _ => Err(TemplateError::malformed(
                at,
                format!("{function} cannot be read"),
            )),
        }
    }

    /// `Fn::Sub`: `${Name}`, `${Resource.Attribute}`, `${!Literal}`, with names of its own in the long form.
    fn substitute(&self, argument: &Value, at: &str) -> Evaluated<Value> {
        let (template, own) = match argument {
            Value::String(template) => (template.as_str(), None),
            Value::Array(parts) => match parts.as_slice() {
                [Value::String(template), Value::Object(own)] => (template.as_str(), Some(own)),
                _ => return Err(TemplateError::malformed(at, "Fn::Sub needs text and names")),
            },
            _ => return Err(TemplateError::malformed(at, "Fn::Sub needs text")),
        };
        let mut result = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once("${") {
            let Some((name, after)) = after.split_once('}') else {
                break;
            };
            result.push_str(before);
            if let Some(literal) = name.strip_prefix('!') {
                result.push_str("${");
                result.push_str(literal);
                result.push('}');
            } else if let Some(value) = own.and_then(|own| own.get(name)) {
                let value = self.evaluate(value, at)?;
                result.push_str(&value.as_ref().and_then(scalar).unwrap_or_default());
            } else if let Some((resource, attribute)) = name.split_once('.') {
                result.push_str(&self.attribute(resource, attribute));
            } else {
                result.push_str(&self.reference(name, at)?);
            }
            rest = after;
        }
        result.push_str(rest);
        Ok(Value::String(result))
    }

    /// What `Ref` gives: a parameter's value, or a resource's name as its type has it.
    fn reference(&self, name: &str, at: &str) -> Evaluated<String> {
        if let Some(value) = self.parameters.get(name) {
            return Ok(value.clone());
        }
        let fixed = match name {
            "AWS::Region" => REGION,
            "AWS::AccountId" => ACCOUNT,
            "AWS::Partition" => "aws",
            "AWS::URLSuffix" => "amazonaws.com",
            "AWS::StackName" => STACK,
            _ => "",
        };
        if !fixed.is_empty() {
            return Ok(fixed.to_owned());
        }
        match self.resources.get(name).map(String::as_str) {
            Some("AWS::Serverless::Api") => Ok(API_ID.to_owned()),
            Some("AWS::SecretsManager::Secret") => Ok(self.attribute(name, "Arn")),
            Some(_) => Ok(physical_name(name)),
            None => Err(TemplateError::malformed(at, format!("there is no {name}"))),
        }
    }

    /// The ARN of the secret with this logical id.
    pub(super) fn secret_arn(&self, id: &str) -> String {
        self.attribute(id, "Arn")
    }

    /// What `Fn::GetAtt` gives: ARNs in the form that their service has, other attributes by name.
    fn attribute(&self, resource: &str, attribute: &str) -> String {
        let name = physical_name(resource);
        let kind = self.resources.get(resource).map_or("", String::as_str);
        let arn = |rest: &str| format!("arn:aws:{rest}");
        match (kind, attribute) {
            ("AWS::Serverless::Function", "Arn") => function_arn(resource),
            ("AWS::DynamoDB::Table", "Arn") => {
                arn(&format!("dynamodb:{REGION}:{ACCOUNT}:table/{name}"))
            }
            ("AWS::DynamoDB::Table", "StreamArn") => stream_arn(resource),
            ("AWS::SecretsManager::Secret", _) => {
                arn(&format!("secretsmanager:{REGION}:{ACCOUNT}:secret:{name}"))
            }
            ("AWS::Events::EventBus", "Arn") => {
                arn(&format!("events:{REGION}:{ACCOUNT}:event-bus/{name}"))
            }
            ("AWS::S3::Bucket", "Arn") => arn(&format!("s3:::{name}")),
            _ => arn(&format!("local:{REGION}:{ACCOUNT}:{name}/{attribute}")),
        }
    }
}

/// The name that CloudFormation would draw for a resource without one.
pub(crate) fn physical_name(id: &str) -> String {
    format!("{STACK}-{id}")
}

/// The ARN of the function with this logical id.
pub(crate) fn function_arn(id: &str) -> String {
    format!(
        "arn:aws:lambda:{REGION}:{ACCOUNT}:function:{}",
        physical_name(id)
    )
}

/// The ARN of the stream of the table with this logical id.
pub(super) fn stream_arn(id: &str) -> String {
    format!(
        "arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{}/stream/local",
        physical_name(id)
    )
}

/// A scalar as the text that CloudFormation makes of it.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn single(map: &Map<String, Value>) -> Option<(&String, &Value)> {
    if map.len() == 1 {
        map.iter().next()
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Value, json};

    use crate::sam::Template;

    fn evaluated(expression: &str) -> Value {
        let text = format!(
            r#"
Parameters:
  Stage: {{ Type: String, Default: prod }}
  Url: {{ Type: String, Default: "" }}
  Many: {{ Type: Number, Default: -1 }}
Mappings:
  Rates:
    "-1": {{ PerSecond: 50 }}
Conditions:
  HasUrl: !Not [!Equals [!Ref Url, ""]]
  HasMany: !Not [!Equals [!Ref Many, -1]]
  Both: !And [!Condition HasUrl, !Not [!Condition HasMany]]
Resources:
  Table: {{ Type: AWS::DynamoDB::Table }}
  Api: {{ Type: AWS::Serverless::Api }}
  Probe:
    Type: Probe
    Properties:
      Value: {expression}
"#
        );
        let template = Template::parse(&text, &BTreeMap::new()).unwrap();
        let probes = template.resources_of("Probe").unwrap();
        template.properties(probes[0].0, probes[0].1).unwrap()["Value"].clone()
    }

    #[test]
    fn functions_give_what_cloudformation_gives() {
        for (expression, expected) in [
            ("!Ref Stage", json!("prod")),
            ("!Ref Table", json!("accounts-Table")),
            ("!Sub 'x/${Stage}/${!Stage}'", json!("x/prod/${Stage}")),
            (
                "!Sub ['${A}-${Api}', { A: !Ref Stage }]",
                json!("prod-local"),
            ),
            (
                "!GetAtt Table.Arn",
                json!("arn:aws:dynamodb:us-east-1:000000000000:table/accounts-Table"),
            ),
            ("!If [HasUrl, yes, !If [Both, b, no]]", json!("no")),
            ("!If [HasMany, 1, !Ref AWS::NoValue]", Value::Null),
            ("[a, !If [HasMany, b, !Ref AWS::NoValue]]", json!(["a"])),
            ("!Join ['-', [a, !Ref Stage]]", json!("a-prod")),
            ("!Select [2, !Split ['/', 'https://host/x']]", json!("host")),
            ("{ Ref: Stage }", json!("prod")),
            ("!FindInMap [Rates, !Ref Many, PerSecond]", json!(50)),
        ] {
            assert_eq!(evaluated(expression), expected, "{expression}");
        }
    }
}
