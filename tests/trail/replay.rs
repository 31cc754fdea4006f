//! Replays a trail from its beginning.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// What a trail leads to.
#[derive(Debug, PartialEq)]
pub(super) struct Replayed {
    /// The account's fields, `null` where it has none.
    pub(super) account: Value,
    /// Roles, status and ownership of each member, by user.
    pub(super) members: BTreeMap<u64, Value>,
}

impl Replayed {
    /// What `events` lead to, the oldest first; the event that does not follow from those before it.
    pub(super) fn of(events: &[Value]) -> Result<Self, Value> {
        let mut replayed = Self {
            account: json!({}),
            members: BTreeMap::new(),
        };
        for event in events {
            replayed.then(event).ok_or_else(|| event.clone())?;
        }
        Ok(replayed)
    }

    fn then(&mut self, event: &Value) -> Option<()> {
        let id = event["target"]["id"].as_u64()?;
        // An offer names the nominee, and changes the account.
        let offers = event["kind"].as_str()?.starts_with("OwnershipOffer");
        if event["target"]["type"] == "user" && !offers {
            let mut member = self.members.remove(&id).unwrap_or_else(|| json!({}));
            apply(&mut member, event)?;
            if !member["status"].is_null() {
                self.members.insert(id, member);
            }
            return Some(());
        }
        apply(&mut self.account, event)?;
        let owner = &event["changes"]["ownerId"];
        match (
            event["kind"].as_str()?,
            owner["from"].as_u64(),
            owner["to"].as_u64(),
        ) {
            ("AccountCreated", None, Some(owner)) => {
                let member = json!({ "roles": ["admin"], "status": "active", "owner": true });
                self.members.insert(owner, member);
            }
            ("OwnershipTransferred", Some(giver), Some(taker)) => {
                let former = self.members.get_mut(&giver)?;
                former["owner"] = false.into();
                let roles = former["roles"].as_array_mut()?;
                if !roles.contains(&"admin".into()) {
                    roles.push("admin".into());
                }
                self.members.get_mut(&taker)?["owner"] = true.into();
            }
            _ => {}
        }
        Some(())
    }
}

/// Nothing, unless each field was what the event says that it was.
fn apply(to: &mut Value, event: &Value) -> Option<()> {
    let Some(changes) = event["changes"].as_object() else {
        return Some(());
    };
    for (field, difference) in changes {
        if to[field] != difference["from"] {
            return None;
        }
        to[field] = difference["to"].clone();
    }
    Some(())
}
