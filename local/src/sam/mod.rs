//! Reads `template.yaml` as CloudFormation and SAM read it.

mod api;
mod document;
mod evaluate;
mod functions;
mod parameters;
mod roles;
mod secrets;
mod table;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::Value;

pub use api::{Api, Authorizer, Cors, Refusal, Route};
use document::Document;
pub use evaluate::REGION;
use evaluate::Scope;
pub(crate) use evaluate::{ACCOUNT, API_ID, function_arn, physical_name};
pub use functions::{EventRule, Function, Schedule, StreamSource};
pub use roles::Grant;
pub use secrets::GeneratedSecret;
pub use table::{Attribute, Index, Table};

/// The file as it stood when this was built, so that the binary works from any folder.
const TEMPLATE: &str = include_str!("../../../template.yaml");

/// Why the template cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// A parameter that is not declared.
    #[error("template.yaml has no parameter {name}; it has {}", known.join(", "))]
    UnknownParameter {
        /// What was asked for.
        name: String,
        /// What there is.
        known: Vec<String>,
    },
    /// A parameter's value breaks the rules that the template has for it.
    #[error("parameter {name} cannot be `{value}`: {rule}")]
    UnacceptableParameter {
        /// The parameter.
        name: String,
        /// The value.
        value: String,
        /// What the template asks for.
        rule: String,
    },
    /// The template itself is wrong.
    #[error("template.yaml, {at}: {reason}")]
    Malformed {
        /// Where.
        at: String,
        /// What is wrong there.
        reason: String,
    },
}

impl TemplateError {
    pub(crate) fn malformed(at: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Malformed {
            at: at.into(),
            reason: reason.into(),
        }
    }
}

/// The template with a value for every parameter.
#[derive(Clone, Debug)]
pub struct Template {
    document: Document,
    scope: Scope,
}

impl Template {
    /// The project's own template, with `overrides` in place of its defaults.
    ///
    /// # Errors
    ///
    /// An override is unknown or unacceptable, or the template is malformed.
    pub fn embedded(overrides: &BTreeMap<String, String>) -> Result<Self, TemplateError> {
        static PARSED: OnceLock<Result<Document, TemplateError>> = OnceLock::new();
        let document = PARSED.get_or_init(|| Document::parse(TEMPLATE)).clone()?;
        Self::new(document, overrides)
    }

    /// The template in `text`, with `overrides` in place of its defaults.
    ///
    /// # Errors
    ///
    /// An override is unknown or unacceptable, or the template is malformed.
    pub fn parse(text: &str, overrides: &BTreeMap<String, String>) -> Result<Self, TemplateError> {
        Self::new(Document::parse(text)?, overrides)
    }

    fn new(
        document: Document,
        overrides: &BTreeMap<String, String>,
    ) -> Result<Self, TemplateError> {
        let parameters = parameters::resolve(document.section("Parameters"), overrides)?;
        let scope = Scope::new(&document, parameters);
        Ok(Self { document, scope })
    }

    /// The value of the parameter `name`.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.scope.parameter(name)
    }

    /// Every parameter and its value.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.scope.parameters()
    }

    /// The logical ids of the resources of one type that exist under the conditions, in the template's order.
    fn resources_of(&self, kind: &str) -> Result<Vec<(&str, &Value)>, TemplateError> {
        let mut found = Vec::new();
        for (id, resource) in self.document.section("Resources").into_iter().flatten() {
            if resource["Type"] != kind {
                continue;
            }
            if let Some(condition) = resource["Condition"].as_str()
                && !self.scope.condition(condition)?
            {
                continue;
            }
            found.push((id.as_str(), resource));
        }
        Ok(found)
    }

    /// The evaluated properties of a resource.
    fn properties(&self, id: &str, resource: &Value) -> Result<Value, TemplateError> {
        let at = format!("Resources/{id}");
        let properties = self.scope.evaluate(&resource["Properties"], &at)?;
        Ok(properties.unwrap_or(Value::Null))
    }
}
