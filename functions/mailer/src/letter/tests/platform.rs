//! Erasures, and what the platform did to a person.

use expect_test::expect;
use runtime::model::Mail;

use super::check;
use crate::letter::Sender;
use crate::letter::examples::Case;

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
