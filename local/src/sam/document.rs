//! The YAML text as JSON, with CloudFormation's tags in their long form: `!Ref X` is `{"Ref": "X"}`.

use serde_json::{Map, Value, json};
use serde_norway::Value as Yaml;

use super::TemplateError;

/// A parsed template, not evaluated yet.
#[derive(Clone, Debug)]
pub(super) struct Document(std::sync::Arc<Value>);

impl Document {
    pub(super) fn parse(text: &str) -> Result<Self, TemplateError> {
        let yaml: Yaml = serde_norway::from_str(text)
            .map_err(|error| TemplateError::malformed("the YAML", error.to_string()))?;
        Ok(Self(std::sync::Arc::new(long_form(yaml)?)))
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

fn long_form(yaml: Yaml) -> Result<Value, TemplateError> {
    Ok(match yaml {
        Yaml::Null => Value::Null,
        Yaml::Bool(value) => Value::Bool(value),
        Yaml::Number(number) => number
            .as_i64()
            .map(Value::from)
            .or_else(|| number.as_f64().map(Value::from))
            .unwrap_or(Value::Null),
        Yaml::String(text) => Value::String(text),
        Yaml::Sequence(items) => {
            Value::Array(items.into_iter().map(long_form).collect::<Result<_, _>>()?)
        }
        Yaml::Mapping(entries) => {
            let mut map = Map::new();
            for (key, value) in entries {
                map.insert(text_of(&key)?, long_form(value)?);
            }
            Value::Object(map)
        }
        Yaml::Tagged(tagged) => {
            let tag = tagged.tag.to_string();
            let value = long_form(tagged.value)?;
            match (tag.trim_start_matches('!'), value) {
                ("Ref", value) => json!({ "Ref": value }),
                ("Condition", value) => json!({ "Condition": value }),
                ("GetAtt", Value::String(path)) => {
                    let (resource, attribute) = path.split_once('.').unwrap_or((&path, ""));
                    json!({ "Fn::GetAtt": [resource, attribute] })
                }
                (function, value) => {
                    let mut map = Map::new();
                    map.insert(format!("Fn::{function}"), value);
                    Value::Object(map)
                }
            }
        }
    })
}

/// A key of a mapping; YAML allows numbers there.
fn text_of(key: &Yaml) -> Result<String, TemplateError> {
    match key {
        Yaml::String(text) => Ok(text.clone()),
        Yaml::Number(number) => Ok(number.to_string()),
        Yaml::Bool(value) => Ok(value.to_string()),
        other => Err(TemplateError::malformed(
            "a key",
            format!("{other:?} is no text"),
        )),
    }
}
