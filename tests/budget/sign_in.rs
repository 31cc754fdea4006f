//! Sessions and invitations.

use std::collections::BTreeSet;

use expect_test::expect;
use serde_json::json;

use super::{Measured, intercepted, limit};
use crate::support::PASSWORD;

pub(super) async fn measure() -> BTreeSet<&'static str> {
    let app = intercepted().await;
    let mut measured = Measured::new(&app);
    let acme = app.owner_of("Acme").await;
    let globex = app.owner_of("Globex").await;
    let email = &acme.owner.email;
    let answer = measured
        .row(
            "sign in",
            limit("sign in"),
            200,
            app.try_sign_in(email, PASSWORD),
        )
        .await;
    let token = json!({ "refreshToken": answer.json()["refreshToken"] });
    measured
        .row(
            "refresh",
            limit("refresh"),
            200,
            app.post("/api/auth/refresh", &token),
        )
        .await;
    let password = json!({ "password": PASSWORD });
    measured
        .row(
            "reauthenticate",
            limit("reauthenticate"),
            200,
            acme.owner.post("/api/auth/reauthenticate", &password),
        )
        .await;
    for (mails, account, name, limit) in [
        (1, &acme, "accept, new user", limit("accept new")),
        (2, &globex, "accept, known user", limit("accept known")),
    ] {
        account.invite("new@example.com", &["user"]).await;
        let tokens = app.link_tokens("new@example.com", "invites you", mails);
        let body = json!({ "token": tokens.await[0], "password": PASSWORD });
        measured
            .row(name, limit, 200, app.post("/api/invitations/accept", &body))
            .await;
    }
    measured.within(&expect![[r"
        operation                    trips   RRU   WRU
        sign in                          2   1.5     3
        refresh                          1     0     1
        reauthenticate                   2     2     3
        accept, new user                 2     3     7
        accept, known user               2     3     2
    "]])
}
