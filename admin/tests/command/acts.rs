//! What an operator does holds for the API at once, and by its rules.

use admin::Exit;
use serde_json::{Value, json};

use crate::support::Desk;

const ADA: &str = "ada@example.com";
const GRACE: &str = "grace@example.com";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_is_found_shown_suspended_and_activated() {
    let desk = Desk::start().await;
    let (ada, account, token) = desk.owner(ADA, "Acme").await;
    for found in [ADA, "LOVELACE", "ada@"] {
        let found = desk.json(&format!("users find {found}")).await;
        assert_eq!(
            (found.as_array().unwrap().len(), &found[0]["id"]),
            (1, &json!(ada))
        );
    }
    assert_eq!(desk.json("users find nobody").await, json!([]));
    let shown = desk.json(&format!("users show {ADA}")).await;
    assert_eq!(shown["memberships"][0]["accountId"], account);
    assert_eq!(shown["sessions"].as_array().unwrap().len(), 1);
    let text = serde_json::to_string(&shown).unwrap();
    assert!(
        !text.contains("argon2") && !text.contains("digest"),
        "{text}"
    );

    let suspended = desk.json(&format!("users suspend {ada}")).await;
    assert_eq!(
        (&suspended["status"], &suspended["sessions"]),
        (&json!("suspended"), &json!([]))
    );
    let (status, _) = desk
        .try_call("GET", "/api/users/me", &token, &Value::Null)
        .await;
    assert_eq!(status, 401);
    desk.json(&format!("users activate {ADA}")).await;
    let token = desk.sign_in(ADA).await;
    desk.json(&format!("users sign-out {ADA}")).await;
    let (status, _) = desk
        .try_call("GET", "/api/users/me", &token, &Value::Null)
        .await;
    assert_eq!(status, 401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erasure_is_asked_for_and_refused_to_an_owner() {
    let desk = Desk::start().await;
    let (_, account, token) = desk.owner(ADA, "Acme").await;
    desk.member(account, &token, GRACE).await;
    let unconfirmed = desk.run(&format!("users erase {GRACE}")).await;
    assert_eq!(unconfirmed.exit, Exit::Usage, "{unconfirmed:?}");
    let declined = desk
        .run_asking(&format!("users erase {GRACE}"), "n\n")
        .await;
    assert_eq!(declined.exit, Exit::Refused, "{declined:?}");
    let owner = desk.run(&format!("users erase {ADA} --yes")).await;
    assert_eq!(owner.exit, Exit::Refused);
    assert_eq!(owner.err, "error: transfer the ownership first\n");
    let erased = desk
        .run_asking(&format!("users erase {GRACE}"), "y\n")
        .await;
    assert_eq!(erased.exit, Exit::Done, "{erased:?}");
    let gone = desk.run(&format!("users show {GRACE}")).await;
    assert_eq!(gone.exit, Exit::NotFound);
    assert_eq!(gone.err, "error: there is no such user\n");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_is_suspended_deleted_and_restored_for_the_platform() {
    let desk = Desk::start().await;
    let (_, account, token) = desk.owner(ADA, "Acme Ltd").await;
    let path = format!("/api/accounts/{account}");
    let suspended = desk.json("accounts suspend \"Acme Ltd\"").await;
    assert_eq!(suspended["suspendedBy"], "platform");
    let lift = json!({ "status": "active" });
    let (status, answer) = desk.try_call("PUT", &path, &token, &lift).await;
    assert_eq!(
        (status, &answer["code"]),
        (403, &json!("ACCOUNT_SUSPENDED"))
    );
    desk.json(&format!("accounts activate {account}")).await;
    desk.call("GET", &path, &token, &Value::Null).await;

    assert_eq!(
        desk.run(&format!("accounts delete {account}")).await.exit,
        Exit::Usage
    );
    desk.json(&format!("accounts delete {account} --yes")).await;
    assert_eq!(
        desk.run("accounts show \"Acme Ltd\"").await.exit,
        Exit::NotFound
    );
    let shown = desk.json(&format!("accounts show {account}")).await;
    assert_eq!(shown["deletedBy"], "platform");
    let named = desk
        .json(&format!("accounts restore {account} --name \"Acme Again\""))
        .await;
    assert_eq!(named["name"], "Acme Again");
    desk.call("GET", &path, &token, &Value::Null).await;

    desk.call("DELETE", &path, &token, &Value::Null).await;
    let refused = desk.run(&format!("accounts restore {account}")).await;
    assert_eq!(refused.exit, Exit::Refused);
    assert_eq!(
        refused.err,
        "error: its owner has deleted it: only they restore it\n"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_is_handed_over_to_a_proven_member_only() {
    let desk = Desk::start().await;
    let (_, account, token) = desk.owner(ADA, "Acme").await;
    let invited = "invited@example.com";
    desk.invite(account, &token, invited).await;
    let grace = desk.member(account, &token, GRACE).await;
    let other = desk.owner("other@example.com", "Other").await.0;
    let to = |who: &str| format!("accounts transfer {account} {who} --yes");
    let refused = desk.run(&to(invited)).await;
    assert_eq!(
        (refused.exit, refused.err.as_str()),
        (Exit::Refused, "error: the member is not active\n")
    );
    assert_eq!(desk.run(&to(&other.to_string())).await.exit, Exit::NotFound);
    let handed = desk.json(&to(GRACE)).await;
    assert_eq!(handed["ownerId"], grace);
    let found = desk.json("accounts find acme").await;
    assert_eq!(
        (&found[0]["id"], &found[0]["ownerId"]),
        (&json!(account), &json!(grace))
    );
    let members = desk.json("accounts members Acme").await;
    let owners = members
        .as_array()
        .unwrap()
        .iter()
        .filter(|member| member["owner"] == true);
    assert_eq!((members.as_array().unwrap().len(), owners.count()), (3, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invitation_is_resent_within_the_limits_of_the_stack() {
    let options = local::Options::memory().parameter("InvitationMailsPerMemberAndHour", "2");
    let desk = Desk::with(options).await;
    let (_, account, token) = desk.owner(ADA, "Acme").await;
    desk.invite(account, &token, GRACE).await;
    let first = desk.token(GRACE, "invit").await;
    let resent = desk
        .json(&format!("invitations resend {account} {GRACE}"))
        .await;
    assert_eq!(
        (&resent["email"], &resent["sentCount"]),
        (&json!(GRACE), &json!(2))
    );
    let limited = desk
        .run(&format!("invitations resend {account} {GRACE}"))
        .await;
    assert_eq!(limited.exit, Exit::Refused, "{limited:?}");
    desk.stack.streams_read().await;
    let lookup = json!({ "token": first });
    let (status, _) = desk
        .try_call("POST", "/api/invitations/lookup", "", &lookup)
        .await;
    assert_eq!(status, 404);
    let mails = desk.json(&format!("mails show --account {account}")).await;
    assert_eq!(
        (&mails[0]["email"], &mails[0]["sentCount"]),
        (&json!(GRACE), &json!(2))
    );
    let caught = desk.json(&format!("mails show --to {GRACE}")).await;
    assert_eq!(caught["mailbox"].as_array().unwrap().len(), 2);
    assert_eq!(caught["waiting"], json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tenants_see_the_platform_and_operators_the_operator() {
    let desk = Desk::start().await;
    let (_, account, token) = desk.owner(ADA, "Acme").await;
    desk.json("accounts suspend Acme").await;
    desk.stack.streams_read().await;
    let ran = desk.run("--json events tail Acme").await;
    let last: Value = serde_json::from_str(ran.out.lines().last().unwrap()).unwrap();
    assert_eq!(
        (&last["kind"], &last["operator"]),
        (&json!("AccountChanged"), &json!("local"))
    );
    let path = format!("/api/accounts/{account}/events?$top=1");
    let seen = desk.call("GET", &path, &token, &Value::Null).await;
    let event = &seen["value"][0];
    let platform = json!({ "type": "platform", "id": null, "email": null });
    assert_eq!(
        (&event["actor"], &event["sourceIp"]),
        (&platform, &Value::Null)
    );
    assert!(
        event["requestId"].as_str().unwrap().starts_with("admin-"),
        "{event}"
    );
    assert!(event.get("operator").is_none(), "{event}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_goes_by_the_clock_of_the_stack() {
    let desk = Desk::start().await;
    let (_, account, _) = desk.owner(ADA, "Acme").await;
    desk.json(&format!("accounts delete {account} --yes")).await;
    desk.stack.advance(29 * 24 * 60 * 60);
    desk.json(&format!("accounts restore {account}")).await;
    desk.json(&format!("accounts delete {account} --yes")).await;
    desk.stack.advance(31 * 24 * 60 * 60);
    assert_eq!(
        desk.run(&format!("accounts restore {account}")).await.exit,
        Exit::NotFound
    );
}
