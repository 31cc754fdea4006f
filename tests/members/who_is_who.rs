//! What every kind of person gets and loses by every route of members, in every relation to the account.
//!
//! A cell is the status of the answer, and what the person is in the account afterwards.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use local::Options;
use reqwest::Method;
use serde_json::json;

use crate::support::{Account, Answer, PASSWORD, Person, TestApp, invitation};

const PERSON: &str = "person@example.com";
const RELATIONS: [&str; 5] = ["invited", "expired", "removed", "active", "owner"];
/// What a manager does to the person.
const GIVEN_AND_TAKEN: [&str; 8] = [
    "is read",
    "is invited",
    "is added",
    "gets a role",
    "is suspended",
    "is activated",
    "is mailed",
    "is removed",
];
/// What the person does.
const DONE: [&str; 9] = [
    "reads",
    "is listed",
    "lists members",
    "invites",
    "adds",
    "gives a role",
    "leaves",
    "accepts",
    "declines",
];

/// A person of one kind, in accounts of one relation to them.
struct Cast {
    app: TestApp,
    /// Manages every account, and owns those that the person does not.
    manager: Person,
    person: Person,
    accomplice: Person,
}

impl Cast {
    async fn new(kind: &str) -> Self {
        let app = TestApp::with(Options::memory()).await;
        let manager = app.proven_owner("manager@example.com", "Of the manager");
        let manager = manager.await.owner;
        let accomplice = app.proven_owner("accomplice@example.com", "Of the accomplice");
        let accomplice = accomplice.await.owner;
        if kind == "squatter" {
            let elsewhere = manager.create("Elsewhere").await;
            elsewhere.invite(PERSON, &["admin"]).await;
        }
        let person = app.owner(PERSON, "Of the person").await.owner;
        if ["proven", "erased"].contains(&kind) {
            person.prove().await;
        }
        Self {
            app,
            manager,
            person,
            accomplice,
        }
    }

    /// An account in which the person is what `relation` says, as far as they can be.
    async fn account(&self, relation: &str, name: &str) -> Account {
        if relation == "owner" {
            let account = self.person.create(name).await;
            let admin = json!({ "roles": ["admin"] });
            let path = account.user(self.manager.id);
            self.person.post(&path, &admin).await.expect(200);
            return Account {
                owner: self.manager.clone(),
                ..account
            };
        }
        let account = self.manager.create(name).await;
        if relation == "active" {
            let roles = json!({ "roles": ["manage"] });
            let path = account.user(self.person.id);
            account.owner.post(&path, &roles).await.expect(200);
        } else {
            let id = account.invite(PERSON, &["manage"]).await;
            if relation == "removed" {
                account.remove(id).await;
            }
        }
        account
    }

    async fn erase(&self) {
        for account in self.person.listed().await {
            let path = format!("/api/accounts/{account}");
            // Accounts of others stay.
            self.person.delete(&path).await;
        }
        let password = json!({ "password": PASSWORD });
        let erase = self.person.request(Method::DELETE, "/api/users/me");
        erase.json(&password).send().await.expect(204);
    }

    async fn ask(&self, route: &str, account: &Account) -> Answer {
        let (manager, person) = (&account.owner, &self.person);
        let (path, users, own) = (account.path(), account.users(), account.user(person.id));
        let roles = json!({ "roles": ["viewer"] });
        let status = |status: &str| json!({ "status": status });
        let answering = |verb: &str| format!("/api/users/me/invitations/{}/{verb}", account.id);
        match route {
            "is read" => manager.get(&own).await,
            "is invited" => manager.post(&users, &invitation(PERSON, &["user"])).await,
            "is added" => manager.post(&own, &roles).await,
            "gets a role" => manager.put(&own, &roles).await,
            "is suspended" => manager.put(&own, &status("suspended")).await,
            "is activated" => manager.put(&own, &status("active")).await,
            "is mailed" => manager.put(&format!("{own}/invite"), &json!({})).await,
            "is removed" => manager.delete(&own).await,
            "reads" => person.get(&path).await,
            "is listed" => {
                let filter = format!("/api/accounts?$filter=id%20eq%20{}", account.id);
                person.get(&filter).await
            }
            "lists members" => person.get(&users).await,
            "invites" => {
                let body = invitation("friend@example.com", &["viewer"]);
                person.post(&users, &body).await
            }
            "adds" => person.post(&account.user(self.accomplice.id), &roles).await,
            "gives a role" => person.put(&account.user(manager.id), &roles).await,
            "leaves" => person.delete(&own).await,
            "accepts" => person.post(&answering("accept"), &json!({})).await,
            "declines" => person.post(&answering("decline"), &json!({})).await,
            other => panic!("no route {other}"),
        }
    }

