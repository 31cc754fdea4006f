//! The text of a CloudFormation template as JSON, with the tags of its YAML in their long form: `!Ref X` is `{"Ref": "X"}`.
//!
//! It must not know what a function such as `Fn::Sub` means.

use serde_json::{Map, Value, json};
use serde_norway::Value as Yaml;

/// The text is no template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {reason}")]
pub struct Malformed {
    /// Where.
    pub at: &'static str,
    /// What is wrong there.
    pub reason: String,
}

/// The template in `text`, which is YAML, or JSON as a part of it.
///
/// # Errors
///
/// [`Malformed`].
pub fn parse(text: &str) -> Result<Value, Malformed> {
    let yaml: Yaml = serde_norway::from_str(text).map_err(|error| Malformed {
        at: "the YAML",
        reason: error.to_string(),
    })?;
    long_form(yaml)
}

fn long_form(yaml: Yaml) -> Result<Value, Malformed> {
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
fn text_of(key: &Yaml) -> Result<String, Malformed> {
    match key {
        Yaml::String(text) => Ok(text.clone()),
        Yaml::Number(number) => Ok(number.to_string()),
        Yaml::Bool(value) => Ok(value.to_string()),
        other => Err(Malformed {
            at: "a key",
            reason: format!("{other:?} is no text"),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_have_their_long_form() {
        let text = "
Resources:
  Role: { Table: !Ref Table, Arn: !GetAtt Table.Arn, Own: !GetAtt [A, B.C], Deep: !GetAtt A.B.C }
  Path: !Sub ${Table.Arn}/index/*
  Named: !Sub [\"${a}\", { a: !Ref X }]
  Or: !If [Asked, !Ref Yes, !Ref AWS::NoValue]
  Is: !Condition Asked
";
        let expected = json!({ "Resources": {
            "Role": {
                "Table": { "Ref": "Table" }, "Arn": { "Fn::GetAtt": ["Table", "Arn"] },
                "Own": { "Fn::GetAtt": ["A", "B.C"] }, "Deep": { "Fn::GetAtt": ["A", "B.C"] },
            },
            "Path": { "Fn::Sub": "${Table.Arn}/index/*" },
            "Named": { "Fn::Sub": ["${a}", { "a": { "Ref": "X" } }] },
            "Or": { "Fn::If": ["Asked", { "Ref": "Yes" }, { "Ref": "AWS::NoValue" }] },
            "Is": { "Condition": "Asked" },
        } });
        assert_eq!(parse(text), Ok(expected));
    }

    #[test]
    fn json_is_read_as_it_is() {
        let text = r#"{"Resources": {"Text": "a\n\u00fc\"/", "Path": "a\/b", "Version": "2012-10-17", "Port": 443, "On": true}}"#;
        let expected: Value = serde_json::from_str(text).unwrap();
        assert_eq!(parse(text), Ok(expected));
    }

    #[test]
    fn what_is_no_template_is_refused() {
        assert!(parse("{").is_err());
        assert_eq!(parse("[1]: 2").unwrap_err().at, "a key");
    }
}
