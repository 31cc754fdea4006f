//! What each route of the person answers to an unproven, a proven and an erased person, and to a squatter: a stranger who signed
//! up with another person's address, after which that person reads the mail.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Account, PASSWORD, Person, TestApp, sign_up};

const SQUATTERS: &str = "a stranger chose this";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Unproven,
    Proven,
    Erased,
    Squatter,
}

const KINDS: [Kind; 4] = [Kind::Unproven, Kind::Proven, Kind::Erased, Kind::Squatter];

/// A route, and the status of its answer to each kind. `ID` is the account that has invited the address.
#[rustfmt::skip]
const ROUTES: [(&str, [u16; 4]); 17] = [
    //                                                    unp. pro. era. squ.
    ("GET /api/users/me",                                [200, 200, 401, 401]),
    ("PATCH /api/users/me",                              [200, 200, 401, 401]),
    ("GET /api/users/me/sessions",                       [200, 200, 401, 401]),
    ("DELETE /api/users/me/sessions",                    [204, 204, 401, 401]),
    ("POST /api/users/me/email",                         [202, 202, 401, 401]),
    ("GET /api/users/me/invitations",                    [403, 200, 401, 401]),
    ("POST /api/users/me/invitations/ID/accept",         [403, 200, 401, 401]),
    ("POST /api/users/me/invitations/ID/decline",        [403, 204, 401, 401]),
    ("GET /api/accounts/ID",                             [403, 403, 401, 401]),
    ("DELETE /api/accounts/ID/users/ME",                 [403, 200, 401, 401]),
    ("POST /api/accounts",                               [201, 201, 401, 401]),
    ("POST /api/auth/verify-email/resend",               [202, 202, 401, 401]),
    ("POST /api/auth/password",                          [204, 204, 401, 401]),
    ("POST /api/auth/reauthenticate",                    [200, 200, 401, 401]),
    ("POST /api/auth/login",                             [200, 200, 401, 401]),
    ("POST /api/auth/refresh",                           [200, 200, 401, 401]),
    ("DELETE /api/users/me",                             [204, 204, 401, 401]),
];

fn body(route: &str, person: &Person, password: &str) -> Value {
    match route {
        "PATCH /api/users/me" => json!({ "country": "FR" }),
        "POST /api/accounts" => json!({ "name": format!("New of {}", person.email) }),
        "POST /api/auth/password" => {
            json!({ "currentPassword": password, "newPassword": "a password to come" })
        }
        "POST /api/auth/login" => json!({ "email": person.email, "password": password }),
        "POST /api/auth/refresh" => json!({ "refreshToken": person.refresh_token }),
        "POST /api/users/me/email" => {
            json!({ "email": format!("new-{}", person.email), "password": password })
        }
        "DELETE /api/users/me" | "POST /api/auth/reauthenticate" => json!({ "password": password }),
        _ => json!({}),
    }
}

/// A person of a kind, invited by `acme`, and their password.
async fn somebody(kind: Kind, email: &str, acme: &Account) -> (Person, &'static str) {
    let app = acme.owner.app();
    acme.invite(email, &["user"]).await;
    let password = if kind == Kind::Squatter {
        SQUATTERS
    } else {
        PASSWORD
    };
    let mut new = sign_up(email, &format!("Of {email}"));
    new["password"] = password.into();
    let created = app.post("/api/accounts/signup", &new).await.expect(201);
    let person = app.sign_in(email, password).await;
    let own = format!("/api/accounts/{}", created["accountId"]);
    person.delete(&own).await.expect(200);
    let link = app.link_tokens(email, "Verify", 1).await.remove(0);
    match kind {
        Kind::Unproven => {}
        Kind::Proven => {
            let body = json!({ "token": link, "password": password });
            app.post("/api/auth/verify-email", &body).await.expect(204);
        }
        Kind::Erased => {
            let erase = person.request(Method::DELETE, "/api/users/me");
            let erase = erase.json(&json!({ "password": password }));
            erase.send().await.expect(204);
        }
        Kind::Squatter => {
            let body = json!({ "token": link, "password": "the holder chose this" });
            app.post("/api/auth/password/reset", &body)
                .await
                .expect(204);
        }
    }
    (person, password)
}

#[tokio::test]
async fn every_route_of_the_person_answers_each_kind_as_the_table_says() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let mut wrong = Vec::new();
    for (number, (route, statuses)) in ROUTES.iter().enumerate() {
        for (kind, expected) in KINDS.into_iter().zip(statuses) {
            let email = format!("{kind:?}.{number}@example.com").to_lowercase();
            let (person, password) = somebody(kind, &email, &acme).await;
            let (method, path) = route.split_once(' ').unwrap();
            let path = path
                .replace("ID", &acme.id.to_string())
                .replace("ME", &person.id.to_string());
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let request = person.request(method.clone(), &path);
            let answer = if method == Method::GET {
                request.send().await
            } else {
                request.json(&body(route, &person, password)).send().await
            };
            if answer.status != *expected {
                wrong.push(format!("{route}, {kind:?}: {answer:?}"));
            }
            // The invitation stays pending after any request of an unproven person.
            if kind != Kind::Proven {
                let member = acme.owner.get(&acme.user(person.id)).await.expect(200);
                if member["status"] != "invited" {
                    wrong.push(format!("{route}, {kind:?}: {member}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    app.check_invariants().await;
}

/// The two other ways to prove an address: a password by a reset link, and an accepted invitation.
#[tokio::test]
async fn a_mailed_link_that_sets_a_password_proves_the_address_and_voids_what_was_there() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    for (number, way) in ["reset", "accept", "verification"].into_iter().enumerate() {
        let email = format!("holder{number}@example.com");
        acme.invite(&email, &["user"]).await;
        let mut new = sign_up(&email, &format!("Of {email}"));
        new["password"] = SQUATTERS.into();
        app.post("/api/accounts/signup", &new).await.expect(201);
        let squatter = app.sign_in(&email, SQUATTERS).await;
        let (path, token) = match way {
            "reset" => {
                let forgot = json!({ "email": email });
                app.post("/api/auth/password/forgot", &forgot)
                    .await
                    .expect(202);
                let token = app.link_tokens(&email, "Set a new password", 1);
                ("/api/auth/password/reset", token.await.remove(0))
            }
            "accept" => ("/api/invitations/accept", app.invitation(&email).await),
            _ => {
                let token = app.link_tokens(&email, "Verify", 1);
                ("/api/auth/password/reset", token.await.remove(0))
            }
        };
        let body = json!({ "token": token, "password": PASSWORD });
        let answer = app.post(path, &body).await;
        assert!(answer.status.is_success(), "{way}: {answer:?}");
        squatter
            .get("/api/users/me")
            .await
            .refused(401, "UNAUTHENTICATED");
        let holder = app.sign_in(&email, PASSWORD).await;
        let profile = holder.get("/api/users/me").await.expect(200);
        assert_eq!(profile["emailVerified"], true, "{way}");
        app.try_sign_in(&email, SQUATTERS).await.expect(401);
    }
}
