//! Lists, a page at a time.

use std::collections::BTreeSet;

use expect_test::expect;
use local::Options;
use serde_json::{Value, json};

use super::{Measured, intercepted, limit};
use crate::support::{Account, PASSWORD, Person, TestApp};
use crate::trail::settled;

pub(super) async fn measure_accounts() -> BTreeSet<&'static str> {
    let options = Options::memory().intercepted();
    let app = TestApp::with(options.parameter("PlatformAdminEmails", "root@example.com")).await;
    let mut measured = Measured::new(&app);
    let acme = app.owner_of("Acme").await;
    let guest = acme.member("guest@example.com", &["viewer"]).await;
    acme.owner.delete(&acme.user(guest.id)).await.expect(200);
    let list = |person: &Person| {
        let person = person.clone();
        async move { person.get("/api/accounts?$top=50").await }
    };
    measured
        .row("list own, none", limit("list own"), 200, list(&guest))
        .await;
    measured
        .row(
            "list own, 1",
            limit("list own").of(1.0),
            200,
            list(&acme.owner),
        )
        .await;
    for n in 2..=5 {
        acme.owner.create(&format!("Acme {n}")).await;
    }
    let answer = measured
        .row(
            "list own, 5",
            limit("list own").of(5.0),
            200,
            list(&acme.owner),
        )
        .await;
    assert_eq!(answer.json()["count"], 5);
    for n in 0..20 {
        let deleted = acme.owner.create(&format!("Gone {n}")).await;
        acme.owner.delete(&deleted.path()).await.expect(200);
    }
    app.at_rest().await;
    let answer = measured
        .row(
            "list own, 5, and 20 deleted",
            limit("list own").of(5.0),
            200,
            list(&acme.owner),
        )
        .await;
    assert_eq!(answer.json()["count"], 5);

    app.try_sign_up("root@example.com", "Root")
        .await
        .expect(201);
    let token = app
        .link_tokens("root@example.com", "Verify your", 1)
        .await
        .remove(0);
    let verified = json!({ "token": token, "password": crate::support::PASSWORD });
    app.post("/api/auth/verify-email", &verified)
        .await
        .expect(204);
    let root = app.sign_in("root@example.com", PASSWORD).await;
    for n in 7..=50 {
        acme.owner.create(&format!("Acme {n}")).await;
    }
    let answer = measured
        .row("list all, 50 a page", limit("list all"), 200, list(&root))
        .await;
    assert_eq!(answer.json()["count"], 50);
    measured.within(&expect![[r"
        operation                    trips   RRU   WRU
        list own, none                   1   1.5     0
        list own, 1                      2     2     0
        list own, 5                      2     4     0
        list own, 5, and 20 deleted      2     4     0
        list all, 50 a page              1     2     0
    "]])
}

pub(super) async fn measure_members() -> BTreeSet<&'static str> {
    let app = intercepted().await;
    let mut measured = Measured::new(&app);
    let acme = app.owner_of("Acme").await;
    for n in 1..50 {
        acme.invite(&format!("member{n}@example.com"), &["user"])
            .await;
    }
    // Until the trail has seen to the members' names.
    settled(&app).await;
    let kilobytes = member_bytes(&app, &acme).await.div_ceil(4096);
    let pages = f64::from(u32::try_from(kilobytes).unwrap());
    let answer = measured
        .row(
            "list members, 50 a page",
            limit("list members").of(pages),
            200,
            acme.owner.get(&format!("{}?$top=50", acme.users())),
        )
        .await;
    assert_eq!(answer.json()["count"], 50);
    measured.within(&expect![[r"
        operation                    trips   RRU   WRU
        list members, 50 a page          1   7.5     0
    "]])
}

pub(super) async fn measure_trail() -> BTreeSet<&'static str> {
    let app = intercepted().await;
    let mut measured = Measured::new(&app);
    let acme = app.owner_of("Acme").await;
    for n in 1..50 {
        let description = json!({ "description": format!("The {n}th") });
        acme.owner.put(&acme.path(), &description).await.expect(200);
    }
    settled(&app).await;
    let answer = measured
        .row(
            "audit trail, 50 a page",
            limit("trail"),
            200,
            acme.owner.get(&format!("{}/events?$top=50", acme.path())),
        )
        .await;
    assert_eq!(answer.json()["value"].as_array().unwrap().len(), 50);
    measured.within(&expect![[r"
        operation                    trips   RRU   WRU
        audit trail, 50 a page           2   5.5     0
    "]])
}

/// The bytes of the members' items, as DynamoDB counts them (developer guide, *Item sizes and formats*).
async fn member_bytes(app: &TestApp, account: &Account) -> usize {
    let table = app.rows().await;
    let members = table.members(&account.id.to_string());
    members.iter().map(|member| attributes(member)).sum()
}

fn attributes(item: &Value) -> usize {
    let attributes = item.as_object().unwrap().iter();
    attributes
        .map(|(name, value)| name.len() + bytes(value))
        .sum()
}

fn bytes(value: &Value) -> usize {
    let (kind, value) = value.as_object().unwrap().iter().next().unwrap();
    let text = value.as_str().map_or(0, str::len);
    match kind.as_str() {
        "S" => text,
        "N" => text.div_ceil(2) + 1,
        "B" => text / 4 * 3,
        "M" => 3 + value.as_object().unwrap().len() + attributes(value),
        "L" => {
            let elements = value.as_array().unwrap();
            3 + elements
                .iter()
                .map(|element| 1 + bytes(element))
                .sum::<usize>()
        }
        _ => 1,
    }
}
