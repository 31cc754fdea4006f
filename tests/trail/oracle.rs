//! Invariants of all derived data, once all changes are processed.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::replay::Replayed;
use crate::support::Table;

/// The violated invariants: events, counters and copies against the items that they come from.
pub(super) fn wrong(table: &Table) -> Vec<String> {
    let mut wrong = Vec::new();
    events(table, &mut wrong);
    counters(table, &mut wrong);
    copies(table, &mut wrong);
    wrong
}

/// Each last change is in the trail, none twice, and replaying the trail leads to the current state.
fn events(table: &Table, wrong: &mut Vec<String>) {
    let mut trails: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    let mut told = BTreeSet::new();
    for (account, item) in table.all("ACCOUNT#", "EVENT#") {
        let id = item["sk"]["S"]
            .as_str()
            .unwrap()
            .splitn(3, '#')
            .nth(2)
            .unwrap();
        let id = id.rsplit('#').next().unwrap();
        if !told.insert(id.to_owned()) {
            wrong.push(format!("told twice: {item}"));
        }
        trails
            .entry(account)
            .or_default()
            .push(plain(&json!({ "M": item })));
    }
    let changed = table
        .all("ACCOUNT#", "ACCOUNT")
        .chain(table.all("ACCOUNT#", "MEMBER#"));
    for (_, item) in changed {
        let change = &item["change"]["M"]["id"]["S"];
        if change.as_str().is_some_and(|id| !told.contains(id)) {
            wrong.push(format!("not told: {item}"));
        }
    }
    for (account, trail) in trails {
        match Replayed::of(&trail) {
            Ok(replayed) => compare(table, account, &replayed, wrong),
            Err(event) => wrong.push(format!("account {account}: what was before {event}?")),
        }
    }
}

fn compare(table: &Table, account: &str, replayed: &Replayed, wrong: &mut Vec<String>) {
    let mut item = plain(&json!({ "M": table.item(&format!("ACCOUNT#{account}"), "ACCOUNT") }));
    item["pendingOwnerId"] = item["pendingOwner"]["userId"].clone();
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
        let expected = if item["deletedAt"].is_null() {
            &item[field]
        } else {
            &Value::Null
        };
        let found = &replayed.account[field];
        if found != expected {
            wrong.push(format!(
                "account {account}: {field} is {expected}, not {found}"
            ));
        }
    }
    let members: BTreeMap<u64, Value> = table
        .members(account)
        .into_iter()
        .map(|member| {
            let member = plain(&json!({ "M": member }));
            let id = member["sk"].as_str().unwrap().trim_start_matches("MEMBER#");
            let told = json!({ "roles": member["roles"], "status": member["status"], "owner": member["owner"] });
            (id.parse().unwrap(), told)
        })
        .collect();
    if replayed.members != members {
        wrong.push(format!(
            "account {account}: {:?} is not {members:?}",
            replayed.members
        ));
    }
}

fn counters(table: &Table, wrong: &mut Vec<String>) {
    let mut live = 0;
    for (account, item) in table.all("ACCOUNT#", "ACCOUNT") {
        live += i64::from(item["deletedAt"].is_null());
        let counter = table.item(&format!("ACCOUNT#{account}"), "COUNT");
        let members = table.members(account);
        let of = |status| {
            let of = members
                .iter()
                .filter(|member| member["status"]["S"] == status);
            i64::try_from(of.count()).unwrap()
        };
        let (invited, suspended) = (of("invited"), of("suspended"));
        let all = invited + suspended + of("active");
        for (name, expected) in [
            ("count", all),
            ("invited", invited),
            ("suspended", suspended),
        ] {
            let found = number(counter, name);
            if found != expected {
                wrong.push(format!(
                    "account {account}: {name} is {expected}, not {found}"
                ));
            }
        }
    }
    let counters = table.all("COUNTERS", "ACCOUNTS");
    let count: i64 = counters.map(|(_, item)| number(item, "count")).sum();
    if count != live {
        wrong.push(format!("there are {live} accounts, not {count}"));
    }
}

fn number(counter: &Value, name: &str) -> i64 {
    counter[name]["N"]
        .as_str()
        .map_or(0, |count| count.parse().unwrap())
}

fn copies(table: &Table, wrong: &mut Vec<String>) {
    for (account, row) in table.all("ACCOUNT#", "ACCOUNT") {
        let deleted = !row["deletedAt"].is_null();
        for member in table.members(account) {
            // It is brought up to date after a restoration.
            if deleted && member["owner"]["BOOL"] == true {
                continue;
            }
            let id = member["sk"]["S"]
                .as_str()
                .unwrap()
                .trim_start_matches("MEMBER#");
            let user = table.item(&format!("USER#{}", id.trim_start_matches('0')), "USER");
            let names = ["email", "firstName", "lastName"];
            // An invited person has the names that the inviter typed.
            if member["status"]["S"] == "invited" {
                continue;
            }
            if names.iter().any(|name| member[*name] != user[*name]) {
                wrong.push(format!("copies of {user}: {member}"));
            }
        }
    }
}

/// An attribute without its types.
fn plain(attribute: &Value) -> Value {
    let (kind, value) = attribute.as_object().unwrap().iter().next().unwrap();
    match (kind.as_str(), value) {
        ("M", Value::Object(map)) => {
            let members = map.iter().map(|(name, value)| (name.clone(), plain(value)));
            Value::Object(members.collect())
        }
        ("L", Value::Array(list)) => list.iter().map(plain).collect(),
        ("N", value) => value.as_str().unwrap().parse::<i64>().unwrap().into(),
        ("NULL", _) => Value::Null,
        (_, value) => value.clone(),
    }
}
