//! Every letter, word for word, and what strangers' names can do to one: nothing.

use std::collections::BTreeMap;

use expect_test::{Expect, expect};
use runtime::Config;
use runtime::model::{Change, ChangeKind, Mail, Target};
use runtime::tokens::{LinkKeys, Secret};

use super::letter;
use crate::message::Letter;
use crate::record::{Asked, Image, Link, Session};

const NOW: i64 = 1_780_396_200_000; // 2026-06-02T10:30:00Z

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
    let secret = Secret {
        current: "secret".to_owned().into(),
        previous: None,
    };
    LinkKeys::derive(&secret).unwrap()
}

fn asked(mail: Mail, account: &str, sender: &str) -> Asked {
    let link = Some(Link {
        nonce: vec![7; 16],
        expires_at: NOW / 1000 + 3600,
    });
    let session = |user_agent: &str| Session {
        user_agent: user_agent.to_owned(),
        expires_at: NOW + 1,
    };
    let old = ("a".to_owned(), session("curl/8.14.1"));
    let firefox =
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:150.0) Gecko/20100101 Firefox/150.0";
    let new = ("b".to_owned(), session(firefox));
    Asked {
        before: BTreeMap::from([old.clone()]),
        image: Image {
            pk: "ACCOUNT#7".into(),
            change: Change {
                id: "change".into(),
                kind: ChangeKind::UserChanged,
                at: NOW,
                actor: None,
                target: Target {
                    r#type: "user".into(),
                    id: 42,
                },
                request_id: "request".into(),
                version: 1,
                source_ip: "203.0.113.7".into(),
                changes: runtime::model::Differences::default(),
                mail: Some(mail),
                account_name: Some(account.into()),
                sender_name: Some(sender.into()),
            },
            email: "grace@example.com".into(),
            first_name: Some("Grace".into()),
            invitation: link.clone(),
            verification: link.clone(),
            reset: link,
            sessions: BTreeMap::from([old, new]),
        },
    }
}

fn written(asked: &Asked) -> Letter {
    letter(asked, &config(&[]), &keys()).unwrap()
}

