//! Invariants of the table, after any requests and any failures.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use shared::model::{AccountName, EmailAddress};

use super::TestApp;

/// Every item of a table.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Table {
    items: BTreeMap<(String, String), Value>,
}

impl TestApp {
    /// Reads the whole table, past the service, and fails unless it is consistent.
    #[track_caller]
    pub(crate) fn check_invariants(&self) -> impl Future<Output = ()> {
        let caller = std::panic::Location::caller();
        async move {
            let broken = self.rows().await.check();
            assert!(broken.is_empty(), "at {caller}: {broken:#?}");
        }
    }

    /// The whole table once its stream is processed and SES's events have come in.
    pub(crate) async fn at_rest(&self) -> Table {
        let mut last = self.rows().await;
        let mut calm = 0;
        while calm < 5 {
            self.stack.streams_read().await;
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            let rows = self.rows().await;
            calm = if rows == last { calm + 1 } else { 0 };
            last = rows;
        }
        last
    }

    /// The whole table in its current state.
    pub(crate) async fn rows(&self) -> Table {
        let client = reqwest::Client::new();
        let mut table = Table::default();
        let mut start = Value::Null;
        loop {
            let mut scan = json!({ "TableName": self.stack.table(), "ConsistentRead": true });
            if !start.is_null() {
                scan["ExclusiveStartKey"] = start;
            }
            let answer = client
                .post(self.stack.dynamodb_url())
                .header("x-amz-target", "DynamoDB_20120810.Scan")
                .header("content-type", "application/x-amz-json-1.0")
                .header(
                    "authorization",
                    "AWS4-HMAC-SHA256 Credential=tests/20260101/eu-west-1/dynamodb/aws4_request, \
                     SignedHeaders=host;x-amz-date, Signature=0",
                )
                .header("x-amz-date", "20260101T000000Z")
                .body(scan.to_string())
                .send()
                .await
                .unwrap();
            let page: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
            let items = page["Items"].as_array();
            for item in items.unwrap_or_else(|| panic!("{page}")) {
                let key = (text(item, "pk").to_owned(), text(item, "sk").to_owned());
                table.items.insert(key, item.clone());
            }
            start = page["LastEvaluatedKey"].clone();
            if start.is_null() {
                return table;
            }
        }
    }
}

impl Table {
    /// The item under a key, or `null`.
    pub(crate) fn item(&self, pk: &str, sk: &str) -> &Value {
        let key = (pk.to_owned(), sk.to_owned());
        self.items.get(&key).unwrap_or(&Value::Null)
    }

