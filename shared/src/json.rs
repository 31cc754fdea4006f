//! Parses JSON text into a tree. Stricter than JSON: no duplicate members, and at most 16 levels.

use std::fmt;

use model::{Invalid, Mistake};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// Contract, *Ground rules*.
const MAX_LEVELS: usize = 16;
const TOO_DEEP: &str = "TOO_DEEP";
/// Mistakes that one answer lists: more than any body has members, and few enough for an answer of bounded size.
pub(super) const MAX_MISTAKES: usize = 100;
/// Bytes of a pointer. Below a member with a longer name, the place of that member's parent has to do.
pub(super) const MAX_POINTER: usize = 256;

/// Some editors and libraries write it before UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The members of an object, and its mistakes.
pub(super) type Object = (Map<String, Value>, Vec<Mistake>);

/// The object in `text`, and a mistake for every duplicate member. The last duplicate counts.
///
/// # Errors
///
/// What is malformed and where, in one mistake, after the duplicate members before it.
pub(super) fn object(text: &[u8]) -> Result<Object, Vec<Mistake>> {
    let mut mistakes = Vec::new();
    // RFC 8259 section 8.1.
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let root = Tree {
        pointer: String::new(),
        level: 1,
        mistakes: &mut mistakes,
    };
    let parsed = root
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value));
    let (code, detail) = match parsed {
        Ok(Value::Object(members)) => return Ok((members, mistakes)),
        Ok(_) => ("WRONG_TYPE", "The body must be a JSON object.".to_owned()),
        // The visitor has said what is wrong.
        Err(_) if mistakes.iter().any(|mistake| mistake.code == TOO_DEEP) => return Err(mistakes),
        Err(error) => ("MALFORMED_JSON", format!("Malformed JSON: {error}.")),
    };
    mistakes.push(Mistake::at("", Invalid::new(code, detail)));
    Err(mistakes)
}

/// One value at its place in the document.
struct Tree<'a> {
    pointer: String,
    level: usize,
    mistakes: &'a mut Vec<Mistake>,
}

impl Tree<'_> {
    fn child(&mut self, step: &str) -> Tree<'_> {
        // RFC 6901 section 3.
        let step = step.replace('~', "~0").replace('/', "~1");
        let mut pointer = self.pointer.clone();
        if pointer.len() + step.len() < MAX_POINTER {
            pointer = format!("{pointer}/{step}");
        }
        Tree {
            pointer,
            level: self.level + 1,
            mistakes: self.mistakes,
        }
    }

    fn nested<E: serde::de::Error>(&mut self) -> Result<(), E> {
        if self.level <= MAX_LEVELS {
            return Ok(());
        }
        let detail = format!("The body is nested deeper than {MAX_LEVELS} levels.");
        self.mistakes
            .push(Mistake::at(&self.pointer, Invalid::new(TOO_DEEP, detail)));
        Err(E::custom("too deep"))
    }
}

impl<'de> DeserializeSeed<'de> for Tree<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut elements: A) -> Result<Value, A::Error> {
        self.nested()?;
        let mut values = Vec::new();
        while let Some(value) = elements.next_element_seed(self.child(&values.len().to_string()))? {
            values.push(value);
        }
        Ok(values.into())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<Value, A::Error> {
        self.nested()?;
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if object.contains_key(&name) && self.mistakes.len() < MAX_MISTAKES {
                let child = self.child(&name);
                let invalid = Invalid::new("DUPLICATE_MEMBER", "This member stands here twice.");
                let mistake = Mistake::at(child.pointer, invalid);
                self.mistakes.push(mistake);
            }
            let value = members.next_value_seed(self.child(&name))?;
            object.insert(name, value);
        }
        Ok(object.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistake(text: &str) -> String {
        let mistakes = match object(text.as_bytes()) {
            Ok((_, duplicates)) => duplicates,
            Err(mistakes) => mistakes,
        };
        let shown = mistakes.iter().map(|m| format!("{} {}", m.pointer, m.code));
        shown.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn a_member_that_stands_twice_is_named_at_any_depth() {
        let text = r#"{"a":1,"b":[{"c/d":1,"c/d":2}],"a":3}"#;
        assert_eq!(
            mistake(text),
            "/b/0/c~1d DUPLICATE_MEMBER, /a DUPLICATE_MEMBER"
        );
    }

    #[test]
    fn an_answer_to_many_mistakes_in_long_places_stays_small() {
        let text = format!(
            r#"{{"{}":{{{}"a":1}}}}"#,
            "x".repeat(9999),
            r#""a":1,"#.repeat(9999)
        );
        let mistakes = mistake(&text);
        assert_eq!(mistakes.len(), 100 * "/a DUPLICATE_MEMBER, ".len() - 2);
    }

    #[test]
    fn sixteen_levels_are_read_and_seventeen_refused() {
        let nested = |levels: usize| {
            format!(
                "{{\"a\":{}1{}}}",
                "[".repeat(levels - 1),
                "]".repeat(levels - 1)
            )
        };
        assert!(object(nested(16).as_bytes()).is_ok());
        assert!(mistake(&nested(17)).ends_with(" TOO_DEEP"));
    }

    #[test]
    fn a_byte_order_mark_is_ignored() {
        let (members, mistakes) = object(b"\xef\xbb\xbf{\"a\":1}").unwrap();
        assert_eq!((members["a"].as_u64(), mistakes.len()), (Some(1), 0));
    }

    #[test]
    fn what_is_no_object_is_refused_with_its_reason() {
        for text in ["[]", "1", "null", "\"a\""] {
            assert_eq!(mistake(text), " WRONG_TYPE", "{text}");
        }
        for text in [
            "",
            "{",
            "{} {}",
            "{\"a\":\"\\ud800\"}",
            "{\"a\":01}",
            "{}\u{feff}",
            "\u{feff}\u{feff}{}",
            "\u{feff}",
        ] {
            assert_eq!(mistake(text), " MALFORMED_JSON", "{text}");
        }
        assert!(object(b"{\"a\":\"\xff\"}").is_err());
    }
}
