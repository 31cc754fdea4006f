//! Reads a line: JSON, the schema, the values.

use std::fmt;

use jsonschema::Validator;
use model::Mistake;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::forms::{AccountForm, InvitationForm, MembershipForm, UserForm};
use super::meaning::Line;

/// The schema, as it is published.
const SCHEMA: &str = include_str!("../../../docs/import.schema.json");

/// A mistake in a line. It never shows a value: a line has secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineMistake {
    /// The line, from 1.
    pub line: u64,
    /// A JSON pointer into it; empty for the whole line.
    pub pointer: String,
    /// What is wrong.
    pub detail: String,
}

impl fmt::Display for LineMistake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}: ", self.line)?;
        if !self.pointer.is_empty() {
            write!(formatter, "{}: ", self.pointer)?;
        }
        formatter.write_str(&self.detail)
    }
}

/// Reads lines by the schema.
#[derive(Debug)]
pub struct Checker {
    user: Validator,
    account: Validator,
    membership: Validator,
    invitation: Validator,
}

impl Checker {
    /// A checker by the published schema.
    ///
    /// # Panics
    ///
    /// If the published schema is none, which a test excludes.
    #[must_use]
    #[expect(clippy::expect_used, reason = "the schema is part of this program")]
    pub fn new() -> Self {
        let schema: Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
        let of = |kind: &str| {
            let kind = json!({ "$ref": format!("#/$defs/{kind}"), "$defs": schema["$defs"] });
            jsonschema::draft202012::new(&kind).expect("the schema is valid")
        };
        Self {
            user: of("user"),
            account: of("account"),
            membership: of("membership"),
            invitation: of("invitation"),
        }
    }

    /// What the line `number` means.
    ///
    /// # Errors
    ///
    /// Every mistake in it.
    pub fn read(&self, number: u64, text: &str) -> Result<Line, Vec<LineMistake>> {
        let at = |pointer: &str, detail: String| LineMistake {
            line: number,
            pointer: pointer.to_owned(),
            detail,
        };
        let alone = |detail: &str| vec![at("", detail.to_owned())];
        let value: Value = serde_json::from_str(text)
            .map_err(|error| vec![at("", format!("not JSON, at column {}", error.column()))])?;
        let kind = value.get("type").and_then(Value::as_str);
        let validator = match kind {
            Some("user") => &self.user,
            Some("account") => &self.account,
            Some("membership") => &self.membership,
            Some("invitation") => &self.invitation,
            _ => {
                let kinds = "`type` is none of user, account, membership and invitation";
                return Err(alone(kinds));
            }
        };
        let mistakes: Vec<_> = validator
            .iter_errors(&value)
            .map(|error| {
                let detail = error.masked_with("the value").to_string();
                at(error.instance_path().as_str(), detail)
            })
            .collect();
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let read = match kind {
            Some("user") => form::<UserForm>(text).map(|form| form.read().map(Line::User)),
            Some("account") => form::<AccountForm>(text).map(|form| form.read().map(Line::Account)),
            Some("membership") => {
                form::<MembershipForm>(text).map(|form| form.read().map(Line::Membership))
            }
            _ => form::<InvitationForm>(text).map(|form| form.read().map(Line::Invitation)),
        };
        let read = read.ok_or_else(|| alone("a member is there twice"))?;
        read.map_err(|mistakes: Vec<Mistake>| {
            let mistakes = mistakes.iter();
            mistakes
                .map(|mistake| {
                    at(
                        &mistake.pointer,
                        format!("{} {}", mistake.code, mistake.detail),
                    )
                })
                .collect()
        })
    }
}

impl Default for Checker {
    fn default() -> Self {
        Self::new()
    }
}

/// The form of a text that the schema allows. serde refuses a member that is there twice, which the schema does not see.
fn form<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistakes(text: &str) -> Vec<String> {
        let read = Checker::new().read(7, text);
        let mistakes = read.expect_err(text);
        mistakes.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_line_of_each_kind_is_read() {
        let checker = Checker::new();
        for text in [
            r#"{"type":"user","id":"auth0|1","email":"ada@example.com"}"#,
            r#"{"type":"user","id":1,"email":"ada@example.com","firstName":"Ada","lastName":"L","country":"GB","verified":true,"status":"suspended","passwordReset":true,"createdAt":"2020-01-31T10:00:00.123+01:00"}"#,
            r#"{"type":"account","id":1,"name":"Acme","owner":{"user":1}}"#,
            r#"{"type":"membership","account":1,"user":"x","roles":["user","manage"]}"#,
            r#"{"type":"invitation","account":1,"user":2,"roles":["viewer"],"mail":true}"#,
        ] {
            assert!(checker.read(1, text).is_ok(), "{text}");
        }
    }

    #[test]
    fn a_mistake_names_its_line_and_its_member() {
        assert_eq!(mistakes("{"), ["line 7: not JSON, at column 1"]);
        let kinds = "line 7: `type` is none of user, account, membership and invitation";
        for text in ["{}", "[]", "7", r#"{"type":"person"}"#] {
            assert_eq!(mistakes(text), [kinds]);
        }
        let twice = r#"{"type":"user","id":1,"id":2,"email":"ada@example.com"}"#;
        assert_eq!(mistakes(twice), ["line 7: a member is there twice"]);
        let all = mistakes(
            r#"{"type":"user","id":1,"email":"ada","country":"XX","verified":true,"createdAt":"2020-02-31T10:00:00Z"}"#,
        );
        let pointers = all
            .iter()
            .map(|mistake| mistake.split(": ").nth(1).unwrap());
        let pointers: Vec<_> = pointers.collect();
        assert_eq!(pointers, ["/verified", "/email", "/country", "/createdAt"]);
    }

    #[test]
    fn a_mistake_never_shows_the_value() {
        for text in [
            r#"{"type":"user","id":1,"email":"ada@example.com","passwordHash":{"s3cret":1}}"#,
            r#"{"type":"user","id":1,"email":"ada@example.com","passwordHash":"s3cret"}"#,
            r#"{"type":"user","id":1,"email":"ada@example.com","password":"s3cret"}"#,
            r#"{"type":"user","id":1,"email":"s3cret"}"#,
            r#"{"type":"user","id":1,"email":"ada@example.com","passwordHash":"$s3cret$","passwordReset":true}"#,
        ] {
            let shown = mistakes(text).join("\n");
            assert!(!shown.contains("s3cret"), "{shown}");
        }
    }
}
