//! `$select`: the members of a row in the answer.

use serde_json::{Map, Value};

use super::dialect;
use super::error::{ParseError, advised};
use super::lexer::{Kind, Lexer, Token};
use super::schema::Schema;

/// The selected properties, each once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Select {
    properties: Vec<&'static str>,
}

impl Select {
    /// Parses properties separated by commas, or `*` for all of them.
    pub(super) fn parse(text: &str, schema: &'static Schema) -> Result<Self, ParseError> {
        let mut lexer = Lexer::new(text);
        let mut properties: Vec<&'static str> = Vec::new();
        loop {
            let token = lexer.next()?;
            let selected = match token.kind {
                Kind::Star => schema.0.iter().map(|(property, _)| *property).collect(),
                Kind::Word(name) => {
                    let Some((property, _)) = schema.find(name) else {
                        let advice = dialect::property(name, schema);
                        return Err(wrong(&token, "{} is not a property here", advice));
                    };
                    vec![property]
                }
                _ => return Err(wrong(&token, "a property is expected, not {}", None)),
            };
            for property in selected {
                if !properties.contains(&property) {
                    properties.push(property);
                }
            }
            let next = lexer.next()?;
            match next.kind {
                Kind::Comma => {}
                Kind::End => break,
                _ => {
                    return Err(wrong(
                        &next,
                        "`,` or the end of the text is expected, not {}",
                        None,
                    ));
                }
            }
        }
        Ok(Self { properties })
    }

    /// The names of the selected properties, in the order of first mention.
    #[must_use]
    pub fn properties(&self) -> &[&'static str] {
        &self.properties
    }

    /// Removes the other members from `row`. The order stays.
    pub fn apply(&self, row: &mut Map<String, Value>) {
        row.retain(|name, _| self.properties.contains(&name.as_str()));
    }
}

/// An error at `token`, which replaces the braces of `message`.
fn wrong(token: &Token<'_>, message: &str, advice: Option<String>) -> ParseError {
    let message = message.replace("{}", &token.shown());
    ParseError::new(token.position, advised(message, advice))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Select;
    use crate::tests::rows::SCHEMA;

    #[test]
    fn only_the_selected_members_stay() {
        for (text, expected) in [
            ("name", json!({"name": "Acme"})),
            (" country , id,country", json!({"id": 1, "country": null})),
            ("*", json!({"id": 1, "name": "Acme", "country": null})),
            ("name,*", json!({"id": 1, "name": "Acme", "country": null})),
            ("roles", json!({})),
        ] {
            let mut row = json!({"id": 1, "name": "Acme", "country": null});
            let select = Select::parse(text, &SCHEMA).expect(text);
            select.apply(row.as_object_mut().expect("an object"));
            assert_eq!(row, expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_selection_is_refused_at_its_place() {
        for (text, position, why) in [
            ("", 1, "a property is expected, not the end of the text"),
            (
                "name,",
                6,
                "a property is expected, not the end of the text",
            ),
            (
                "name id",
                6,
                "`,` or the end of the text is expected, not `id`",
            ),
            ("name, Id", 7, "`Id` is not a property here; write `id`"),
            ("'name'", 1, "a property is expected, not `'name'`"),
            (
                "name/length",
                5,
                "`,` or the end of the text is expected, not `/`",
            ),
        ] {
            let error = Select::parse(text, &SCHEMA).expect_err(text);
            assert_eq!(
                (error.position, error.message.as_str()),
                (position, why),
                "{text}"
            );
        }
    }
}
