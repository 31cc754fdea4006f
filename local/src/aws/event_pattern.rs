//! Event patterns: those of EventBridge's rules, which Lambda has for streams too (`FilterCriteria`).

use serde_json::Value;

/// Whether one of the patterns matches; no pattern at all wants everything.
pub(crate) fn wants(patterns: &[Value], record: &Value) -> bool {
    patterns.is_empty() || patterns.iter().any(|pattern| matches(pattern, record))
}

/// Whether the pattern matches.
pub(crate) fn matches(pattern: &Value, event: &Value) -> bool {
    matches_at(pattern, Some(event))
}

/// A map of the pattern matches a map that matches at each of its names; a list matches a value that fits one of its rules.
fn matches_at(pattern: &Value, value: Option<&Value>) -> bool {
    match pattern {
        Value::Object(members) => members.iter().all(|(name, member)| {
            if name == "$or" {
                let any = member.as_array().into_iter().flatten();
                return any.into_iter().any(|pattern| matches_at(pattern, value));
            }
            matches_at(member, value.and_then(|value| value.get(name)))
        }),
        Value::Array(rules) => match value {
            Some(Value::Array(values)) => values
                .iter()
                .any(|value| rules.iter().any(|rule| fits(rule, Some(value)))),
            value => rules.iter().any(|rule| fits(rule, value)),
        },
        _ => false,
    }
}

fn fits(rule: &Value, value: Option<&Value>) -> bool {
    let Value::Object(rule) = rule else {
        return value == Some(rule);
    };
    let text = value.and_then(Value::as_str);
    rule.iter()
        .all(|(operator, operand)| match operator.as_str() {
            // Only leaves exist: a map or a list has no value of its own.
            "exists" => {
                let exists = value.is_some_and(|value| !value.is_object() && !value.is_array());
                operand.as_bool() == Some(exists)
            }
            "prefix" => text
                .zip(operand.as_str())
                .is_some_and(|(text, start)| text.starts_with(start)),
            "suffix" => text
                .zip(operand.as_str())
                .is_some_and(|(text, end)| text.ends_with(end)),
            "equals-ignore-case" => {
                let pair = text.zip(operand.as_str());
                pair.is_some_and(|(text, other)| text.to_lowercase() == other.to_lowercase())
            }
            "anything-but" => match operand {
                Value::Array(others) => value.is_some_and(|value| !others.contains(value)),
                other => value.is_some_and(|value| value != other),
            },
            "numeric" => value
                .and_then(Value::as_f64)
                .is_some_and(|number| numeric(operand, number)),
            _ => false,
        })
}

fn numeric(comparisons: &Value, number: f64) -> bool {
    let comparisons = comparisons
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    comparisons.chunks(2).all(|comparison| {
        let [Value::String(operator), bound] = comparison else {
            return false;
        };
        bound.as_f64().is_some_and(|bound| match operator.as_str() {
            ">" => number > bound,
            ">=" => number >= bound,
            "<" => number < bound,
            "<=" => number <= bound,
            "=" => (number - bound).abs() < f64::EPSILON,
            _ => false,
        })
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::wants;

    fn record(mail: &Value) -> Value {
        json!({ "eventName": "MODIFY", "dynamodb": { "NewImage": { "change": { "M": { "mail": mail } } } } })
    }

    #[test]
    fn a_record_is_wanted_where_a_pattern_matches() {
        let exists =
            json!({"dynamodb":{"NewImage":{"change":{"M":{"mail":{"S":[{"exists":true}]}}}}}});
        let asks = record(&json!({ "S": "invitation" }));
        let asks_not = record(&json!({ "NULL": true }));
        assert!(wants(std::slice::from_ref(&exists), &asks));
        assert!(!wants(std::slice::from_ref(&exists), &asks_not));
        assert!(!wants(&[exists], &json!({ "dynamodb": {} })));
        assert!(wants(&[], &asks_not));
    }

    #[test]
    fn rules_are_those_of_event_patterns() {
        let record = json!({ "eventName": "REMOVE", "n": 5, "who": { "type": "Service" } });
        for (pattern, expected) in [
            (json!({ "eventName": ["INSERT", "REMOVE"] }), true),
            (json!({ "eventName": ["INSERT"] }), false),
            (
                json!({ "eventName": [{ "prefix": "REM" }], "n": [{ "numeric": [">", 4, "<=", 5] }] }),
                true,
            ),
            (
                json!({ "eventName": [{ "anything-but": ["REMOVE"] }] }),
                false,
            ),
            (json!({ "gone": [{ "exists": false }] }), true),
            (
                json!({ "$or": [{ "n": [4] }, { "who": { "type": ["Service"] } }] }),
                true,
            ),
        ] {
            assert_eq!(
                wants(std::slice::from_ref(&pattern), &record),
                expected,
                "{pattern}"
            );
        }
    }
}
