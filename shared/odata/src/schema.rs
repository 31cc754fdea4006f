//! What a list says about its rows: the names and types of properties, and how to read them.

use std::cmp::Ordering;

use crate::UnixMillis;

/// The type of a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// A whole number (`Edm.Int64`).
    Number,
    /// Text of at most so many characters, in NFC, compared by code point.
    String(usize),
    /// `true` or `false`.
    Boolean,
    /// An instant: compared in whole seconds, ordered by the millisecond.
    DateTime,
    /// Several texts, for `any`, `all`, `in` and `$count`.
    StringCollection {
        /// How many texts there are at most.
        most: usize,
        /// How many characters each has at most.
        characters: usize,
    },
}

/// The properties of a list's rows, in the order in which they are shown.
#[derive(Debug)]
pub struct Schema(pub &'static [(&'static str, Type)]);

impl Schema {
    /// The property called exactly `name`.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<(&'static str, Type)> {
        self.0.iter().find(|(known, _)| *known == name).copied()
    }

    /// Whether `name` has properties of its own, which the schema has as `name/property`.
    #[must_use]
    pub(super) fn is_complex(&self, name: &str) -> bool {
        let inner = |known: &str| known.strip_prefix(name)?.strip_prefix('/').map(drop);
        self.0.iter().any(|(known, _)| inner(known).is_some())
    }
}

/// A row that can be filtered and ordered.
pub trait Listable {
    /// The properties that [`Listable::property`] knows.
    const SCHEMA: &'static Schema;

    /// The value of the property `name`, one of [`Listable::SCHEMA`]'s and of the type given there, or null. No text is longer
    /// than the type says: what matching a row costs is bounded by that.
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
    /// The order of two values of one property, as in `$orderby`: null first, then false before true,
    /// numbers and instants ascending, texts by code point.
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

/// Null where there is none.
impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
