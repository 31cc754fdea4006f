//! Pages of a set.

use super::rows::{NOW, Row, SCHEMA, ids, row};
use crate::{Mistake, Query, Uncomputable, page};

fn query(options: &[(&str, &str)]) -> Query {
    let owned: Vec<_> = options
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect();
    Query::parse(&owned, &SCHEMA).expect("a good query")
}

fn rows() -> Vec<Row> {
    let names = ["a", "b", "c"].into_iter().cycle().skip(1);
    let rows = (1..=10).zip(names).map(|(id, name)| {
        let mut row = row(id, Some(name));
        row.created_at += id % 2;
        row
    });
    let mut rows: Vec<_> = rows.collect();
    rows.reverse();
    rows
}

#[test]
fn a_page_is_filtered_ordered_and_cut() {
    for (options, expected, count, more) in [
        (&[][..], &[2, 4, 6, 8, 10, 1, 3, 5, 7, 9][..], 10, false),
        (
            &[("$orderby", "name desc"), ("$top", "4")],
            &[2, 5, 8, 1],
            10,
            true,
        ),
        (
            &[("$orderby", "name desc"), ("$skip", "4"), ("$top", "4")],
            &[4, 7, 10, 3],
            10,
            true,
        ),
        (
            &[("$orderby", "name desc"), ("$skip", "8"), ("$top", "2")],
            &[6, 9],
            10,
            false,
        ),
        (
            &[
                ("$orderby", "id desc"),
                ("$filter", "id mod 2 eq 0"),
                ("$top", "2"),
            ],
            &[10, 8],
            5,
            true,
        ),
        (&[("$top", "0")], &[], 10, false),
        (&[("$skip", "10")], &[], 10, false),
        (&[("$skip", "10000"), ("$top", "1000")], &[], 10, false),
        (&[("$filter", "false")], &[], 0, false),
    ] {
        let answer = page(rows(), &query(options), NOW).expect("an answer");
        assert_eq!(ids(&answer.rows), expected, "{options:?}");
        assert_eq!((answer.count, answer.more), (count, more), "{options:?}");
    }
}

#[test]
fn a_filter_that_fails_for_a_row_fails_the_page() {
    let failing = query(&[("$filter", "1 div (id sub 7) gt 0")]);
    let error = page(rows(), &failing, NOW).expect_err("an error");
    assert_eq!(error.cause, Uncomputable::DivisionByZero);
    let mistake = Mistake::from(error);
    assert_eq!(mistake.option, "$filter");
    assert_eq!(mistake.to_string(), error.to_string());
    assert_eq!(mistake.to_string(), "Position 3: division by zero.");
}
