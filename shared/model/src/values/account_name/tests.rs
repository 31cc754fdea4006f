use proptest::prelude::*;

use super::{AccountName, Stored};

fn name(text: &str) -> AccountName {
    AccountName::parse(text).unwrap_or_else(|invalid| panic!("{text:?}: {}", invalid.detail))
}

fn refusal(text: &str) -> String {
    let invalid = AccountName::parse(text).expect_err(text);
    assert_eq!(invalid.code, "INVALID_ACCOUNT_NAME");
    invalid.detail.into_owned()
}

#[test]
fn names_of_every_script_are_taken_as_written() {
    for text in [
        "Acme Corporation",
        "a",
        "O'Neil & Söhne (2026)",
        "東京株式会社",
        "شركة أكمي",
        "हिन्दी कंपनी",
        "Ünïcödé",
        "\u{E9}",
        "Café ❤️ 👍🏽",
        "12 Monkeys",
        "1.5",
        "1 2",
        "½ price",
        "...a",
        "signups",
        "葛\u{E0100}城",
        "a\\b?c#d%20",
    ] {
        assert_eq!(name(text).as_str(), text);
    }
}

#[test]
fn white_space_is_trimmed_and_collapsed() {
    assert_eq!(name("  Acme \t\u{A0} \u{3000}Corp\t").as_str(), "Acme Corp");
    assert_eq!(name("Acme\u{2003}Corp").as_str(), "Acme Corp");
    assert_eq!(name("\r\nAcme\n").as_str(), "Acme");
}

#[test]
fn what_is_no_name_is_refused() {
    for text in [
        "",
        " ",
        "\t\u{A0}\u{3000}",
        "a\0",
        "a\nb",
        "a\rb",
        "a\u{85}b",
        "a\u{2028}b",
        "\u{7F}",
        "a\u{200B}b",
        "a\u{200C}b",
        "a\u{200D}b",
        "👩\u{200D}💻",
        "a\u{AD}b",
        "a\u{2060}b",
        "\u{FEFF}a",
        "\u{202E}a",
        "a\u{200E}",
        "a\u{2066}",
        "\u{3164}",
        "\u{115F}",
        "\u{2800}",
        "\u{FE0F}",
        "\u{E000}",
        "\u{378}",
        "\u{FFFF}",
        "\u{10FFFF}",
        "\u{E0041}",
        "a/b",
        "/",
        "a\u{FF0F}b",
        "\u{2100}",
        "123",
        " 007 ",
        "\u{661}\u{662}",
        "１２",
        "1\u{662}３",
        "\u{2460}\u{2461}",
        "\u{1D7D8}",
        "1\u{FE0F}",
        ".",
        "..",
        "....",
        "\u{2026}",
        "\u{FF0E}\u{2024}",
        "signup",
        "SignUp",
        " SIGNUP ",
        "ｓｉｇｎｕｐ",
        "\u{17F}ignup",
        "signup\u{FE0E}",
    ] {
        refusal(text);
    }
}

#[test]
fn a_refusal_says_where() {
    assert_eq!(
        refusal("ab\u{202E}c"),
        "Character 3 (U+202E) is a bidirectional control character."
    );
}

#[test]
fn a_hundred_characters_fit_and_no_more() {
    name(&"a".repeat(100));
    name(&"😀".repeat(100));
    name(&format!("  {}  ", "a ".repeat(50)));
    name(&format!("{}{}", "e", "\u{301}".repeat(100)));
    refusal(&"a".repeat(101));
    refusal(&"😀".repeat(101));
    refusal(&format!("{}{}", "e", "\u{301}".repeat(101)));
}

#[test]
fn a_normal_form_fits_its_key() {
    // U+FDFA becomes eighteen characters, 33 bytes.
    name(&"\u{FDFA}".repeat(60));
    refusal(&"\u{FDFA}".repeat(100));
}

#[test]
fn every_character_that_has_other_forms_has_a_settled_normal_form() {
    // Han characters and Hangul syllables, most of Unicode, are their own normal form.
    let ranges = [
        '\0'..='\u{33FF}',
        '\u{A000}'..='\u{ABFF}',
        '\u{F900}'..='\u{1FFFF}',
    ];
    let compatibility_han = '\u{2F800}'..='\u{2FA1F}';
    for character in ranges.into_iter().flatten().chain(compatibility_han) {
        let text = format!("a{character}\u{301}");
        let Ok(name) = AccountName::parse(&text) else {
            continue;
        };
        let normal = name.normal_form();
        assert_eq!(super::normal_form(normal), normal, "{text:?}");
        assert!(AccountName::parse(normal).is_ok(), "{text:?} {normal:?}");
        assert!(
            character == '\u{FDFA}' || normal.len() <= 3 + 18,
            "{text:?}"
        );
    }
}

#[test]
fn spellings_of_one_name_share_a_normal_form() {
    for (one, other) in [
        ("Acme Corp", "ACME  corp"),
        ("Straße", "STRASSE"),
        ("ΣΊΣΥΦΟΣ", "Σίσυφος"),
        ("\u{212A}elvin", "kelvin"),
        ("Ａｃｍｅ", "acme"),
        ("e\u{301}", "É"),
        ("ﬁn", "FIN"),
        ("Café ❤️", "café ❤"),
        ("a \u{FE0F}", "a"),
        ("\u{A8}x", "\u{308}X"),
    ] {
        assert_eq!(
            name(one).normal_form(),
            name(other).normal_form(),
            "{one} {other}"
        );
    }
}

#[test]
fn different_names_stay_apart() {
    for (one, other) in [
        ("İ", "I"),
        ("ı", "i"),
        ("а", "a"),
        ("a b", "ab"),
        ("é", "e"),
    ] {
        assert_ne!(
            name(one).normal_form(),
            name(other).normal_form(),
            "{one} {other}"
        );
    }
}

#[test]
fn it_is_kept_in_nfc_and_counted_so() {
    let composed = AccountName::parse("Zo\u{E9}").unwrap();
    let decomposed = AccountName::parse("Zoe\u{301}").unwrap();
    assert_eq!(decomposed, composed);
    assert_eq!(decomposed.as_str(), "Zo\u{E9}");
    let longest = "e\u{301}".repeat(AccountName::MAX_CHARACTERS);
    assert!(AccountName::parse(&longest).is_ok());
    assert!(AccountName::parse(&(longest + "e")).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn an_accepted_name_reads_back_and_its_normal_form_is_normal(text in any::<String>()) {
        if let Ok(name) = AccountName::parse(&text) {
            prop_assert_eq!(&AccountName::parse(name.as_str()).unwrap(), &name);
            prop_assert_eq!(&AccountName::from_stored(name.as_str().to_owned()), &name);
            let normal = super::normal_form(name.normal_form());
            prop_assert_eq!(&normal, name.normal_form());
        }
    }

    #[test]
    fn a_name_of_ascii_has_the_normal_form_of_any_other(text in "[ -~\t]{0,30}") {
        prop_assert_eq!(super::normal_form(&text), super::unicode_normal_form(&text));
    }

    #[test]
    fn case_never_makes_another_name(text in "\\PC{1,20}") {
        // The only letter that full case folding distinguishes from its own upper case, because it is not an `i`.
        let text = text.replace('ı', "");
        if let (Ok(lower), Ok(upper)) = (
            AccountName::parse(&text.to_lowercase()),
            AccountName::parse(&text.to_lowercase().to_uppercase()),
        ) {
            prop_assert_eq!(lower.normal_form(), upper.normal_form());
        }
    }
}
