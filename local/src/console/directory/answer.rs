//! The people and accounts that a word finds.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::scan::Scanned;

/// The most people and the most accounts of one answer.
const MOST: usize = 50;
/// The most members of an account, and accounts of a person, that are shown.
const MOST_WITHIN: usize = 100;

/// What a word finds.
#[derive(Debug, Serialize)]
pub(super) struct Answer {
    people: Found,
    accounts: Found,
    /// Whether the whole table was read.
    complete: bool,
}

#[derive(Debug, Serialize)]
struct Found {
    /// How many there are; `shown` may have fewer.
    count: usize,
    shown: Vec<Value>,
}

impl Answer {
    pub(super) fn new(scanned: &Scanned, word: &str) -> Self {
        let word = word.trim().to_lowercase();
        let members = scanned.of("member").iter();
        let members = members.filter(|member| member["status"] != "removed");
        let members: Vec<_> = members.collect();
        let mut names = BTreeMap::new();
        for account in scanned.of("account") {
            names.insert(text(account, "pk"), account);
        }
        let (mut in_account, mut of_user) = (BTreeMap::new(), BTreeMap::new());
        for member in members {
            let (account, user) = (text(member, "pk"), id(text(member, "sk")));
            in_account
                .entry(account)
                .or_insert_with(Vec::new)
                .push(membership(member));
            let account = names.get(account);
            let name = account.map_or(Value::Null, |account| account["name"].clone());
            let mut shown = membership(member);
            shown["account"] = json!({ "id": id(text(member, "pk")), "name": name });
            of_user.entry(user).or_insert_with(Vec::new).push(shown);
        }
        let people = scanned.of("user").iter().map(|user| {
            let accounts = of_user.remove(&id(text(user, "pk")));
            person(user, accounts.unwrap_or_default())
        });
        let people = found(people, &word);
        let accounts = scanned.of("account").iter().map(|item| {
            let members = in_account.remove(text(item, "pk"));
            account(item, members.unwrap_or_default())
        });
        Self {
            people,
            accounts: found(accounts, &word),
            complete: scanned.complete,
        }
    }
}

/// The newest first, among those that have `word` anywhere.
fn found(all: impl Iterator<Item = Value>, word: &str) -> Found {
    let mut wanted: Vec<_> = all.filter(|one| has(one, word)).collect();
    wanted.sort_by_key(|one| std::cmp::Reverse(one["id"].as_u64()));
    let count = wanted.len();
    wanted.truncate(MOST);
    Found {
        count,
        shown: wanted,
    }
}

fn has(value: &Value, word: &str) -> bool {
    match value {
        Value::String(text) => text.to_lowercase().contains(word),
        Value::Number(number) => number.to_string() == word || word.is_empty(),
        Value::Array(values) => values.iter().any(|value| has(value, word)),
        Value::Object(members) => members
            .iter()
            .any(|(name, value)| name != "roles" && has(value, word)),
        _ => false,
    }
}

fn person(user: &Value, mut accounts: Vec<Value>) -> Value {
    let count = accounts.len();
    accounts.truncate(MOST_WITHIN);
    json!({
        "id": id(text(user, "pk")),
        "email": user["email"],
        "firstName": user["firstName"],
        "lastName": user["lastName"],
        "country": user["country"],
        "emailVerified": user["verified"],
        "status": user["status"].as_str().unwrap_or("active"),
        "secondFactor": user["totp"].is_object(),
        "createdAt": user["createdAt"],
        "accountCount": count,
        "accounts": accounts,
    })
}

fn account(account: &Value, mut members: Vec<Value>) -> Value {
    let count = members.len();
    members.truncate(MOST_WITHIN);
    let deleted = account["deletedAt"].is_number();
    json!({
        "id": id(text(account, "pk")),
        "name": account["name"],
        "description": account["description"],
        "country": account["country"],
        "status": if deleted { "deleted".into() } else { account["status"].clone() },
        "ownerId": account["ownerId"],
        "updatedAt": account["updatedAt"],
        "memberCount": count,
        "members": members,
    })
}

fn membership(member: &Value) -> Value {
    json!({
        "id": id(text(member, "sk")),
        "email": member["email"],
        "firstName": member["firstName"],
        "lastName": member["lastName"],
        "roles": member["roles"],
        "status": member["status"],
        "owner": member["owner"],
    })
}

/// The number in a key, as in `USER#42`.
fn id(key: &str) -> u64 {
    let number = key.rsplit('#').next().unwrap_or_default();
    number.parse().unwrap_or_default()
}

fn text<'a>(item: &'a Value, name: &str) -> &'a str {
    item[name].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{found, has};

    #[test]
    fn a_word_is_looked_for_in_names_addresses_and_ids() {
        let ada = json!({ "id": 42, "email": "Ada@example.com", "verified": true, "accounts": [{ "name": "Acme" }] });
        for word in ["", "ada@", "acme", "42"] {
            assert!(has(&ada, word), "{word}");
        }
        for word in ["4", "grace", "true"] {
            assert!(!has(&ada, word), "{word}");
        }
    }

    #[test]
    fn an_answer_is_bounded() {
        let all = (0..1000).map(|id| json!({ "id": id }));
        let found = found(all, "");
        assert_eq!((found.count, found.shown.len()), (1000, super::MOST));
        assert_eq!(found.shown[0]["id"], 999);
    }
}
