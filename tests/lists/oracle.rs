//! Random options against what they mean, row by row.

use std::cmp::Ordering;

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;

use super::rows::load_members;
use super::walk;
use crate::support::TestApp;

type Test = (&'static str, fn(&Value) -> bool);

fn number(row: &Value) -> u64 {
    row["id"].as_u64().unwrap()
}

fn text<'a>(row: &'a Value, name: &str) -> &'a str {
    row[name].as_str().unwrap()
}

const TESTS: [Test; 8] = [
    ("id mod 3 eq 0", |row| number(row).is_multiple_of(3)),
    ("id gt 1010", |row| number(row) > 1010),
    ("owner", |row| row["owner"] == true),
    ("roles/any(r: r eq 'manage')", |row| {
        row["roles"][0] == "manage"
    }),
    ("startswith(email,'m1')", |row| {
        text(row, "email").starts_with("m1")
    }),
    ("length(lastName) eq 1", |row| {
        text(row, "lastName").chars().count() == 1
    }),
    ("lastName lt '2'", |row| text(row, "lastName") < "2"),
    ("firstName eq null", |_| false),
];

/// Comparisons of two rows by a property.
type Property = (&'static str, fn(&Value, &Value) -> Ordering);

const KEYS: [Property; 4] = [
    ("id", |a, b| number(a).cmp(&number(b))),
    ("lastName", |a, b| {
        text(a, "lastName").cmp(text(b, "lastName"))
    }),
    ("owner", |a, b| {
        a["owner"].as_bool().cmp(&b["owner"].as_bool())
    }),
    ("email", |a, b| text(a, "email").cmp(text(b, "email"))),
];

/// A tree of the tests, in words and as it is meant.
#[derive(Clone, Debug)]
enum Tree {
    Test(usize),
    Not(Box<Tree>),
    And(Box<Tree>, Box<Tree>),
    Or(Box<Tree>, Box<Tree>),
}

impl Tree {
    fn text(&self) -> String {
        match self {
            Self::Test(index) => TESTS[*index].0.to_owned(),
            Self::Not(inner) => format!("not ({})", inner.text()),
            Self::And(left, right) => format!("({}) and {}", left.text(), right.bound()),
            Self::Or(left, right) => format!("{} or {}", left.text(), right.text()),
        }
    }

    /// As an operand of `and`.
    fn bound(&self) -> String {
        match self {
            Self::Or(..) => format!("({})", self.text()),
            _ => self.text(),
        }
    }

    fn holds(&self, row: &Value) -> bool {
        match self {
            Self::Test(index) => TESTS[*index].1(row),
            Self::Not(inner) => !inner.holds(row),
            Self::And(left, right) => left.holds(row) && right.holds(row),
            Self::Or(left, right) => left.holds(row) || right.holds(row),
        }
    }
}

fn tree() -> impl Strategy<Value = Tree> {
    (0..TESTS.len())
        .prop_map(Tree::Test)
        .prop_recursive(3, 8, 2, |inner| {
            let pair = (
                inner.clone().prop_map(Box::new),
                inner.clone().prop_map(Box::new),
            );
            prop_oneof![
                inner.prop_map(|inner| Tree::Not(Box::new(inner))),
                pair.clone()
                    .prop_map(|(left, right)| Tree::And(left, right)),
                pair.prop_map(|(left, right)| Tree::Or(left, right)),
            ]
        })
}

#[test]
fn random_options_are_answered_as_they_are_meant() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let (acme, rows) = runtime.block_on(async {
        let app = TestApp::start().await;
        let acme = app.owner_of("Acme").await;
        load_members(&app, &acme, 0..40).await;
        let all = acme.owner.get(&acme.users()).await.expect(200);
        (acme, all["value"].as_array().unwrap().clone())
    });
    assert_eq!(rows.len(), 41);
    let keys: Vec<usize> = (0..KEYS.len()).collect();
    let order = (subsequence(keys, 0..3).prop_shuffle(), any::<[bool; 4]>());
    let top = select(vec![1, 2, 3, 7, 40, 1000]);
    let cases = (proptest::option::of(tree()), order, 0_usize..45, top);
    let mut runner = TestRunner::new(Config {
        cases: 24,
        failure_persistence: None,
        max_shrink_iters: 50,
        ..Config::default()
    });
    let answered = runner.run(&cases, |(filter, (keys, descending), skip, top)| {
        let mut expected: Vec<&Value> = rows
            .iter()
            .filter(|row| filter.as_ref().is_none_or(|filter| filter.holds(row)))
            .collect();
        let count = expected.len();
        let mut orders = Vec::new();
        for key in &keys {
            let way = if descending[*key] { " desc" } else { "" };
            orders.push(format!("{}{way}", KEYS[*key].0));
        }
        if !keys.is_empty() {
            expected.sort_by(|left, right| {
                let by_key = keys.iter().map(|key| {
                    let order = KEYS[*key].1(left, right);
                    if descending[*key] {
                        order.reverse()
                    } else {
                        order
                    }
                });
                let first = by_key.fold(Ordering::Equal, Ordering::then);
                first.then(number(left).cmp(&number(right)))
            });
        }
        let expected: Vec<_> = expected.into_iter().skip(skip).map(number).collect();
        let (skip, top, order) = (skip.to_string(), top.to_string(), orders.join(","));
        let filter = filter.map(|filter| filter.text());
        let mut options = vec![("$skip", skip.as_str()), ("$top", top.as_str())];
        options.extend(filter.as_deref().map(|filter| ("$filter", filter)));
        options.extend((!order.is_empty()).then_some(("$orderby", order.as_str())));
        let pages = runtime.block_on(walk(&acme.owner, &acme.users(), &options));
        let walked: Vec<_> = pages
            .iter()
            .flat_map(|page| page["value"].as_array().unwrap())
            .map(number)
            .collect();
        prop_assert_eq!(walked, expected, "{:?}", options);
        prop_assert!(
            pages.iter().all(|page| page["count"] == count),
            "{:?}",
            options
        );
        Ok(())
    });
    answered.unwrap();
}
