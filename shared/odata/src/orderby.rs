//! `$orderby`: the order of a list's rows. It is total, because `id` breaks ties.

use std::cmp::Ordering;
use std::fmt;

use super::dialect;
use super::error::{ParseError, advised};
use super::lexer::{Kind, Lexer};
use super::position::Position;
use super::schema::{Listable, Schema, Type, Value};

/// The property that breaks ties.
const IDENTITY: &str = "id";
/// The order of a list without `$orderby` (contract, *Lists*).
const DEFAULT: &str = "createdAt";

/// The direction of a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Ascending, null first.
    Ascending,
    /// Descending, null last.
    Descending,
}

/// A property to order by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderItem {
    /// Its name in the schema.
    pub property: &'static str,
    /// Its direction.
    pub direction: Direction,
}

/// An order of rows of one schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderBy {
    keys: Vec<OrderItem>,
    given: bool,
}

impl OrderBy {
    /// The order of a list without `$orderby`: by `createdAt`, if its rows have it.
    pub(super) fn default_of(schema: &'static Schema) -> Self {
        let keys = schema.find(DEFAULT).map(|(property, _)| OrderItem {
            property,
            direction: Direction::Ascending,
        });
        Self {
            keys: with_identity(keys.into_iter().collect(), schema),
            given: false,
        }
    }

    /// Parses properties with `asc` or `desc`, separated by commas.
    pub(super) fn parse(text: &str, schema: &'static Schema) -> Result<Self, ParseError> {
        let mut lexer = Lexer::new(text);
        let mut keys: Vec<OrderItem> = Vec::new();
        loop {
            let token = lexer.next()?;
            let (name, position) = match token.kind {
                Kind::Word(name) => (name, token.position),
                _ => return Err(expected(&token, "a property")),
            };
            let Some((property, kind)) = schema.find(name) else {
                let message = format!("{} is not a property here", token.shown());
                let advice = dialect::property(name, schema);
                return Err(ParseError::new(position, advised(message, advice)));
            };
            if matches!(kind, Type::StringCollection { .. }) {
                let message = format!("{} is a collection, which has no order", token.shown());
                return Err(ParseError::new(position, message));
            }
            if keys.iter().any(|key| key.property == property) {
                let message = format!("{} is given twice", token.shown());
                return Err(ParseError::new(position, message));
            }
            let mut next = lexer.next()?;
            let direction = match next.kind {
                Kind::Word(word) if word.eq_ignore_ascii_case("asc") => Some(Direction::Ascending),
                Kind::Word(word) if word.eq_ignore_ascii_case("desc") => {
                    Some(Direction::Descending)
                }
                _ => None,
            };
            if direction.is_some() {
                next = lexer.next()?;
            }
            let direction = direction.unwrap_or(Direction::Ascending);
            keys.push(OrderItem {
                property,
                direction,
            });
            match next.kind {
                Kind::Comma => {}
                Kind::End => break,
                _ => return Err(expected(&next, "`asc`, `desc`, `,` or the end of the text")),
            }
        }
        Ok(Self {
            keys: with_identity(keys, schema),
            given: true,
        })
    }

    /// The order by `id` only.
    #[must_use]
    pub fn by_identity(schema: &'static Schema) -> Self {
        Self {
            keys: with_identity(Vec::new(), schema),
            given: false,
        }
    }

    /// The keys of the order, the most important first. The last key is `id`.
    #[must_use]
    pub fn keys(&self) -> &[OrderItem] {
        &self.keys
    }

    /// Whether the caller asked for this order, as opposed to the default.
    #[must_use]
    pub fn is_given(&self) -> bool {
        self.given
    }

    /// Compares two rows. They are equal only if they have the same `id`.
    pub fn compare<R: Listable>(&self, left: &R, right: &R) -> Ordering {
        self.by(|key| {
            let value = left.property(key.property);
            value.order(&right.property(key.property))
        })
    }

    /// Whether `row` comes after `position`. No row comes after a position of another order.
    pub fn is_after<R: Listable>(&self, row: &R, position: &Position) -> bool {
        position.values(self, R::SCHEMA).is_some_and(|place| {
            let values: Vec<_> = self.values(row).collect();
            self.compare_values(&values, &place).is_gt()
        })
    }

