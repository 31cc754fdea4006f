//! Invitations, and notices to new members.

use expect_test::expect;
use runtime::model::Mail;

use super::check;
use crate::letter::Sender;
use crate::letter::examples::Case;

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
