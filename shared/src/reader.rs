//! A JSON body, member by member: every mistake is kept, and no member goes unread.

use model::{Error, Invalid, Mistake, Patch, Roles, UserId};
use serde_json::{Map, Value};

use super::json;

/// A body that can be read from JSON.
pub trait FromBody: Sized + Send {
    /// Whether there is a body to read at all.
    const EXPECTED: bool = true;
    /// Whether it may be left out, like an object without members.
    const OPTIONAL: bool = false;
    /// Whether the operation honours `Idempotency-Key`.
    const IDEMPOTENT: bool = false;

    /// The body, if every member is acceptable; the reader keeps what is not.
    fn read(reader: &mut Reader) -> Option<Self>;
}

/// For operations without a body; any body is ignored.
#[derive(Clone, Copy, Debug)]
pub struct NoBody;

impl FromBody for NoBody {
    const EXPECTED: bool = false;

    fn read(_: &mut Reader) -> Option<Self> {
        Some(Self)
    }
}

/// Takes the members of a body out one by one and keeps what is wrong with them.
#[derive(Debug)]
pub struct Reader {
    members: Map<String, Value>,
    mistakes: Vec<Mistake>,
    was_empty: bool,
}

impl Reader {
    /// Parses the body in `text`.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] with every mistake: malformed JSON, unacceptable, unknown, duplicate or missing members.
    pub fn parse<B: FromBody>(text: &[u8]) -> Result<B, Error> {
        let (members, mistakes) = json::object(text).map_err(Error::Invalid)?;
        let mut reader = Self {
            was_empty: members.is_empty(),
            members,
            mistakes,
        };
        let body = B::read(&mut reader);
        let unknown: Vec<_> = reader.members.keys().cloned().collect();
        for name in unknown {
            let escaped = name.replace('~', "~0").replace('/', "~1");
            let invalid = Invalid::new("UNKNOWN_MEMBER", "There is no such member.");
            if escaped.len() < json::MAX_POINTER {
                reader.mistake(&escaped, invalid);
            } else {
                reader.mistakes.push(Mistake::at("", invalid));
            }
        }
        match body {
            Some(body) if reader.mistakes.is_empty() => Ok(body),
            _ => {
                reader.mistakes.truncate(json::MAX_MISTAKES);
                Err(Error::Invalid(reader.mistakes))
            }
        }
    }

    /// Keeps a mistake at the member `name`.
    pub fn mistake(&mut self, name: &str, invalid: Invalid) {
        self.mistakes.push(Mistake::at(format!("/{name}"), invalid));
    }

    /// Refuses an object without any member.
    pub fn not_empty(&mut self) {
        if self.was_empty {
            let invalid = Invalid::new("REQUIRED", "Name at least one member to change.");
            self.mistakes.push(Mistake::at("", invalid));
        }
    }

