//! Derived data that was damaged, or never written, made anew.

use reqwest::Method;
use serde_json::{Value, json};

use super::{oracle, settled};
use crate::support::{Account, TestApp, at_once, invitation};

async fn rebuild(app: &TestApp, asked: &Value) -> Value {
    let request = app.request(Method::POST, "/_local/rebuild").json(asked);
    let answer = request.send_unchecked().await;
    answer.expect(200)
}

async fn all(app: &TestApp) -> Vec<Value> {
    let mut answers = vec![rebuild(app, &json!({ "all": true })).await];
    while let Some(next) = answers
        .last()
        .map(|last| last["next"].clone())
        .filter(|next| !next.is_null())
    {
        answers.push(rebuild(app, &json!({ "all": true, "from": next })).await);
    }
    answers
}

async fn busy(app: &TestApp) -> Account {
    let acme = app.owner_of("Acme").await;
    let bob = acme.member("bob@example.com", &["manage"]).await;
    for number in 0..5 {
        bob.create(&format!("Of Bob {number}")).await;
        acme.invite(&format!("m{number}@example.com"), &["user"])
            .await;
    }
    acme
}

#[tokio::test]
async fn what_was_damaged_is_right_again() {
    let app = TestApp::start().await;
    busy(&app).await;
    settled(&app).await;
    let table = app.table();
    for item in table.items().await {
        let sort = item["sk"]["S"].as_str().unwrap().to_owned();
        match sort.as_str() {
            "ACCOUNTS" => table.set(&item, "count", json!({ "N": "77" })).await,
            "COUNT" if item["count"]["N"] == "1" => {
                let key = json!({ "pk": item["pk"], "sk": item["sk"] });
                table.call("DeleteItem", json!({ "Key": key })).await;
            }
            "COUNT" => table.set(&item, "count", json!({ "N": "-3" })).await,
            sort if sort.starts_with("MEMBER#") => {
                table
                    .set(&item, "firstName", json!({ "S": "Nobody" }))
                    .await;
            }
            _ => {}
        }
    }
    assert!(!oracle::wrong(&app.rows().await).is_empty());
    let answers = all(&app).await;
    let last = answers.last().unwrap();
    assert_eq!(
        (&last["counted"], &last["again"]),
        (&6.into(), &json!([])),
        "{answers:#?}"
    );
    let accounts: u64 = answers
        .iter()
        .map(|one| one["accounts"].as_u64().unwrap())
        .sum();
    assert_eq!(accounts, 6);
    assert_eq!(oracle::wrong(&app.rows().await), Vec::<String>::new());
    // Once more, and nothing is different.
    all(&app).await;
    assert_eq!(oracle::wrong(&app.rows().await), Vec::<String>::new());
}

#[tokio::test]
async fn a_change_whose_record_was_lost_is_told_once_it_can_come_no_more() {
    let app = TestApp::start().await;
    let acme = busy(&app).await;
    settled(&app).await;
    let event = last_invitation(&app, &acme).await.unwrap();
    let key = json!({ "pk": event["pk"], "sk": event["sk"] });
    app.table().call("DeleteItem", json!({ "Key": key })).await;
    // It may still be on its way.
    let one = json!({ "accountId": acme.id });
    assert_eq!(rebuild(&app, &one).await["again"], json!([acme.id]));
    app.stack.advance(25 * 60 * 60);
    let answer = rebuild(&app, &one).await;
    assert_eq!(
        (&answer["accounts"], &answer["again"]),
        (&1.into(), &json!([]))
    );
    assert_eq!(oracle::wrong(&app.rows().await), Vec::<String>::new());
}

/// The event of the last invitation to `acme`.
async fn last_invitation(app: &TestApp, acme: &Account) -> Option<Value> {
    let rows = app.rows().await;
    let id = acme.id.to_string();
    let events = rows
        .all("ACCOUNT#", "EVENT#")
        .filter(|(account, _)| *account == id);
    let invited = events.filter(|(_, event)| event["kind"]["S"] == "MemberInvited");
    invited.last().map(|(_, event)| event.clone())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_rebuild_beside_sixteen_invitations_ends_exact() {
    let app = TestApp::start().await;
    let acme = busy(&app).await;
    for round in 0..4 {
        let invite = |number| {
            let email = format!("r{round}n{number}@example.com");
            let request = acme.owner.request(Method::POST, &acme.users());
            request.json(&invitation(&email, &["user"]))
        };
        let mut requests: Vec<_> = (0..16).map(invite).collect();
        let asked = json!({ "accountId": acme.id });
        let again = at_once(std::mem::take(&mut requests));
        let (answers, _) = tokio::join!(again, rebuild(&app, &asked));
        for answer in answers {
            answer.expect(201);
        }
    }
    settled(&app).await;
}

#[tokio::test]
async fn nonsense_is_not_rebuilt() {
    let app = TestApp::start().await;
    let request = app.request(Method::POST, "/_local/rebuild");
    let request = request.json(&json!({ "everything": true }));
    request.send_unchecked().await.expect(400);
}
