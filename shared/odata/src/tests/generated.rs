//! Random texts never panic. Random trees print a text that means the same. Random filters over random rows answer what
//! the oracle answers.

use std::cmp::Ordering;
use std::fmt::Write as _;

use icu_normalizer::ComposingNormalizer;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::oracle::{self, NoValue, Say};
use super::rows::{NOW, Row, SCHEMA, filter, ids};
use crate::steps::estimate;
use crate::{MAX_STEPS, Query, page};

/// Texts of a small set, so that they are often equal: doubled quotes, case, white space, several bytes a letter.
const TEXTS: [&str; 10] = [
    "", "a", "A", "ab", "b a ", "O'Neil", "é", "ÉA", "日本", "😀a",
];
const ROLES: [&str; 4] = ["viewer", "user", "manage", "admin"];
/// 2026-06-01T00:00:00Z
const JUNE: i64 = 1_780_272_000;

fn number() -> impl Strategy<Value = i64> {
    prop_oneof![
        8 => -6_i64..7,
        1 => select(vec![9_007_199_254_740_993, i64::MAX, i64::MIN, i64::MIN + 1]),
    ]
}

fn seconds() -> impl Strategy<Value = i64> {
    prop_oneof![
        (0_i64..4).prop_map(|half| JUNE + half * 43_200),
        -3_000_000_000_i64..9_000_000_000
    ]
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let text = || option::of(select(TEXTS.to_vec()).prop_map(str::to_owned));
    let millis = || (seconds(), 0_i64..1000).prop_map(|(seconds, millis)| seconds * 1000 + millis);
    let roles = proptest::sample::subsequence(ROLES.to_vec(), 0..=4);
    let row = (
        number(),
        text(),
        text(),
        option::of(number()),
        option::of(any::<bool>()),
        roles,
        millis(),
        option::of(millis()),
    );
    vec(row, 0..8).prop_map(|rows| {
        let row =
            |(index, (id, name, country, owner_id, owner, roles, created_at, updated_at))| Row {
                // The last digit makes ids differ.
                id: i64::saturating_sub(id, 10) / 10 * 10
                    + i64::try_from(index as u64).expect("few rows"),
                name,
                country,
                owner_id,
                owner,
                roles: Vec::<&str>::into_iter(roles).map(str::to_owned).collect(),
                created_at,
                updated_at,
            };
        rows.into_iter().enumerate().map(row).collect()
    })
}

fn boxed(say: Say) -> Box<Say> {
    Box::new(say)
}

/// A condition, at most `depth` levels deep, inside `lambdas` lambdas.
fn truth(depth: u32, lambdas: usize) -> BoxedStrategy<Say> {
    let leaf = prop_oneof![
        1 => Just(Say::Null), 1 => Just(Say::True), 1 => Just(Say::False),
        2 => Just(Say::Property("owner")), 1 => Just(Say::AnyRole),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    let next = depth - 1;
    let two = move |name: &'static str, operand: fn(u32, usize) -> BoxedStrategy<Say>| {
        (operand(next, lambdas), operand(next, lambdas))
            .prop_map(move |(left, right)| Say::Operator(name, vec![left, right]))
    };
    let comparison = move |operand: fn(u32, usize) -> BoxedStrategy<Say>| {
        let names = select(vec!["eq", "ne", "gt", "ge", "lt", "le"]);
        (names, operand(next, lambdas), operand(next, lambdas))
            .prop_map(|(name, left, right)| Say::Operator(name, vec![left, right]))
    };
    let asks = (
        select(vec!["contains", "startswith", "endswith"]),
        text(next, lambdas),
        text(next, lambdas),
    )
        .prop_map(|(name, text, part)| Say::Function(name, vec![text, part]));
    let among = |operand: BoxedStrategy<Say>, item: BoxedStrategy<Say>| {
        (operand, vec(item, 1..4)).prop_map(|(left, list)| Say::Among(boxed(left), list))
    };
    let mut forms = vec![
        leaf.boxed(),
        two("and", truth).boxed(),
        two("or", truth).boxed(),
        truth(next, lambdas)
            .prop_map(|operand| Say::Operator("not", vec![operand]))
            .boxed(),
        comparison(whole).boxed(),
        comparison(decimal).boxed(),
        comparison(text).boxed(),
        comparison(moment).boxed(),
        comparison(truth).boxed(),
        asks.boxed(),
        among(whole(next, lambdas), number_literal().boxed()).boxed(),
        among(text(next, lambdas), text_literal().boxed()).boxed(),
        text(next, lambdas)
            .prop_map(|left| Say::InRoles(boxed(left)))
            .boxed(),
    ];
    if lambdas < 2 {
        forms.push(
            truth(next, lambdas + 1)
                .prop_map(|body| Say::Any(boxed(body)))
                .boxed(),
        );
        forms.push(
            truth(next, lambdas + 1)
                .prop_map(|body| Say::All(boxed(body)))
                .boxed(),
        );
    }
    proptest::strategy::Union::new(forms).boxed()
}

