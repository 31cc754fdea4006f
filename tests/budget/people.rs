//! What the platform sees of a person and does to them, and one's own sessions.

use std::collections::BTreeSet;

use expect_test::expect;
use local::Options;
use reqwest::Method;
use serde_json::json;

use super::{Measured, limit};
use crate::support::{PASSWORD, TestApp};

const ROOT: &str = "root@example.com";

pub(super) async fn measure() -> BTreeSet<&'static str> {
    let options = Options::memory().parameter("PlatformAdminEmails", ROOT);
    let app = TestApp::with(options.intercepted()).await;
    let mut measured = Measured::new(&app);
    let root = app.proven_owner(ROOT, "Platform").await.owner;
    let acme = app.owner_of("Acme").await;
    let grace = acme.member("grace@example.com", &["user"]).await;
    let again = grace.again().await;
    let others = again.delete("/api/users/me/sessions");
    measured
        .row("end every other session", limit("end others"), 204, others)
        .await;
    let hedy = acme.member("hedy@example.com", &["user"]).await;
    let body = json!({ "email": "new@example.com", "password": PASSWORD });
    let ask = hedy.post("/api/users/me/email", &body);
    measured
        .row("ask for an address", limit("ask for address"), 202, ask)
        .await;
    let token = app
        .link_tokens("new@example.com", "Confirm your new", 1)
        .await;
    let body = json!({ "token": token[0], "password": PASSWORD });
    let confirm = app.post("/api/users/me/email/confirm", &body);
    measured
        .row("confirm it", limit("confirm address"), 204, confirm)
        .await;
    let token = app.link_tokens("hedy@example.com", "was changed", 1).await;
    let body = json!({ "token": token[0] });
    let undo = app.post("/api/users/me/email/undo", &body);
    measured
        .row("undo it", limit("undo address"), 204, undo)
        .await;
    let find = root.request(Method::GET, "/api/users");
    let find = find.query(&[("$filter", "email eq 'grace@example.com'")]);
    measured
        .row(
            "find, of 1 account",
            limit("find person").of(1.0),
            200,
            find.send(),
        )
        .await;
    let path = format!("/api/users/{}", grace.id);
    measured
        .row(
            "get, of 1 account",
            limit("get person").of(1.0),
            200,
            root.get(&path),
        )
        .await;
    let sessions = format!("{path}/sessions");
    measured
        .row(
            "end all sessions",
            limit("end all"),
            204,
            root.delete(&sessions),
        )
        .await;
    let suspended = json!({ "status": "suspended" });
    measured
        .row(
            "suspend, of 1 account",
            limit("suspend").of(1.0),
            200,
            root.put(&path, &suspended),
        )
        .await;
    measured
        .row(
            "erase, of 1 account",
            limit("erase person"),
            204,
            root.delete(&path),
        )
        .await;
    measured.within(&expect![[r#"
        operation                    trips   RRU   WRU
        end every other session          2     1     1
        ask for an address               5     4     5
        confirm it                       5   4.5     8
        undo it                          3     3     6
        find, of 1 account               4     4     0
        get, of 1 account                3     3     0
        end all sessions                 2     2     1
        suspend, of 1 account            4     3     1
        erase, of 1 account              4   4.5    11
    "#]])
}
