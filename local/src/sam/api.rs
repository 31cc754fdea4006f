//! What the template says of the API: its routes, who guards them, and how API Gateway's own refusals look.

use std::collections::BTreeMap;

use serde_json::Value;

use super::evaluate::{function_arn, scalar};
use super::{Template, TemplateError};

/// The REST API.
#[derive(Clone, Debug)]
pub struct Api {
    /// The stage, the first segment of the execute-api address.
    pub stage: String,
    /// Every route of every function.
    pub routes: Vec<Route>,
    /// The authorizers by name.
    pub authorizers: BTreeMap<String, Authorizer>,
    /// What SAM answers to preflight requests.
    pub cors: Option<Cors>,
    /// The declared `GatewayResponses` by type.
    pub refusals: BTreeMap<String, Refusal>,
}

/// A method of a resource, and the function that serves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// `GET`, `POST` and so on.
    pub method: String,
    /// The path with its variables in braces.
    pub path: String,
    /// The logical id of the function.
    pub function: String,
    /// The name of the authorizer; `None` for a public route.
    pub authorizer: Option<String>,
}

/// A Lambda token authorizer.
#[derive(Clone, Debug)]
pub struct Authorizer {
    /// The logical id of its function.
    pub function: String,
    /// The request header that holds the token.
    pub header: String,
    /// What a token has to match to be worth an invocation.
    pub validation: Option<String>,
    /// For how many seconds an answer is kept.
    pub seconds_kept: i64,
}

/// SAM's `Cors`, without the quotes.
#[derive(Clone, Debug, Default)]
pub struct Cors {
    /// `Access-Control-Allow-Origin`.
    pub origin: Option<String>,
    /// `Access-Control-Allow-Methods`.
    pub methods: Option<String>,
    /// `Access-Control-Allow-Headers`.
    pub headers: Option<String>,
    /// `Access-Control-Max-Age`.
    pub max_age: Option<String>,
}

/// A gateway response.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The status, where the template changes it.
    pub status: Option<u16>,
    /// Header names and expressions: `'static text'` or `context.requestId`.
    pub headers: Vec<(String, String)>,
    /// Templates of the body by media type.
    pub bodies: BTreeMap<String, String>,
}

/// API Gateway's own default of `AuthorizerResultTtlInSeconds`.
const DEFAULT_SECONDS_KEPT: i64 = 300;

impl Template {
    /// The one REST API of the template.
    ///
    /// # Errors
    ///
    /// There is none, or it cannot be read.
    pub fn api(&self) -> Result<Api, TemplateError> {
        let apis = self.resources_of("AWS::Serverless::Api")?;
        let [(id, resource)] = apis.as_slice() else {
            return Err(TemplateError::malformed(
                "Resources",
                "one AWS::Serverless::Api is needed",
            ));
        };
        let properties = self.properties(id, resource)?;
        let auth = &properties["Auth"];
        let functions = self.resources_of("AWS::Serverless::Function")?;
        let mut authorizers = BTreeMap::new();
        for (name, authorizer) in auth["Authorizers"].as_object().into_iter().flatten() {
            let arn = &authorizer["FunctionArn"];
            let function = functions
                .iter()
                .find(|(id, _)| *arn == function_arn(id).as_str());
            let (function, _) = function.ok_or_else(|| {
                TemplateError::malformed(format!("authorizer {name}"), "has no function of ours")
            })?;
            authorizers.insert(name.clone(), Authorizer::read(function, authorizer));
        }
        let default = auth["DefaultAuthorizer"].as_str();
        let mut routes = Vec::new();
        for (function, resource) in functions {
            let properties = self.properties(function, resource)?;
            for (event, source) in properties["Events"].as_object().into_iter().flatten() {
                if source["Type"] == "Api" {
                    let at = format!("{function}/{event}");
                    routes.push(Route::read(function, &source["Properties"], default, &at)?);
                }
            }
        }
        let declared = properties["GatewayResponses"]
            .as_object()
            .into_iter()
            .flatten();
        Ok(Api {
            stage: scalar(&properties["StageName"]).unwrap_or_default(),
            routes,
            authorizers,
            cors: Cors::read(&properties["Cors"]),
            refusals: declared
                .map(|(kind, value)| (kind.clone(), Refusal::read(value)))
                .collect(),
        })
    }
}

impl Route {
    fn read(
        function: &str,
        properties: &Value,
        default: Option<&str>,
        at: &str,
    ) -> Result<Self, TemplateError> {
        let text = |name: &str| {
            let value = properties[name].as_str();
            value.ok_or_else(|| TemplateError::malformed(at, format!("{name} is missing")))
        };
        let authorizer = match properties["Auth"]["Authorizer"].as_str() {
            Some("NONE") => None,
            Some(name) => Some(name),
            None => default,
        };
        Ok(Self {
            method: text("Method")?.to_ascii_uppercase(),
            path: text("Path")?.to_owned(),
            function: function.to_owned(),
            authorizer: authorizer.map(str::to_owned),
        })
    }
}

impl Authorizer {
    fn read(function: &str, declared: &Value) -> Self {
        let identity = &declared["Identity"];
        Self {
            function: function.to_owned(),
            header: identity["Header"]
                .as_str()
                .unwrap_or("Authorization")
                .to_owned(),
            validation: identity["ValidationExpression"].as_str().map(str::to_owned),
            seconds_kept: identity["ReauthorizeEvery"]
                .as_i64()
                .unwrap_or(DEFAULT_SECONDS_KEPT),
        }
    }
}

impl Cors {
    fn read(declared: &Value) -> Option<Self> {
        match declared {
            Value::String(origin) => Some(Self {
                origin: Some(unquoted(origin)),
                ..Self::default()
            }),
            Value::Object(_) => {
                let text = |name: &str| declared[name].as_str().map(unquoted);
                Some(Self {
                    origin: text("AllowOrigin"),
                    methods: text("AllowMethods"),
                    headers: text("AllowHeaders"),
                    max_age: text("MaxAge"),
                })
            }
            _ => None,
        }
    }
}

impl Refusal {
    fn read(declared: &Value) -> Self {
        let headers = declared["ResponseParameters"]["Headers"].as_object();
        let bodies = declared["ResponseTemplates"].as_object();
        let pairs = |map: Option<&serde_json::Map<String, Value>>| -> Vec<(String, String)> {
            let entries = map.into_iter().flatten();
            entries
                .filter_map(|(name, value)| Some((name.clone(), scalar(value)?)))
                .collect()
        };
        Self {
            status: scalar(&declared["StatusCode"]).and_then(|status| status.parse().ok()),
            headers: pairs(headers),
            bodies: pairs(bodies).into_iter().collect(),
        }
    }
}

/// API Gateway wants static values in single quotes.
fn unquoted(text: &str) -> String {
    text.trim_matches('\'').to_owned()
}