#[track_caller]
fn check(mail: Mail, expected: &Expect) {
    let letter = written(&asked(mail, "Acme Corporation", "Ada Lovelace"));
    let body = letter.html.split_once("<body").unwrap().1;
    let body = body.split_once(">\n").unwrap().1;
    let body = body.strip_suffix("</body>\n</html>").unwrap_or(body);
    let all = format!("{}\n\n{}\n\n{body}", letter.subject, letter.text);
    // The token is another matter, and long.
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

#[test]
fn an_invitation() {
    check(
        Mail::Invitation,
        &expect![[r#"
        Ada Lovelace invites you to Acme Corporation

        Hello Grace,

        Ada Lovelace invites you to join Acme Corporation on Brand & Co.

        Answer the invitation:
        https://accounts.example/invitation#token=TOKEN

        The link works once, until 2 June 2026 at 11:30 UTC.

        If you did not expect this mail, you can ignore it: nothing happens.

        -- 
        Brand & Co

        <p>Hello Grace,</p>
        <p>Ada Lovelace invites you to join Acme Corporation on Brand &#38; Co.</p>
        <p><a href="https://accounts.example/invitation#token=TOKEN" style="display: inline-block; padding: 10px 20px; border-radius: 6px; background: #1d4ed8; color: #ffffff; font-weight: 600; text-decoration: none">Answer the invitation</a></p>
        <p>The link works once, until 2 June 2026 at 11:30 UTC. If the button does nothing, copy this address into your browser:<br>
        <span style="word-break: break-all">https://accounts.example/invitation#token=TOKEN</span></p>
        <p style="color: #6b7280">If you did not expect this mail, you can ignore it: nothing happens.</p>
        <p style="color: #6b7280">Brand &#38; Co</p>
    "#]],
    );
}

#[test]
fn a_notice_of_having_been_added() {
    check(
        Mail::AddedToAccount,
        &expect![[r#"
            You are a member of Acme Corporation now

            Hello Grace,

            Ada Lovelace has added you to Acme Corporation on Brand & Co.

            Leave the account:
            https://accounts.example/invitation#token=TOKEN

            The link works once, until 2 June 2026 at 11:30 UTC.

            If you do not want to be a member, you can leave at any time.

            -- 
            Brand & Co

            <p>Hello Grace,</p>
            <p>Ada Lovelace has added you to Acme Corporation on Brand &#38; Co.</p>
            <p><a href="https://accounts.example/invitation#token=TOKEN" style="display: inline-block; padding: 10px 20px; border-radius: 6px; background: #1d4ed8; color: #ffffff; font-weight: 600; text-decoration: none">Leave the account</a></p>
            <p>The link works once, until 2 June 2026 at 11:30 UTC. If the button does nothing, copy this address into your browser:<br>
            <span style="word-break: break-all">https://accounts.example/invitation#token=TOKEN</span></p>
            <p style="color: #6b7280">If you do not want to be a member, you can leave at any time.</p>
            <p style="color: #6b7280">Brand &#38; Co</p>
        "#]],
    );
}

#[test]
fn a_verification() {
    check(
        Mail::Verification,
        &expect![[r#"
        Verify your e-mail address for Brand & Co

        Hello Grace,

        Please show that this address is yours.

        Verify the address:
        https://accounts.example/verify-email#token=TOKEN

        The link works once, until 2 June 2026 at 11:30 UTC.

        If you did not expect this mail, you can ignore it: nothing happens.

        -- 
        Brand & Co

        <p>Hello Grace,</p>
        <p>Please show that this address is yours.</p>
        <p><a href="https://accounts.example/verify-email#token=TOKEN" style="display: inline-block; padding: 10px 20px; border-radius: 6px; background: #1d4ed8; color: #ffffff; font-weight: 600; text-decoration: none">Verify the address</a></p>
        <p>The link works once, until 2 June 2026 at 11:30 UTC. If the button does nothing, copy this address into your browser:<br>
        <span style="word-break: break-all">https://accounts.example/verify-email#token=TOKEN</span></p>
        <p style="color: #6b7280">If you did not expect this mail, you can ignore it: nothing happens.</p>
        <p style="color: #6b7280">Brand &#38; Co</p>
    "#]],
    );
}

#[test]
fn a_password_reset() {
    check(
        Mail::PasswordReset,
        &expect![[r#"
        Set a new password for Brand & Co

        Hello Grace,

        Somebody, hopefully you, wants to set a new password for Brand & Co.

        Set a new password:
        https://accounts.example/reset-password#token=TOKEN

        The link works once, until 2 June 2026 at 11:30 UTC.

        If you did not expect this mail, you can ignore it: nothing happens.

        -- 
        Brand & Co

        <p>Hello Grace,</p>
        <p>Somebody, hopefully you, wants to set a new password for Brand &#38; Co.</p>
        <p><a href="https://accounts.example/reset-password#token=TOKEN" style="display: inline-block; padding: 10px 20px; border-radius: 6px; background: #1d4ed8; color: #ffffff; font-weight: 600; text-decoration: none">Set a new password</a></p>
        <p>The link works once, until 2 June 2026 at 11:30 UTC. If the button does nothing, copy this address into your browser:<br>
        <span style="word-break: break-all">https://accounts.example/reset-password#token=TOKEN</span></p>
        <p style="color: #6b7280">If you did not expect this mail, you can ignore it: nothing happens.</p>
        <p style="color: #6b7280">Brand &#38; Co</p>
    "#]],
    );
}

#[test]
fn a_notice_of_a_changed_password() {
    check(
        Mail::PasswordChanged,
        &expect![[r#"
        Your password for Brand & Co was changed

        Hello Grace,

        Your password was changed, and every other device is signed out.

        Set a new password:
        https://accounts.example/reset-password

        If that was you, there is nothing to do. If not, set a new password at
        once.

        -- 
        Brand & Co

        <p>Hello Grace,</p>
        <p>Your password was changed, and every other device is signed out.</p>
        <p><a href="https://accounts.example/reset-password" style="display: inline-block; padding: 10px 20px; border-radius: 6px; background: #1d4ed8; color: #ffffff; font-weight: 600; text-decoration: none">Set a new password</a></p>
        <p style="color: #6b7280">If that was you, there is nothing to do. If not, set a new password at once.</p>
        <p style="color: #6b7280">Brand &#38; Co</p>
    "#]],
    );
}

#[test]
fn a_notice_of_a_new_sign_in() {
    check(
        Mail::NewSignIn,
        &expect![[r#"
        New sign-in to Brand & Co

        Hello Grace,

        Your password was used to sign in to Brand & Co on a new device.

        When: 2 June 2026 at 10:30 UTC
        Device: Firefox on Windows
        Network address: 203.0.113.7

        Set a new password:
        https://accounts.example/reset-password

        If that was you, there is nothing to do. If not, set a new password at
        once: it signs every device out.

        -- 
        Brand & Co

        <p>Hello Grace,</p>
        <p>Your password was used to sign in to Brand &#38; Co on a new device.</p>
        <p>When: <strong>2 June 2026 at 10:30 UTC</strong><br>
        Device: <strong>Firefox on Windows</strong><br>
        Network address: <strong>203.0.113.7</strong></p>
        <p><a href="https://accounts.example/reset-password" style="display: inline-block; padding: 10px 20px; border-radius: 6px; background: #1d4ed8; color: #ffffff; font-weight: 600; text-decoration: none">Set a new password</a></p>
        <p style="color: #6b7280">If that was you, there is nothing to do. If not, set a new password at once: it signs every device out.</p>
        <p style="color: #6b7280">Brand &#38; Co</p>
    "#]],
    );
}

#[test]
fn a_button_has_the_brands_color_and_readable_text() {
    let asked = asked(Mail::Verification, "", "");
    let config = config(&[("BRAND_COLOR", "#FACC15")]);
    let html = letter(&asked, &config, &keys()).unwrap().html;
    assert!(
        html.contains("background: #facc15; color: #000000"),
        "{html}"
    );
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
    for mail in [Mail::Invitation, Mail::AddedToAccount, Mail::NewSignIn] {
        for name in names {
            let mut asked = asked(mail, name, name);
            asked.image.first_name = Some(name.into());
            asked.image.sessions.get_mut("b").unwrap().user_agent = name.into();
            let Letter {
                subject,
                text,
                html,
            } = written(&asked);
            assert!(!subject.contains(char::is_control), "{subject:?}");
            for part in [&subject, &text, &html] {
                assert!(!part.contains("evil.example"), "{part}");
                assert!(!part.contains("http://"), "{part}");
                assert!(!part.contains("\nBcc"), "{part}");
            }
            assert!(!html.contains("<script") && !html.contains("href=\"https://evil"));
            assert_eq!(html.matches("<a ").count(), 1, "{html}");
        }
    }
}

#[test]
fn a_subject_is_short_whatever_the_names() {
    let long = "Ω".repeat(100);
    for mail in [Mail::Invitation, Mail::AddedToAccount] {
        let subject = written(&asked(mail, &long, &format!("{long} {long}"))).subject;
        assert!(subject.chars().count() < 150, "{subject}");
    }
}

#[test]
fn a_sign_in_is_told_of_where_another_kind_of_device_is_signed_in() {
    let asked = asked(Mail::NewSignIn, "", "");
    assert!(asked.is_due());

    let mut first = asked.clone();
    first.before.clear();
    assert!(!first.is_due(), "signed in nowhere else");

    let mut over = asked.clone();
    over.before.get_mut("a").unwrap().expires_at = NOW;
    assert!(!over.is_due(), "the other session is over");

    let mut alike = asked.clone();
    let agent = alike.image.sessions["b"].user_agent.replace("150", "149");
    alike.before.get_mut("a").unwrap().user_agent = agent;
    assert!(!alike.is_due(), "the same device");
}
