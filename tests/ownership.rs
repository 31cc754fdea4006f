//! `/api/accounts/{id}/owner`: an account changes hands by offer and acceptance, and has one owner at all times.

use serde_json::{Value, json};

use crate::support::{Account, Answer, Person, TestApp, together};
use reqwest::Method;

const DAY: i64 = 24 * 60 * 60;

async fn offer(acme: &Account, by: &Person, to: u64) -> Answer {
    by.put(&acme.ownership(), &json!({ "userId": to })).await
}

/// `accept` or `decline`.
async fn answer(acme: &Account, by: &Person, how: &str) -> Answer {
    let path = format!("{}/{how}", acme.ownership());
    by.request(Method::POST, &path).send().await
}

async fn pending(acme: &Account) -> Value {
    let account = acme.owner.get(&acme.path()).await.expect(200);
    account["pendingOwnerId"].clone()
}

async fn owners(acme: &Account, seen_by: &Person) -> Vec<Value> {
    let members = seen_by.get(&acme.users()).await.expect(200);
    let members = members["value"].as_array().unwrap().iter();
    let owners = members.filter(|member| member["owner"] == true);
    owners.map(|owner| owner["id"].clone()).collect()
}

/// Acme, and two members of it.
async fn acme(app: &TestApp) -> (Account, Person, Person) {
    let acme = app.owner_of("Acme").await;
    let grace = acme.member("grace@example.com", &["viewer"]).await;
    let hedy = acme.member("hedy@example.com", &["admin"]).await;
    (acme, grace, hedy)
}

#[tokio::test]
async fn an_offer_changes_nothing_until_it_is_accepted() {
    let app = TestApp::start().await;
    let (acme, grace, _) = acme(&app).await;
    let before = acme.owner.get(&acme.path()).await;
    let offered = acme.try_offer(grace.id).await;
    let shown = offered.expect(202);
    assert_eq!(shown["accountId"], acme.id);
    assert_eq!(shown["userId"], grace.id);
    let account = grace.get(&acme.path()).await;
    assert_eq!(account.header("etag"), offered.header("etag"));
    assert_ne!(account.header("etag"), before.header("etag"));
    let account = account.expect(200);
    assert_eq!(account["ownerId"], acme.owner.id);
    assert_eq!(account["pendingOwnerId"], grace.id);
    assert_eq!(owners(&acme, &grace).await, [acme.owner.id]);
    grace
        .delete(&acme.path())
        .await
        .refused(403, "UNAUTHORIZED");
}

#[tokio::test]
async fn the_new_owner_has_every_right_and_the_old_one_keeps_the_role_admin() {
    let app = TestApp::start().await;
    let (acme, grace, _) = acme(&app).await;
    // An owner needs no roles to have every right.
    acme.set_roles(acme.owner.id, &["viewer"]).await;
    acme.try_offer(grace.id).await.expect(202);
    let accepted = answer(&acme, &grace, "accept").await;
    let account = accepted.expect(200);
    assert_eq!(account["ownerId"], grace.id);
    assert_eq!(account["pendingOwnerId"], Value::Null);
    let read = grace.get(&acme.path()).await;
    assert_eq!(read.expect(200), account);
    assert_eq!(read.header("etag"), accepted.header("etag"));
    assert_eq!(owners(&acme, &grace).await, [grace.id]);
    let member = grace.get(&acme.user(grace.id)).await.expect(200);
    assert_eq!(member["roles"], json!(["viewer"]));
    let former = grace.get(&acme.user(acme.owner.id)).await.expect(200);
    assert_eq!(
        (&former["roles"], &former["owner"]),
        (&json!(["viewer", "admin"]), &json!(false))
    );
    app.check_invariants().await;

    acme.owner
        .delete(&acme.path())
        .await
        .refused(403, "UNAUTHORIZED");
    offer(&acme, &acme.owner, acme.owner.id)
        .await
        .refused(403, "UNAUTHORIZED");
    acme.owner
        .delete(&acme.user(acme.owner.id))
        .await
        .expect(200);
    grace.delete(&acme.path()).await.expect(200);
}

