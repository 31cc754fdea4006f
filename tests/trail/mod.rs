//! The audit trail and other effects of a change.

mod counting;
mod departed;
mod events;
mod faults;
mod feed;
mod model;
mod names;
mod oracle;
mod poison;
mod rebuild;
pub(crate) mod records;
mod repeated;
mod replay;
use serde_json::Value;

use crate::support::{Account, Person, TestApp};

/// Everything in the trail of `account`, oldest first, page by page, as `person` reads it.
async fn trail_as(person: &Person, account: u64) -> Vec<Value> {
    let mut events = Vec::new();
    let mut path = format!("/api/accounts/{account}/events?$orderby=at%20asc&$top=50");
    loop {
        let page = person.get(&path).await.expect(200);
        events.extend(page["value"].as_array().unwrap().iter().cloned());
        let Some(link) = page["nextLink"].as_str() else {
            return events;
        };
        path = link.strip_prefix(person.base_url()).unwrap().to_owned();
    }
}

/// The same, as the owner reads it.
pub(crate) async fn trail(account: &Account) -> Vec<Value> {
    trail_as(&account.owner, account.id).await
}

/// The trail of `account`, once it is `count` events long.
async fn trail_of(account: &Account, count: usize) -> Vec<Value> {
    for _ in 0..1000 {
        let events = trail(account).await;
        if events.len() >= count {
            return events;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("{:#?}", trail(account).await);
}

/// The kinds of `events`.
fn kinds(events: &[Value]) -> Vec<&str> {
    let kinds = events.iter().map(|event| event["kind"].as_str().unwrap());
    kinds.collect()
}

/// Until everything derived from changes is right, or for a minute.
pub(crate) async fn settled(app: &TestApp) {
    let mut wrong = Vec::new();
    for _ in 0..1200 {
        wrong = oracle::wrong(&app.rows().await);
        if wrong.is_empty() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("{wrong:#?}");
}
