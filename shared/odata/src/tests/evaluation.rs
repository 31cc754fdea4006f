//! The results of each operator and function, in particular for null.

use super::rows::passes;
use crate::{EvaluationError, Uncomputable};

fn all_pass(texts: &[&str]) {
    for text in texts {
        assert_eq!(passes(text), Ok(true), "{text}");
    }
}

fn none_pass(texts: &[&str]) {
    for text in texts {
        assert_eq!(passes(text), Ok(false), "{text}");
    }
}

#[test]
fn values_compare_by_their_type() {
    all_pass(&[
        "id eq 5",
        "id ne 6",
        "id gt 4",
        "id ge 5",
        "id lt 5.5",
        "id le 5.0",
        "id eq 5.0",
        "5 eq id",
        "9007199254740993 gt 9007199254740992",
        "id lt 9223372036854775808",
        "id gt -9223372036854775809",
        "name eq 'Zoë''s'",
        "name gt 'Zoe'",
        "name lt 'a'",
        "'Z' lt 'a'",
        "'\u{ffff}' lt '\u{10000}'",
        "owner",
        "owner eq true",
        "true gt false",
        "not (owner lt true)",
        "name in ('a','Zoë''s')",
        "id in (4,5.0)",
        "not (id in (4,6))",
        "'admin' in roles",
        "not ('manage' in roles)",
        "concat('ad','min') in roles",
    ]);
    none_pass(&[
        "id gt 5",
        "name eq 'zoë''s'",
        "not owner",
        "owner eq false",
        "owner ne true",
        "id in (4)",
    ]);
}

#[test]
fn instants_compare_in_whole_seconds() {
    all_pass(&[
        "createdAt eq 2026-06-02T10:30:00Z",
        "createdAt eq 2026-06-02T12:30:00+02:00",
        "createdAt eq 2026-06-02T10:30:00.999Z",
        "createdAt le 2026-06-02T10:30:00Z",
        "createdAt ge 2026-06-02T10:30:00.9Z",
        "createdAt lt 2026-06-02T10:30:01Z",
        "createdAt gt 2026-06-02",
        "createdAt lt 2026-06-03",
        "2026-06-03 eq now()",
        "2026-06-02T00:00:00Z eq 2026-06-02",
        "2026-06-01T22:00:00Z eq 2026-06-02T00:00:00+02:00",
        "date(createdAt) eq 2026-06-02",
        "date(2026-06-02T00:30:00+02:00) eq 2026-06-02",
        "createdAt in (2026-06-02,2026-06-02T10:30:00Z)",
    ]);
    none_pass(&[
        "createdAt eq 2026-06-02",
        "createdAt gt 2026-06-02T10:30:00Z",
    ]);
}

#[test]
fn null_equals_null_only_and_is_neither_more_nor_less() {
    all_pass(&[
        "country eq null",
        "null eq country",
        "null eq null",
        "name ne null",
        "null ne name",
        "country ne 'NZ'",
        "not (country eq 'NZ')",
        "country in (null,'NZ')",
        "not (country in ('NZ'))",
        "not (country gt 'A')",
        "not (country le 'A')",
        "not (null ge null)",
        "not (country gt null)",
        "not (null in roles)",
        "(country gt 'A') eq false",
        "updatedAt eq null",
    ]);
    none_pass(&[
        "country ne null",
        "country eq 'NZ'",
        "country gt 'A'",
        "country ge null",
        "country lt 'A'",
        "null le null",
        "country in ('NZ')",
        "name eq null",
    ]);
}

#[test]
fn functions_and_arithmetic_of_null_are_null_which_is_not_true() {
    for unknown in [
        "null",
        "contains(country,'a')",
        "contains(name,null)",
        "startswith(country,'')",
        "endswith(country,'')",
        "null eq null and null",
        "null or null",
        "not null",
        "not contains(country,'a')",
    ] {
        assert_eq!(passes(unknown), Ok(false), "{unknown}");
        assert_eq!(
            passes(&format!("not ({unknown})")),
            Ok(false),
            "not ({unknown})"
        );
        assert_eq!(
            passes(&format!("({unknown}) eq null")),
            Ok(true),
            "({unknown}) eq null"
        );
    }
    all_pass(&[
        "tolower(country) eq null",
        "toupper(null) eq null",
        "trim(null) eq null",
        "length(country) eq null",
        "concat(country,name) eq null",
        "concat(name,country) eq null",
        "indexof(name,country) eq null",
        "indexof(country,name) eq null",
        "substring(country,1) eq null",
        "substring(name,null) eq null",
        "substring(name,1,null) eq null",
        "substring(country,1,2) eq null",
        "year(updatedAt) eq null",
        "month(null) eq null",
        "day(null) eq null",
        "hour(updatedAt) eq null",
        "minute(null) eq null",
        "second(null) eq null",
        "date(updatedAt) eq null",
        "id add null eq null",
        "null sub id eq null",
        "null mul 0 eq null",
        "null div 0 eq null",
        "1 divby null eq null",
        "1 mod null eq null",
        "-null eq null",
        "substring(country,1,-1) eq null",
    ]);
}

#[test]
fn and_or_not_follow_the_three_valued_tables() {
    let name =
        |value: Option<bool>| value.map_or("null", |value| if value { "true" } else { "false" });
    for left in [Some(true), Some(false), None] {
        for right in [Some(true), Some(false), None] {
            let and = match (left, right) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            };
            let or = match (left, right) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            };
            let (left, right) = (name(left), name(right));
            for (keyword, result) in [("and", and), ("or", or)] {
                let text = format!("({left} {keyword} {right}) eq {}", name(result));
                assert_eq!(passes(&text), Ok(true), "{text}");
            }
        }
    }
}

