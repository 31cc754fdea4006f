//! Passwords, devices and second factors.

use expect_test::expect;
use runtime::model::{Mail, UserId};

use super::{NOW, check, now};
use crate::letter::examples::Case;

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
