//! Passwords whose hashes other services made.

use serde_json::{Value, json};

use crate::support::{PASSWORD, TestApp};

const ADA: &str = "ada@example.com";

/// Every hash that another library made, with its password.
fn hashes() -> Vec<(String, String)> {
    let made: Vec<Value> =
        serde_json::from_str(include_str!("data/password-hashes/hashes.json")).unwrap();
    let text = |made: &Value, member: &str| made[member].as_str().unwrap().to_owned();
    made.iter()
        .map(|made| (text(made, "password"), text(made, "hash")))
        .collect()
}

async fn put(app: &TestApp, hash: &str) {
    let address = app.table().email(ADA).await;
    app.table()
        .set(&address, "passwordHash", json!({ "S": hash }))
        .await;
}

async fn stored(app: &TestApp) -> String {
    let address = app.table().email(ADA).await;
    let hash = &address["passwordHash"]["S"];
    hash.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn each_signs_in_and_is_ours_afterwards() {
    let app = TestApp::start().await;
    app.owner(ADA, "Acme").await;
    for (password, hash) in hashes() {
        put(&app, &hash).await;
        app.sign_in(ADA, &password).await;
        let ours = stored(&app).await;
        assert!(
            ours.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{ours}"
        );
        assert_ne!(ours, hash);
        app.sign_in(ADA, &password).await;
        assert_eq!(stored(&app).await, ours);
    }
}

#[tokio::test]
async fn a_wrong_password_leaves_the_hash_and_counts_as_a_guess() {
    let app = TestApp::start().await;
    app.owner(ADA, "Acme").await;
    let (password, hash) = hashes().remove(0);
    put(&app, &hash).await;
    for _ in 0..10 {
        app.try_sign_in(ADA, PASSWORD)
            .await
            .refused(401, "INVALID_CREDENTIALS");
    }
    assert_eq!(stored(&app).await, hash);
    app.try_sign_in(ADA, &password)
        .await
        .refused(429, "TOO_MANY_REQUESTS");
}

#[tokio::test]
async fn a_form_that_is_not_known_never_signs_in() {
    let app = TestApp::start().await;
    app.owner(ADA, "Acme").await;
    for unknown in [PASSWORD, "$1$salt$qJH7.N4xYta3aEG/dfqo/0", ""] {
        put(&app, unknown).await;
        app.try_sign_in(ADA, PASSWORD)
            .await
            .refused(401, "INVALID_CREDENTIALS");
    }
}
