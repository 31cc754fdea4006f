use proptest::prelude::*;

use super::{EmailAddress, Stored};

fn normal(text: &str) -> String {
    EmailAddress::parse(text)
        .unwrap_or_else(|invalid| panic!("{text:?}: {}", invalid.detail))
        .normal_form()
        .to_owned()
}

fn refusal(text: &str) -> String {
    let invalid = EmailAddress::parse(text).expect_err(text);
    assert_eq!(invalid.code, "INVALID_EMAIL");
    invalid.detail.into_owned()
}

/// A domain of exactly `length` bytes with labels of at most 63.
fn domain_of(length: usize) -> String {
    let mut domain = "com".to_owned();
    while length - domain.len() > 64 {
        domain = format!("{}.{domain}", "a".repeat(63));
        if length - domain.len() == 1 {
            domain.remove(0);
        }
    }
    format!("{}.{domain}", "a".repeat(length - domain.len() - 1))
}

#[test]
fn ordinary_addresses_are_taken() {
    for text in [
        "ada@example.com",
        "a@b.co",
        "first.last+tag@sub.example.co.uk",
        "!#$%&'*+-/=?^_`{|}~@example.com",
        "1@2.com",
        "a@xn--bcher-kva.example",
        "a@a--b.example",
        "a@ab--cd.example",
        "a@3com.com",
        "a@example.c1",
    ] {
        assert_eq!(normal(text), text);
    }
}

#[test]
fn what_is_no_address_is_refused() {
    for text in [
        "",
        "@",
        "ada",
        "ada@",
        "@example.com",
        "a@b@example.com",
        ".ada@example.com",
        "ada.@example.com",
        "a..b@example.com",
        "a b@example.com",
        "ada @example.com",
        "ada@ example.com",
        "ada@exam ple.com",
        "\"ada\"@example.com",
        "ada@[127.0.0.1]",
        "ada@[IPv6:::1]",
        "ada@127.0.0.1",
        "ada@localhost",
        "ada@example.123",
        "ada@.example.com",
        "ada@example..com",
        "ada@example.com.",
        "ada@-example.com",
        "ada@example-.com",
        "ada@example.-com",
        "ada@exa_mple.com",
        "ada@example.com/x",
        "ada@xn--.com",
        "ada@xn--a.com",
        "ada@xn--zzzzzzzzzzzz99999999.com",
        "Ada <ada@example.com>",
        "ada@example.com,bob@example.com",
        "a\0@example.com",
        "a@exa\0mple.com",
        "a\r\nBcc: b@example.com",
        "ada@exam\u{AD}ple.com",
        "ada@exam\u{200B}ple.com",
        "ada@exam\u{200D}ple.com",
        "ada@\u{202E}example.com",
        "ada@example\u{2024}com",
        "ada@exam\u{378}ple.com",
    ] {
        refusal(text);
    }
}

#[test]
fn blanks_around_an_address_are_taken_off() {
    for text in [
        " ada@example.com",
        "ada@example.com ",
        "ada@example.com\n",
        "\u{A0}ada@example.com\u{200B}",
        "\u{FEFF}ada@example.com\u{FEFF} ",
        "\u{200E}ada@example.com\u{202C}\u{FE0F}",
        "\t\u{2003}ada@example.com\u{2060}",
    ] {
        let address = EmailAddress::parse(text).unwrap();
        assert_eq!(address.as_str(), "ada@example.com", "{text:?}");
    }
    for text in ["\0ada@example.com", "ada@example.com\u{378}"] {
        refusal(text);
    }
}

#[test]
fn blanks_within_an_address_are_named() {
    for (text, sentence) in [
        ("ada @example.com", "Character 4 (U+0020) is white space."),
        ("ada@exam ple.com", "Character 9 (U+0020) is white space."),
        (
            "ada@exam\u{A0}ple.com",
            "Character 9 (U+00A0) is white space.",
        ),
        (
            "ada@exam\u{200B}ple.com",
            "Character 9 (U+200B) is an invisible character.",
        ),
        (
            "a\u{200B}da@example.com",
            "Character 2 (U+200B) cannot stand before the `@`.",
        ),
    ] {
        assert_eq!(refusal(text), sentence, "{text:?}");
    }
}

#[test]
fn an_address_is_kept_in_nfc() {
    let decomposed = EmailAddress::parse("ada@bu\u{308}cher.example").unwrap();
    assert_eq!(decomposed.as_str(), "ada@b\u{FC}cher.example");
    assert_eq!(decomposed.normal_form(), "ada@xn--bcher-kva.example");
}

#[test]
fn look_alikes_before_the_at_sign_are_refused_and_never_folded() {
    for text in [
        "\u{212A}elvin@example.com",
        "ａda@example.com",
        "\u{430}da@example.com",
        "stra\u{DF}e@example.com",
        "\u{130}@example.com",
        "\u{131}@example.com",
        "ada\u{301}@example.com",
        "a\u{200B}da@example.com",
        "ada＠example.com",
    ] {
        refusal(text);
    }
    assert_eq!(
        refusal("ad\u{212A}@example.com"),
        "Character 3 (U+212A) cannot stand before the `@`."
    );
}

