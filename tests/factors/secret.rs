//! The secret that protects second factors is read when it is first needed.

use local::Options;
use local::faults::{Call, Fault, Refusal, Rule};
use serde_json::json;

use super::{ADA, TOTP, ada};
use crate::support::{PASSWORD, TestApp};

fn reads(app: &TestApp) -> usize {
    let calls = app.stack.interceptor().unwrap().calls();
    let secret = |call: &&Call| {
        call.request["SecretId"]
            .to_string()
            .contains("FactorSecret")
    };
    calls.iter().filter(secret).count()
}

#[tokio::test]
async fn a_sign_in_without_a_factor_reads_no_secret_of_factors() {
    let app = TestApp::with(Options::memory().intercepted()).await;
    let ada = ada(&app).await;
    app.try_sign_in(ADA, PASSWORD).await.expect(200);
    assert_eq!(reads(&app), 0);
    ada.begin_totp().await;
    let first = reads(&app);
    assert!(first > 0);
    ada.begin_totp().await;
    assert_eq!(reads(&app), first);
}

#[tokio::test]
async fn an_outage_of_secrets_is_no_wrong_code_and_ends() {
    let app = TestApp::with(Options::memory().intercepted()).await;
    let ada = ada(&app).await;
    let interceptor = app.stack.interceptor().unwrap();
    let down = Fault::Refuse(Refusal::internal());
    interceptor.add(Rule::new(down).service("SecretsManager"));
    ada.post(TOTP, &json!({})).await.refused(503, "UNAVAILABLE");
    for _ in 0..12 {
        let answer = ada.confirm_totp("no-token", "000000").await;
        answer.refused(503, "UNAVAILABLE");
    }
    interceptor.clear();
    // No guess was counted.
    ada.enrol_totp().await;
}
