//! The one gate: no session begins with a password alone for a person who has a second factor, however they came to the password.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{ADA, enrolled};
use crate::support::{Account, Answer, Authenticator, OpenApi, PASSWORD, Passkey, TestApp};

const NEXT: &str = "another good password";

/// The operations that answer tokens, and what each answers to the right password of a person without a factor and of one with an
/// authenticator app.
#[rustfmt::skip]
const WAYS: [(&str, &str, &str, &str); 4] = [
    //                                        no factor              TOTP                          passkey
    ("POST /api/auth/login",                 "200",                 "401 SECOND_FACTOR_REQUIRED", "401 SECOND_FACTOR_REQUIRED"),
    ("POST /api/auth/login/second-factor",   "400 INVALID_TOKEN",   "200",                        "200"),
    ("POST /api/auth/passkey/login",         "401 INVALID_FACTOR",  "401 INVALID_FACTOR",         "200"),
    // It begins none: the session that goes on has what it had.
    ("POST /api/auth/refresh",               "200",                 "200",                        "200"),
];

#[test]
fn every_operation_that_answers_tokens_is_in_the_table() {
    let answering: BTreeSet<_> = OpenApi::get().answering("Tokens").into_iter().collect();
    let table = WAYS.iter().map(|(name, ..)| (*name).to_owned()).collect();
    assert_eq!(answering, table);
}

fn shown(answer: &Answer) -> String {
    let status = answer.status.as_u16();
    match answer.json()["code"].as_str() {
        Some(code) => format!("{status} {code}"),
        None => status.to_string(),
    }
}

/// What a person has.
enum Factor {
    Nothing,
    Totp(Authenticator),
    Passkey(Box<Passkey>),
}

async fn tried(app: &TestApp, way: &str, acme: &Account, factor: &mut Factor) -> Answer {
    let body = match way {
        "POST /api/auth/login" => json!({ "email": ADA, "password": PASSWORD }),
        "POST /api/auth/refresh" => {
            let refresh_token = match factor {
                Factor::Nothing => acme.owner.again().await.refresh_token,
                Factor::Totp(_) | Factor::Passkey(_) => acme.owner.refresh_token.clone(),
            };
            json!({ "refreshToken": refresh_token })
        }
        "POST /api/auth/login/second-factor" => match factor {
            // A token that was made while there was a factor.
            Factor::Nothing => {
                let factor = acme.owner.enrol_totp().await;
                let token = app.login_token(ADA, PASSWORD).await;
                let code = factor.next_code(app);
                acme.owner.delete(super::TOTP).await.expect(204);
                json!({ "loginToken": token, "code": code })
            }
            Factor::Totp(factor) => {
                let token = app.login_token(ADA, PASSWORD).await;
                json!({ "loginToken": token, "code": factor.next_code(app) })
            }
            Factor::Passkey(passkey) => {
                let token = app.login_token(ADA, PASSWORD).await;
                json!({ "loginToken": token, "credential": passkey.assertion(app).await })
            }
        },
        "POST /api/auth/passkey/login" => {
            let mut unknown = Passkey::new(app);
            unknown.device.user_handle = Some(acme.owner.id.to_be_bytes().to_vec());
            let passkey = match factor {
                Factor::Nothing | Factor::Totp(_) => &mut unknown,
                Factor::Passkey(passkey) => passkey,
            };
            json!({ "credential": passkey.assertion(app).await })
        }
        other => panic!("{other}"),
    };
    app.post(way.split_once(' ').unwrap().1, &body).await
}

#[tokio::test]
async fn every_way_to_a_session_asks_for_the_factor() {
    for (way, without, totp, passkey) in WAYS {
        let app = TestApp::start().await;
        let acme = app.proven_owner(ADA, "Acme").await;
        let answer = tried(&app, way, &acme, &mut Factor::Nothing).await;
        assert_eq!(shown(&answer), without, "{way} without a factor");
        let mut factor = Factor::Totp(acme.owner.enrol_totp_later().await);
        let answer = tried(&app, way, &acme, &mut factor).await;
        assert_eq!(shown(&answer), totp, "{way} with an app");
        assert_all_sessions_have_two_factors(&app, acme.owner.id).await;

        let app = TestApp::start().await;
        let acme = app.proven_owner(ADA, "Acme").await;
        let mut factor = Factor::Passkey(Box::new(acme.owner.enrol_passkey("Laptop").await));
        let answer = tried(&app, way, &acme, &mut factor).await;
        assert_eq!(shown(&answer), passkey, "{way} with a passkey");
        assert_all_sessions_have_two_factors(&app, acme.owner.id).await;
    }
}

async fn assert_all_sessions_have_two_factors(app: &TestApp, user: u64) {
    let key = json!({ "pk": { "S": format!("USER#{user}") }, "sk": { "S": "USER" } });
    let item = app.table().item(&key).await;
    for (id, session) in item["sessions"]["M"].as_object().unwrap() {
        let methods = session["M"]["methods"]["L"].as_array().unwrap();
        assert!(
            methods.iter().any(|method| method["S"] != "password"),
            "{id}: {methods:?}"
        );
        assert!(session["M"]["factor"].is_object(), "{id}");
    }
}

/// The way to a password proves an address, never a second factor.
#[tokio::test]
async fn a_password_that_was_reset_signs_in_by_the_factor_only() {
    let app = TestApp::start().await;
    let (_, authenticator) = enrolled(&app).await;
    app.post("/api/auth/password/forgot", &json!({ "email": ADA }))
        .await
        .expect(202);
    let link = app
        .link_tokens(ADA, "Set a new password", 1)
        .await
        .remove(0);
    let body = json!({ "token": link, "password": NEXT });
    let reset = app.post("/api/auth/password/reset", &body).await;
    reset.expect_text(204);
    let token = app.login_token(ADA, NEXT).await;
    let code = authenticator.next_code(&app);
    app.second_factor(&token, ("code", &code)).await.expect(200);
}

#[tokio::test]
async fn an_accepted_invitation_begins_no_session_and_keeps_the_factor() {
    let app = TestApp::start().await;
    enrolled(&app).await;
    let globex = app.proven_owner("bob@example.com", "Globex").await;
    globex.invite(ADA, &["user"]).await;
    let link = app.invitation(ADA).await;
    let body = json!({ "token": link, "password": NEXT });
    let accepted = app.post("/api/invitations/accept", &body).await.expect(200);
    assert_eq!(accepted.get("accessToken"), None::<&Value>);
    // The password that a proven person gives is ignored.
    app.try_sign_in(ADA, NEXT)
        .await
        .refused(401, "INVALID_CREDENTIALS");
    app.login_token(ADA, PASSWORD).await;
}