    /// A string that has to be there.
    pub fn text<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, Invalid>,
    ) -> Option<T> {
        match self.patch(name, parse)? {
            Patch::Set(value) => Some(value),
            Patch::Keep => self.refuse(name, "REQUIRED", "This member is required."),
            Patch::Clear => self.refuse(name, "REQUIRED", "This member cannot be null."),
        }
    }

    /// A string that may be left out or `null`.
    pub fn optional<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, Invalid>,
    ) -> Option<Option<T>> {
        Some(self.patch(name, parse)?.apply(None))
    }

    /// A string that may be left out, but cannot be `null`.
    pub fn change<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, Invalid>,
    ) -> Option<Option<T>> {
        match self.patch(name, parse)? {
            Patch::Keep => Some(None),
            Patch::Set(value) => Some(Some(value)),
            Patch::Clear => self.refuse(name, "REQUIRED", "This member cannot be null."),
        }
    }

    /// A string that may be left out, or `null` to clear the field.
    pub fn patch<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, Invalid>,
    ) -> Option<Patch<T>> {
        match self.members.shift_remove(name) {
            None => Some(Patch::Keep),
            Some(Value::Null) => Some(Patch::Clear),
            Some(Value::String(text)) => match parse(&text) {
                Ok(value) => Some(Patch::Set(value)),
                Err(invalid) => {
                    self.mistake(name, invalid);
                    None
                }
            },
            Some(_) => self.refuse(name, "WRONG_TYPE", "This member must be a string."),
        }
    }

    /// An object that may be left out, but cannot be `null`.
    pub fn object<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&Value) -> Result<T, Invalid>,
    ) -> Option<Option<T>> {
        match self.members.shift_remove(name) {
            None => Some(None),
            Some(Value::Null) => self.refuse(name, "REQUIRED", "This member cannot be null."),
            Some(object @ Value::Object(_)) => match parse(&object) {
                Ok(value) => Some(Some(value)),
                Err(invalid) => {
                    self.mistake(name, invalid);
                    None
                }
            },
            Some(_) => self.refuse(name, "WRONG_TYPE", "This member must be an object."),
        }
    }

    /// An object that has to be there.
    pub fn required_object<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&Value) -> Result<T, Invalid>,
    ) -> Option<T> {
        match self.object(name, parse)? {
            Some(value) => Some(value),
            None => self.refuse(name, "REQUIRED", "This member is required."),
        }
    }

    /// A boolean that may be left out, but cannot be `null`.
    pub fn flag(&mut self, name: &str) -> Option<Option<bool>> {
        match self.members.shift_remove(name) {
            None => Some(None),
            Some(Value::Bool(value)) => Some(Some(value)),
            Some(Value::Null) => self.refuse(name, "REQUIRED", "This member cannot be null."),
            Some(_) => self.refuse(name, "WRONG_TYPE", "This member must be true or false."),
        }
    }

    /// The member `roles`, where it may be left out.
    pub fn optional_roles(&mut self) -> Option<Option<Roles>> {
        if self.members.contains_key("roles") {
            self.roles().map(Some)
        } else {
            Some(None)
        }
    }

    /// The member `roles`: a list of role names.
    pub fn roles(&mut self) -> Option<Roles> {
        let elements = match self.members.shift_remove("roles") {
            Some(Value::Array(elements)) => elements,
            None => return self.refuse("roles", "REQUIRED", "This member is required."),
            Some(_) => {
                let detail = "This member must be a list of role names.";
                return self.refuse("roles", "WRONG_TYPE", detail);
            }
        };
        // An element that is not a string becomes an empty, unknown role name and keeps its index.
        let names: Vec<_> = elements
            .iter()
            .map(|element| element.as_str().unwrap_or_default())
            .collect();
        match Roles::parse(&names) {
            Ok(roles) => Some(roles),
            Err(mistakes) => {
                for (index, invalid) in mistakes {
                    let pointer = index.map_or("roles".into(), |index| format!("roles/{index}"));
                    let element = index.and_then(|index| elements.get(index));
                    if element.is_none_or(Value::is_string) {
                        self.mistake(&pointer, invalid);
                    } else {
                        self.mistake(&pointer, Invalid::new("WRONG_TYPE", "A role is a string."));
                    }
                }
                None
            }
        }
    }

    /// The id of a user, as a JSON integer.
    pub fn user_id(&mut self, name: &str) -> Option<UserId> {
        let number = match self.members.shift_remove(name) {
            None | Some(Value::Null) => {
                return self.refuse(name, "REQUIRED", "This member is required.");
            }
            Some(Value::Number(number)) => number,
            Some(_) => return self.refuse(name, "WRONG_TYPE", "This member must be an integer."),
        };
        match number
            .as_u64()
            .and_then(|number| UserId::try_from(number).ok())
        {
            Some(id) => Some(id),
            None => self.refuse(
                name,
                "INVALID_ID",
                "An id is a positive integer below 2^53.",
            ),
        }
    }

    fn refuse<T>(&mut self, name: &str, code: &'static str, detail: &'static str) -> Option<T> {
        self.mistake(name, Invalid::new(code, detail));
        None
    }
}

#[cfg(test)]
mod tests;
