//! The values of a template's parameters: what was asked for, else the default, held against the template's rules.

use std::collections::BTreeMap;

use regex_lite::Regex;
use serde_json::{Map, Value};

use super::TemplateError;
use super::evaluate::scalar;

pub(super) fn resolve(
    declared: Option<&Map<String, Value>>,
    overrides: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, TemplateError> {
    let empty = Map::new();
    let declared = declared.unwrap_or(&empty);
    if let Some(name) = overrides.keys().find(|name| !declared.contains_key(*name)) {
        return Err(TemplateError::UnknownParameter {
            name: name.clone(),
            known: declared.keys().cloned().collect(),
        });
    }
    let mut values = BTreeMap::new();
    for (name, rules) in declared {
        let value = overrides
            .get(name)
            .cloned()
            .or_else(|| scalar(&rules["Default"]));
        let Some(value) = value else {
            return Err(TemplateError::UnacceptableParameter {
                name: name.clone(),
                value: String::new(),
                rule: "it has no default, so it has to be given".into(),
            });
        };
        if let Some(rule) = broken_rule(rules, &value) {
            return Err(TemplateError::UnacceptableParameter {
                name: name.clone(),
                value,
                rule,
            });
        }
        values.insert(name.clone(), value);
    }
    Ok(values)
}

/// The first of the template's rules that `value` breaks, in words.
fn broken_rule(rules: &Value, value: &str) -> Option<String> {
    if let Some(allowed) = rules["AllowedValues"].as_array() {
        let allowed: Vec<String> = allowed.iter().filter_map(scalar).collect();
        if !allowed.iter().any(|one| one == value) {
            return Some(format!("it has to be one of {}", allowed.join(", ")));
        }
    }
    if let Some(pattern) = rules["AllowedPattern"].as_str() {
        // CloudFormation matches the whole value.
        match Regex::new(&format!("^(?:{pattern})$")) {
            Ok(regex) if !regex.is_match(value) => {
                return Some(format!("it has to match {pattern}"));
            }
            Ok(_) => {}
            Err(error) => return Some(format!("the pattern {pattern} cannot be read: {error}")),
        }
    }
    let characters = value.chars().count() as u64;
    let bound = |name: &str| rules[name].as_u64();
    if let Some(least) = bound("MinLength").filter(|least| characters < *least) {
        return Some(format!("it needs {least} or more characters"));
    }
    if let Some(most) = bound("MaxLength").filter(|most| characters > *most) {
        return Some(format!("it takes {most} characters at most"));
    }
    if rules["Type"] == "Number" {
        let Ok(number) = value.parse::<f64>() else {
            return Some("it has to be a number".into());
        };
        if let Some(least) = rules["MinValue"].as_f64().filter(|least| number < *least) {
            return Some(format!("it has to be {least} or more"));
        }
        if let Some(most) = rules["MaxValue"].as_f64().filter(|most| number > *most) {
            return Some(format!("it has to be {most} or less"));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::resolve;

    fn with(name: &str, value: &str) -> Result<BTreeMap<String, String>, String> {
        let declared = json!({
            "Stage": { "Type": "String", "Default": "prod", "AllowedPattern": "[a-z]+" },
            "Days": { "Type": "Number", "Default": 7, "MinValue": 1 },
            "On": { "Type": "String", "Default": "false", "AllowedValues": ["true", "false"] },
        });
        let overrides = BTreeMap::from([(name.to_owned(), value.to_owned())]);
        resolve(declared.as_object(), &overrides).map_err(|error| error.to_string())
    }

    #[test]
    fn defaults_stand_where_nothing_else_was_asked_for() {
        let values = with("Days", "9").unwrap();
        assert_eq!(values["Days"], "9");
        assert_eq!(values["Stage"], "prod");
    }

    #[test]
    fn an_unknown_name_is_refused_with_the_known_ones() {
        let error = with("Dayz", "9").unwrap_err();
        assert_eq!(
            error,
            "template.yaml has no parameter Dayz; it has Stage, Days, On"
        );
    }

    #[test]
    fn a_value_has_to_keep_the_rules() {
        for (name, value) in [
            ("Days", "0"),
            ("Days", "x"),
            ("On", "yes"),
            ("Stage", "a b"),
        ] {
            assert!(with(name, value).is_err(), "{name}={value}");
        }
    }
}