    /// What the person is in `account`: by their address, since a new user may have taken their place.
    async fn standing(&self, account: &Account) -> String {
        let listed = account.owner.get(&account.users()).await.json();
        let members = listed["value"].as_array().cloned().unwrap_or_default();
        let person = members.iter().find(|member| member["email"] == PERSON);
        person.map_or("-".into(), |member| {
            let owner = member["owner"] == true;
            let status = member["status"].as_str().unwrap();
            if owner { "owner" } else { status }.to_owned()
        })
    }
}

/// A column of the table.
async fn column(kind: &str, relation: &str) -> Vec<String> {
    let mut cast = Cast::new(kind).await;
    let mut accounts = Vec::new();
    for route in GIVEN_AND_TAKEN.iter().chain(&DONE) {
        accounts.push((*route, cast.account(relation, route).await));
    }
    if relation == "expired" {
        cast.app.stack.advance(8 * 24 * 60 * 60);
        cast.person = cast.person.again().await;
        cast.manager = cast.manager.again().await;
        for (_, account) in &mut accounts {
            account.owner = cast.manager.clone();
        }
    }
    if kind == "erased" {
        cast.erase().await;
    }
    let mut cells = Vec::new();
    for (route, account) in &accounts {
        let answer = cast.ask(route, account).await;
        let listed = answer.json();
        let listed = listed["value"].as_array().filter(|_| *route == "is listed");
        let said = match listed.map(Vec::len) {
            Some(0) => "no".to_owned(),
            Some(_) => "yes".to_owned(),
            None => answer.status.as_u16().to_string(),
        };
        cells.push(format!("{said} {}", cast.standing(account).await));
    }
    cast.app.check_invariants().await;
    cells
}

async fn check(kind: &str, expected: &Expect) {
    let mut columns = Vec::new();
    for relation in RELATIONS {
        columns.push(column(kind, relation).await);
    }
    let mut table = String::new();
    let line = |cells: Vec<&str>| {
        let cells = cells.iter().map(|cell| format!("{cell:<15}"));
        cells.collect::<String>().trim_end().to_owned()
    };
    let head = [kind].into_iter().chain(RELATIONS).collect();
    writeln!(table, "{}", line(head)).unwrap();
    for (row, route) in GIVEN_AND_TAKEN.iter().chain(&DONE).enumerate() {
        let cells = columns.iter().map(|column| column[row].as_str());
        let cells = [*route].into_iter().chain(cells).collect();
        writeln!(table, "{}", line(cells)).unwrap();
    }
    expected.assert_eq(&table);
}

