//! The HTML part, and that names of strangers change nothing about a letter.

use expect_test::expect;
use runtime::model::Mail;

use super::{config, keys, now, written};
use crate::letter::examples::{Case, samples};
use crate::letter::{Letter, Sender};

#[test]
fn the_html_part_has_the_same_words_and_a_button() {
    let letter = written(&Case::new(Mail::PasswordChanged));
    let (_, body) = letter.html.split_once("<body").unwrap();
    let (_, body) = body.split_once(">\n").unwrap();
    expect![[r#"
        <p>Hello Grace,</p>
        <p>Your password was changed, and every other device is signed out.</p>
        <p>When: <strong>2 June 2026 at 10:30 UTC</strong><br>
        Device: <strong>Firefox on Windows</strong><br>
        Network address: <strong>203.0.113.7</strong></p>
        <p><a href="https://accounts.example/reset-password" style="display: inline-block; padding: 10px 20px; border-radius: 6px; background: #1d4ed8; color: #ffffff; font-weight: 600; text-decoration: none">Set a new password</a></p>
        <p style="font-size: 14px">If it was you, there is nothing to do. If not, set a new password at once.</p>
        <p style="font-size: 14px">Brand &#38; Co</p>
        </body>
        </html>"#]].assert_eq(body);
}

#[test]
fn a_button_has_the_brands_color_and_readable_text() {
    let config = config(&[("BRAND_COLOR", "#FACC15")]);
    let letter = Case::new(Mail::Verification).letter(&config, &keys(), now());
    let html = letter.unwrap().html;
    assert!(
        html.contains("background: #facc15; color: #000000"),
        "{html}"
    );
}

#[test]
fn every_kind_has_a_sample_with_its_stored_name() {
    let samples = samples(&config(&[]), &keys(), now()).unwrap();
    for mail in Mail::ALL {
        let name = serde_json::to_value(mail).unwrap();
        assert!(samples.iter().any(|sample| name == sample.kind), "{name}");
    }
}

#[test]
fn a_name_adds_no_markup_no_link_and_no_line() {
    let names = [
        "<a href=\"https://evil.example\">Click</a>",
        "Evil\r\nBcc: everybody@evil.example",
        "http://evil.example click",
        "www.evil.example",
        "\"><script>alert(1)</script>",
        "{{ brand }}{% raw %}",
    ];
    for mail in Mail::ALL {
        for name in names {
            let case = Case {
                sender: Sender::Person(name.into()),
                account: name.into(),
                greeting: Some(name.into()),
                ..Case::new(mail)
            };
            let plain = written(&Case::new(mail));
            let Letter {
                subject,
                text,
                html,
            } = written(&case);
            assert!(!subject.contains(char::is_control), "{subject:?}");
            for part in [&subject, &text, &html] {
                assert!(!part.contains("evil.example"), "{part}");
                assert!(!part.contains("http://"), "{part}");
                assert!(!part.contains("\nBcc"), "{part}");
            }
            assert!(!html.contains("<script") && !html.contains("href=\"https://evil"));
            let links = |html: &str| html.matches("<a ").count();
            assert_eq!(links(&html), links(&plain.html), "{html}");
        }
    }
}

#[test]
fn a_subject_is_short_whatever_the_names() {
    let long = "Ω".repeat(100);
    for mail in Mail::ALL {
        let case = Case {
            sender: Sender::Person(format!("{long} {long}")),
            account: long.clone(),
            ..Case::new(mail)
        };
        let subject = written(&case).subject;
        assert!(subject.chars().count() < 150, "{subject}");
    }
}
