use aws_sdk_dynamodb::types::AttributeValue;
use expect_test::expect;

use super::*;
use crate::domain::examples::{NOW, ada};

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
        source_ip: "192.0.2.1".into(),
        changes: Differences::default(),
        mail: None,
        account_name: None,
        sender_name: None,
    }
    .with(changes)
    .mailing(Mail::Invitation, "Acme", "Grace Hopper")
}

fn least() -> Change {
    Change {
        actor: None,
        changes: Differences::default(),
        mail: None,
        account_name: None,
        sender_name: None,
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
            "id": 7,
            "email": "Ada@Example.com"
          },
          "target": {
            "type": "user",
            "id": 9007199254740991
          },
          "requestId": "req-1",
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
          "mail": "invitation",
          "accountName": "Acme",
          "senderName": "Grace Hopper"
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&whole()).unwrap());
}

#[test]
fn what_a_record_does_not_have_is_left_out() {
    expect![[r#"{"id":"AAECAwQFBgcICQoL","kind":"MemberChanged","at":1780396200500,"target":{"type":"user","id":9007199254740991},"requestId":"req-1","sourceIp":"192.0.2.1"}"#]].assert_eq(&serde_json::to_string(&least()).unwrap());
}

#[test]
fn a_record_comes_back_from_the_table_as_it_went() {
    for change in [whole(), least(), least().notifying(Mail::PasswordChanged)] {
        let stored: AttributeValue = serde_dynamo::to_attribute_value(&change).unwrap();
        let back: Change = serde_dynamo::from_attribute_value(stored).unwrap();
        assert_eq!(back, change);
        assert_eq!(back.at(), NOW);
    }
}

/// The template's filter on the stream selects records by `change.M.mail.S`.
#[test]
fn the_mail_that_a_record_asks_for_is_a_string_in_a_map() {
    let mails = [
        Mail::Invitation,
        Mail::AddedToAccount,
        Mail::Verification,
        Mail::PasswordReset,
        Mail::PasswordChanged,
    ];
    let stored = mails.map(|mail| {
        let stored: AttributeValue =
            serde_dynamo::to_attribute_value(least().notifying(mail)).unwrap();
        stored.as_m().unwrap()["mail"].as_s().unwrap().clone()
    });
    let expected = [
        "invitation",
        "addedToAccount",
        "verification",
        "passwordReset",
        "passwordChanged",
    ];
    assert_eq!(stored, expected);
    let silent: AttributeValue = serde_dynamo::to_attribute_value(least()).unwrap();
    assert!(!silent.as_m().unwrap().contains_key("mail"));
}

#[test]
fn the_names_of_what_happened_never_change() {
    use ChangeKind as Kind;
    let kinds = [
        Kind::UserSignedUp,
        Kind::UserInvited,
        Kind::UserChanged,
        Kind::EmailVerificationRequested,
        Kind::EmailVerified,
        Kind::PasswordResetRequested,
        Kind::PasswordChanged,
        Kind::UserErased,
        Kind::AccountCreated,
        Kind::AccountChanged,
        Kind::AccountDeleted,
        Kind::OwnershipTransferred,
        Kind::MemberAdded,
        Kind::MemberInvited,
        Kind::InvitationResent,
        Kind::InvitationAccepted,
        Kind::InvitationDeclined,
        Kind::MemberChanged,
        Kind::MemberRemoved,
    ];
    let names = serde_json::to_string(&kinds).unwrap().replace(',', "\n");
    expect![[r#"
        ["UserSignedUp"
        "UserInvited"
        "UserChanged"
        "EmailVerificationRequested"
        "EmailVerified"
        "PasswordResetRequested"
        "PasswordChanged"
        "UserErased"
        "AccountCreated"
        "AccountChanged"
        "AccountDeleted"
        "OwnershipTransferred"
        "MemberAdded"
        "MemberInvited"
        "InvitationResent"
        "InvitationAccepted"
        "InvitationDeclined"
        "MemberChanged"
        "MemberRemoved"]"#]]
    .assert_eq(&names);
}
