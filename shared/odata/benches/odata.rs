//! The cost of a query: parsing it, matching a thousand rows, and making a page of them.
//!
//! `cargo bench -p odata --bench odata`

use divan::{Bencher, black_box};
use odata::{Listable, Query, Schema, Type, UnixMillis, Value, page};

const NOW: UnixMillis = UnixMillis(1_780_444_800_000);

static SCHEMA: Schema = Schema(&[
    ("id", Type::Number),
    ("email", Type::String(100)),
    ("firstName", Type::String(100)),
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

#[derive(Clone)]
struct Member {
    id: i64,
    email: String,
    first_name: Option<String>,
    roles: Vec<&'static str>,
    created_at: UnixMillis,
}

impl Listable for Member {
    const SCHEMA: &'static Schema = &SCHEMA;

    fn property(&self, name: &'static str) -> Value<'_> {
        match name {
            "id" => Value::Number(self.id),
            "email" => Value::String(&self.email),
            "firstName" => self.first_name.as_deref().into(),
            "owner" => Value::Boolean(self.id == 1),
            "roles" => Value::Strings(self.roles.clone()),
            "createdAt" => Value::DateTime(self.created_at),
            _ => Value::Null,
        }
    }
}

/// A thousand members in no order.
fn members() -> Vec<Member> {
    let names = [
        "Ada", "Zoë", "Grace", "Edsger", "Barbara", "Donald", "Niklaus",
    ];
    let member = |index: i64| {
        let id = index * 7_919 % 1_000;
        Member {
            id,
            email: format!("member-{id}@example.com"),
            first_name: names
                .iter()
                .cycle()
                .nth(usize::try_from(id).unwrap_or(0))
                .map(|&name| name.to_owned()),
            roles: if id % 3 == 0 {
                vec!["admin", "user"]
            } else {
                vec!["viewer"]
            },
            created_at: UnixMillis(1_780_000_000_000 + id % 100 * 1000),
        }
    };
    (0..1_000).map(member).collect()
}

/// Typical filters, from the simplest to the largest that is accepted.
const FILTERS: [&str; 4] = [
    "email eq 'member-500@example.com'",
    "createdAt ge 2026-05-28T20:27:00Z and (owner or roles/any(r: r in ('admin','manage')))",
    "contains(tolower(firstName),'a') and not endswith(email,'@example.org') and year(createdAt) eq 2026",
    "64 comparisons",
];

fn text(name: &str) -> String {
    match name {
        "64 comparisons" => vec!["id eq -1"; 64].join(" or "),
        filter => filter.to_owned(),
    }
}

fn query(options: &[(&str, &str)]) -> Query {
    let owned: Vec<_> = options
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    Query::parse(&owned, &SCHEMA).expect("a good query")
}

#[divan::bench(args = FILTERS)]
fn parse(bencher: Bencher<'_, '_>, filter: &str) {
    let options = [("$filter".to_owned(), text(filter))];
    bencher.bench(|| Query::parse(black_box(&options), &SCHEMA));
}

#[divan::bench(args = FILTERS)]
fn match_1000_rows(bencher: Bencher<'_, '_>, filter: &str) {
    let filter = query(&[("$filter", &text(filter))])
        .filter
        .expect("a filter");
    let members = members();
    bencher.bench(|| {
        let passing = members
            .iter()
            .filter(|member| filter.matches(*member, NOW) == Ok(true));
        black_box(passing.count())
    });
}

#[divan::bench(args = ["createdAt", "firstName desc,email", "id"])]
fn page_of_100_from_1000_rows(bencher: Bencher<'_, '_>, order: &str) {
    let query = query(&[
        ("$orderby", order),
        ("$filter", "id ne 5"),
        ("$skip", "100"),
    ]);
    let members = members();
    bencher
        .with_inputs(|| members.clone())
        .bench_values(|members| page(members, black_box(&query), NOW));
}

fn main() {
    divan::main();
}
