//! What an unproven person, a proven one, an erased one and a squatter may do about an account, by their relation to it, and
//! whether it can be offered to them. A squatter signed up with another person's address, after which that person reads the mail.

use std::fmt::Write as _;

use expect_test::expect;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Account, Answer, PASSWORD, Person, TestApp};

const KINDS: [&str; 4] = ["unproven", "proven", "erased", "squatter"];
/// `active` created the account and handed it over: there is no other way for an unproven person to be active.
const RELATIONS: [&str; 5] = ["invited", "expired", "removed", "active", "owner"];
const WEEK: i64 = 7 * 24 * 60 * 60;

/// An account, a person, and the owner, who may be the same person.
struct Case {
    acme: Account,
    person: Person,
    owner: Person,
}

async fn case(app: &TestApp, kind: &str, relation: &str) -> Case {
    let address = format!("{kind}.{relation}@example.com");
    let other = app.proven_owner("other@example.com", "Other").await.owner;
    let own = app.owner(&address, "Own").await;
    let person = own.owner.clone();
    if kind == "proven" {
        person.prove().await;
    }
    let (acme, owner) = match relation {
        "owner" => (own, person.clone()),
        "active" => {
            let roles = json!({ "roles": ["admin"] });
            let added = person.post(&own.user(other.id), &roles).await;
            added.expect(200);
            own.hand_over(&other).await;
            (own, other)
        }
        relation => {
            person.delete(&own.path()).await.expect(200);
            let acme = other.create("Acme").await;
            acme.invite(&address, &["admin"]).await;
            if relation == "removed" {
                acme.remove(person.id).await;
            }
            (acme, other)
        }
    };
    let case = Case {
        acme,
        person,
        owner,
    };
    case.end(app, kind).await;
    case
}

impl Case {
    /// Changes the person as `kind` says.
    async fn end(&self, app: &TestApp, kind: &str) {
        match kind {
            "erased" => {
                let erase = self.person.request(Method::DELETE, "/api/users/me");
                let erased = erase.json(&json!({ "password": PASSWORD })).send().await;
                let owns = self.person.id == self.owner.id;
                erased.expect(if owns { 409 } else { 204 });
            }
            "squatter" => {
                let link = app.link_tokens(&self.person.email, "Verify", 1).await;
                let reset = json!({ "token": link[0], "password": "the holder chose this" });
                let reset = app.post("/api/auth/password/reset", &reset).await;
                reset.expect(204);
            }
            _ => {}
        }
    }

    /// The answers to the person, and to the owner who offers them the account.
    async fn answers(&self) -> Vec<Answer> {
        let (person, acme) = (&self.person, &self.acme);
        let post = async |path: String| person.post(&path, &json!({})).await;
        let described = json!({ "description": "theirs" });
        let offer = json!({ "userId": person.id });
        vec![
            self.owner.put(&acme.ownership(), &offer).await,
            person.get(&acme.path()).await,
            person.put(&acme.path(), &described).await,
            post(format!("{}/decline", acme.ownership())).await,
            self.owner.put(&acme.ownership(), &offer).await,
            post(format!("{}/accept", acme.ownership())).await,
            post(format!("{}/restore", acme.path())).await,
            person.delete(&acme.ownership()).await,
            person.delete(&acme.path()).await,
        ]
    }
}

/// The status, and the code where the status does not say enough.
fn shown(answer: &Answer) -> String {
    let code = (!answer.text.is_empty()).then(|| answer.json()["code"].clone());
    let code = code.as_ref().and_then(Value::as_str).unwrap_or_default();
    let code = match code {
        "UNAUTHENTICATED" | "UNAUTHORIZED" => "",
        "USER_NOT_FOUND" => " member",
        "MEMBER_NOT_ACTIVE" => " inactive",
        "TRANSFER_NOT_FOUND" => " offer",
        other => other,
    };
    format!("{}{code}", answer.status.as_u16())
}

#[tokio::test]
async fn rights_in_an_account_follow_persons() {
    let columns = [
        "offer", "read", "change", "decline", "offer", "accept", "restore", "withdraw", "delete",
    ];
    let mut table = format!("{:18}", "");
    for name in columns {
        write!(table, " {name:12}").unwrap();
    }
    for relation in RELATIONS {
        for kind in KINDS {
            let app = TestApp::start().await;
            let mut case = case(&app, kind, relation).await;
            if relation == "expired" {
                app.stack.advance(WEEK + 1);
                case.owner = case.owner.again().await;
                if ["unproven", "proven"].contains(&kind) {
                    case.person = case.person.again().await;
                }
            }
            write!(table, "\n{:18}", format!("{relation} {kind}")).unwrap();
            for answer in case.answers().await {
                write!(table, " {:12}", shown(&answer)).unwrap();
            }
            app.check_invariants().await;
        }
    }
    let lines = table.lines().map(str::trim_end);
    let table = lines.collect::<Vec<_>>().join("\n");
    expect![[r#"
                           offer        read         change       decline      offer        accept       restore      withdraw     delete
        invited unproven   409 inactive 403          403          403          409 inactive 403          403          403          403
        invited proven     409 inactive 403          403          403          409 inactive 403          403          403          403
        invited erased     409 inactive 401          401          401          409 inactive 401          401          401          401
        invited squatter   409 inactive 401          401          401          409 inactive 401          401          401          401
        expired unproven   409 inactive 403          403          403          409 inactive 403          403          403          403
        expired proven     409 inactive 403          403          403          409 inactive 403          403          403          403
        expired erased     409 inactive 401          401          401          409 inactive 401          401          401          401
        expired squatter   409 inactive 401          401          401          409 inactive 401          401          401          401
        removed unproven   404 member   403          403          403          404 member   403          403          403          403
        removed proven     404 member   403          403          403          404 member   403          403          403          403
        removed erased     404 member   401          401          401          404 member   401          401          401          401
        removed squatter   404 member   401          401          401          404 member   401          401          401          401
        active unproven    409 inactive 200          200          404 offer    409 inactive 404 offer    403          403          403
        active proven      202          200          200          204          202          200          200          404 offer    200
        active erased      404 member   401          401          401          404 member   401          401          401          401
        active squatter    202          401          401          401          202          401          401          401          401
        owner unproven     200          200          200          404 offer    200          404 offer    200          404 offer    200
        owner proven       200          200          200          404 offer    200          404 offer    200          404 offer    200
        owner erased       200          200          200          404 offer    200          404 offer    200          404 offer    200
        owner squatter     401          401          401          401          401          401          401          401          401"#]].assert_eq(&table);
}
