//! The mailed links that still work.

use serde::Serialize;
use serde_json::Value;

use super::scan::Scanned;

/// The most links of one answer.
const MOST: usize = 200;
/// Where the ends of links are: the entity, the path of the end, and what the link is for.
const ENDS: [(&str, &str, &str); 5] = [
    ("user", "/verification/expiresAt", "verification"),
    ("user", "/addresses/requested/link/expiresAt", "new address"),
    ("email", "/reset/expiresAt", "password"),
    ("member", "/invitation/expiresAt", "invitation"),
    ("account", "/pendingOwner/expiresAt", "ownership"),
];

/// A link.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Link {
    /// In seconds since 1970.
    expires_at: i64,
    purpose: &'static str,
    /// Whom or what it is about.
    about: String,
}

/// The links that end after `now`, in seconds.
pub(super) fn open(scanned: &Scanned, now: i64) -> Vec<Link> {
    let ends = ENDS.iter().flat_map(|(entity, path, purpose)| {
        let items = scanned.of(entity).iter();
        items.filter_map(move |item| link(item, path, purpose))
    });
    let mut links: Vec<_> = ends.filter(|link| link.expires_at > now).collect();
    links.sort();
    links.truncate(MOST);
    links
}

fn link(item: &Value, path: &str, purpose: &'static str) -> Option<Link> {
    if item["status"] == "removed" || item["deletedAt"].is_number() {
        return None;
    }
    let about = match purpose {
        "new address" => item.pointer("/addresses/requested/email"),
        "ownership" => item.get("name"),
        _ => item.get("email"),
    };
    Some(Link {
        expires_at: item.pointer(path)?.as_i64()?,
        purpose,
        about: about.and_then(Value::as_str).unwrap_or_default().to_owned(),
    })
}
