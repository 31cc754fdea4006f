//! The orders in which the table keeps collections.

use odata::{Direction, Filter, OrderBy, Position, Value};

use crate::keys::EventPlace;
use crate::listed::id;
use crate::pushdown::{self, Pushdown};
use crate::sort_key::SortKey;

/// An order in which a collection can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Native {
    /// In the order of the keys.
    Forwards,
    /// From the last key to the first.
    Backwards,
    /// The newest millisecond first, but within a millisecond by ascending id. Keys are read backwards and sorted again.
    NewestFirst,
}

/// The order of a collection's keys.
pub trait KeyOrder {
    /// A place in it.
    type Key: Clone + Send + Sync;

    /// How `order` is read, if the keys have it.
    fn native(order: &OrderBy) -> Option<Native>;

    /// Whether `filter` leaves out a part of the keys, so that the amount that is read depends on the rows that match.
    fn narrows(filter: &Filter) -> bool;

    /// `key` as a cursor keeps it.
    fn position(key: &Self::Key) -> Position;

    /// The key that a cursor keeps, in a native order.
    fn key(position: &Position) -> Option<Self::Key>;
}

/// By creation, then by id: all accounts.
#[derive(Clone, Copy, Debug)]
pub struct ByCreation;

/// By id: a user's accounts, an account's members.
#[derive(Clone, Copy, Debug)]
pub struct ById;

/// By time, then by version and change: events.
#[derive(Clone, Copy, Debug)]
pub struct ByTime;

impl KeyOrder for ByCreation {
    type Key = SortKey;

    fn native(order: &OrderBy) -> Option<Native> {
        let [("createdAt", first), ("id", then)] = keys(order)[..] else {
            return None;
        };
        match (first, then) {
            (Direction::Ascending, Direction::Ascending) => Some(Native::Forwards),
            (Direction::Descending, Direction::Descending) => Some(Native::Backwards),
            (Direction::Descending, Direction::Ascending) => Some(Native::NewestFirst),
            (Direction::Ascending, Direction::Descending) => None,
        }
    }

    fn narrows(filter: &Filter) -> bool {
        Pushdown::narrows(filter, pushdown::CREATED_AT)
    }

    fn position(key: &SortKey) -> Position {
        Position::new(&[Value::Number(key.created_at), id(key.id)])
    }

    fn key(position: &Position) -> Option<SortKey> {
        Some(SortKey {
            created_at: position.number(0)?,
            id: u64::try_from(position.number(1)?).ok()?,
        })
    }
}

impl KeyOrder for ById {
    type Key = SortKey;

    fn native(order: &OrderBy) -> Option<Native> {
        match keys(order)[..] {
            [("id", Direction::Ascending)] => Some(Native::Forwards),
            [("id", Direction::Descending)] => Some(Native::Backwards),
            _ => None,
        }
    }

    fn narrows(filter: &Filter) -> bool {
        Pushdown::narrows(filter, pushdown::ListKey::Id)
    }

    fn position(key: &SortKey) -> Position {
        Position::new(&[id(key.id)])
    }

    fn key(position: &Position) -> Option<SortKey> {
        let id = u64::try_from(position.number(0)?).ok()?;
        Some(SortKey::by_id(id))
    }
}

impl KeyOrder for ByTime {
    type Key = EventPlace;

    /// The newest first, unless the oldest are asked for.
    fn native(order: &OrderBy) -> Option<Native> {
        if !order.is_given() {
            return Some(Native::Backwards);
        }
        // `id` follows every order by itself.
        match keys(order)[..] {
            [("at", way), ("id", Direction::Ascending)] => Some(match way {
                Direction::Ascending => Native::Forwards,
                Direction::Descending => Native::Backwards,
            }),
            _ => None,
        }
    }

    fn narrows(filter: &Filter) -> bool {
        Pushdown::narrows(filter, pushdown::AT)
    }

    fn position(key: &EventPlace) -> Position {
        let (at, version) = (Value::Number(key.at), id(key.version));
        Position::new(&[at, version, key.id.as_str().into()])
    }

    fn key(position: &Position) -> Option<EventPlace> {
        Some(EventPlace {
            at: position.number(0)?,
            version: u64::try_from(position.number(1)?).ok()?,
            id: position.text(2)?.to_owned(),
        })
    }
}

fn keys(order: &OrderBy) -> Vec<(&'static str, Direction)> {
    let keys = order.keys().iter();
    keys.map(|key| (key.property, key.direction)).collect()
}

#[cfg(test)]
mod tests {
    use Native::{Backwards, Forwards, NewestFirst};
    use odata::{Listable, Query};

    use super::*;
    use crate::{Event, ListedAccount, ListedMember};

    /// How `O` reads rows `T` in these orders. The empty text is no order.
    fn natives<T: Listable, O: KeyOrder>(orders: &[&str]) -> Vec<Option<Native>> {
        let natives = orders.iter().map(|text| {
            let options = [("$orderby".to_owned(), (*text).to_owned())];
            let options = if text.is_empty() { &[] } else { &options[..] };
            let query = Query::parse(options, T::SCHEMA).unwrap();
            O::native(&query.orderby)
        });
        natives.collect()
    }

    #[test]
    fn the_table_keeps_the_orders_of_its_keys() {
        let accounts = [
            "",
            "createdAt",
            "createdAt desc",
            "createdAt desc,id desc",
            "createdAt,id desc",
            "id",
            "name",
        ];
        assert_eq!(
            natives::<ListedAccount, ByCreation>(&accounts),
            [
                Some(Forwards),
                Some(Forwards),
                Some(NewestFirst),
                Some(Backwards),
                None,
                None,
                None
            ]
        );
        assert_eq!(
            natives::<ListedMember, ById>(&["", "id", "id desc", "email", "createdAt"]),
            [None, Some(Forwards), Some(Backwards), None, None]
        );
        let events = ["", "at", "at asc", "at desc", "at,id desc", "kind", "id"];
        assert_eq!(
            natives::<Event, ByTime>(&events),
            [
                Some(Backwards),
                Some(Forwards),
                Some(Forwards),
                Some(Backwards),
                None,
                None,
                None
            ]
        );
    }

    #[test]
    fn a_cursor_keeps_the_whole_key() {
        let key = SortKey {
            created_at: 1_780_396_200_123,
            id: 42,
        };
        assert_eq!(ByCreation::key(&ByCreation::position(&key)), Some(key));
        assert_eq!(ById::key(&ById::position(&key)), Some(SortKey::by_id(42)));
        let event = EventPlace {
            at: 1_780_396_200_123,
            version: 7,
            id: "AAECAwQFBgcICQoL".into(),
        };
        assert_eq!(ByTime::key(&ByTime::position(&event)), Some(event));
    }

    #[test]
    fn a_place_in_another_order_is_no_key() {
        let name = Position::new(&["Acme".into(), Value::Number(42)]);
        assert_eq!(ByCreation::key(&name), None);
        assert_eq!(ById::key(&name), None);
        assert_eq!(ByTime::key(&name), None);
    }
}
