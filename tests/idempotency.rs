//! `Idempotency-Key` on the routes that create an account or a member.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Account, Answer, Person, TestApp, invitation, sign_up, together};

const KEY: &str = "idempotency-key";
const DAY: i64 = 24 * 60 * 60;

async fn post(person: &Person, path: &str, key: &str, body: &Value) -> Answer {
    let request = person.request(Method::POST, path).header(KEY, key);
    request.json(body).send().await
}

/// Fails unless `again` is the answer `first` once more.
#[track_caller]
fn assert_replayed(first: &Answer, again: &Answer) {
    assert_eq!(first.header("idempotent-replayed"), "");
    assert_eq!(again.header("idempotent-replayed"), "true", "{again:#?}");
    assert_eq!((again.status, &again.text), (first.status, &first.text));
    for name in ["location", "etag", "content-type"] {
        assert_eq!(again.header(name), first.header(name), "{name}");
    }
    assert_ne!(again.header("x-request-id"), first.header("x-request-id"));
}

/// What an owner may create: the path, a body, and another one.
async fn creations(app: &TestApp, acme: &Account) -> [(String, Value, Value); 3] {
    let known = app.owner_of("Known").await.owner;
    [
        (
            "/api/accounts".into(),
            json!({ "name": "New" }),
            json!({ "name": "Other" }),
        ),
        (
            acme.users(),
            invitation("grace@example.com", &["user"]),
            invitation("grace@example.com", &["viewer"]),
        ),
        (
            acme.user(known.id),
            json!({ "roles": ["user"] }),
            json!({ "roles": ["viewer"] }),
        ),
    ]
}

#[tokio::test]
async fn the_first_answer_is_given_again_byte_for_byte() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    for (place, (path, body, _)) in creations(&app, &acme).await.into_iter().enumerate() {
        let key = format!("key {place}");
        let first = post(&acme.owner, &path, &key, &body).await;
        assert!(first.status.is_success(), "{first:#?}");
        app.stack.advance(5);
        for _ in 0..2 {
            assert_replayed(&first, &post(&acme.owner, &path, &key, &body).await);
        }
    }
    assert_eq!(acme.owner.listed().await.len(), 2);
    assert_eq!(acme.owner.get(&acme.users()).await.expect(200)["count"], 3);
    // The mail that was asked for once is sent once.
    app.invitation("grace@example.com").await;
    assert_eq!(app.stack.mails_to("grace@example.com").len(), 1);
}

#[tokio::test]
async fn the_first_answer_is_given_though_what_it_created_is_gone() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let body = invitation("grace@example.com", &["user"]);
    let first = post(&acme.owner, &acme.users(), "k", &body).await;
    acme.remove(first.json()["id"].as_u64().unwrap()).await;
    assert_replayed(&first, &post(&acme.owner, &acme.users(), "k", &body).await);
}

#[tokio::test]
async fn the_same_key_with_another_request_is_refused() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let creations = creations(&app, &acme).await;
    for (place, (path, body, other)) in creations.iter().enumerate() {
        let key = format!("key-{place}");
        post(&acme.owner, path, &key, body).await;
        let refused = post(&acme.owner, path, &key, other).await;
        refused.refused(422, "IDEMPOTENCY_KEY_REUSED");
    }
    let (path, body, _) = &creations[1];
    let elsewhere = post(&acme.owner, path, "key-0", body).await;
    elsewhere.refused(422, "IDEMPOTENCY_KEY_REUSED");
}

#[tokio::test]
async fn a_refusal_leaves_the_key_free() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let owner = &acme.owner;
    let taken = post(owner, "/api/accounts", "a", &json!({ "name": "Acme" })).await;
    taken.refused(409, "ACCOUNT_ALREADY_EXISTS");
    post(owner, "/api/accounts", "a", &json!({ "name": "" }))
        .await
        .refused(400, "VALIDATION_FAILED");
    post(owner, "/api/accounts", "a", &json!({ "name": "Acme 2" }))
        .await
        .expect(201);

    let grace = acme.member("grace@example.com", &["user"]).await;
    let body = invitation(&grace.email, &["user"]);
    let twice = post(owner, &acme.users(), "b", &body).await;
    twice.refused(409, "USER_ALREADY_IN_ACCOUNT");
    let denied = post(&grace, &acme.users(), "b", &body).await;
    denied.refused(403, "UNAUTHORIZED");
    acme.remove(grace.id).await;
    let made = post(owner, &acme.users(), "b", &body).await;
    made.expect(201);
    assert_replayed(&made, &post(owner, &acme.users(), "b", &body).await);
}

