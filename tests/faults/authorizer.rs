//! An authorizer that cannot read its keys.

use local::Options;
use local::faults::{Fault, Refusal, Rule};
use reqwest::Method;

use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn a_good_token_is_not_called_bad_while_the_keys_cannot_be_read() {
    let app = TestApp::with(Options::memory().intercepted()).await;
    app.try_sign_up("ada@example.com", "Acme").await.expect(201);
    let tokens = app
        .try_sign_in("ada@example.com", PASSWORD)
        .await
        .expect(200);
    let token = tokens["accessToken"].as_str().unwrap();
    let me = || app.request(Method::GET, "/api/users/me").bearer(token);

    let interceptor = app.stack.interceptor().unwrap();
    let down = Fault::Refuse(Refusal::internal());
    interceptor.add(Rule::new(down).function("AuthorizerFunction"));
    me().send().await.refused(503, "UNAVAILABLE");
    interceptor.clear();
    me().send().await.expect(200);
}
