//! DynamoDB's JSON of an item, by serde: each value of it is an object with one member, whose name is the type.

use std::fmt;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use crate::keys::Item;

/// The row that an object of attributes is.
pub(super) fn read_row<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    item: D,
) -> Result<T, D::Error> {
    T::deserialize(Object(item))
}

fn members_of(members: serde_json::Map<String, serde_json::Value>) -> Option<Item> {
    let attribute = |(name, value)| Some((name, attribute_of(value)?));
    members.into_iter().map(attribute).collect()
}

/// What an attribute is, of any type.
pub(super) fn attribute_of(value: serde_json::Value) -> Option<AttributeValue> {
    use serde_json::Value::{Array, Bool, Object, String as Text};
    let Object(tagged) = value else { return None };
    let (kind, value) = tagged.into_iter().next()?;
    let bytes = |text: String| Some(Blob::new(STANDARD.decode(text).ok()?));
    let texts = |list: Vec<serde_json::Value>| -> Option<Vec<String>> {
        let text = |value: serde_json::Value| value.as_str().map(str::to_owned);
        list.into_iter().map(text).collect()
    };
    Some(match (kind.as_str(), value) {
        ("S", Text(text)) => AttributeValue::S(text),
        ("N", Text(number)) => AttributeValue::N(number),
        ("B", Text(text)) => AttributeValue::B(bytes(text)?),
        ("BOOL", Bool(truth)) => AttributeValue::Bool(truth),
        ("NULL", Bool(null)) => AttributeValue::Null(null),
        ("M", Object(members)) => AttributeValue::M(members_of(members)?),
        ("L", Array(list)) => {
            AttributeValue::L(list.into_iter().map(attribute_of).collect::<Option<_>>()?)
        }
        ("SS", Array(list)) => AttributeValue::Ss(texts(list)?),
        ("NS", Array(list)) => AttributeValue::Ns(texts(list)?),
        ("BS", Array(list)) => {
            AttributeValue::Bs(texts(list)?.into_iter().map(bytes).collect::<Option<_>>()?)
        }
        _ => return None,
    })
}

/// The types of values that rows have.
#[derive(Clone, Copy, Deserialize)]
enum Type {
    S,
    N,
    B,
    #[serde(rename = "BOOL")]
    Bool,
    #[serde(rename = "NULL")]
    Null,
    M,
    L,
}

/// An object of attributes.
struct Object<D>(D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Object<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(Attributes(visitor))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct seq
        tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// Reads an object of attributes for another visitor.
struct Attributes<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for Attributes<V> {
    type Value = V::Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("attributes")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(Values(map))
    }
}

/// The members of an object of attributes, or the elements of a list.
struct Values<A>(A);

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Values<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        self.0.next_key_seed(seed)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.0.next_value_seed(Value(seed))
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Values<A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        self.0.next_element_seed(Value(seed))
    }
}

/// Reads an attribute for another seed.
struct Value<S>(S);

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Value<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        self.0.deserialize(Attribute(deserializer))
    }
}

/// What is expected of an attribute.
#[derive(Clone, Copy)]
enum Expected {
    Any,
    Optional,
    Variant,
}

/// An attribute: `{"S": "Ada"}`.
struct Attribute<D>(D);

impl<'de, D: Deserializer<'de>> Attribute<D> {
    fn tagged<V: Visitor<'de>>(self, visitor: V, expected: Expected) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(Tagged { visitor, expected })
    }
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Attribute<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.tagged(visitor, Expected::Any)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.tagged(visitor, Expected::Optional)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.tagged(visitor, Expected::Variant)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_ignored_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map
        struct identifier
    }
}

/// Reads the one member of an attribute.
struct Tagged<V> {
    visitor: V,
    expected: Expected,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Tagged<V> {
    type Value = V::Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an attribute")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<V::Value, A::Error> {
        let kind = map.next_key::<Type>()?;
        let kind = kind.ok_or_else(|| A::Error::custom("an attribute without a value"))?;
        let content = Content {
            kind,
            map: &mut map,
        };
        match (kind, self.expected) {
            (Type::Null, Expected::Optional) => {
                map.next_value::<IgnoredAny>()?;
                self.visitor.visit_none()
            }
            (_, Expected::Optional) => self.visitor.visit_some(content),
            (_, Expected::Variant) => content.read(self.visitor, true),
            (_, Expected::Any) => content.read(self.visitor, false),
        }
    }
}

/// The value of an attribute whose type is known.
struct Content<'a, A> {
    kind: Type,
    map: &'a mut A,
}

impl<'de, A: MapAccess<'de>> Content<'_, A> {
    fn read<V: Visitor<'de>>(self, visitor: V, variant: bool) -> Result<V::Value, A::Error> {
        let kind = self.kind;
        self.map.next_value_seed(Typed {
            kind,
            visitor,
            variant,
        })
    }
}

impl<'de, A: MapAccess<'de>> Deserializer<'de> for Content<'_, A> {
    type Error = A::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        self.read(visitor, false)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        self.read(visitor, true)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        visitor.visit_some(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map
        struct identifier ignored_any
    }
}

/// Reads a value of a known type.
struct Typed<V> {
    kind: Type,
    visitor: V,
    variant: bool,
}

impl<'de, V: Visitor<'de>> DeserializeSeed<'de> for Typed<V> {
    type Value = V::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        match self.kind {
            // A variant without content is a text; with content, an object whose one member is its name.
            Type::S if self.variant => deserializer.deserialize_enum("", &[], self.visitor),
            Type::M if self.variant => deserializer.deserialize_map(Variant(self.visitor)),
            Type::S => deserializer.deserialize_str(self.visitor),
            Type::N => deserializer.deserialize_str(Number(self.visitor)),
            Type::B => deserializer.deserialize_str(Bytes(self.visitor)),
            Type::Bool => deserializer.deserialize_bool(self.visitor),
            Type::M => Object(deserializer).deserialize_any(self.visitor),
            Type::L => deserializer.deserialize_seq(Elements(self.visitor)),
            Type::Null => {
                IgnoredAny::deserialize(deserializer)?;
                self.visitor.visit_unit()
            }
        }
    }
}

/// Declares a visitor that reads for another one.
macro_rules! visitor {
    ($name:ident, $expected:literal, $($method:tt)+) => {
        struct $name<V>(V);

        impl<'de, V: Visitor<'de>> Visitor<'de> for $name<V> {
            type Value = V::Value;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str($expected)
            }

            $($method)+
        }
    };
}

visitor! { Number, "a number as a text",
    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<V::Value, E> {
        if let Ok(number) = text.parse() {
            return self.0.visit_i64(number);
        }
        if let Ok(number) = text.parse() {
            return self.0.visit_u64(number);
        }
        self.0.visit_f64(text.parse().map_err(E::custom)?)
    }
}

visitor! { Bytes, "base64",
    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<V::Value, E> {
        self.0.visit_byte_buf(STANDARD.decode(text).map_err(E::custom)?)
    }
}

visitor! { Elements, "a list",
    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<V::Value, A::Error> {
        self.0.visit_seq(Values(elements))
    }
}

visitor! { Variant, "a variant with its content",
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.0.visit_enum(MapAccessDeserializer::new(Values(map)))
    }
}