#[tokio::test]
async fn proven_persons_get_what_they_are_given() {
    check(
        "proven",
        &expect![[r#"
            proven         invited        expired        removed        active         owner
            is read        200 invited    200 invited    404 -          200 active     200 owner
            is invited     409 invited    201 invited    201 invited    409 active     409 owner
            is added       409 invited    200 active     200 active     409 active     409 owner
            gets a role    200 invited    200 invited    404 -          200 active     403 owner
            is suspended   200 invited    200 invited    404 -          200 suspended  403 owner
            is activated   409 invited    409 invited    404 -          200 active     403 owner
            is mailed      200 invited    200 invited    404 -          409 active     403 owner
            is removed     200 -          200 -          404 -          200 -          403 owner
            reads          403 invited    403 invited    403 -          200 active     200 owner
            is listed      no invited     no invited     no -           yes active     yes owner
            lists members  403 invited    403 invited    403 -          200 active     200 owner
            invites        403 invited    403 invited    403 -          201 active     201 owner
            adds           403 invited    403 invited    403 -          200 active     200 owner
            gives a role   403 invited    403 invited    403 -          403 active     200 owner
            leaves         200 -          200 -          403 -          200 -          409 owner
            accepts        200 active     410 invited    404 -          404 active     404 owner
            declines       204 -          410 invited    404 -          404 active     404 owner
        "#]],
    )
    .await;
}

#[tokio::test]
async fn unproven_persons_act_only_in_accounts_that_they_created() {
    check(
        "unproven",
        &expect![[r#"
        unproven       invited        expired        removed        active         owner
        is read        200 invited    200 invited    404 -          200 invited    200 owner
        is invited     409 invited    201 invited    201 invited    409 invited    409 owner
        is added       409 invited    200 invited    200 invited    409 invited    409 owner
        gets a role    200 invited    200 invited    404 -          200 invited    403 owner
        is suspended   200 invited    200 invited    404 -          200 invited    403 owner
        is activated   409 invited    409 invited    404 -          409 invited    403 owner
        is mailed      200 invited    200 invited    404 -          200 invited    403 owner
        is removed     200 -          200 -          404 -          200 -          403 owner
        reads          403 invited    403 invited    403 -          403 invited    200 owner
        is listed      no invited     no invited     no -           no invited     yes owner
        lists members  403 invited    403 invited    403 -          403 invited    200 owner
        invites        403 invited    403 invited    403 -          403 invited    201 owner
        adds           403 invited    403 invited    403 -          403 invited    200 owner
        gives a role   403 invited    403 invited    403 -          403 invited    200 owner
        leaves         403 invited    403 invited    403 -          403 invited    409 owner
        accepts        403 invited    403 invited    403 -          403 invited    403 owner
        declines       403 invited    403 invited    403 -          403 invited    403 owner
    "#]],
    )
    .await;
}

#[tokio::test]
async fn whoever_signs_up_under_an_invited_address_gets_nothing_of_it() {
    check(
        "squatter",
        &expect![[r#"
        squatter       invited        expired        removed        active         owner
        is read        200 invited    200 invited    404 -          200 invited    200 owner
        is invited     409 invited    201 invited    201 invited    409 invited    409 owner
        is added       409 invited    200 invited    200 invited    409 invited    409 owner
        gets a role    200 invited    200 invited    404 -          200 invited    403 owner
        is suspended   200 invited    200 invited    404 -          200 invited    403 owner
        is activated   409 invited    409 invited    404 -          409 invited    403 owner
        is mailed      200 invited    200 invited    404 -          200 invited    403 owner
        is removed     200 -          200 -          404 -          200 -          403 owner
        reads          403 invited    403 invited    403 -          403 invited    200 owner
        is listed      no invited     no invited     no -           no invited     yes owner
        lists members  403 invited    403 invited    403 -          403 invited    200 owner
        invites        403 invited    403 invited    403 -          403 invited    201 owner
        adds           403 invited    403 invited    403 -          403 invited    200 owner
        gives a role   403 invited    403 invited    403 -          403 invited    200 owner
        leaves         403 invited    403 invited    403 -          403 invited    409 owner
        accepts        403 invited    403 invited    403 -          403 invited    403 owner
        declines       403 invited    403 invited    403 -          403 invited    403 owner
    "#]],
    )
    .await;
}

#[tokio::test]
async fn erased_persons_are_given_nothing_and_do_nothing() {
    check(
        "erased",
        &expect![[r#"
        erased         invited        expired        removed        active         owner
        is read        404 -          404 -          404 -          404 -          404 -
        is invited     201 invited    201 invited    201 invited    201 invited    404 -
        is added       404 -          404 -          404 -          404 -          404 -
        gets a role    404 -          404 -          404 -          404 -          404 -
        is suspended   404 -          404 -          404 -          404 -          404 -
        is activated   404 -          404 -          404 -          404 -          404 -
        is mailed      404 -          404 -          404 -          404 -          404 -
        is removed     404 -          404 -          404 -          404 -          404 -
        reads          401 -          401 -          401 -          401 -          401 -
        is listed      401 -          401 -          401 -          401 -          401 -
        lists members  401 -          401 -          401 -          401 -          401 -
        invites        401 -          401 -          401 -          401 -          401 -
        adds           401 -          401 -          401 -          401 -          401 -
        gives a role   401 -          401 -          401 -          401 -          401 -
        leaves         401 -          401 -          401 -          401 -          401 -
        accepts        401 -          401 -          401 -          401 -          401 -
        declines       401 -          401 -          401 -          401 -          401 -
    "#]],
    )
    .await;
}
