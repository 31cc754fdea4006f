//! Members, one by one.

use std::collections::BTreeSet;

use expect_test::expect;
use reqwest::Method;
use serde_json::json;

use super::{Measured, intercepted, limit};

pub(super) async fn measure() -> BTreeSet<&'static str> {
    let app = intercepted().await;
    let mut measured = Measured::new(&app);
    let acme = app.proven_owner_of("Acme").await;
    let globex = app.owner_of("Globex").await;
    let known = globex.owner.id;
    measured
        .row(
            "invite, new address",
            limit("invite new"),
            201,
            acme.try_invite("new@example.com", &["user"]),
        )
        .await;
    let answer = measured
        .row(
            "invite, known address",
            limit("invite known"),
            201,
            acme.try_invite(&globex.owner.email, &["user"]),
        )
        .await;
    assert_eq!(answer.json()["id"], known);
    measured
        .row(
            "resend",
            limit("resend"),
            200,
            acme.owner
                .request(Method::PUT, &format!("{}/invite", acme.user(known)))
                .send(),
        )
        .await;
    measured
        .row(
            "remove, invited",
            limit("remove"),
            200,
            acme.owner.delete(&acme.user(known)),
        )
        .await;
    let somebody = app.proven_owner_of("Initech").await.owner.id;
    let roles = json!({ "roles": ["user"] });
    measured
        .row(
            "add existing user",
            limit("add"),
            200,
            acme.owner.post(&acme.user(somebody), &roles),
        )
        .await;
    measured
        .row(
            "change roles",
            limit("change"),
            200,
            acme.owner
                .put(&acme.user(somebody), &json!({ "roles": ["manage"] })),
        )
        .await;
    measured
        .row(
            "change status",
            limit("change"),
            200,
            acme.owner
                .put(&acme.user(somebody), &json!({ "status": "suspended" })),
        )
        .await;
    measured
        .row(
            "remove",
            limit("remove"),
            200,
            acme.owner.delete(&acme.user(somebody)),
        )
        .await;
    measured
        .row(
            "get a member",
            limit("get member"),
            200,
            acme.owner.get(&acme.user(acme.owner.id)),
        )
        .await;
    measured.within(&expect![[r"
        operation                    trips   RRU   WRU
        invite, new address              3     4     8
        invite, known address            3     4     3
        resend                           3     4     2
        remove, invited                  2     4     2
        add existing user                3     4     3
        change roles                     2     4     2
        change status                    2     4     2
        remove                           2     4     2
        get a member                     1     3     0
    "]])
}
