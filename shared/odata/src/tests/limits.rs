//! Limits of size: the last level, node and byte are accepted, the next one is refused, and time is linear.

use std::time::{Duration, Instant};

use super::rows::{NOW, filter, row};

fn nested(open: &str, core: &str, close: &str, levels: usize) -> String {
    format!("{}{core}{}", open.repeat(levels), close.repeat(levels))
}

/// The beginnings of nested lambdas, each with the beginning of its body.
fn lambdas(
    quantifier: &str,
    levels: std::ops::Range<usize>,
    begin: impl Fn(usize) -> String,
) -> String {
    let openings = levels.map(|level| format!("roles/{quantifier}(r{level}: {}", begin(level)));
    openings.collect::<Vec<_>>().concat()
}

#[test]
fn thirty_two_levels_are_accepted_and_one_more_refused() {
    let many_lambdas = |levels: usize| {
        let opened = lambdas("any", 0..levels, |_| String::new());
        format!("{opened}owner{}", ")".repeat(levels))
    };
    let same = |open: &'static str, core: &'static str, close: &'static str| {
        move |levels| nested(open, core, close, levels)
    };
    let forms: [Box<dyn Fn(usize) -> String>; 7] = [
        Box::new(same("(", "owner", ")")),
        Box::new(same("not ", "owner", "")),
        Box::new(|levels| format!("{} eq ''", nested("trim(", "name", ")", levels))),
        Box::new(|levels| nested("(", "owner", ")", levels - 1).replace("owner", "id in (1)")),
        Box::new(|levels| nested("(", "owner", ")", levels - 1).replace("owner", "roles/any()")),
        Box::new(|levels| {
            nested("not (", "now() gt now()", ")", levels / 2) + &" ".repeat(levels % 2)
        }),
        Box::new(many_lambdas),
    ];
    for (index, form) in forms.iter().enumerate() {
        let accepted = if index == 5 { 31 } else { 32 };
        let parsed = filter(&form(accepted)).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
        parsed.matches(&row(1, None), NOW).expect("an answer");
        let refused = form(accepted + 1);
        let mistakes = filter(&refused).expect_err(&refused);
        assert!(
            mistakes[0].ends_with(": a filter is at most 32 levels deep"),
            "{mistakes:?}"
        );
    }
}

#[test]
fn levels_are_nesting_and_not_sums() {
    let group = nested("(", "owner", ")", 32);
    assert!(filter(&vec![group; 40].join(" and ")).is_ok());
}

#[test]
fn two_hundred_and_fifty_six_nodes_are_accepted_and_one_more_refused() {
    let chain = vec!["id eq 1"; 64].join(" or ");
    let list = vec!["1"; 254].join(",");
    for (text, position) in [
        // 64 comparisons of 3 nodes, 63 operators between them, and enough `not` to reach the limit.
        (format!("not {chain} or not owner"), None),
        (format!("not (not ({chain}))"), Some(0)),
        (format!("id in ({list})"), Some(0)),
        (format!("id in ({list},1)"), Some(8 + 2 * 254)),
        (format!("{}-1 eq 1", "- ".repeat(253)), Some(0)),
        (format!("{}-1 eq 1", "- ".repeat(254)), Some(2 * 254 + 7)),
    ] {
        let result = filter(&text);
        match position {
            Some(0) if text.starts_with("not (not") => {
                let mistakes = result.expect_err(&text);
                assert!(
                    mistakes[0].contains("at most 256 operators"),
                    "{mistakes:?}"
                );
            }
            Some(0) => assert!(result.is_ok(), "{text}: {result:?}"),
            None => assert!(result.is_err(), "{text}"),
            Some(position) => {
                let message = "a filter has at most 256 operators, calls, literals and properties";
                assert_eq!(
                    result,
                    Err(vec![format!("{position}: {message}")]),
                    "{text}"
                );
            }
        }
    }
    assert!(filter(&chain).is_ok());
    assert!(filter(&format!("not ({chain})")).is_ok());
}

#[test]
fn four_kibibytes_are_accepted_and_one_byte_more_refused() {
    let accepted = format!("name eq '{}'", "é".repeat(2043));
    assert_eq!(accepted.len(), 4096);
    assert!(filter(&accepted).is_ok());
    let mistakes = vec!["1: a filter has at most 4096 bytes, not 4097".to_owned()];
    assert_eq!(filter(&format!("{accepted} ")), Err(mistakes));
}

#[test]
fn adversarial_texts_are_answered_at_once() {
    let started = Instant::now();
    let texts = [
        nested("(", "owner", ")", 2000),
        "(".repeat(4096),
        "not ".repeat(1024),
        "-".repeat(4096),
        "- ".repeat(2048),
        vec!["owner"; 400].join(" and "),
        vec!["1"; 400].join(" add "),
        "trim(".repeat(800),
        "a(".repeat(2000),
        "a,".repeat(2000),
        "roles/any(a:".repeat(300),
        lambdas("any", 0..300, |_| String::new()),
        "'".repeat(4095),
        format!("'{}", "''".repeat(2000)),
        "9".repeat(4096),
        format!("0.{}", "0".repeat(4000)),
        format!("1e{}", "9".repeat(4000)),
        format!("2026-06-02T10:30:00.{}Z", "1".repeat(4000)),
        "\u{10ffff}".repeat(1024),
        "$count ".repeat(500),
        "x ".repeat(2000),
    ];
    for text in &texts {
        assert!(filter(text).is_err(), "{text}");
    }
    assert!(
        started.elapsed() < Duration::from_secs(2),
        "{:?}",
        started.elapsed()
    );
}

#[test]
fn nested_lambdas_take_linear_time() {
    // Thirty lambdas, each of which evaluates all four of its elements.
    let opened = lambdas("all", 0..30, |_| String::new());
    let chained = lambdas("all", 1..30, |level| format!("r{} ne '' and ", level - 1));
    let mut member = row(1, None);
    member.roles = ["viewer", "user", "manage", "admin"]
        .map(str::to_owned)
        .to_vec();
    let started = Instant::now();
    for text in [
        format!("{opened}r29 ne ''{}", ")".repeat(30)),
        format!("{opened}r0 ne ''{}", ")".repeat(30)),
        format!("roles/all(r0: {chained}r29 ne ''{}", ")".repeat(30)),
    ] {
        let parsed = filter(&text).unwrap_or_else(|mistakes| panic!("{text}: {mistakes:?}"));
        assert_eq!(parsed.matches(&member, NOW), Ok(true), "{text}");
    }
    assert!(
        started.elapsed() < Duration::from_secs(1),
        "{:?}",
        started.elapsed()
    );
}
