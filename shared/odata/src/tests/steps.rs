//! The most steps for a row are known before any row is read.

use std::iter::repeat_n;

use icu_normalizer::ComposingNormalizer;

use super::rows::{NOW, Row, filter, row};
use crate::error::ParseError;
use crate::steps::{LOWER, UPPER, estimate};
use crate::{Filter, MAX_STEPS, Schema, Type};

static LONG: Schema = Schema(&[
    ("id", Type::Number),
    ("name", Type::String(100)),
    ("description", Type::String(1000)),
    ("owner", Type::Boolean),
    (
        "roles",
        Type::StringCollection {
            most: 4,
            characters: 8,
        },
    ),
]);

fn over_long_texts(text: &str) -> Result<Filter, String> {
    Filter::parse(text, &LONG).map_err(|errors| {
        let ParseError { position, message } = &errors[0];
        format!("{position}: {message}")
    })
}

/// A row whose texts are as long as they may be.
fn full(letter: char) -> Row {
    let text: String = repeat_n(letter, 100).collect();
    let mut row = row(1, Some(&text));
    row.country = Some(text);
    row.roles = ["viewer", "user", "manage", "admin"]
        .map(str::to_owned)
        .to_vec();
    row
}

#[test]
fn nested_functions_of_long_texts_are_refused_before_a_row_is_read() {
    let nested = |levels| {
        format!(
            "{}description{}",
            "tolower(".repeat(levels),
            ")".repeat(levels)
        )
    };
    let six = vec![format!("{0} eq {0}", nested(15)); 6].join(" or ");
    for (text, position) in [
        (six.as_str(), 81),
        (&format!("{} eq 'a'", nested(31)), 209),
        (
            &format!("{} eq 'a'", nested(4).replace("lower", "upper")),
            1,
        ),
        (
            &vec!["contains(tolower(description),'a')"; 15].join(" or "),
            542,
        ),
        (
            "roles/all(a: roles/all(b: tolower(tolower(description)) eq b and b gt a))",
            27,
        ),
    ] {
        let refused = over_long_texts(text).expect_err(text);
        let expected = format!(
            "{position}: up to here, matching one row can take more than {MAX_STEPS} steps; \
             leave out functions of long texts, or nest them less"
        );
        assert_eq!(refused, expected, "{text}");
    }
}

#[test]
fn what_people_ask_is_within_the_bound() {
    let searched = |word: &str| {
        format!("contains(tolower(name),'{word}') or contains(tolower(description),'{word}')")
    };
    let words = [
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    ]
    .map(searched);
    for text in [
        words.join(" or "),
        vec!["id eq 1"; 64].join(" or "),
        vec!["name eq 'a'"; 64].join(" or "),
        format!("id in ({})", vec!["1"; 254].join(",")),
        "roles/any(a: roles/any(b: b gt a))".to_owned(),
        // The largest filter inside two lambdas.
        format!(
            "roles/all(a: roles/all(b: {} and a ne b))",
            vec!["b eq 'a'"; 62].join(" or ")
        ),
        vec!["id divby 3 gt 1.5"; 42].join(" or "),
    ] {
        assert!(over_long_texts(&text).is_ok(), "{text}");
    }
}

#[test]
fn a_full_row_takes_the_steps_that_were_estimated() {
    for (text, letter) in [
        ("name eq country", 'a'),
        ("not (name ne country) and id gt 1.5", 'a'),
        ("contains(name,country) eq owner", 'a'),
        ("startswith(name,'aaa') and endswith(name,'aaa')", 'a'),
        ("indexof(name,country) add length(name) sub 1.5 gt 0", 'a'),
        ("trim(name) eq substring(name,0)", 'a'),
        ("concat(name,country) eq concat(country,name)", 'a'),
        ("toupper(name) ne tolower(country)", 'a'),
        ("tolower(name) eq tolower(country)", 'İ'),
        ("toupper(name) eq toupper(country)", 'ΐ'),
        ("toupper(concat(name,country)) eq null", 'ΐ'),
        ("id in (2,3.5,4) or name in ('aa','aaa')", 'a'),
        ("'x' in roles or tolower(name) in roles", 'a'),
        ("roles/all(r: r ne name)", 'a'),
        (
            "roles/all(a: roles/all(b: roles/all(c: c gt '' and b gt '') and b gt '') and a gt '')",
            'a',
        ),
        ("roles/$count eq 4 and roles/any()", 'a'),
        ("year(createdAt) divby 3 gt 1 and -id lt 5", 'a'),
    ] {
        let parsed = filter(text).unwrap_or_else(|mistakes| panic!("{text}: {mistakes:?}"));
        let most = estimate(parsed.tree(), &super::rows::SCHEMA).expect(text);
        let taken = parsed.steps(&full(letter), NOW);
        assert!(taken <= most, "{text}: {taken} of {most}");
        // The estimate is close. It exceeds the count because lengths in another case, roles and ids are below their maximum.
        assert!(most <= 5 * taken, "{text}: {taken} of {most}");
        if letter != 'a' && !text.contains("null") {
            assert_eq!(taken, most, "{text}");
        }
    }
}

#[test]
fn no_character_grows_beyond_what_is_estimated() {
    for letter in '\0'..=char::MAX {
        let text = letter.to_string();
        let composed = ComposingNormalizer::new_nfc().normalize(&text);
        let characters = composed.chars().count();
        let lower = composed.to_lowercase().chars().count();
        let upper = composed.to_uppercase().chars().count();
        assert!(lower <= LOWER * characters, "{letter:?}");
        assert!(upper <= UPPER * characters, "{letter:?}");
    }
}
