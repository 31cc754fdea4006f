//! The functions of a stack.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::http::Request;
use super::signed::{Caller, Service, encoded, refused};
use crate::Failure;

const LAMBDA: Service = Service {
    name: "lambda",
    id: "Lambda",
    version: "2015-03-31",
};
/// The longest that a function may run.
const LONGEST_RUN: Duration = Duration::from_mins(15);

/// What a function answered.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Invoked {
    /// This.
    Answered(Value),
    /// It failed, with this error.
    Failed(Value),
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

/// Runs `function` with `event`, once: a lost answer must not start it again.
pub(crate) async fn invoke(
    caller: &Caller,
    function: &str,
    event: &Value,
) -> Result<Invoked, Failure> {
    let request = Request {
        method: "POST",
        path: format!("{}/invocations", path(function)),
        body: event.to_string().into_bytes(),
        patience: Some(LONGEST_RUN),
        ..Request::default()
    };
    let answer = caller.call(LAMBDA, request).await?;
    if answer.status != 200 {
        return Err(refused(LAMBDA, "Invoke", answer.status, &answer.body));
    }
    let said = said(&answer.body)?;
    Ok(match answer.header("x-amz-function-error") {
        Some(_) => Invoked::Failed(said),
        None => Invoked::Answered(said),
    })
}

/// The environment of `function`.
pub(crate) async fn environment(
    caller: &Caller,
    function: &str,
) -> Result<BTreeMap<String, String>, Failure> {
    let request = Request {
        method: "GET",
        path: format!("{}/configuration", path(function)),
        repeatable: true,
        ..Request::default()
    };
    let answer = caller.call(LAMBDA, request).await?;
    let action = "GetFunctionConfiguration";
    if answer.status != 200 {
        return Err(refused(LAMBDA, action, answer.status, &answer.body));
    }
    let configuration: Configuration = serde_json::from_str(&answer.body)
        .map_err(|error| Failure::unreachable("lambda:GetFunctionConfiguration", &error))?;
    Ok(configuration.environment.variables)
}

/// An answer that cannot be read says nothing of what was taken.
fn said(body: &str) -> Result<Value, Failure> {
    if body.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_str(body).map_err(|error| Failure::unreachable("lambda:Invoke", &error))
}

fn path(function: &str) -> String {
    format!("/{}/functions/{}", LAMBDA.version, encoded(function))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_cannot_be_read_takes_nothing() {
        assert_eq!(said("").unwrap(), Value::Null);
        assert_eq!(said("null").unwrap(), Value::Null);
        assert!(said(r#"{"batchItemFailures": ["#).is_err());
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
