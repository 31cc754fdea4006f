//! Every letter, word for word, and that names of strangers change nothing about one.

use expect_test::{Expect, expect};
use runtime::Config;
use runtime::model::{ChangeKind, Mail, Timestamp, UserId};
use runtime::tokens::{LinkKeys, SecretVersions};

use super::examples::{Case, samples};
use super::{Letter, Part, Sender};

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

#[test]
fn an_invitation() {
    check(
        &Case::new(Mail::Invitation),
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
    "#]],
    );
}

#[test]
fn an_invitation_by_an_erased_person() {
    let case = Case {
        sender: Sender::Unknown,
        ..Case::new(Mail::Invitation)
    };
    check(
        &case,
        &expect![[r#"
        A manager invites you to Acme Corporation

        Hello Grace,

        A manager invites you to join Acme Corporation on Brand & Co.

        Answer the invitation:
        https://accounts.example/invitation#token=TOKEN

        The link works once, until 2 June 2026 at 11:30 UTC.

        If you did not expect this mail, you can ignore it: nothing happens.

        -- 
        Brand & Co
    "#]],
    );
}

#[test]
fn an_invitation_by_an_unproven_person_to_someone_without_a_name() {
    let case = Case {
        sender: Sender::Person("ada@example.com".into()),
        greeting: None,
        ..Case::new(Mail::Invitation)
    };
    check(
        &case,
        &expect![[r#"
        ada@ example. com invites you to Acme Corporation

        Hello,

        ada@ example. com invites you to join Acme Corporation on Brand & Co.

        Answer the invitation:
        https://accounts.example/invitation#token=TOKEN

        The link works once, until 2 June 2026 at 11:30 UTC.

        If you did not expect this mail, you can ignore it: nothing happens.

        -- 
        Brand & Co
    "#]],
    );
}

#[test]
fn a_notice_to_a_new_member() {
    check(
        &Case::new(Mail::AddedToAccount),
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
    "#]],
    );
}

#[test]
fn a_verification_after_a_sign_up() {
    check(
        &Case::new(Mail::Verification),
        &expect![[r#"
        Verify your e-mail address for Brand & Co

        Hello,

        An account on Brand & Co was created with this address. If it was you,
        please verify that the address is yours.

        When: 2 June 2026 at 10:30 UTC
        Network address: 203.0.113.7

        Verify the address:
        https://accounts.example/verify-email#token=TOKEN

        The link works once, until 2 June 2026 at 11:30 UTC.

        If it was not you, do not verify the address. You can ignore this mail,
        or take the address back on the page behind the link.

        -- 
        Brand & Co
    "#]],
    );
}

#[test]
fn a_verification_that_was_requested_again() {
    let case = Case {
        kind: ChangeKind::EmailVerificationRequested,
        ..Case::new(Mail::Verification)
    };
    check(
        &case,
        &expect![[r#"
        Verify your e-mail address for Brand & Co

        Hello,

        A new link was requested to verify this address on Brand & Co. If it was
        you, please verify that the address is yours.

        When: 2 June 2026 at 10:30 UTC
        Network address: 203.0.113.7

        Verify the address:
        https://accounts.example/verify-email#token=TOKEN

        The link works once, until 2 June 2026 at 11:30 UTC.

        If it was not you, do not verify the address. You can ignore this mail,
        or take the address back on the page behind the link.

        -- 
        Brand & Co
    "#]],
    );
}

#[test]
fn a_password_reset() {
    check(
        &Case::new(Mail::PasswordReset),
        &expect![[r#"
        Set a new password for Brand & Co

        Hello Grace,

        A new password was requested for your address on Brand & Co.

        When: 2 June 2026 at 10:30 UTC
        Device: Firefox on Windows
        Network address: 203.0.113.7

        Set a new password:
        https://accounts.example/reset-password#token=TOKEN

        The link works once, until 2 June 2026 at 11:30 UTC.

        If it was not you, you can ignore this mail: your password stays as it
        is.

        -- 
        Brand & Co
    "#]],
    );
}

#[test]
fn a_changed_password() {
    check(
        &Case::new(Mail::PasswordChanged),
        &expect![[r#"
        Your password for Brand & Co was changed

        Hello Grace,

        Your password was changed, and every other device is signed out.

        When: 2 June 2026 at 10:30 UTC
        Device: Firefox on Windows
        Network address: 203.0.113.7

        Set a new password:
        https://accounts.example/reset-password

        If it was you, there is nothing to do. If not, set a new password at
        once.

        -- 
        Brand & Co
    "#]],
    );
}

#[test]
fn a_new_sign_in() {
    check(
        &Case::new(Mail::NewSignIn),
        &expect![[r#"
        New sign-in to Brand & Co

        Hello Grace,

        Somebody signed in to Brand & Co as you, on a new device.

        When: 2 June 2026 at 10:30 UTC
        Device: Firefox on Windows
        Network address: 203.0.113.7

        Set a new password:
        https://accounts.example/reset-password

        If it was you, there is nothing to do. If not, set a new password at
        once: it signs every device out.

        -- 
        Brand & Co
    "#]],
    );
}

#[test]
fn a_refresh_token_used_twice() {
    check(
        &Case::new(Mail::RefreshReused),
        &expect![[r#"
        A session on Brand & Co was ended

        Hello Grace,

        A token of one of your sessions on Brand & Co was used twice. Two
        devices may have had it, so the session was ended.

        When: 2 June 2026 at 10:30 UTC
        Device: Firefox on Windows
        Network address: 203.0.113.7

        Set a new password:
        https://accounts.example/reset-password

        If a device of yours asks you to sign in again, that is all. If you do
        not know the device above, set a new password: it signs every device
        out.

        -- 
        Brand & Co
    "#]],
    );
}

#[test]
fn an_erasure() {
    check(
        &Case::new(Mail::PersonErased),
        &expect![[r#"
        You are erased from Brand & Co

        Hello Grace,

        Your profile, your memberships and your sessions on Brand & Co are
        erased. This is the last mail to you.

        When: 2 June 2026 at 10:30 UTC
        Device: Firefox on Windows
        Network address: 203.0.113.7

        If it was not you, somebody has your password: change it wherever else
        you use it. You can sign up for Brand & Co again with this address.

        -- 
        Brand & Co
    "#]],
    );
}

#[test]
fn sessions_that_the_platform_ended() {
    check(
        &Case::new(Mail::SessionsEnded),
        &expect![[r#"
        You are signed out of Brand & Co

        Hello Grace,

        Brand & Co has ended all of your sessions, on every device.

        When: 2 June 2026 at 10:30 UTC

        Set a new password:
        https://accounts.example/reset-password

        You can sign in again. If you do not know why, set a new password first.

        -- 
        Brand & Co
    "#]],
    );
}

#[test]
fn a_suspended_person() {
    check(
        &Case::new(Mail::UserSuspended),
        &expect![[r#"
        You are suspended from Brand & Co

        Hello Grace,

        Brand & Co has suspended you. You are signed out on every device and
        cannot sign in. Your memberships stay.

        When: 2 June 2026 at 10:30 UTC

        If you think that this is a mistake, ask Brand & Co.

        -- 
        Brand & Co
    "#]],
    );
}

#[test]
fn a_reactivated_person() {
    check(
        &Case::new(Mail::UserReactivated),
        &expect![[r#"
        You can sign in to Brand & Co again

        Hello Grace,

        Brand & Co has lifted your suspension. Your memberships are as they
        were.

        When: 2 June 2026 at 10:30 UTC

        There is nothing to do.

        -- 
        Brand & Co
    "#]],
    );
}

#[test]
fn an_erasure_by_the_platform() {
    check(
        &Case {
            sender: Sender::Platform,
            ..Case::new(Mail::PersonErased)
        },
        &expect![[r#"
            You are erased from Brand & Co

            Hello Grace,

            Brand & Co has erased your profile, your memberships and your sessions.
            This is the last mail to you.

            When: 2 June 2026 at 10:30 UTC

            If you think that this is a mistake, ask Brand & Co.

            -- 
            Brand & Co
        "#]],
    );
}

#[test]
fn a_link_to_a_new_address() {
    check(
        &Case::new(Mail::EmailChangeRequested),
        &expect![[r#"
        Confirm your new e-mail address for Brand & Co

        Hello,

        Somebody on Brand & Co asked for this address as their own. If it was
        you, please confirm that it is yours.

        When: 2 June 2026 at 10:30 UTC
        Device: Firefox on Windows
        Network address: 203.0.113.7

        Confirm the address:
        https://accounts.example/change-email#token=TOKEN

        The link works once, until 2 June 2026 at 11:30 UTC.

        If it was not you, do not confirm it. You can ignore this mail: nothing
        changes.

        -- 
        Brand & Co
    "#]],
    );
}

#[test]
fn a_notice_of_a_requested_address() {
    check(
        &Case {
            part: Part::OldAddress,
            ..Case::new(Mail::EmailChangeRequested)
        },
        &expect![[r#"
            A new e-mail address for Brand & Co was requested

            Hello,

            A change of your e-mail address on Brand & Co was requested. It takes
            effect once the new address is confirmed.

            When: 2 June 2026 at 10:30 UTC
            Device: Firefox on Windows
            Network address: 203.0.113.7

            Undo it:
            https://accounts.example/change-email#token=TOKEN

            The link works once, until 2 June 2026 at 11:30 UTC.

            If it was you, there is nothing to do. If not, undo it: your password
            stops working, every device is signed out, and you get a link to set a
            new password.

            -- 
            Brand & Co
        "#]],
    );
}

#[test]
fn a_notice_to_an_address_that_is_taken() {
    check(
        &Case {
            part: Part::TakenAddress,
            ..Case::new(Mail::EmailChangeRequested)
        },
        &expect![[r#"
            Your e-mail address on Brand & Co

            Hello,

            Somebody who is signed in to Brand & Co asked for this address. It is
            yours already, so nothing has changed.

            When: 2 June 2026 at 10:30 UTC
            Device: Firefox on Windows
            Network address: 203.0.113.7

            You can ignore this mail. If it was you, you have two profiles: sign in
            with this address to use the other one, and erase it first if you want
            the address here.

            -- 
            Brand & Co
        "#]],
    );
}

#[test]
fn a_changed_address_to_the_new_one() {
    check(
        &Case::new(Mail::EmailChanged),
        &expect![[r#"
        This is your e-mail address for Brand & Co now

        Hello Grace,

        Your e-mail address on Brand & Co was changed to this one. You sign in
        with it from now on.

        When: 2 June 2026 at 10:30 UTC
        Device: Firefox on Windows
        Network address: 203.0.113.7

        If it was not you, set a new password at once, and look into the mailbox
        of your former address: a mail there undoes the change.

        -- 
        Brand & Co
    "#]],
    );
}

#[test]
fn a_changed_address_to_the_old_one() {
    check(
        &Case {
            part: Part::OldAddress,
            ..Case::new(Mail::EmailChanged)
        },
        &expect![[r#"
            Your e-mail address for Brand & Co was changed

            Hello Grace,

            Your e-mail address on Brand & Co was changed. You sign in with the new
            one from now on.

            When: 2 June 2026 at 10:30 UTC
            Device: Firefox on Windows
            Network address: 203.0.113.7

            Undo the change:
            https://accounts.example/change-email#token=TOKEN

            The link works once, until 2 June 2026 at 11:30 UTC.

            If it was you, there is nothing to do. If not, undo it: your password
            stops working, every device is signed out, and you get a link to set a
            new password.

            -- 
            Brand & Co
        "#]],
    );
}

#[test]
fn an_undone_change_of_the_address() {
    check(
        &Case::new(Mail::EmailChangeUndone),
        &expect![[r#"
            Set a new password for Brand & Co

            Hello Grace,

            The change of your e-mail address on Brand & Co was undone. Your
            password does not work any more, and every device is signed out.

            When: 2 June 2026 at 10:30 UTC
            Device: Firefox on Windows
            Network address: 203.0.113.7

            Set a new password:
            https://accounts.example/reset-password#token=TOKEN

            The link works once, until 2 June 2026 at 11:30 UTC.

            If it was not you, set one all the same: the old one is void. Once the
            link is too old, ask for another one on the page behind it.

            -- 
            Brand & Co
        "#]],
    );
}

#[test]
fn an_offer_of_the_ownership() {
    check(
        &Case::new(Mail::OwnershipOffered),
        &expect![[r#"
        Ada Lovelace offers you the ownership of Acme Corporation

        Hello Grace,

        Ada Lovelace wants to hand Acme Corporation on Brand & Co over to you.
        An owner holds every right in the account, and answers for it.

        When: 2 June 2026 at 10:30 UTC

        Answer the offer:
        https://accounts.example/ownership#account=7

        The offer ends by itself after 7 days. If you do not answer, nothing
        changes.

        -- 
        Brand & Co
    "#]],
    );
}

#[test]
fn a_transfer_to_the_new_owner() {
    check(
        &Case::new(Mail::OwnershipTransferred),
        &expect![[r#"
        You own Acme Corporation now

        Hello Grace,

        You are the owner of Acme Corporation on Brand & Co now.

        When: 2 June 2026 at 10:30 UTC

        If you did not expect this, ask the other managers of the account, and
        set a new password.

        -- 
        Brand & Co
    "#]],
    );
}

#[test]
fn a_transfer_to_the_former_owner() {
    let case = Case {
        user: 43,
        ..Case::new(Mail::OwnershipTransferred)
    };
    check(
        &case,
        &expect![[r#"
        Acme Corporation has a new owner

        Hello Grace,

        Ada Lovelace is the owner of Acme Corporation on Brand & Co now. You
        stay a member with the role admin.

        When: 2 June 2026 at 10:30 UTC

        If you did not expect this, ask the other managers of the account, and
        set a new password.

        -- 
        Brand & Co
    "#]],
    );
}

#[test]
fn changed_roles() {
    check(
        &Case::new(Mail::RolesChanged),
        &expect![[r#"
        Your roles in Acme Corporation have changed

        Hello Grace,

        Ada Lovelace has changed your roles in Acme Corporation on Brand & Co.

        Roles before: user
        Roles now: admin
        When: 2 June 2026 at 10:30 UTC

        If you did not expect this, ask the managers of the account.

        -- 
        Brand & Co
    "#]],
    );
}

#[test]
fn a_removal() {
    check(
        &Case::new(Mail::RemovedFromAccount),
        &expect![[r#"
        You are not a member of Acme Corporation any more

        Hello Grace,

        Ada Lovelace has removed you from Acme Corporation on Brand & Co.

        When: 2 June 2026 at 10:30 UTC

        If you did not expect this, ask the managers of the account.

        -- 
        Brand & Co
    "#]],
    );
}

#[test]
fn a_deletion_by_the_owner_and_one_by_the_platform() {
    let mut case = Case::new(Mail::AccountDeleted);
    check(
        &case,
        &expect![[r#"
        Acme Corporation was deleted

        Hello Grace,

        Ada Lovelace has deleted Acme Corporation on Brand & Co. Nobody has
        access to it any more.

        When: 2 June 2026 at 10:30 UTC

        Its owner can restore it, with everybody in it, for 30 days.

        -- 
        Brand & Co
    "#]],
    );
    case.sender = Sender::Platform;
    check(
        &case,
        &expect![[r#"
        Acme Corporation was deleted

        Hello Grace,

        Brand & Co has deleted Acme Corporation on Brand & Co. Nobody has access
        to it any more.

        When: 2 June 2026 at 10:30 UTC

        Only Brand & Co can restore it.

        -- 
        Brand & Co
    "#]],
    );
}

#[test]
fn a_suspension_by_the_platform() {
    check(
        &Case::new(Mail::AccountSuspended),
        &expect![[r#"
        Acme Corporation is suspended

        Hello Grace,

        Brand & Co has suspended Acme Corporation. Its members can read it and
        change nothing.

        When: 2 June 2026 at 10:30 UTC

        Only Brand & Co can lift the suspension.

        -- 
        Brand & Co
    "#]],
    );
}

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

#[test]
fn a_sign_in_is_mailed_if_another_kind_of_device_is_signed_in() {
    let user = |id| UserId::try_from(id).unwrap();
    let asked = Case::new(Mail::NewSignIn).asked(now(), user(42), user(43));
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

#[test]
fn a_second_factor_that_was_added() {
    check(
        &Case::new(Mail::FactorAdded),
        &expect![[r#"
        A second factor was added on Brand & Co

        Hello Grace,

        From now on, signing in to Brand & Co takes your password and a second
        factor. Keep your recovery codes where you find them without your phone.

        When: 2 June 2026 at 10:30 UTC
        Device: Firefox on Windows
        Network address: 203.0.113.7

        Set a new password:
        https://accounts.example/reset-password

        If it was you, there is nothing to do. If not, somebody knows your
        password: set a new one at once, and ask us to remove the second factor.

        -- 
        Brand & Co
    "#]],
    );
}

#[test]
fn a_second_factor_that_was_removed() {
    check(
        &Case::new(Mail::FactorRemoved),
        &expect![[r#"
        A second factor was removed on Brand & Co

        Hello Grace,

        One of your second factors on Brand & Co was removed.

        When: 2 June 2026 at 10:30 UTC
        Device: Firefox on Windows
        Network address: 203.0.113.7

        Set a new password:
        https://accounts.example/reset-password

        If you wanted this, there is nothing to do. If not, set a new password
        at once: it signs every device out.

        -- 
        Brand & Co
    "#]],
    );
}

#[test]
fn a_recovery_code_that_was_used() {
    check(
        &Case::new(Mail::RecoveryCodeUsed),
        &expect![[r#"
        A recovery code was used on Brand & Co

        Hello Grace,

        One of your recovery codes for Brand & Co was used in the place of your
        second factor. It does not work again.

        When: 2 June 2026 at 10:30 UTC
        Device: Firefox on Windows
        Network address: 203.0.113.7

        Set a new password:
        https://accounts.example/reset-password

        If it was you, there is nothing to do. If not, set a new password at
        once, and get new recovery codes: the old ones are void then.

        -- 
        Brand & Co
    "#]],
    );
}

#[test]
fn codes_that_are_refused_for_a_while() {
    check(
        &Case::new(Mail::FactorLocked),
        &expect![[r#"
        Too many codes were tried on Brand & Co

        Hello Grace,

        Somebody who knows your password tried many codes of your authenticator
        app on Brand & Co. Codes are refused for a while. Recovery codes work.

        When: 2 June 2026 at 10:30 UTC
        Device: Firefox on Windows
        Network address: 203.0.113.7

        Set a new password:
        https://accounts.example/reset-password

        If it was you, wait and try again. If not, set a new password at once.

        -- 
        Brand & Co
    "#]],
    );
}