#[test]
fn texts_are_counted_in_characters() {
    all_pass(&[
        "contains(name,'oë')",
        "contains(name,'')",
        "not contains(name,'OË')",
        "startswith(name,'Zo')",
        "endswith(name,'''s')",
        "not endswith(name,'S')",
        "tolower('ÀB') eq 'àb'",
        "toupper('straße') eq 'STRASSE'",
        "trim(' \u{a0}a b\t ') eq 'a b'",
        "trim(concat(' a',' ')) eq 'a'",
        "length(name) eq 5",
        "length('') eq 0",
        "length('👩‍💻') eq 3",
        "concat('a','b') eq 'ab'",
        "concat(concat(name,'-'),name) eq 'Zoë''s-Zoë''s'",
        "indexof(name,'s') eq 4",
        "indexof(name,'') eq 0",
        "indexof(name,'x') eq -1",
        "substring(name,2) eq 'ë''s'",
        "substring(name,0) eq name",
        "substring(name,5) eq ''",
        "substring(name,99) eq ''",
        "substring(name,1,2) eq 'oë'",
        "substring(name,3,99) eq '''s'",
        "substring(name,1,0) eq ''",
        "substring(name,-2) eq '''s'",
        "substring(name,-3,1) eq 'ë'",
        "substring(name,-99) eq name",
        "substring(concat(name,'!'),-2,1) eq 's'",
        "substring(name,9223372036854775807) eq ''",
        "substring(name,-9223372036854775808) eq name",
        "substring(name,0,9223372036854775807) eq name",
    ]);
}

#[test]
fn instants_have_their_parts() {
    all_pass(&[
        "year(createdAt) eq 2026",
        "month(createdAt) eq 6",
        "day(createdAt) eq 2",
        "hour(createdAt) eq 10",
        "minute(createdAt) eq 30",
        "second(createdAt) eq 0",
        "year(2024-02-29) eq 2024",
        "day(2024-02-29) eq 29",
        "hour(2026-06-02T00:30:00+02:00) eq 0",
        "day(2026-06-02T00:30:00+02:00) eq 2",
        "second(1969-12-31T23:59:59Z) eq 59",
        "year(0000-01-01) eq 0",
    ]);
}

#[test]
fn numbers_are_computed_exactly() {
    all_pass(&[
        "id add 1 eq 6",
        "id sub 7 eq -2",
        "id mul -2 eq -10",
        "id div 2 eq 2",
        "id divby 2 eq 2.5",
        "id mod 3 eq 2",
        "-id mod 3 eq -2",
        "-id eq -5",
        "- 5 eq -id",
        "0.1 add 0.2 eq 0.3",
        "5.0 div 2 eq 2.5",
        "1 divby 3 eq 0.333333333333333333",
        "9007199254740993 sub 1 eq 9007199254740992",
        "1e3 eq 1000",
        "1 add 2 mul 3 eq 7",
        "(1 add 2) mul 3 eq 9",
        "roles/$count add 1 eq 3",
    ]);
}

#[test]
fn what_has_no_answer_is_an_error_at_its_operator() {
    use Uncomputable::{DivisionByZero, NegativeLength, Overflow};
    for (text, position, cause) in [
        ("1 div 0 eq 1", 3, DivisionByZero),
        ("id divby (id sub 5) eq 1", 4, DivisionByZero),
        ("name eq 'ë' or id mod 0.0 eq 1", 19, DivisionByZero),
        ("id add 9223372036854775807 eq 1", 4, Overflow),
        ("id sub 6 mul -9223372036854775808 eq 1", 10, Overflow),
        ("-(-9223372036854775807 sub 1) eq 1", 1, Overflow),
        ("-9223372036854775808 div -1 eq 1", 22, Overflow),
        (
            "99999999999999999999 mul 99999999999999999999 eq 1",
            22,
            Overflow,
        ),
        (
            "name eq null or substring(name,0,-1) eq ''",
            17,
            NegativeLength,
        ),
    ] {
        assert_eq!(
            passes(text),
            Err(EvaluationError { position, cause }),
            "{text}"
        );
    }
    // An operand that cannot change the result is not computed.
    assert_eq!(passes("id eq 5 or 1 div 0 eq 1"), Ok(true));
    assert_eq!(passes("id eq 6 and 1 div 0 eq 1"), Ok(false));
}

#[test]
fn lambdas_ask_every_element() {
    all_pass(&[
        "roles/any()",
        "roles/any(r: r eq 'admin')",
        "roles/all(r: r in ('admin','user'))",
        "not roles/all(r: r eq 'admin')",
        "not roles/any(r: r eq 'manage')",
        "roles/$count eq 2",
        "roles/any(r: startswith(r,'adm') and owner)",
        "roles/any(r: r in roles)",
        "roles/any(name: name eq 'user') and name ne 'user'",
        "roles/all(a: roles/any(b: a eq b))",
        "not roles/any(a: roles/all(b: a eq b))",
        "roles/any(a: roles/any(b: b gt a))",
        "roles/any(a: roles/all(b: b ge a))",
        "roles/any(a: roles/any(b: roles/any(c: c ne a) and b eq 'user') and a eq 'admin')",
        // A body that is null is not true.
        "not roles/any(r: null)",
        "not roles/all(r: null)",
        "roles/all(r: null) eq false",
    ]);
}
