//! Any text as a query: never a panic, the same tree from what it shows, an answer for every row in a bounded number of steps.
#![no_main]

use libfuzzer_sys::fuzz_target;
use odata::{Filter, Listable, MAX_STEPS, Query, Schema, Type, UnixMillis, Value};

static SCHEMA: Schema = Schema(&[
    ("id", Type::Number),
    ("name", Type::String(100)),
    ("country", Type::String(100)),
    ("owner", Type::Boolean),
    (
        "roles",
        Type::StringCollection {
            most: 4,
            characters: 8,
        },
    ),
    ("createdAt", Type::DateTime),
]);

/// A row whose values go to the ends of their types, or that has none.
struct Row {
    id: i64,
    text: Option<&'static str>,
}

impl Listable for Row {
    const SCHEMA: &'static Schema = &SCHEMA;

    fn property(&self, name: &'static str) -> Value<'_> {
        match name {
            "id" => Value::Number(self.id),
            "name" => self.text.into(),
            "owner" => Value::Boolean(self.id > 0),
            "roles" => Value::Strings(self.text.into_iter().chain(["a", "admin"]).collect()),
            "createdAt" => Value::DateTime(UnixMillis(self.id)),
            _ => Value::Null,
        }
    }
}

const ROWS: [Row; 4] = [
    Row {
        id: i64::MAX,
        text: Some("é'日本😀 a"),
    },
    Row {
        id: i64::MIN,
        text: Some(""),
    },
    Row {
        id: 1_780_396_200_700,
        text: Some("a"),
    },
    Row { id: 0, text: None },
];

fn parse(text: &str) -> Option<Filter> {
    let options = [("$filter".to_owned(), text.to_owned())];
    Query::parse(&options, &SCHEMA).ok()?.filter
}

fuzz_target!(|text: &str| {
    for option in ["$orderby", "$select", "$top", "$skip", "$count", text] {
        let _ = Query::parse(&[(option.to_owned(), text.to_owned())], &SCHEMA);
    }
    let Some(filter) = parse(text) else { return };
    let shown = filter.to_string();
    // A number written with an exponent is longer when it is shown, and so may be a string in NFC.
    if shown.len() <= 4096 {
        assert_eq!(parse(&shown).as_ref(), Some(&filter), "{shown}");
    }
    let _ = (filter.conjuncts(), filter.properties());
    for row in &ROWS {
        let _ = filter.matches(row, UnixMillis(row.id));
        assert!(filter.steps(row, UnixMillis(row.id)) <= MAX_STEPS);
    }
});
