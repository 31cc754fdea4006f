//! The schema of a list's rows: names and types of properties, and access to their values.

use std::cmp::Ordering;

use crate::UnixMillis;

/// The type of a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// A 64-bit integer (`Edm.Int64`).
    Number,
    /// Text in NFC, with the most characters that it can have. Comparison is by code point.
    String(usize),
    /// `true` or `false`.
    Boolean,
    /// An instant. Filters compare whole seconds; orders compare milliseconds.
    DateTime,
    /// A collection of texts, for `any`, `all`, `in` and `$count`.
    StringCollection {
        /// The most texts.
        most: usize,
        /// The most characters of each.
        characters: usize,
    },
}

/// The properties of a list's rows, in the order of an answer.
#[derive(Debug)]
pub struct Schema(pub &'static [(&'static str, Type)]);

impl Schema {
    /// The property with exactly this name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<(&'static str, Type)> {
        self.0.iter().find(|(known, _)| *known == name).copied()
    }

    /// Whether `name` is a complex property. Its properties are in the schema as `name/property`.
    #[must_use]
    pub(super) fn is_complex(&self, name: &str) -> bool {
        let inner = |known: &str| known.strip_prefix(name)?.strip_prefix('/').map(drop);
        self.0.iter().any(|(known, _)| inner(known).is_some())
    }
}

/// A row that can be filtered and ordered.
pub trait Listable {
    /// The properties that [`Listable::property`] reads.
    const SCHEMA: &'static Schema;

    /// The value of the property `name` of [`Listable::SCHEMA`]: null, or of the type that the schema gives. No text is longer
    /// than its type allows, because that bounds the cost of matching a row.
    fn property(&self, name: &'static str) -> Value<'_>;
}

/// The value of a property, borrowed from its row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// No value.
    Null,
    /// Of a [`Type::Number`].
    Number(i64),
    /// Of a [`Type::String`].
    String(&'a str),
    /// Of a [`Type::Boolean`].
    Boolean(bool),
    /// Of a [`Type::DateTime`].
    DateTime(UnixMillis),
    /// Of a [`Type::StringCollection`].
    Strings(Vec<&'a str>),
}

impl Value<'_> {
    /// The order of two values of one property for `$orderby`: null first, then false before true, numbers and instants
    /// ascending, texts by code point.
    #[must_use]
    pub fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Null, Self::Null) => Ordering::Equal,
            (Self::Null, _) => Ordering::Less,
            (_, Self::Null) => Ordering::Greater,
            (Self::Number(left), Self::Number(right)) => left.cmp(right),
            (Self::String(left), Self::String(right)) => left.cmp(right),
            (Self::Boolean(left), Self::Boolean(right)) => left.cmp(right),
            (Self::DateTime(left), Self::DateTime(right)) => left.cmp(right),
            (Self::Strings(left), Self::Strings(right)) => left.cmp(right),
            _ => {
                debug_assert!(false, "a property has one type");
                Ordering::Equal
            }
        }
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::String(text)
    }
}

impl From<UnixMillis> for Value<'_> {
    fn from(instant: UnixMillis) -> Self {
        Self::DateTime(instant)
    }
}

/// `None` becomes null.
impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