#[tokio::test]
async fn an_answer_is_kept_for_a_day() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let body = json!({ "name": "New" });
    let first = post(&acme.owner, "/api/accounts", "k", &body).await;
    app.stack.advance(DAY - 60);
    let acme = acme.again().await;
    assert_replayed(
        &first,
        &post(&acme.owner, "/api/accounts", "k", &body).await,
    );
    app.stack.advance(60);
    let acme = acme.again().await;
    let late = post(&acme.owner, "/api/accounts", "k", &body).await;
    late.refused(409, "ACCOUNT_ALREADY_EXISTS");
    let other = json!({ "name": "Other" });
    let anew = post(&acme.owner, "/api/accounts", "k", &other).await;
    anew.expect(201);
    assert_replayed(
        &anew,
        &post(&acme.owner, "/api/accounts", "k", &other).await,
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn parallel_copies_have_one_effect_and_the_same_answer() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    for (place, (path, body, _)) in creations(&app, &acme).await.into_iter().enumerate() {
        let key = format!("key-{place}");
        let answers = together(|_| {
            let request = acme.owner.request(Method::POST, &path);
            request.header(KEY, &key).json(&body)
        })
        .await;
        let first = answers
            .iter()
            .filter(|answer| answer.header("idempotent-replayed").is_empty());
        assert_eq!(first.count(), 1, "{answers:#?}");
        for answer in &answers {
            assert!(answer.status.is_success(), "{answer:#?}");
            assert_eq!(answer.text, answers[0].text);
            assert_eq!(answer.header("location"), answers[0].header("location"));
        }
    }
    assert_eq!(acme.owner.listed().await.len(), 2);
    assert_eq!(acme.owner.get(&acme.users()).await.expect(200)["count"], 3);
}

#[tokio::test]
async fn two_callers_with_the_same_key_do_not_meet() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let bob = app.owner_of("Globex").await.owner;
    let first = post(&acme.owner, "/api/accounts", "k", &json!({ "name": "New" })).await;
    let taken = post(&bob, "/api/accounts", "k", &json!({ "name": "New" })).await;
    taken.refused(409, "ACCOUNT_ALREADY_EXISTS");
    let second = post(&bob, "/api/accounts", "k", &json!({ "name": "Newer" })).await;
    assert_ne!(first.expect(201)["id"], second.expect(201)["id"]);
    assert_eq!(second.header("idempotent-replayed"), "");
}

#[tokio::test]
async fn nobody_learns_anothers_answer_on_a_public_route() {
    let app = TestApp::start().await;
    let post = async |key: &str, body: &Value| {
        let request = app.request(Method::POST, "/api/accounts/signup");
        request.header(KEY, key).json(body).send().await
    };
    let body = sign_up("ada@example.com", "Acme");
    let first = post("k", &body).await;
    first.expect(201);
    assert_replayed(&first, &post("k", &body).await);
    // Another password is another caller.
    let mut guess = body.clone();
    guess["password"] = "another password".into();
    post("k", &guess).await.refused(409, "USER_ALREADY_EXISTS");
    post("k", &sign_up("bob@example.com", "Globex"))
        .await
        .expect(201);
    post("other", &body)
        .await
        .refused(409, "USER_ALREADY_EXISTS");
}

#[tokio::test]
async fn a_replay_is_for_whoever_still_has_a_session_only() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let body = json!({ "name": "New" });
    post(&acme.owner, "/api/accounts", "k", &body)
        .await
        .expect(201);
    let signed_out = json!({ "refreshToken": acme.owner.refresh_token });
    app.post("/api/auth/logout", &signed_out).await.expect(204);
    let refused = post(&acme.owner, "/api/accounts", "k", &body).await;
    refused.refused(401, "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_key_has_one_to_255_printable_ascii_characters() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let long = "k".repeat(256);
    for (place, (path, body, _)) in creations(&app, &acme).await.into_iter().enumerate() {
        for key in ["", &long, "a\tb", "schlüssel"] {
            let answer = post(&acme.owner, &path, key, &body).await;
            answer.refused(400, "VALIDATION_FAILED");
            assert_eq!(
                answer.mistakes(),
                ["Idempotency-Key INVALID_HEADER"],
                "{key:?}"
            );
        }
        let key = format!("{place}{}", " ~!".repeat(100));
        let good = &key[..254];
        let first = post(&acme.owner, &path, &format!("{good}~"), &body).await;
        assert!(first.status.is_success(), "{first:#?}");
    }
}

#[tokio::test]
async fn a_key_is_ignored_elsewhere() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let grace = acme.invite("grace@example.com", &["user"]).await;
    let long = "k".repeat(300);
    for key in ["k", &long] {
        let requests = [
            (Method::PUT, acme.path(), json!({ "description": key })),
            (
                Method::PUT,
                acme.user(grace),
                json!({ "roles": ["viewer"] }),
            ),
            (
                Method::PUT,
                format!("{}/invite", acme.user(grace)),
                Value::Null,
            ),
            (
                Method::PUT,
                format!("{}/owner", acme.path()),
                json!({ "userId": acme.owner.id }),
            ),
            (Method::GET, acme.users(), Value::Null),
            (
                Method::PATCH,
                "/api/users/me".into(),
                json!({ "country": "FR" }),
            ),
        ];
        for (method, path, body) in requests {
            let request = acme.owner.request(method, &path).header(KEY, key);
            let answer = request.json(&body).send().await;
            answer.expect(200);
            assert_eq!(answer.header("idempotent-replayed"), "");
        }
    }
    let other = post(&acme.owner, "/api/accounts", "k", &json!({ "name": "New" })).await;
    other.expect(201);
}
