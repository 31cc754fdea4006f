//! Texts with the same look are equal, whichever way a caller's system composes them.

use icu_normalizer::{ComposingNormalizer, DecomposingNormalizer};
use proptest::prelude::*;

use super::rows::{NOW, filter, row};
use crate::{Conjunct, Literal};

#[test]
fn a_literal_is_compared_in_nfc() {
    let row = row(1, Some("Zo\u{e9} Caf\u{e9}"));
    for text in [
        "name eq 'Zo\u{e9} Caf\u{e9}'",
        "name eq 'Zoe\u{301} Cafe\u{301}'",
        "name in ('x','Zoe\u{301} Cafe\u{301}')",
        "contains(name,'oe\u{301} C')",
        "startswith(name,'Zoe\u{301}')",
        "endswith(tolower(name),'cafe\u{301}')",
        "indexof(name,'e\u{301}') eq 2",
        "length('e\u{301}') eq 1",
    ] {
        let parsed = filter(text).unwrap_or_else(|mistakes| panic!("{text}: {mistakes:?}"));
        assert_eq!(parsed.matches(&row, NOW), Ok(true), "{text}");
    }
}

#[test]
fn a_store_is_given_literals_in_nfc() {
    let parsed = filter("name eq 'e\u{301}'").expect("a filter");
    let conjuncts = parsed.conjuncts();
    let [Conjunct::Comparison(comparison)] = conjuncts.as_slice() else {
        panic!("{conjuncts:?}");
    };
    assert_eq!(comparison.literal, &Literal::String("\u{e9}".to_owned()));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_text_is_found_by_any_of_its_forms(text in "\\PC{0,12}") {
        let row = row(1, Some(ComposingNormalizer::new_nfc().normalize(&text).as_ref()));
        let decomposed = DecomposingNormalizer::new_nfd().normalize(&text);
        for form in [text.as_str(), decomposed.as_ref()] {
            let filter = filter(&format!("name eq '{}'", form.replace('\'', "''"))).expect("a filter");
            prop_assert_eq!(filter.matches(&row, NOW), Ok(true));
        }
    }
}
