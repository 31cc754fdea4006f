//! The platform's people: what platform administrators see of a person and do to them, and that nobody else learns anything.

use local::Options;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Account, Answer, Example, PASSWORD, Person, Route, TestApp};
use crate::trail::{settled, trail};

const ROOT: &str = "root@example.com";
const GRACE: &str = "grace@example.com";

/// A platform administrator, an account that is none of theirs, and a member of it.
async fn start() -> (TestApp, Person, Account, Person) {
    let app = TestApp::with(Options::memory().parameter("PlatformAdminEmails", ROOT)).await;
    let root = app.proven_owner(ROOT, "Platform").await.owner;
    let acme = app.owner_of("Acme").await;
    let grace = acme.member(GRACE, &["manage"]).await;
    (app, root, acme, grace)
}

fn path(id: u64) -> String {
    format!("/api/users/{id}")
}

async fn set(root: &Person, id: u64, status: &str) -> Answer {
    root.put(&path(id), &json!({ "status": status })).await
}

async fn find(root: &Person, address: &str) -> Value {
    let filter = format!("email eq '{address}'");
    let request = root.request(Method::GET, "/api/users");
    request
        .query(&[("$filter", &filter)])
        .send()
        .await
        .expect(200)
}

/// The subjects of the mails to `email`, newest first, once there is one with `subject`.
async fn subjects(app: &TestApp, email: &str, subject: &str) -> Vec<String> {
    app.mail(email, subject).await;
    let mails = app.stack.mails_to(email).into_iter();
    mails.map(|mail| mail.subject).collect()
}