#[tokio::test]
async fn only_the_owner_offers_an_account_and_withdraws_the_offer() {
    let app = TestApp::start().await;
    let (acme, grace, admin) = acme(&app).await;
    let stranger = app.owner_of("Globex").await.owner;
    acme.try_offer(grace.id).await.expect(202);
    for person in [&admin, &grace, &stranger] {
        offer(&acme, person, person.id)
            .await
            .refused(403, "UNAUTHORIZED");
        let withdrawn = person.delete(&acme.ownership()).await;
        withdrawn.refused(403, "UNAUTHORIZED");
    }
    assert_eq!(pending(&acme).await, grace.id);
    acme.owner.delete(&acme.ownership()).await.expect(204);
    assert_eq!(pending(&acme).await, Value::Null);
    let again = acme.owner.delete(&acme.ownership()).await;
    again.refused(404, "TRANSFER_NOT_FOUND");
    answer(&acme, &grace, "accept")
        .await
        .refused(404, "TRANSFER_NOT_FOUND");
}

#[tokio::test]
async fn only_the_nominee_answers() {
    let app = TestApp::start().await;
    let (acme, grace, admin) = acme(&app).await;
    let stranger = app.owner_of("Globex").await.owner;
    acme.try_offer(grace.id).await.expect(202);
    for how in ["accept", "decline"] {
        for person in [&admin, &acme.owner] {
            answer(&acme, person, how)
                .await
                .refused(404, "TRANSFER_NOT_FOUND");
        }
        answer(&acme, &stranger, how)
            .await
            .refused(403, "UNAUTHORIZED");
    }
    answer(&acme, &grace, "decline").await.expect(204);
    assert_eq!(pending(&acme).await, Value::Null);
    for how in ["accept", "decline"] {
        answer(&acme, &grace, how)
            .await
            .refused(404, "TRANSFER_NOT_FOUND");
    }
}

#[tokio::test]
async fn another_offer_takes_the_place_of_the_one_before() {
    let app = TestApp::start().await;
    let (acme, grace, hedy) = acme(&app).await;
    acme.try_offer(grace.id).await.expect(202);
    acme.try_offer(hedy.id).await.expect(202);
    assert_eq!(pending(&acme).await, hedy.id);
    answer(&acme, &grace, "accept")
        .await
        .refused(404, "TRANSFER_NOT_FOUND");
    answer(&acme, &hedy, "accept").await.expect(200);
}

#[tokio::test]
async fn the_same_offer_again_is_answered_as_it_is() {
    let app = TestApp::start().await;
    let (acme, grace, _) = acme(&app).await;
    let first = acme.try_offer(grace.id).await;
    app.stack.advance(60);
    let second = acme.try_offer(grace.id).await;
    assert_eq!(second.expect(202), first.expect(202));
    assert_eq!(second.header("etag"), first.header("etag"));
}

#[tokio::test]
async fn an_offer_is_open_for_seven_days() {
    let app = TestApp::start().await;
    let (acme, grace, _) = acme(&app).await;
    acme.try_offer(grace.id).await.expect(202);
    app.stack.advance(7 * DAY - 60);
    let (acme, grace) = (acme.again().await, grace.again().await);
    assert_eq!(pending(&acme).await, grace.id);
    app.stack.advance(60);
    assert_eq!(pending(&acme).await, Value::Null);
    for how in ["accept", "decline"] {
        answer(&acme, &grace, how)
            .await
            .refused(410, "TRANSFER_EXPIRED");
    }
    let late = acme.owner.delete(&acme.ownership()).await;
    late.refused(410, "TRANSFER_EXPIRED");
    acme.try_offer(grace.id).await.expect(202);
    answer(&acme, &grace, "accept").await.expect(200);
}

