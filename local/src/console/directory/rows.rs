//! What the console reads of the table's items. What is not named here is not read, hashes and nonces among it.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Map, Number, Value};

/// The attributes that are read, by their paths.
pub(super) const PATHS: [&str; 30] = [
    "pk",
    "sk",
    "entity",
    "email",
    "firstName",
    "lastName",
    "country",
    "verified",
    "status",
    "createdAt",
    "updatedAt",
    "deletedAt",
    "name",
    "description",
    "primaryContact",
    "ownerId",
    "version",
    "roles",
    "owner",
    "emailVerified",
    "requireSecondFactor",
    "pendingOwner.expiresAt",
    "pendingOwner.userId",
    "invitation.expiresAt",
    "delivery.state",
    "verification.expiresAt",
    "reset.expiresAt",
    "totp.createdAt",
    "addresses.requested.email",
    "addresses.requested.link.expiresAt",
];

/// An item as JSON. Binary values are left out: none of them is for people.
pub(super) fn json(item: &HashMap<String, AttributeValue>) -> Value {
    Value::Object(members(item))
}

fn members(item: &HashMap<String, AttributeValue>) -> Map<String, Value> {
    let members = item.iter();
    let members = members.filter_map(|(name, value)| Some((name.clone(), plain(value)?)));
    members.collect()
}

fn plain(value: &AttributeValue) -> Option<Value> {
    Some(match value {
        AttributeValue::S(text) => text.as_str().into(),
        AttributeValue::N(number) => number.parse::<Number>().ok()?.into(),
        AttributeValue::Bool(value) => (*value).into(),
        AttributeValue::Null(_) => Value::Null,
        AttributeValue::L(list) => list.iter().filter_map(plain).collect(),
        AttributeValue::Ss(texts) => texts.iter().map(String::as_str).collect(),
        AttributeValue::M(map) => Value::Object(members(map)),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::PATHS;

    #[test]
    fn no_path_leads_to_a_secret() {
        let secrets = [
            "nonce", "hash", "digest", "family", "sealed", "salt", "sessions",
        ];
        for path in PATHS {
            let path = path.to_lowercase();
            assert!(secrets.iter().all(|name| !path.contains(name)), "{path}");
        }
    }
}
