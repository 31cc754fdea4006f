//! The audit trail against a model: thousands of random operations by several persons at once, and then each account's trail, read
//! from its beginning, leads to exactly what the API shows.

use std::collections::BTreeMap;
use std::sync::Arc;

use local::Options;
use reqwest::Method;
use serde_json::{Value, json};

use super::replay::Replayed;
use super::{settled, trail_as};
use crate::support::{Person, TestApp};

const PERSONS: usize = 6;
const OPERATIONS: usize = 2000;

struct Fixture {
    persons: Vec<Person>,
    accounts: Vec<u64>,
}

/// `SplitMix64`: the same rolls in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(sides).unwrap()).unwrap()
    }

    fn of<'a, T>(&mut self, choice: &'a [T]) -> &'a T {
        &choice[self.roll(choice.len())]
    }
}

/// One random request, of which many are refused.
async fn operate(fixture: &Fixture, dice: &mut Dice) -> bool {
    let person = dice.of(&fixture.persons).clone();
    let other = dice.of(&fixture.persons);
    let account = format!("/api/accounts/{}", dice.of(&fixture.accounts));
    let member = format!("{account}/users/{}", other.id);
    let own = format!("/api/users/me/invitations/{}", dice.of(&fixture.accounts));
    let roles = *dice.of(&[
        &["viewer"][..],
        &["manage"],
        &["admin"],
        &["admin", "user"],
        &["user", "manage"],
    ]);
    let (method, path, body) = match dice.roll(28) {
        0..4 => {
            let body =
                json!({ "email": other.email, "firstName": "A", "lastName": "B", "roles": roles });
            (Method::POST, format!("{account}/users"), body)
        }
        4..7 => (Method::POST, member, json!({ "roles": roles })),
        7..10 => (Method::PUT, member, json!({ "roles": roles })),
        10 => (Method::PUT, member, json!({ "status": "suspended" })),
        11..13 => (Method::PUT, member, json!({ "status": "active" })),
        13 => (Method::PUT, format!("{member}/invite"), Value::Null),
        14..16 => (Method::DELETE, member, Value::Null),
        16..18 => (Method::POST, format!("{own}/accept"), Value::Null),
        18 => (Method::POST, format!("{own}/decline"), Value::Null),
        19..21 => {
            let text = Value::from(["One", "Two", "Three"][dice.roll(3)]);
            let description = if dice.roll(3) == 0 { Value::Null } else { text };
            let country = *dice.of(&["GB", "FR", "DE"]);
            (
                Method::PUT,
                account,
                json!({ "description": description, "country": country }),
            )
        }
        21 => {
            let status = *dice.of(&["active", "active", "active", "active", "suspended"]);
            (Method::PUT, account, json!({ "status": status }))
        }
        22 => (
            Method::PUT,
            format!("{account}/owner"),
            json!({ "userId": other.id }),
        ),
        23..25 => (Method::POST, format!("{account}/owner/accept"), Value::Null),
        25 => (
            Method::POST,
            format!("{account}/owner/decline"),
            Value::Null,
        ),
        26 => (Method::DELETE, format!("{account}/owner"), Value::Null),
        _ => {
            let name = format!("Name {}", dice.roll(1000));
            (
                Method::PATCH,
                "/api/users/me".to_owned(),
                json!({ "firstName": name }),
            )
        }
    };
    let request = person.request(method, &path);
    let request = if body.is_null() {
        request
    } else {
        request.json(&body)
    };
    let answer = request.send().await;
    assert!(answer.status.as_u16() < 500, "{answer:#?}");
    answer.status.is_success()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trail_from_its_beginning_leads_to_what_there_is() {
    let root = "root@example.com";
    let app = TestApp::with(Options::memory().parameter("PlatformAdminEmails", root)).await;
    let mut fixture = Fixture {
        persons: Vec::new(),
        accounts: Vec::new(),
    };
    for number in 0..PERSONS {
        let email = if number == 0 {
            root.to_owned()
        } else {
            format!("p{number}@example.com")
        };
        let account = app.owner(&email, &format!("Account {number}")).await;
        let token = app.link_tokens(&email, "Verify", 1).await.remove(0);
        let verified = json!({ "token": token, "password": crate::support::PASSWORD });
        app.post("/api/auth/verify-email", &verified)
            .await
            .expect(204);
        fixture.accounts.push(account.id);
        fixture.persons.push(account.owner);
    }
    // Everybody may do something everywhere, to begin with.
    for (owner, account) in fixture.persons.iter().zip(&fixture.accounts) {
        for other in fixture.persons.iter().filter(|other| other.id != owner.id) {
            let path = format!("/api/accounts/{account}/users/{}", other.id);
            owner
                .post(&path, &json!({ "roles": ["admin"] }))
                .await
                .expect(200);
        }
    }
    let fixture = Arc::new(fixture);
    let mut workers = Vec::new();
    for worker in 0..4 {
        let fixture = fixture.clone();
        workers.push(tokio::spawn(async move {
            let mut dice = Dice(worker);
            let mut done = 0;
            for _ in 0..OPERATIONS / 4 {
                done += usize::from(operate(&fixture, &mut dice).await);
            }
            done
        }));
    }
    let mut done = 0;
    for worker in workers {
        done += worker.await.unwrap();
    }
    assert!(done > OPERATIONS / 6, "only {done} operations succeeded");
    settled(&app).await;
    app.check_invariants().await;

    let root = &fixture.persons[0];
    let mut told = 0;
    for id in &fixture.accounts {
        let trail = trail_as(root, *id).await;
        told += trail.len();
        let replayed = Replayed::of(&trail).unwrap();
        let account = root.get(&format!("/api/accounts/{id}")).await.expect(200);
        for field in [
            "name",
            "description",
            "primaryContact",
            "country",
            "status",
            "suspendedBy",
            "ownerId",
            "pendingOwnerId",
        ] {
            assert_eq!(replayed.account[field], account[field], "{field}");
        }
        let users = format!("/api/accounts/{id}/users?$top=1000");
        let members = root.get(&users).await.expect(200);
        let members: BTreeMap<_, _> = members["value"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| {
                let told = json!({ "roles": one["roles"], "status": one["status"], "owner": one["owner"] });
                (one["id"].as_u64().unwrap(), told)
            })
            .collect();
        assert_eq!(replayed.members, members);
    }
    assert!(told > OPERATIONS / 8, "{told}");
}