#[test]
fn lengths_are_held_to_the_byte() {
    let local = |length: usize| format!("{}@example.com", "a".repeat(length));
    normal(&local(64));
    refusal(&local(65));

    let label = |length: usize| format!("a@{}.com", "b".repeat(length));
    normal(&label(63));
    refusal(&label(64));

    let address = |length: usize| format!("abcd@{}", domain_of(length - 5));
    assert_eq!(address(254).len(), 254);
    normal(&address(254));
    refusal(&address(255));
    refusal(&format!("{}@{}", "a".repeat(64), domain_of(253)));
}

#[test]
fn the_limit_holds_for_the_ascii_form_too() {
    // Each label takes 3 bytes as written and 8 (`xn--v1a.`) in ASCII.
    let address = |labels: usize| format!("{}@{}com", "a".repeat(64), "ф.".repeat(labels));
    assert_eq!(normal(&address(23)).len(), 64 + 1 + 23 * 8 + 3);
    assert!(refusal(&address(24)).ends_with("in ASCII."));
}

#[test]
fn spellings_of_one_address_share_a_normal_form() {
    for (one, other) in [
        ("Ada@Example.COM", "ada@example.com"),
        ("a@bücher.example", "A@BÜCHER.example"),
        ("a@bücher.example", "a@XN--BCHER-KVA.Example"),
        ("a@bu\u{308}cher.example", "a@bücher.example"),
        ("a@\u{212A}elvin.example", "a@kelvin.example"),
        ("a@ｅｘａｍｐｌｅ.com", "a@example.com"),
        ("a@example。com", "a@example.com"),
        ("a@ΒΌΛΟΣ.example", "a@βόλοσ.example"),
    ] {
        assert_eq!(normal(one), normal(other), "{one} {other}");
    }
}

#[test]
fn different_domains_stay_apart() {
    for (one, other) in [
        ("a@straße.example", "a@strasse.example"),
        ("a@βόλος.example", "a@βόλοσ.example"),
        ("a@\u{130}.example", "a@i.example"),
        ("a@\u{131}.example", "a@i.example"),
        ("a@\u{430}.example", "a@a.example"),
        ("a.b@example.com", "ab@example.com"),
        ("a+b@example.com", "a@example.com"),
    ] {
        assert_ne!(normal(one), normal(other), "{one} {other}");
    }
}

#[test]
fn it_is_shown_as_written_and_delivered_in_ascii() {
    let address = EmailAddress::parse("Ada@Bücher.example").unwrap();
    assert_eq!(address.to_string(), "Ada@Bücher.example");
    assert_eq!(address.as_str(), "Ada@Bücher.example");
    assert_eq!(address.for_delivery(), "Ada@xn--bcher-kva.example");
    let address = EmailAddress::parse("Ada@Example.COM").unwrap();
    assert_eq!(address.for_delivery(), "Ada@Example.COM");
    assert_eq!(
        serde_json::to_string(&address).unwrap(),
        "\"Ada@Example.COM\""
    );
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in any::<String>()) {
        let _ = EmailAddress::parse(&text);
        let _ = EmailAddress::parse(&format!("a@{text}.example"));
        let _ = EmailAddress::parse(&format!("{text}@example.com"));
        let _ = EmailAddress::from_stored(text);
    }

    #[test]
    fn an_accepted_address_reads_back_and_its_normal_form_is_normal(
        text in "[a-zA-Z.+]{1,8}@[a-zA-ZäßÉσς\u{200D}ıİК0-9.。-]{1,12}\\.[a-zA-Zрф]{1,4}",
    ) {
        if let Ok(address) = EmailAddress::parse(&text) {
            prop_assert_eq!(&EmailAddress::parse(address.as_str()).unwrap(), &address);
            prop_assert_eq!(&EmailAddress::from_stored(text), &address);
            let normal = EmailAddress::parse(address.normal_form()).unwrap();
            prop_assert_eq!(normal.as_str(), normal.normal_form());
            let delivered = EmailAddress::parse(&address.for_delivery()).unwrap();
            prop_assert_eq!(delivered.normal_form(), address.normal_form());
            prop_assert!(address.for_delivery().is_ascii());
        }
    }

    #[test]
    fn a_stored_address_of_ascii_has_the_normal_form_that_it_was_parsed_with(
        text in "[a-zA-Z.+]{1,8}@(xn--|XN--|xn--bcher-kva|XN--BCHER-KVA)?[a-zA-Z0-9-]{0,12}\\.(xn--p1ai|[a-zA-Z]{1,4})",
    ) {
        if let Ok(address) = EmailAddress::parse(&text) {
            prop_assert_eq!(&EmailAddress::from_stored(text), &address);
        }
    }

    #[test]
    fn case_never_makes_another_address(text in "[a-zA-Z]{1,8}@[a-zA-Z]{1,8}\\.[a-zA-Z]{2,4}") {
        prop_assert_eq!(normal(&text.to_uppercase()), normal(&text.to_lowercase()));
    }
}
