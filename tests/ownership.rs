//! `PUT /api/accounts/{id}/owner`, and that there is one owner at all times.

use serde_json::{Value, json};

use crate::support::{Account, Answer, Person, TestApp, together};
use reqwest::Method;

async fn hand_over(acme: &Account, by: &Person, to: u64) -> Answer {
    let path = format!("{}/owner", acme.path());
    by.put(&path, &json!({ "userId": to })).await
}

async fn owners(acme: &Account, seen_by: &Person) -> Vec<Value> {
    let members = seen_by.get(&acme.users()).await.expect(200);
    let members = members["value"].as_array().unwrap().iter();
    let owners = members.filter(|member| member["owner"] == true);
    owners.map(|owner| owner["id"].clone()).collect()
}

#[tokio::test]
async fn the_new_owner_has_every_right_and_the_old_one_keeps_their_roles() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let grace = acme.member("grace@example.com", &["viewer"]).await;
    let answer = hand_over(&acme, &acme.owner, grace.id).await;
    let account = answer.expect(200);
    assert_eq!(account["ownerId"], grace.id);
    let read = grace.get(&acme.path()).await;
    assert_eq!(read.expect(200), account);
    assert_eq!(read.header("etag"), answer.header("etag"));
    assert_eq!(owners(&acme, &grace).await, [grace.id]);
    let member = grace.get(&acme.user(grace.id)).await.expect(200);
    assert_eq!(member["roles"], json!(["viewer"]));
    let former = grace.get(&acme.user(acme.owner.id)).await.expect(200);
    assert_eq!(
        (&former["roles"], &former["owner"]),
        (&json!(["admin"]), &json!(false))
    );

    acme.owner
        .delete(&acme.path())
        .await
        .refused(403, "UNAUTHORIZED");
    hand_over(&acme, &acme.owner, acme.owner.id)
        .await
        .refused(403, "UNAUTHORIZED");
    acme.owner
        .delete(&acme.user(acme.owner.id))
        .await
        .expect(200);
    grace.delete(&acme.path()).await.expect(200);
}

#[tokio::test]
async fn only_the_owner_hands_an_account_over() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let admin = acme.member("admin@example.com", &["admin"]).await;
    let stranger = app.owner_of("Globex").await.owner;
    for person in [&admin, &stranger] {
        hand_over(&acme, person, person.id)
            .await
            .refused(403, "UNAUTHORIZED");
    }
    assert_eq!(owners(&acme, &admin).await, [acme.owner.id]);
}

#[tokio::test]
async fn only_an_active_member_becomes_the_owner() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let invited = acme.invite("hedy@example.com", &["admin"]).await;
    let grace = acme.member("grace@example.com", &["admin"]).await;
    let stranger = app.owner_of("Globex").await.owner;
    acme.set_member_status(grace.id, "suspended").await;
    for id in [invited, grace.id] {
        hand_over(&acme, &acme.owner, id)
            .await
            .refused(409, "MEMBER_NOT_ACTIVE");
    }
    acme.remove(grace.id).await;
    for id in [grace.id, stranger.id, 1] {
        hand_over(&acme, &acme.owner, id)
            .await
            .refused(404, "USER_NOT_FOUND");
    }
    assert_eq!(owners(&acme, &acme.owner).await, [acme.owner.id]);
}

#[tokio::test]
async fn the_owner_may_offer_the_account_to_themselves_and_nothing_changes() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let before = acme.owner.get(&acme.path()).await;
    app.stack.advance(2);
    let answer = hand_over(&acme, &acme.owner, acme.owner.id).await;
    assert_eq!(answer.expect(200), before.expect(200));
    assert_eq!(answer.header("etag"), before.header("etag"));
}

#[tokio::test]
async fn a_user_id_has_to_be_one() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let path = format!("{}/owner", acme.path());
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
        let answer = acme.owner.put(&path, &body).await;
        answer.refused(400, "VALIDATION_FAILED");
        assert_eq!(answer.mistakes(), [mistake], "{body}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_handovers_at_once_one_owner_comes_out() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let mut members = Vec::new();
    for name in ["grace", "hedy", "joan", "mary"] {
        members.push(acme.member(&format!("{name}@example.com"), &["user"]).await);
    }
    let path = format!("{}/owner", acme.path());
    let answers = together(|caller| {
        let taker = members[caller % members.len()].id;
        acme.owner
            .request(Method::PUT, &path)
            .json(&json!({ "userId": taker }))
    })
    .await;
    let done: Vec<_> = answers
        .iter()
        .filter(|answer| answer.status == 200)
        .collect();
    assert_eq!(done.len(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        // The former owner asks for what is the new owner's to give.
        answer.refused(403, "UNAUTHORIZED");
    }
    let owner = done[0].json()["ownerId"].clone();
    assert_eq!(owners(&acme, &acme.owner).await, [owner]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_becomes_the_owner_of_an_account_they_leave_at_the_same_moment() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let grace = acme.member("grace@example.com", &["user"]).await;
    let (hand_over, leave) = (format!("{}/owner", acme.path()), acme.user(grace.id));
    let answers = together(|caller| {
        if caller % 2 == 0 {
            let to = json!({ "userId": grace.id });
            acme.owner.request(Method::PUT, &hand_over).json(&to)
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
}
