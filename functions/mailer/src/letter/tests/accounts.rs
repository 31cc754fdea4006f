//! Ownership, roles, deletions and suspensions.

use expect_test::expect;
use runtime::model::Mail;

use super::check;
use crate::letter::Sender;
use crate::letter::examples::Case;

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