#[tokio::test]
async fn only_an_active_member_with_a_proven_address_is_offered_an_account() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let invited = acme.invite("hedy@example.com", &["admin"]).await;
    let grace = acme.member("grace@example.com", &["admin"]).await;
    let stranger = app.owner_of("Globex").await.owner;
    acme.set_member_status(grace.id, "suspended").await;
    for id in [invited, grace.id] {
        acme.try_offer(id).await.refused(409, "MEMBER_NOT_ACTIVE");
    }
    acme.remove(grace.id).await;
    for id in [grace.id, stranger.id, 1] {
        acme.try_offer(id).await.refused(404, "USER_NOT_FOUND");
    }
    assert_eq!(owners(&acme, &acme.owner).await, [acme.owner.id]);
    // The account's creator is an active member, and may get it back once their address is proven.
    let joan = acme.member("joan@example.com", &["user"]).await;
    acme.hand_over(&joan).await;
    let back = Account {
        owner: joan,
        ..acme.clone()
    };
    let refused = back.try_offer(acme.owner.id).await;
    refused.refused(409, "MEMBER_NOT_ACTIVE");
    acme.owner.prove().await;
    back.hand_over(&acme.owner).await;
    app.check_invariants().await;
}

#[tokio::test]
async fn a_nominee_who_owns_as_many_accounts_as_one_may_does_not_accept() {
    let options = local::Options::memory().parameter("AccountsPerOwner", "1");
    let app = TestApp::with(options).await;
    let (acme, grace, _) = acme(&app).await;
    let own = grace.create("Own").await;
    acme.try_offer(grace.id).await.expect(202);
    answer(&acme, &grace, "accept")
        .await
        .refused(409, "ACCOUNT_LIMIT");
    grace.delete(&own.path()).await.expect(200);
    answer(&acme, &grace, "accept").await.expect(200);
    app.check_invariants().await;
}

#[tokio::test]
async fn an_offer_ends_when_the_nominee_is_no_active_member_any_more() {
    let app = TestApp::start().await;
    let (acme, grace, hedy) = acme(&app).await;
    acme.try_offer(grace.id).await.expect(202);
    acme.set_member_status(grace.id, "suspended").await;
    assert_eq!(pending(&acme).await, Value::Null);
    answer(&acme, &grace, "accept")
        .await
        .refused(403, "UNAUTHORIZED");
    acme.set_member_status(grace.id, "active").await;
    answer(&acme, &grace, "accept")
        .await
        .refused(404, "TRANSFER_NOT_FOUND");

    acme.try_offer(grace.id).await.expect(202);
    // Other roles are no reason.
    acme.set_roles(grace.id, &["user"]).await;
    assert_eq!(pending(&acme).await, grace.id);
    grace.delete(&acme.user(grace.id)).await.expect(200);
    assert_eq!(pending(&acme).await, Value::Null);

    acme.try_offer(hedy.id).await.expect(202);
    let erased = json!({ "password": crate::support::PASSWORD });
    let erased = hedy.request(Method::DELETE, "/api/users/me").json(&erased);
    erased.send().await.expect(204);
    for _ in 0..500 {
        if pending(&acme).await.is_null() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(pending(&acme).await, Value::Null);
    app.check_invariants().await;
}

#[tokio::test]
async fn an_account_that_comes_back_is_still_offered() {
    let app = TestApp::start().await;
    let (acme, grace, _) = acme(&app).await;
    acme.try_offer(grace.id).await.expect(202);
    acme.owner.delete(&acme.path()).await.expect(200);
    answer(&acme, &grace, "accept")
        .await
        .refused(404, "ACCOUNT_NOT_FOUND");
    let restore = format!("{}/restore", acme.path());
    let restored = acme.owner.post(&restore, &json!({})).await.expect(200);
    assert_eq!(restored["pendingOwnerId"], grace.id);
    answer(&acme, &grace, "accept").await.expect(200);
}

#[tokio::test]
async fn a_suspended_account_is_neither_offered_nor_accepted_and_the_offer_can_end() {
    let app = TestApp::start().await;
    let (acme, grace, hedy) = acme(&app).await;
    acme.try_offer(grace.id).await.expect(202);
    acme.set_status("suspended").await;
    acme.try_offer(hedy.id)
        .await
        .refused(403, "ACCOUNT_SUSPENDED");
    answer(&acme, &grace, "accept")
        .await
        .refused(403, "ACCOUNT_SUSPENDED");
    answer(&acme, &grace, "decline").await.expect(204);
    acme.set_status("active").await;
    acme.try_offer(grace.id).await.expect(202);
    acme.set_status("suspended").await;
    acme.owner.delete(&acme.ownership()).await.expect(204);
}

#[tokio::test]
async fn the_owner_may_offer_the_account_to_themselves_and_nothing_changes() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let before = acme.owner.get(&acme.path()).await;
    app.stack.advance(2);
    let answer = acme.try_offer(acme.owner.id).await;
    assert_eq!(answer.expect(200), before.expect(200));
    assert_eq!(answer.header("etag"), before.header("etag"));
}