    /// The items whose partition key and sort key begin with these prefixes.
    pub(crate) fn all<'a>(
        &'a self,
        pk: &'a str,
        sk: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let found = move |(item_pk, item_sk): &(String, String)| {
            item_pk.starts_with(pk) && item_sk.starts_with(sk)
        };
        let items = self.items.iter().filter(move |(key, _)| found(key));
        items.map(move |((item_pk, _), item)| (&item_pk[pk.len()..], item))
    }

    /// The items of a partition, in order.
    pub(crate) fn partition(&self, pk: &str) -> Vec<&Value> {
        let items = self.items.iter().filter(|((item_pk, _), _)| item_pk == pk);
        items.map(|(_, item)| item).collect()
    }

    /// Every item outside of these partitions, in order.
    pub(crate) fn outside(&self, partitions: &[String]) -> Vec<&Value> {
        let items = self.items.iter();
        let outside = items.filter(|((pk, _), _)| !partitions.contains(pk));
        outside.map(|(_, item)| item).collect()
    }

    /// The members of an account that are not removed.
    pub(crate) fn members(&self, account: &str) -> Vec<&Value> {
        let members = self.all("ACCOUNT#", "MEMBER#");
        let own =
            members.filter(|(id, member)| *id == account && text(member, "status") != "removed");
        own.map(|(_, member)| member).collect()
    }

    /// The violated invariants.
    pub(crate) fn check(&self) -> Vec<String> {
        let mut broken = Vec::new();
        self.check_accounts(&mut broken);
        self.check_names(&mut broken);
        self.check_addresses(&mut broken);
        self.check_members(&mut broken);
        self.check_owned(&mut broken);
        broken
    }

    fn live_account(&self, id: &str) -> Option<&Value> {
        let account = self.item(&format!("ACCOUNT#{id}"), "ACCOUNT");
        (!account.is_null() && account["deletedAt"].is_null()).then_some(account)
    }

    /// Exactly one owner, active, a living user, and the account agrees who it is.
    fn check_accounts(&self, broken: &mut Vec<String>) {
        for (id, account) in self.all("ACCOUNT#", "ACCOUNT") {
            let live = account["deletedAt"].is_null();
            let partition = if live { "ACCOUNT" } else { "DELETED" };
            if text(account, "gsi2pk") != partition {
                broken.push(format!("account {id} stands in the wrong list: {account}"));
            }
            if !live {
                continue;
            }
            let members = self.members(id);
            let owners: Vec<_> = members
                .iter()
                .filter(|member| member["owner"]["BOOL"] == true)
                .collect();
            let [owner] = owners[..] else {
                broken.push(format!(
                    "account {id} has {} owners: {members:#?}",
                    owners.len()
                ));
                continue;
            };
            if text(owner, "status") != "active" || user_of(owner) != number(account, "ownerId") {
                broken.push(format!("the owner of account {id}: {owner} but {account}"));
            }
        }
    }

    /// Every name leads to a live account of that name, and every live account has its name.
    fn check_names(&self, broken: &mut Vec<String>) {
        let mut named = BTreeSet::new();
        for (name, item) in self.all("NAME#", "NAME") {
            let id = number(item, "accountId");
            named.insert(id.clone());
            let normal = self.live_account(&id).map(|account| {
                let written = AccountName::parse(text(account, "name")).ok();
                written.map(|written| written.normal_form().to_owned())
            });
            if normal != Some(Some(name.to_owned())) {
                broken.push(format!(
                    "the name {name:?} leads to account {id}: {normal:?}"
                ));
            }
        }
        for (id, account) in self.all("ACCOUNT#", "ACCOUNT") {
            if account["deletedAt"].is_null() && !named.contains(id) {
                broken.push(format!("account {id} has no name of its own: {account}"));
            }
        }
    }

    /// Every address belongs to a user, every user has their address, and both agree on password and names.
    fn check_addresses(&self, broken: &mut Vec<String>) {
        let mut held = BTreeSet::new();
        for (address, item) in self.all("EMAIL#", "EMAIL") {
            // A former address is nobody's, or somebody's for a while.
            if !item["heldBy"].is_null() {
                continue;
            }
            let id = number(item, "userId");
            let user = self.item(&format!("USER#{id}"), "USER");
            let normal = EmailAddress::parse(text(user, "email")).ok();
            let normal = normal.map(|email| email.normal_form().to_owned());
            let agree = ["credential", "firstName", "lastName"]
                .iter()
                .all(|name| item[name] == user[name]);
            if normal.as_deref() != Some(address) || !agree {
                broken.push(format!("the address {address:?}: {item} but {user}"));
            }
            held.insert(id);
        }
        for (id, user) in self.all("USER#", "USER") {
            if !held.contains(id) {
                broken.push(format!("user {id} has no address of their own: {user}"));
            }
        }
    }

    /// Every member is a living user of a known account, and is listed as long as they are one.
    fn check_members(&self, broken: &mut Vec<String>) {
        for (account, member) in self.all("ACCOUNT#", "MEMBER#") {
            let removed = text(member, "status") == "removed";
            let listed = !member["gsi1pk"].is_null();
            if removed == listed {
                broken.push(format!("a membership is listed wrongly: {member}"));
            }
            let account_row = self.item(&format!("ACCOUNT#{account}"), "ACCOUNT");
            let lives = !account_row.is_null() && account_row["deletedAt"].is_null();
            if lives && listed && !text(member, "gsi1sk").starts_with("ACCOUNT#") {
                broken.push(format!(
                    "a membership of a live account is unlisted: {member}"
                ));
            }
            let waits = text(member, "status") == "invited";
            if waits == member["delivery"].is_null() {
                broken.push(format!("a membership knows wrongly of a mail: {member}"));
            }
            if removed {
                continue;
            }
            let user = user_of(member);
            let person = self.item(&format!("USER#{user}"), "USER");
            if person.is_null() {
                broken.push(format!("nobody is {member}"));
            }
            let created = ["ownerId", "creatorId"].iter().any(|name| {
                let account = self.item(&format!("ACCOUNT#{account}"), "ACCOUNT");
                number(account, name) == user
            });
            let unproven = person["verified"]["BOOL"] == false;
            if !waits && unproven && !created {
                broken.push(format!("given to an unproven person: {member}"));
            }
            if self
                .item(&format!("ACCOUNT#{account}"), "ACCOUNT")
                .is_null()
            {
                broken.push(format!("a member of nothing: {member}"));
            }
            if waits && member["invitation"].is_null() {
                broken.push(format!("invited without an invitation: {member}"));
            }
        }
    }
}

impl Table {
    /// No person has more accounts counted than they own. A higher count would prevent their erasure.
    fn check_owned(&self, broken: &mut Vec<String>) {
        for (id, user) in self.all("USER#", "USER") {
            let counted = number(user, "owned").parse().unwrap_or(0);
            let accounts = self.all("ACCOUNT#", "ACCOUNT");
            let owned = accounts.filter(|(_, account)| {
                account["deletedAt"].is_null() && number(account, "ownerId") == id
            });
            let owned = owned.count();
            if counted > owned {
                broken.push(format!("user {id} owns {owned}, not {counted}: {user}"));
            }
        }
    }
}

fn text<'a>(item: &'a Value, name: &str) -> &'a str {
    item[name]["S"].as_str().unwrap_or_default()
}

fn number(item: &Value, name: &str) -> String {
    item[name]["N"].as_str().unwrap_or_default().to_owned()
}

/// The user whose membership `member` is.
fn user_of(member: &Value) -> String {
    let padded = text(member, "sk").trim_start_matches("MEMBER#");
    padded.trim_start_matches('0').to_owned()
}