    /// The values that decide a row's place, one for each of [`OrderBy::keys`].
    pub(super) fn values<'r, R: Listable>(&self, row: &'r R) -> impl Iterator<Item = Value<'r>> {
        self.keys.iter().map(|key| row.property(key.property))
    }

    /// Compares two rows by the given values.
    pub(super) fn compare_values(&self, left: &[Value<'_>], right: &[Value<'_>]) -> Ordering {
        let mut pairs = left.iter().zip(right);
        self.by(|_| {
            pairs
                .next()
                .map_or(Ordering::Equal, |(left, right)| left.order(right))
        })
    }

    fn by(&self, mut ascending: impl FnMut(&OrderItem) -> Ordering) -> Ordering {
        for key in &self.keys {
            let order = match key.direction {
                Direction::Ascending => ascending(key),
                Direction::Descending => ascending(key).reverse(),
            };
            if order.is_ne() {
                return order;
            }
        }
        Ordering::Equal
    }
}

/// `keys` up to `id`. If `id` is not among them, it is appended.
fn with_identity(mut keys: Vec<OrderItem>, schema: &'static Schema) -> Vec<OrderItem> {
    if let Some(place) = keys.iter().position(|key| key.property == IDENTITY) {
        keys.truncate(place + 1);
    } else if let Some((property, _)) = schema.find(IDENTITY) {
        let direction = Direction::Ascending;
        keys.push(OrderItem {
            property,
            direction,
        });
    }
    keys
}

fn expected(token: &super::lexer::Token<'_>, what: &str) -> ParseError {
    let message = format!("{what} is expected, not {}", token.shown());
    ParseError::new(token.position, message)
}

/// Writes an option that gives the same order.
impl fmt::Display for OrderBy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, key) in self.keys.iter().enumerate() {
            let separator = if index > 0 { "," } else { "" };
            let direction = match key.direction {
                Direction::Ascending => "asc",
                Direction::Descending => "desc",
            };
            write!(formatter, "{separator}{} {direction}", key.property)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::OrderBy;
    use crate::tests::rows::{self, SCHEMA, row};

    fn order(text: &str) -> String {
        match OrderBy::parse(text, &SCHEMA) {
            Ok(order) => order.to_string(),
            Err(error) => format!("{}: {}", error.position, error.message),
        }
    }

    #[test]
    fn a_list_of_properties_is_an_order_with_ties_by_id() {
        for (text, meaning) in [
            ("name", "name asc,id asc"),
            ("name asc", "name asc,id asc"),
            (" name  DESC ,\tcountry", "name desc,country asc,id asc"),
            ("owner desc,id desc,name", "owner desc,id desc"),
            ("id", "id asc"),
        ] {
            assert_eq!(order(text), meaning, "{text}");
        }
        assert_eq!(
            OrderBy::default_of(&SCHEMA).to_string(),
            "createdAt asc,id asc"
        );
    }

    #[test]
    fn what_is_no_order_is_refused_at_its_place() {
        for (text, why) in [
            ("", "1: a property is expected, not the end of the text"),
            (
                "name,",
                "6: a property is expected, not the end of the text",
            ),
            ("name,,id", "6: a property is expected, not `,`"),
            ("Name", "1: `Name` is not a property here; write `name`"),
            ("country, age", "10: `age` is not a property here"),
            (
                "name up",
                "6: `asc`, `desc`, `,` or the end of the text is expected, not `up`",
            ),
            (
                "name desc id",
                "11: `asc`, `desc`, `,` or the end of the text is expected, not `id`",
            ),
            ("name,country,name desc", "14: `name` is given twice"),
            ("roles", "1: `roles` is a collection, which has no order"),
            ("length(name)", "1: `length` is not a property here"),
            ("é", "1: `é` is not a property here"),
        ] {
            assert_eq!(order(text), why, "{text}");
        }
    }

    #[test]
    fn null_is_first_ascending_and_last_descending_and_ties_go_by_id() {
        let rows = [
            row(3, Some("b")),
            row(1, Some("b")),
            row(4, None),
            row(2, Some("B")),
            row(5, Some("é")),
        ];
        for (text, expected) in [
            ("name", [4, 2, 1, 3, 5]),
            ("name desc", [5, 1, 3, 2, 4]),
            ("id desc", [5, 4, 3, 2, 1]),
        ] {
            let order = OrderBy::parse(text, &SCHEMA).expect(text);
            let mut sorted = rows.clone();
            sorted.sort_by(|left, right| order.compare(left, right));
            assert_eq!(rows::ids(&sorted), expected, "{text}");
        }
    }
}
