//! An authorizer that cannot read its keys.

use local::Options;
use local::tap::{Fault, Refusal, Rule};
use reqwest::Method;

use crate::support::{PASSWORD, World};

#[tokio::test]
async fn a_good_token_is_not_called_bad_while_the_keys_cannot_be_read() {
    let world = World::with(Options::memory().tapped()).await;
    world
        .try_sign_up("ada@example.com", "Acme")
        .await
        .expect(201);
    let tokens = world
        .try_sign_in("ada@example.com", PASSWORD)
        .await
        .expect(200);
    let token = tokens["accessToken"].as_str().unwrap();
    let me = || world.request(Method::GET, "/api/users/me").bearer(token);

    let tap = world.stack.tap().unwrap();
    let down = Fault::Refuse(Refusal::internal());
    tap.add(Rule::new(down).function("AuthorizerFunction"));
    me().send().await.refused(503, "UNAVAILABLE");
    tap.clear();
    me().send().await.expect(200);
}
