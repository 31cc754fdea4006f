//! Verifications and changes of the address.

use expect_test::expect;
use runtime::model::{ChangeKind, Mail};

use super::check;
use crate::letter::Part;
use crate::letter::examples::Case;

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
