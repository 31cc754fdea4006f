use std::fmt::Write as _;

use expect_test::expect;

use super::*;
use crate::examples::{NOW, ada};

fn whole() -> Change {
    let mut changes = Differences::default();
    changes.note("roles", &vec!["user"], &vec!["user", "manage"]);
    changes.note("country", &Some("GB"), &None);
    changes.note("ownerId", &1_u64, &9_007_199_254_740_991);
    changes.note("status", &"active", &"active");
    Change {
        id: "AAECAwQFBgcICQoL".into(),
        kind: ChangeKind::MemberChanged,
        at: NOW.millis(),
        actor: Some(ada().actor()),
        target: Target {
            r#type: "user".into(),
            id: 9_007_199_254_740_991,
        },
        request_id: "req-1".into(),
        version: 2,
        source_ip: "192.0.2.1".into(),
        changes: Differences::default(),
        mail: Some(Mail::Invitation),
        device: String::new(),
        operator: String::new(),
    }
    .with(changes)
}

fn least() -> Change {
    Change {
        actor: None,
        changes: Differences::default(),
        mail: None,
        device: String::new(),
        ..whole()
    }
}

#[test]
fn the_stored_form_of_a_whole_record_is_pinned() {
    expect![[r#"
        {
          "id": "AAECAwQFBgcICQoL",
          "kind": "MemberChanged",
          "at": 1780396200500,
          "actor": {
            "id": 7
          },
          "target": {
            "type": "user",
            "id": 9007199254740991
          },
          "requestId": "req-1",
          "version": 2,
          "sourceIp": "192.0.2.1",
          "changes": {
            "country": {
              "from": "GB",
              "to": null
            },
            "ownerId": {
              "from": 1,
              "to": 9007199254740991
            },
            "roles": {
              "from": [
                "user"
              ],
              "to": [
                "user",
                "manage"
              ]
            }
          },
          "mail": "invitation"
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&whole()).unwrap());
}

#[test]
fn what_a_record_does_not_have_is_left_out() {
    expect![[r#"{"id":"AAECAwQFBgcICQoL","kind":"MemberChanged","at":1780396200500,"target":{"type":"user","id":9007199254740991},"requestId":"req-1","version":2,"sourceIp":"192.0.2.1"}"#]].assert_eq(&serde_json::to_string(&least()).unwrap());
}

#[test]
fn a_record_reads_back() {
    for change in [whole(), least()] {
        let stored = serde_json::to_value(&change).unwrap();
        let back: Change = serde_json::from_value(stored).unwrap();
        assert_eq!(back, change);
        assert_eq!(back.at(), NOW);
    }
}

/// The event filter in the template selects records by `change.M.mail.S`.
#[test]
fn the_mail_that_a_record_asks_for_is_a_string_in_a_map() {
    let stored = |mail| serde_json::to_value(Change { mail, ..least() }).unwrap();
    let mut described = String::new();
    for kind in ChangeKind::ALL {
        let record = stored(kind.mail());
        let mail = record.get("mail");
        let mail = mail.map_or("-", |mail| mail.as_str().unwrap());
        let _ = writeln!(described, "{} | {} | {mail}", kind.name(), kind.wording());
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
    }
    // The names never change.
    expect![[r#"
        UserSignedUp | Signed up | verification
        UserInvited | Was invited for the first time | -
        UserChanged | Changed the profile | -
        SignedIn | Signed in | newSignIn
        EmailVerificationRequested | Asked for a verification mail | verification
        EmailVerified | Verified the address | -
        EmailChangeRequested | Asked for another address | emailChangeRequested
        EmailChanged | Changed the address | emailChanged
        EmailChangeUndone | Undid the change of the address | emailChangeUndone
        PasswordResetRequested | Asked for a new password | passwordReset
        PasswordChanged | Changed the password | passwordChanged
        RefreshTokenReused | Used a refresh token twice | refreshReused
        SecondFactorAdded | Added a second factor | factorAdded
        SecondFactorRemoved | Removed a second factor | factorRemoved
        RecoveryCodesReplaced | Replaced the recovery codes | -
        RecoveryCodeUsed | Used a recovery code | recoveryCodeUsed
        SecondFactorLocked | Guessed too many codes | factorLocked
        SessionsEnded | Ended all sessions of the person | sessionsEnded
        UserSuspended | Suspended the person | userSuspended
        UserReactivated | Reactivated the person | userReactivated
        UserErased | Erased the person | personErased
        AccountCreated | Created the account | -
        AccountChanged | Changed the account | accountSuspended
        AccountDeleted | Deleted the account | accountDeleted
        AccountRestored | Restored the account | -
        OwnershipOffered | Offered the ownership | ownershipOffered
        OwnershipOfferEnded | Ended the offer of the ownership | -
        OwnershipTransferred | Handed the account over | ownershipTransferred
        MemberAdded | Added a member | addedToAccount
        MemberInvited | Invited a member | invitation
        InvitationResent | Sent the invitation again | invitation
        InvitationAccepted | Accepted the invitation | -
        InvitationDeclined | Declined the invitation | -
        MemberChanged | Changed a member | rolesChanged
        MemberRemoved | Removed a member | removedFromAccount
    "#]]
    .assert_eq(&described);
}

#[test]
fn a_record_is_not_told_before_what_it_follows() {
    let later = Timestamp::from_millis(NOW.millis() + 5);
    assert_eq!(least().not_before(later).at(), later);
    assert_eq!(whole().not_before(Timestamp::from_millis(5)).at(), NOW);
}
