//! Accounts, one by one.

use std::collections::BTreeSet;

use expect_test::expect;
use reqwest::Method;
use serde_json::json;

use super::{Measured, intercepted, limit};
use crate::support::{Account, PASSWORD};
use crate::trail::settled;

pub(super) async fn measure() -> BTreeSet<&'static str> {
    let app = intercepted().await;
    let mut measured = Measured::new(&app);
    measured
        .row(
            "sign up",
            limit("sign up"),
            201,
            app.try_sign_up("ada@example.com", "Acme"),
        )
        .await;
    let ada = app.sign_in("ada@example.com", PASSWORD).await;
    let acme = ada.create("Größe 100%25").await;
    measured
        .row(
            "create",
            limit("create"),
            201,
            ada.post("/api/accounts", &json!({ "name": "Initech" })),
        )
        .await;
    measured
        .row("get by id", limit("get by id"), 200, ada.get(&acme.path()))
        .await;
    measured
        .row(
            "get by name",
            limit("get by name"),
            200,
            ada.get("/api/accounts/gr%C3%B6%C3%9Fe%20100%2525"),
        )
        .await;
    measured
        .row(
            "update",
            limit("update"),
            200,
            ada.put(&acme.path(), &json!({ "description": "A small one." })),
        )
        .await;
    measured
        .row(
            "suspend",
            limit("update"),
            200,
            ada.put(&acme.path(), &json!({ "status": "suspended" })),
        )
        .await;
    measured
        .row(
            "rename",
            limit("rename"),
            200,
            ada.put(
                &acme.path(),
                &json!({ "name": "Hooli", "status": "active" }),
            ),
        )
        .await;
    hand_over(&mut measured, &acme).await;
    let acme = ada.create("Globex").await;
    measured
        .row("delete", limit("delete"), 200, ada.delete(&acme.path()))
        .await;
    let path = format!("{}/restore", acme.path());
    measured
        .row(
            "restore",
            limit("restore"),
            200,
            ada.request(Method::POST, &path).send(),
        )
        .await;
    measured.within(&expect![[r#"
        operation                    trips   RRU   WRU
        sign up                          2     0    14
        create                           2     1    10
        get by id                        1     3     0
        get by name                      2     4     0
        update                           2     3     2
        suspend                          2     3     2
        rename                           2     3     7
        stats                            1   4.5     0
        offer                            2     4     2
        accept ownership                 2     3    11
        delete                           2     2     8
        restore                          2     3    10
    "#]])
}

/// What managers see, and an account on its way to another owner.
async fn hand_over(measured: &mut Measured, acme: &Account) {
    let heir = acme.member("grace@example.com", &["user"]).await;
    settled(acme.owner.app()).await;
    let stats = format!("{}/stats", acme.path());
    measured
        .row("stats", limit("stats"), 200, acme.owner.get(&stats))
        .await;
    measured
        .row("offer", limit("offer"), 202, acme.try_offer(heir.id))
        .await;
    let accept = format!("{}/accept", acme.ownership());
    measured
        .row(
            "accept ownership",
            limit("accept"),
            200,
            heir.request(Method::POST, &accept).send(),
        )
        .await;
}
