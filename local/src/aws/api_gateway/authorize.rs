//! The token authorizer: asks its function who may pass, and caches the answer by token, like API Gateway.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use http::request::Parts;
use regex_lite::Regex;
use serde_json::{Map, Value, json};
use shared::model::Timestamp;

use super::Gateway;
use super::policy;
use super::refuse::Refused;
use crate::aws::lambda::Functions;
use crate::sam::{ACCOUNT, API_ID, Authorizer, REGION, TemplateError};

/// How many answers are cached before outdated ones are removed.
const MANY: usize = 10_000;

/// The authorizers by name.
pub(super) struct Authorizers(BTreeMap<String, Remembering>);

struct Remembering {
    declared: Authorizer,
    validation: Option<Regex>,
    answers: Mutex<HashMap<String, CachedPolicy>>,
}

/// What the function said of a token.
#[derive(Clone, Debug)]
struct CachedPolicy {
    policy: Value,
    context: Map<String, Value>,
    until: Timestamp,
}

impl Authorizers {
    pub(super) fn new(declared: BTreeMap<String, Authorizer>) -> Result<Self, TemplateError> {
        let mut authorizers = BTreeMap::new();
        for (name, declared) in declared {
            let validation = declared.validation.as_deref().map(Regex::new).transpose();
            let validation = validation.map_err(|error| {
                TemplateError::malformed(format!("authorizer {name}"), error.to_string())
            })?;
            authorizers.insert(
                name,
                Remembering {
                    declared,
                    validation,
                    answers: Mutex::default(),
                },
            );
        }
        Ok(Self(authorizers))
    }

    /// The authorizer's context for the function, if the caller may pass.
    pub(super) async fn authorize(
        &self,
        name: &str,
        gateway: &Gateway,
        functions: &Functions,
        parts: &Parts,
    ) -> Result<Map<String, Value>, Refused> {
        let unknown = || Refused::new("AUTHORIZER_CONFIGURATION_ERROR", format!("no {name}"));
        let authorizer = self.0.get(name).ok_or_else(unknown)?;
        let unauthorized = || Refused::new("UNAUTHORIZED", "Unauthorized");
        let token = parts.headers.get(&authorizer.declared.header);
        let token = token
            .and_then(|token| token.to_str().ok())
            .ok_or_else(unauthorized)?;
        if token.is_empty()
            || authorizer
                .validation
                .as_ref()
                .is_some_and(|form| !form.is_match(token))
        {
            return Err(unauthorized());
        }
        let arn = method_arn(&gateway.stage, parts);
        let now = gateway.clock.now();
        let answer = match authorizer.remembered(token, now) {
            Some(answer) => answer,
            None => authorizer.ask(functions, token, &arn, now).await?,
        };
        if !policy::allows(&answer.policy, &arn) {
            let reason = "User is not authorized to access this resource";
            return Err(Refused::new("ACCESS_DENIED", reason));
        }
        Ok(answer.context)
    }
}

impl Remembering {
    fn remembered(&self, token: &str, now: Timestamp) -> Option<CachedPolicy> {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers
            .get(token)
            .filter(|answer| now < answer.until)
            .cloned()
    }

    async fn ask(
        &self,
        functions: &Functions,
        token: &str,
        arn: &str,
        now: Timestamp,
    ) -> Result<CachedPolicy, Refused> {
        let function = functions.get(&self.declared.function).ok_or_else(|| {
            Refused::new(
                "AUTHORIZER_CONFIGURATION_ERROR",
                "the authorizer has no function",
            )
        })?;
        let event = json!({ "type": "TOKEN", "authorizationToken": token, "methodArn": arn });
        let said = function.invoke(event).await.map_err(|error| {
            if error.message == "Unauthorized" {
                Refused::new("UNAUTHORIZED", "Unauthorized")
            } else {
                tracing::error!(%error, "the authorizer failed");
                Refused::new("AUTHORIZER_FAILURE", error.to_string())
            }
        })?;
        let (Some(principal), Some(_)) = (
            said["principalId"].as_str(),
            said["policyDocument"].as_object(),
        ) else {
            return Err(Refused::new(
                "AUTHORIZER_CONFIGURATION_ERROR",
                "the authorizer's answer is malformed",
            ));
        };
        let answer = CachedPolicy {
            policy: said["policyDocument"].clone(),
            context: context(principal, &said["context"]),
            until: now.plus_seconds(self.declared.seconds_kept),
        };
        self.remember(token, answer.clone(), now);
        Ok(answer)
    }

    fn remember(&self, token: &str, answer: CachedPolicy, now: Timestamp) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if answers.len() >= MANY {
            answers.retain(|_, answer| now < answer.until);
        }
        answers.insert(token.to_owned(), answer);
    }
}

/// Values of any type reach the function as text.
fn context(principal: &str, said: &Value) -> Map<String, Value> {
    let mut context = Map::new();
    for (name, value) in said.as_object().into_iter().flatten() {
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        context.insert(name.clone(), Value::String(text));
    }
    context.insert("principalId".into(), principal.into());
    context
}

fn method_arn(stage: &str, parts: &Parts) -> String {
    let path = parts.uri.path().trim_start_matches('/');
    format!(
        "arn:aws:execute-api:{REGION}:{ACCOUNT}:{API_ID}/{stage}/{}/{path}",
        parts.method
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;
    use shared::model::Timestamp;

    use super::{Authorizers, CachedPolicy, MANY, context};
    use crate::sam::Authorizer;

    fn authorizers(seconds_kept: i64) -> Authorizers {
        let declared = Authorizer {
            function: "AuthorizerFunction".into(),
            header: "Authorization".into(),
            validation: Some("^Bearer .+$".into()),
            seconds_kept,
        };
        Authorizers::new(BTreeMap::from([("Bearer".into(), declared)])).unwrap()
    }

    fn answer(until: i64) -> CachedPolicy {
        CachedPolicy {
            policy: json!({}),
            context: context("7", &json!({ "verified": true })),
            until: Timestamp::from_seconds(until),
        }
    }

    #[test]
    fn an_answer_is_remembered_by_token_for_its_time() {
        let authorizers = authorizers(300);
        let bearer = &authorizers.0["Bearer"];
        let at = Timestamp::from_seconds;
        bearer.remember("Bearer a", answer(300), at(0));
        assert!(bearer.remembered("Bearer a", at(299)).is_some());
        assert!(bearer.remembered("Bearer a", at(300)).is_none());
        assert!(bearer.remembered("Bearer b", at(0)).is_none());
    }

    #[test]
    fn outdated_answers_make_room() {
        let authorizers = authorizers(300);
        let bearer = &authorizers.0["Bearer"];
        for token in 0..MANY {
            bearer.remember(&token.to_string(), answer(300), Timestamp::from_seconds(0));
        }
        bearer.remember("last", answer(600), Timestamp::from_seconds(301));
        assert_eq!(bearer.answers.lock().unwrap().len(), 1);
    }

    #[test]
    fn context_values_are_text() {
        let context = context("7", &json!({ "verified": true, "email": "a@b.c" }));
        assert_eq!(
            json!(context),
            json!({ "verified": "true", "email": "a@b.c", "principalId": "7" })
        );
    }
}