#[tokio::test]
async fn a_user_id_has_to_be_one() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    for (body, mistake) in [
        (json!({}), "/userId REQUIRED"),
        (json!({ "userId": null }), "/userId REQUIRED"),
        (
            json!({ "userId": acme.owner.id.to_string() }),
            "/userId WRONG_TYPE",
        ),
        (json!({ "userId": 0 }), "/userId INVALID_ID"),
        (json!({ "userId": -1 }), "/userId INVALID_ID"),
        (json!({ "userId": 1.5 }), "/userId INVALID_ID"),
        (
            json!({ "userId": 9_007_199_254_740_992_u64 }),
            "/userId INVALID_ID",
        ),
    ] {
        let answer = acme.owner.put(&acme.ownership(), &body).await;
        answer.refused(400, "VALIDATION_FAILED");
        assert_eq!(answer.mistakes(), [mistake], "{body}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_answers_at_once_one_owner_comes_out() {
    let app = TestApp::start().await;
    let (acme, grace, _) = acme(&app).await;
    acme.try_offer(grace.id).await.expect(202);
    let accept = format!("{}/accept", acme.ownership());
    let decline = format!("{}/decline", acme.ownership());
    let answers = together(|caller| match caller % 3 {
        0 => grace.request(Method::POST, &accept),
        1 => grace.request(Method::POST, &decline),
        _ => acme.owner.request(Method::DELETE, &acme.ownership()),
    })
    .await;
    let done = answers
        .iter()
        .filter(|answer| answer.status.is_success())
        .count();
    assert_eq!(done, 1, "{answers:#?}");
    let account = grace.get(&acme.path()).await.expect(200);
    assert_eq!(account["pendingOwnerId"], Value::Null);
    assert_eq!(owners(&acme, &grace).await, [account["ownerId"].clone()]);
    app.check_invariants().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_becomes_the_owner_of_an_account_they_leave_at_the_same_moment() {
    let app = TestApp::start().await;
    let (acme, grace, _) = acme(&app).await;
    acme.try_offer(grace.id).await.expect(202);
    let (accept, leave) = (format!("{}/accept", acme.ownership()), acme.user(grace.id));
    let answers = together(|caller| {
        if caller % 2 == 0 {
            grace.request(Method::POST, &accept)
        } else {
            grace.request(Method::DELETE, &leave)
        }
    })
    .await;
    let codes: Vec<_> = answers
        .iter()
        .map(|answer| answer.status.as_u16())
        .collect();
    assert!(codes.iter().all(|code| *code < 500), "{codes:?}");
    let account = acme.owner.get(&acme.path()).await.expect(200);
    assert_eq!(
        owners(&acme, &acme.owner).await,
        [account["ownerId"].clone()]
    );
    app.check_invariants().await;
}