/// The events of `kind` on the bus, once there is one.
async fn fed(app: &TestApp, kind: &str) -> Vec<Value> {
    let path = format!("/_local/events?detailType={kind}");
    for _ in 0..500 {
        let events = app.get_unchecked(&path).await;
        let events = events.as_array().unwrap().clone();
        if !events.is_empty() {
            return events;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("no event {kind}");
}

#[tokio::test]
async fn a_person_is_found_by_their_address_and_read_by_their_id() {
    let (_, root, acme, grace) = start().await;
    for address in [GRACE, "Grace@EXAMPLE.com", " grace@example.com "] {
        let found = find(&root, address).await;
        assert_eq!(
            (&found["count"], &found["nextLink"]),
            (&json!(1), &Value::Null)
        );
        assert_eq!(found["value"][0]["id"], grace.id, "{address}");
    }
    let nobody = json!({ "value": [], "count": 0, "nextLink": null });
    for address in ["nobody@example.com", "no address", "O''Neil@example.com"] {
        assert_eq!(find(&root, address).await, nobody);
    }
    let read = root.get(&path(grace.id)).await.expect(200);
    assert_eq!(find(&root, GRACE).await["value"][0], read);
    let mut own = grace.get("/api/users/me").await.expect(200);
    own["status"] = "active".into();
    assert_eq!(read, own);
    assert_eq!(read["memberships"][0]["accountId"], acme.id);
}

#[tokio::test]
async fn people_are_found_in_one_form_only() {
    let (_, root, acme, _) = start().await;
    for options in [
        &[][..],
        &[("$filter", "email ne 'a@example.com'")],
        &[("$filter", "startswith(email, 'a')")],
        &[("$filter", "email eq 'a@example.com'"), ("$top", "1")],
        &[("$filter", "email eq 'a@example.com' or true")],
        &[("$orderby", "email")],
    ] {
        let ask = async |person: &Person| {
            let request = person.request(Method::GET, "/api/users").query(options);
            request.send().await
        };
        ask(&root).await.refused(400, "INVALID_QUERY");
        ask(&acme.owner).await.refused(400, "INVALID_QUERY");
    }
    let request = acme.owner.request(Method::GET, "/api/users");
    let request = request.query(&[("$filter", "email eq 'grace@example.com'")]);
    request.send().await.refused(403, "UNAUTHORIZED");
}

#[tokio::test]
async fn everybody_else_is_refused_whether_the_person_exists_or_not() {
    let (app, root, acme, grace) = start().await;
    let unproven = app.owner("unproven@example.com", "Unproven").await.owner;
    for person in [&acme.owner, &grace, &unproven] {
        for id in [grace.id, person.id, root.id, 7, 0] {
            let all = [
                person.get(&path(id)).await,
                set(person, id, "suspended").await,
                person.delete(&path(id)).await,
                person.delete(&format!("{}/sessions", path(id))).await,
            ];
            for answer in all {
                answer.refused(403, "UNAUTHORIZED");
            }
        }
    }
    for id in [7, 0] {
        let all = [
            root.get(&path(id)).await,
            set(&root, id, "suspended").await,
            root.delete(&path(id)).await,
            root.delete(&format!("{}/sessions", path(id))).await,
        ];
        for answer in all {
            answer.refused(404, "USER_NOT_FOUND");
        }
    }
    root.get("/api/users/ada")
        .await
        .refused(400, "VALIDATION_FAILED");
    let wrong = set(&root, grace.id, "erased").await;
    assert_eq!(wrong.mistakes(), ["/status INVALID_STATUS"]);
}

#[tokio::test]
async fn a_suspended_person_has_no_session_and_begins_none() {
    let (app, root, acme, grace) = start().await;
    let elsewhere = grace.again().await;
    let suspended = set(&root, grace.id, "suspended").await.expect(200);
    assert_eq!(suspended["status"], "suspended");
    assert_eq!(suspended["memberships"][0]["accountId"], acme.id);
    let example = Example {
        account: acme.id,
        member: acme.owner.id,
        ..Example::default()
    };
    for route in Route::guarded() {
        let answer = route.request_by(&grace, &example).send().await;
        answer.refused(401, "UNAUTHENTICATED");
    }
    for person in [&grace, &elsewhere] {
        let refresh = json!({ "refreshToken": person.refresh_token });
        let refused = app.post("/api/auth/refresh", &refresh).await;
        refused.refused(401, "UNAUTHENTICATED");
    }
    let right = app.try_sign_in(GRACE, PASSWORD).await;
    right.refused(403, "USER_SUSPENDED");
    let wrong = app.try_sign_in(GRACE, "wrong").await;
    wrong.refused(401, "INVALID_CREDENTIALS");
    // Their membership is as it was.
    let member = acme.owner.get(&acme.user(grace.id)).await.expect(200);
    assert_eq!(member["status"], "active");
    app.check_invariants().await;
    let active = set(&root, grace.id, "active").await.expect(200);
    assert_eq!(active["status"], "active");
    grace.get("/api/users/me").await.expect(401);
    grace.again().await.get(&acme.path()).await.expect(200);
}

#[tokio::test]
async fn a_suspended_person_sets_a_password_and_is_not_signed_in_by_it() {
    let (app, root, _, grace) = start().await;
    set(&root, grace.id, "suspended").await.expect(200);
    let forgot = json!({ "email": GRACE });
    app.post("/api/auth/password/forgot", &forgot)
        .await
        .expect(202);
    let tokens = app.link_tokens(GRACE, "Set a new password", 1).await;
    let body = json!({ "token": tokens[0], "password": "another good password" });
    app.post("/api/auth/password/reset", &body)
        .await
        .expect(204);
    let refused = app.try_sign_in(GRACE, "another good password").await;
    refused.refused(403, "USER_SUSPENDED");
    set(&root, grace.id, "active").await.expect(200);
    app.sign_in(GRACE, "another good password").await;
}

#[tokio::test]
async fn right_passwords_of_a_suspended_person_are_no_failed_sign_ins() {
    let (app, root, _, grace) = start().await;
    set(&root, grace.id, "suspended").await.expect(200);
    for _ in 0..12 {
        let refused = app.try_sign_in(GRACE, PASSWORD).await;
        refused.refused(403, "USER_SUSPENDED");
    }
}

#[tokio::test]
async fn nobody_suspends_themselves() {
    let (_, root, ..) = start().await;
    set(&root, root.id, "suspended")
        .await
        .refused(403, "UNAUTHORIZED");
    set(&root, root.id, "active").await.expect(200);
}

#[tokio::test]
async fn what_changes_nothing_is_neither_recorded_nor_mailed() {
    let (app, root, _, grace) = start().await;
    set(&root, grace.id, "active").await.expect(200);
    set(&root, grace.id, "suspended").await.expect(200);
    set(&root, grace.id, "suspended").await.expect(200);
    root.delete(&format!("{}/sessions", path(grace.id)))
        .await
        .expect(204);
    set(&root, grace.id, "active").await.expect(200);
    let subjects = subjects(&app, GRACE, "You can sign in").await;
    assert_eq!(
        subjects[..2],
        [
            "You can sign in to Accounts again",
            "You are suspended from Accounts",
        ]
    );
    assert!(
        !subjects
            .iter()
            .any(|subject| subject.contains("signed out"))
    );
    fed(&app, "UserReactivated").await;
    assert_eq!(fed(&app, "UserSuspended").await.len(), 1);
}

#[tokio::test]
async fn every_session_of_a_person_is_ended_at_once() {
    let (app, root, acme, grace) = start().await;
    let elsewhere = grace.again().await;
    let ended = format!("{}/sessions", path(grace.id));
    root.delete(&ended).await.expect(204);
    for person in [&grace, &elsewhere] {
        person
            .get("/api/users/me")
            .await
            .refused(401, "UNAUTHENTICATED");
    }
    grace.again().await.get(&acme.path()).await.expect(200);
    app.mail(GRACE, "You are signed out of Accounts").await;
    fed(&app, "SessionsEnded").await;
}

#[tokio::test]
async fn what_the_platform_did_names_neither_who_nor_from_where() {
    let (app, root, _, grace) = start().await;
    root.delete(&format!("{}/sessions", path(grace.id)))
        .await
        .expect(204);
    set(&root, grace.id, "suspended").await.expect(200);
    set(&root, grace.id, "active").await.expect(200);
    for (kind, subject) in [
        ("SessionsEnded", "You are signed out"),
        ("UserSuspended", "You are suspended"),
        ("UserReactivated", "You can sign in"),
    ] {
        let mail = app.mail(GRACE, subject).await;
        let text = mail.text.unwrap();
        assert!(text.contains("When: "), "{text}");
        for told in [ROOT, "Lovelace", "Network address", "Device"] {
            assert!(!text.contains(told), "{told} in {text}");
        }
        let event = fed(&app, kind).await.remove(0);
        let detail = &event["detail"];
        let platform = json!({ "type": "platform", "id": null });
        assert_eq!(
            (&detail["actor"], &detail["accountId"]),
            (&platform, &Value::Null)
        );
        assert_eq!(detail["target"], json!({ "type": "user", "id": grace.id }));
    }
    let key = json!({ "pk": { "S": format!("USER#{}", grace.id) }, "sk": { "S": "USER" } });
    let change = app.table().item(&key).await["change"]["M"].take();
    assert_eq!(change["kind"]["S"], "UserReactivated");
    let text = change.to_string();
    for told in [&root.id.to_string(), "127.0.0.1"] {
        assert!(!text.contains(told), "{told} in {text}");
    }
}

#[tokio::test]
async fn the_platform_erases_a_person_without_their_password() {
    let (app, root, acme, grace) = start().await;
    let owner = root.delete(&path(acme.owner.id)).await;
    owner.refused(409, "OWNER_REQUIRED");
    set(&root, grace.id, "suspended").await.expect(200);
    root.delete(&path(grace.id)).await.expect(204);
    root.delete(&path(grace.id))
        .await
        .refused(404, "USER_NOT_FOUND");
    let refused = app.try_sign_in(GRACE, PASSWORD).await;
    refused.refused(401, "INVALID_CREDENTIALS");
    let mail = app.mail(GRACE, "You are erased").await;
    let text = mail.text.unwrap();
    assert!(text.contains("Accounts has erased"), "{text}");
    assert!(
        !text.contains("127.0.0.1") && !text.contains(ROOT),
        "{text}"
    );
    let mails = app.stack.mails_to(GRACE);
    assert!(
        mails
            .iter()
            .all(|mail| !mail.subject.contains("not a member"))
    );
    settled(&app).await;
    let removed = trail(&acme).await.pop().unwrap();
    assert_eq!(removed["kind"], "MemberRemoved");
    let nobody = json!({ "type": "platform", "id": null, "email": null });
    assert_eq!(
        (&removed["actor"], &removed["sourceIp"]),
        (&nobody, &Value::Null)
    );
    app.at_rest().await;
    for item in app.table().items().await {
        let kept = ["MAIL", "FAILURES"].iter().any(|sk| item["sk"]["S"] == *sk);
        assert!(kept || !item.to_string().contains(GRACE), "{item}");
    }
    app.check_invariants().await;
    app.try_sign_up(GRACE, "Again").await.expect(201);
}

#[tokio::test]
async fn an_invitation_outlives_the_erasure_of_an_unproven_person() {
    let (app, root, acme, _) = start().await;
    let hedy = acme.invite("hedy@example.com", &["user"]).await;
    let own = app.owner("hedy@example.com", "Hedy's").await;
    own.owner.delete(&own.path()).await.expect(200);
    set(&root, hedy, "suspended").await.expect(200);
    root.delete(&path(hedy)).await.expect(204);
    let member = acme.owner.get(&acme.user(hedy)).await.expect(200);
    assert_eq!(member["status"], "invited");
    // Nothing of the person is left, their suspension included.
    let token = app.invitation("hedy@example.com").await;
    let accept = json!({ "token": token, "password": PASSWORD });
    app.post("/api/invitations/accept", &accept)
        .await
        .expect(200);
    app.sign_in("hedy@example.com", PASSWORD).await;
    app.check_invariants().await;
}

#[tokio::test]
async fn a_suspended_administrator_administers_nothing() {
    let app = TestApp::with(
        Options::memory().parameter("PlatformAdminEmails", "root@example.com, other@example.com"),
    )
    .await;
    let root = app.proven_owner(ROOT, "Platform").await.owner;
    let other = app.proven_owner("other@example.com", "Other").await.owner;
    set(&root, other.id, "suspended").await.expect(200);
    set(&other, root.id, "suspended")
        .await
        .refused(401, "UNAUTHENTICATED");
}
