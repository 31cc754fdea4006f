//! Every letter, word for word, and that names of strangers change nothing about one.

mod accounts;
mod addresses;
mod invitations;
mod markup;
mod platform;
mod security;

use expect_test::Expect;
use runtime::Config;
use runtime::model::Timestamp;
use runtime::tokens::{LinkKeys, SecretVersions};

use super::Letter;
use super::examples::Case;

/// 2026-06-02T10:30:00Z
const NOW: i64 = 1_780_396_200_000;

fn config(more: &'static [(&str, &str)]) -> Config {
    let vars = move |name: &str| {
        let set = [
            ("TABLE_NAME", "table"),
            ("AWS_REGION", "eu-west-1"),
            ("APP_URL", "https://accounts.example"),
            ("BRAND_NAME", "Brand & Co"),
        ];
        let mut all = more.iter().chain(&set);
        all.find(|(own, _)| *own == name)
            .map(|(_, value)| (*value).to_owned())
    };
    Config::from_vars(&vars).unwrap()
}

fn keys() -> LinkKeys {
    let secret = SecretVersions {
        current: "secret".to_owned().into(),
        previous: None,
    };
    LinkKeys::derive(&secret).unwrap()
}

fn now() -> Timestamp {
    Timestamp::from_millis(NOW)
}

fn written(case: &Case) -> Letter {
    case.letter(&config(&[]), &keys(), now()).unwrap()
}

/// Subject and text of `case`; its token, which is long and tested elsewhere, as `TOKEN`.
#[track_caller]
fn check(case: &Case, expected: &Expect) {
    let letter = written(case);
    let all = format!("{}\n\n{}\n", letter.subject, letter.text);
    let token = all.split_once("#token=").map(|(_, rest)| {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !"-_".contains(c));
        rest[..end.unwrap()].to_owned()
    });
    let all = match token {
        Some(token) => all.replace(&token, "TOKEN"),
        None => all,
    };
    expected.assert_eq(&all);
}