fn number_literal() -> impl Strategy<Value = Say> {
    prop_oneof![4 => number().prop_map(Say::Whole), 2 => (-999_i64..999).prop_map(Say::Hundredths), 1 => Just(Say::Null)]
}

fn text_literal() -> impl Strategy<Value = Say> {
    prop_oneof![
        4 => select(TEXTS.to_vec()).prop_map(|text| Say::Text(text.to_owned())),
        2 => select(ROLES.to_vec()).prop_map(|text| Say::Text(text.to_owned())),
        1 => "\\PC{0,6}".prop_map(|text| Say::Text(composed(&text))),
        1 => Just(Say::Null),
    ]
}

/// Literals are compared in NFC; the oracle knows them in that form only.
fn composed(text: &str) -> String {
    ComposingNormalizer::new_nfc().normalize(text).into_owned()
}

fn whole(depth: u32, lambdas: usize) -> BoxedStrategy<Say> {
    let leaf = prop_oneof![
        4 => number().prop_map(Say::Whole),
        4 => select(vec![Say::Property("id"), Say::Property("ownerId"), Say::RoleCount]),
        1 => Just(Say::Null),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    let next = depth - 1;
    prop_oneof![
        leaf,
        (
            select(vec!["add", "sub", "mul", "div", "mod"]),
            whole(next, lambdas),
            whole(next, lambdas)
        )
            .prop_map(|(name, left, right)| Say::Operator(name, vec![left, right])),
        whole(next, lambdas).prop_map(|operand| Say::Operator("-", vec![operand])),
        text(next, lambdas).prop_map(|text| Say::Function("length", vec![text])),
        (text(next, lambdas), text(next, lambdas))
            .prop_map(|(text, part)| Say::Function("indexof", vec![text, part])),
        (select(vec!["year", "month", "day"]), moment(next, lambdas))
            .prop_map(|(name, moment)| Say::Function(name, vec![moment])),
        (select(vec!["hour", "minute", "second"]), instant())
            .prop_map(|(name, moment)| Say::Function(name, vec![moment])),
    ]
    .boxed()
}

/// A number with a fraction, one operation deep, so that the oracle's fractions stay small.
fn decimal(_: u32, lambdas: usize) -> BoxedStrategy<Say> {
    let operand = move || {
        prop_oneof![
            (-999_i64..999).prop_map(Say::Hundredths),
            (-9_i64..9).prop_map(Say::Whole),
            whole(0, lambdas)
        ]
    };
    // Divisors of a power of ten. A quotient that is not a finite decimal is rounded, which has its own tests.
    let divisor = select(vec![
        Say::Whole(4),
        Say::Hundredths(-250),
        Say::Whole(0),
        Say::Hundredths(0),
        Say::Whole(-8),
    ]);
    prop_oneof![
        operand(),
        (
            select(vec!["add", "sub", "mul", "mod"]),
            operand(),
            operand()
        )
            .prop_map(|(name, left, right)| Say::Operator(name, vec![left, right])),
        (select(vec!["div", "divby"]), operand(), divisor)
            .prop_map(|(name, left, right)| Say::Operator(name, vec![left, right])),
    ]
    .boxed()
}

fn text(depth: u32, lambdas: usize) -> BoxedStrategy<Say> {
    let mut leaves = vec![
        text_literal().boxed(),
        Just(Say::Property("name")).boxed(),
        Just(Say::Property("country")).boxed(),
    ];
    if lambdas > 0 {
        leaves.push((0..lambdas).prop_map(Say::Element).boxed());
    }
    let leaf = proptest::strategy::Union::new(leaves);
    if depth == 0 {
        return leaf.boxed();
    }
    let next = depth - 1;
    let place = || prop_oneof![(-4_i64..6).prop_map(Say::Whole), whole(0, lambdas)];
    prop_oneof![
        2 => leaf,
        1 => (select(vec!["tolower", "toupper", "trim"]), text(next, lambdas))
            .prop_map(|(name, text)| Say::Function(name, vec![text])),
        1 => (text(next, lambdas), text(next, lambdas))
            .prop_map(|(text, part)| Say::Function("concat", vec![text, part])),
        1 => (text(next, lambdas), place()).prop_map(|(text, start)| Say::Function("substring", vec![text, start])),
        1 => (text(next, lambdas), place(), place())
            .prop_map(|(text, start, length)| Say::Function("substring", vec![text, start, length])),
    ]
    .boxed()
}

fn instant() -> BoxedStrategy<Say> {
    prop_oneof![
        seconds().prop_map(Say::Moment),
        select(vec![Say::Property("createdAt"), Say::Property("updatedAt")]),
        Just(Say::Function("now", vec![])),
    ]
    .boxed()
}

fn moment(_: u32, _: usize) -> BoxedStrategy<Say> {
    let day = || seconds().prop_map(|seconds| Say::Day(seconds.div_euclid(86_400)));
    let date = |moment: Say| Say::Function("date", vec![moment]);
    prop_oneof![
        instant(),
        day(),
        instant().prop_map(date),
        day().prop_map(date).prop_map(date),
    ]
    .boxed()
}

/// The expression as text, with every operand in parentheses.
fn written(say: &Say, lambdas: usize) -> String {
    let list = |items: &[Say], lambdas| {
        let items: Vec<_> = items.iter().map(|item| written(item, lambdas)).collect();
        items.join(",")
    };
    match say {
        Say::Null => "null".to_owned(),
        Say::True => "true".to_owned(),
        Say::False => "false".to_owned(),
        Say::Whole(number) => number.to_string(),
        Say::Hundredths(number) => {
            let sign = if *number < 0 { "-" } else { "" };
            format!("{sign}{}.{:02}", number.abs() / 100, number.abs() % 100)
        }
        Say::Text(text) => format!("'{}'", text.replace('\'', "''")),
        Say::Moment(seconds) => {
            let (hour, minute) = (
                seconds.rem_euclid(86_400) / 3600,
                seconds.rem_euclid(3600) / 60,
            );
            let second = seconds.rem_euclid(60);
            format!("{}T{hour:02}:{minute:02}:{second:02}Z", date(*seconds))
        }
        Say::Day(day) => date(day * 86_400),
        Say::Property(name) => (*name).to_owned(),
        Say::Element(out) => format!("r{}", lambdas - 1 - out),
        Say::Operator(name, operands) => match operands.as_slice() {
            [operand] => format!("{name} ({})", written(operand, lambdas)),
            operands => {
                let sides: Vec<_> = operands
                    .iter()
                    .map(|side| format!("({})", written(side, lambdas)))
                    .collect();
                sides.join(&format!(" {name} "))
            }
        },
        Say::Function(name, arguments) => format!("{name}({})", list(arguments, lambdas)),
        Say::Among(left, items) => {
            format!("({}) in ({})", written(left, lambdas), list(items, lambdas))
        }
        Say::InRoles(left) => format!("({}) in roles", written(left, lambdas)),
        Say::RoleCount => "roles/$count".to_owned(),
        Say::AnyRole => "roles/any()".to_owned(),
        Say::Any(body) => format!("roles/any(r{lambdas}: {})", written(body, lambdas + 1)),
        Say::All(body) => format!("roles/all(r{lambdas}: {})", written(body, lambdas + 1)),
    }
}

fn date(seconds: i64) -> String {
    let (year, month, day) = oracle::calendar(seconds);
    format!("{year:04}-{month:02}-{day:02}")
}

fn order_by() -> impl Strategy<Value = Vec<(&'static str, bool)>> {
    let names = vec![
        "id",
        "name",
        "country",
        "ownerId",
        "owner",
        "createdAt",
        "updatedAt",
    ];
    (
        proptest::sample::subsequence(names, 0..4).prop_shuffle(),
        vec(any::<bool>(), 3),
    )
        .prop_map(|(names, downward)| names.into_iter().zip(downward).collect())
}

/// The order of two rows, implemented a second time.
fn before(left: &Row, right: &Row, keys: &[(&str, bool)]) -> Ordering {
    let by = |name: &str| match name {
        "id" => left.id.cmp(&right.id),
        "name" => left.name.cmp(&right.name),
        "country" => left.country.cmp(&right.country),
        "ownerId" => left.owner_id.cmp(&right.owner_id),
        "owner" => left.owner.cmp(&right.owner),
        "createdAt" => left.created_at.cmp(&right.created_at),
        _ => left.updated_at.cmp(&right.updated_at),
    };
    let mut order = Ordering::Equal;
    for (name, downward) in keys {
        order = order.then(if *downward {
            by(name).reverse()
        } else {
            by(name)
        });
    }
    order.then(by("id"))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_answered(text in "\\PC{0,60}") {
        let _ = filter(&text);
        let _ = Query::parse(&[("$orderby".into(), text.clone()), ("$select".into(), text.clone()), ("$top".into(), text)], &SCHEMA);
    }

    #[test]
    fn any_sequence_of_tokens_is_answered_and_what_parses_shows_itself(tokens in vec(select(vec![
        "id", "name", "roles", "owner", "createdAt", "and", "or", "not", "eq", "gt", "in", "add", "div", "-", "(", ")", ",",
        "/", ":", "any(", "r:", "r", "all(", "$count", "1", "-5", "1.5", "'a'", "null", "true", "2026-06-02", "now()",
        "2026-06-02T10:30:00+01:00", "tolower(", "contains(", "'", "é", "1e5", "date(",
    ]), 0..12)) {
        if let Ok(parsed) = filter(&tokens.join(" ")) {
            let shown = parsed.to_string();
            prop_assert_eq!(filter(&shown), Ok(parsed), "{}", shown);
        }
    }

    #[test]
    fn a_tree_shows_itself(say in truth(4, 0)) {
        let text = written(&say, 0);
        if let Ok(parsed) = filter(&text) {
            let shown = parsed.to_string();
            prop_assert!(shown.len() <= text.len(), "{} is longer than {}", shown, text);
            prop_assert_eq!(filter(&shown), Ok(parsed), "{}", shown);
        }
    }

    #[test]
    fn a_filter_answers_what_the_oracle_answers(say in truth(3, 0), rows in rows()) {
        let text = written(&say, 0);
        let parsed = match filter(&text) {
            Ok(parsed) => parsed,
            Err(mistakes) => {
                let refused = mistakes.concat();
                let too_much = ["a filter has at most", "steps"];
                prop_assert!(too_much.iter().any(|part| refused.contains(part)), "{text}: {mistakes:?}");
                return Ok(());
            }
        };
        let most = estimate(parsed.tree(), &SCHEMA).expect("within the bound");
        prop_assert!(most <= MAX_STEPS);
        for row in &rows {
            prop_assert!(parsed.steps(row, NOW) <= most, "{} for {:?}", text, row);
            let answer = parsed.matches(row, NOW).map_err(|_| NoValue);
            prop_assert_eq!(answer, oracle::passes(&say, row), "{} for {:?}", text, row);
        }
    }

    #[test]
    fn pages_answer_what_the_oracle_answers(
        say in truth(2, 0), rows in rows(), keys in order_by(), skip in 0_usize..5, top in 0_usize..5,
    ) {
        let mut options = vec![
            ("$filter".to_owned(), written(&say, 0)),
            ("$skip".to_owned(), skip.to_string()),
            ("$top".to_owned(), top.to_string()),
        ];
        let mut order = String::new();
        for (name, downward) in &keys {
            let comma = if order.is_empty() { "" } else { "," };
            write!(order, "{comma}{name} {}", if *downward { "desc" } else { "asc" }).expect("a string grows");
        }
        if !keys.is_empty() {
            options.push(("$orderby".to_owned(), order));
        }
        let query = Query::parse(&options, &SCHEMA).expect("a good query");
        let answer = page(rows.clone(), &query, NOW);
        let matching: Result<Vec<_>, _> = rows
            .into_iter()
            .filter_map(|row| oracle::passes(&say, &row).map(|passes| passes.then_some(row)).transpose())
            .collect();
        let Ok(mut expected) = matching else {
            prop_assert!(answer.is_err());
            return Ok(());
        };
        let keys = if keys.is_empty() { vec![("createdAt", false)] } else { keys };
        expected.sort_by(|left, right| before(left, right, &keys));
        let count = expected.len();
        let expected: Vec<_> = expected.into_iter().skip(skip).take(top).collect();
        let answer = answer.expect("an answer");
        prop_assert_eq!(ids(&answer.rows), ids(&expected));
        prop_assert_eq!(answer.count, count);
        prop_assert_eq!(answer.more, top > 0 && skip + top < count);
    }
}
