//! A template that is read and not evaluated yet.

use serde_json::{Map, Value};

use super::TemplateError;

/// A parsed template, not evaluated yet.
#[derive(Clone, Debug)]
pub(super) struct Document(std::sync::Arc<Value>);

impl Document {
    pub(super) fn parse(text: &str) -> Result<Self, TemplateError> {
        let read = template::parse(text)
            .map_err(|malformed| TemplateError::malformed(malformed.at, malformed.reason))?;
        Ok(Self(std::sync::Arc::new(read)))
    }

    /// A top-level section such as `Resources`.
    pub(super) fn section(&self, name: &str) -> Option<&Map<String, Value>> {
        self.0[name].as_object()
    }

    /// What `Globals` says of one kind of resource.
    pub(super) fn globals(&self, kind: &str) -> &Value {
        &self.0["Globals"][kind]
    }
}
