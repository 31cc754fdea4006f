//! Reads the whole table, which only a table on one machine allows.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::Value;

use super::rows::{PATHS, json};
use crate::aws::endpoint::reason;

/// The most pages that are read. DynamoDB's pages have up to 1 MB.
const MOST_PAGES: usize = 30;
/// The entities of the table that are read.
const ENTITIES: [&str; 4] = ["user", "account", "member", "email"];

/// The items, by entity.
#[derive(Debug, Default)]
pub(super) struct Scanned {
    items: BTreeMap<String, Vec<Value>>,
    /// Whether the table has no more than was read.
    pub(super) complete: bool,
}

impl Scanned {
    /// The items of an entity.
    pub(super) fn of(&self, entity: &str) -> &[Value] {
        self.items.get(entity).map_or(&[], Vec::as_slice)
    }
}

/// The items that the console shows.
#[expect(
    clippy::disallowed_methods,
    reason = "a person looks at a table on their own machine"
)]
pub(super) async fn scan(client: &Client, table: &str) -> Result<Scanned, String> {
    let names: BTreeSet<&str> = PATHS.iter().flat_map(|path| path.split('.')).collect();
    let projection = PATHS.map(|path| {
        let parts: Vec<_> = path.split('.').map(|part| format!("#{part}")).collect();
        parts.join(".")
    });
    let entities: Vec<_> = ENTITIES.iter().map(|name| format!(":{name}")).collect();
    let mut scanned = Scanned::default();
    let mut next = None;
    for _ in 0..MOST_PAGES {
        let mut request = client
            .scan()
            .table_name(table)
            .projection_expression(projection.join(", "))
            .filter_expression(format!("#entity IN ({})", entities.join(", ")))
            .set_exclusive_start_key(next);
        for name in &names {
            request = request.expression_attribute_names(format!("#{name}"), *name);
        }
        for name in ENTITIES {
            let value = AttributeValue::S(name.to_owned());
            request = request.expression_attribute_values(format!(":{name}"), value);
        }
        let page = request.send().await.map_err(|error| reason(&error))?;
        for item in page.items.unwrap_or_default() {
            let item = json(&item);
            let entity = item["entity"].as_str().unwrap_or_default().to_owned();
            scanned.items.entry(entity).or_default().push(item);
        }
        next = page.last_evaluated_key;
        if next.is_none() {
            scanned.complete = true;
            break;
        }
    }
    Ok(scanned)
}
