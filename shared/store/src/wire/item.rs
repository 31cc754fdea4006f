//! An item that is read later, as more than one row perhaps.

use std::fmt;

use serde::Deserialize;
use serde::de::value::{BorrowedStrDeserializer, MapAccessDeserializer};
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{FromItem, Source, attribute};
use crate::keys::{Item, Key};
use crate::table_error::TableError;

/// Bytes and attributes of most items, so that nothing grows while they are copied.
const TEXT: usize = 2048;
const ATTRIBUTES: usize = 32;

/// An item as text.
#[derive(Clone, Debug)]
pub(crate) struct WireItem {
    /// The name and the JSON of each attribute, one behind the other.
    text: String,
    /// Where a name ends, and where its JSON does.
    ends: Vec<[usize; 2]>,
}

impl WireItem {
    /// Every attribute, those that no row has too: for a write that keeps them.
    pub(crate) fn attributes(&self) -> Result<Item, TableError> {
        let attribute = |(name, json): (&str, &str)| {
            let read = attribute::attribute_of(serde_json::from_str(json)?);
            Ok((
                name.to_owned(),
                read.ok_or(TableError::Damaged("attribute"))?,
            ))
        };
        self.iter().map(attribute).collect()
    }

    fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut begin = 0;
        self.ends.iter().map(move |&[name, json]| {
            let attribute = (&self.text[begin..name], &self.text[name..json]);
            begin = json;
            attribute
        })
    }

    /// The text that the attribute `name` is.
    fn string(&self, name: &str) -> Option<String> {
        #[derive(Deserialize)]
        struct Text {
            #[serde(rename = "S")]
            text: String,
        }
        let (_, json) = self.iter().find(|(other, _)| *other == name)?;
        Some(serde_json::from_str::<Text>(json).ok()?.text)
    }
}

impl Source for WireItem {
    fn row<T: DeserializeOwned>(&self) -> Result<T, TableError> {
        let attributes = Attributes {
            rest: self.iter(),
            json: "",
        };
        Ok(attribute::read_row(MapAccessDeserializer::new(attributes))?)
    }

    fn key(&self) -> Option<Key> {
        Some(Key {
            pk: self.string("pk")?,
            sk: self.string("sk")?,
        })
    }

    fn is_nothing(&self) -> bool {
        false
    }
}

/// The attributes of an item, as the members of an object.
struct Attributes<'a, I> {
    rest: I,
    /// The JSON of the attribute whose name was read last.
    json: &'a str,
}

impl<'a, I: Iterator<Item = (&'a str, &'a str)>> MapAccess<'a> for Attributes<'a, I> {
    type Error = serde_json::Error;

    fn next_key_seed<K: DeserializeSeed<'a>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Self::Error> {
        let Some((name, json)) = self.rest.next() else {
            return Ok(None);
        };
        self.json = json;
        seed.deserialize(BorrowedStrDeserializer::new(name))
            .map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'a>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, Self::Error> {
        seed.deserialize(&mut serde_json::Deserializer::from_str(self.json))
    }
}

impl FromItem for WireItem {
    fn from_item<'de, D: Deserializer<'de>>(item: D) -> Result<Self, D::Error> {
        item.deserialize_map(ItemVisitor)
    }
}

/// Copies the attributes of an item.
struct ItemVisitor;

impl<'de> Visitor<'de> for ItemVisitor {
    type Value = WireItem;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an item")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut attributes: A) -> Result<WireItem, A::Error> {
        let mut item = WireItem {
            text: String::with_capacity(TEXT),
            ends: Vec::with_capacity(ATTRIBUTES),
        };
        while attributes.next_key_seed(Append(&mut item.text))?.is_some() {
            let name = item.text.len();
            item.text
                .push_str(attributes.next_value::<&RawValue>()?.get());
            item.ends.push([name, item.text.len()]);
        }
        Ok(item)
    }
}

/// Appends a string to another one.
struct Append<'a>(&'a mut String);

impl<'de> DeserializeSeed<'de> for Append<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, string: D) -> Result<(), D::Error> {
        string.deserialize_str(self)
    }
}

impl Visitor<'_> for Append<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a name")
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.0.push_str(text);
        Ok(())
    }
}
