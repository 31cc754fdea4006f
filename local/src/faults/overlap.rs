//! Transactions that are under way at the same time, as DynamoDB treats them: a write of an item that is in another transaction is
//! refused ([AWS's page](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-conflict-handling)).
//! The embedded table does one call after the other, so no two of its transactions ever meet.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;

use super::Interceptor;

/// Transactions under way.
#[derive(Debug, Default)]
pub(super) struct Overlap {
    /// How long each takes, besides the table's own work; without it, transactions do not meet.
    pub(super) time: Option<Duration>,
    items: BTreeSet<String>,
}

/// The items of a transaction under way. They are free again when it is dropped.
pub(super) struct Held<'i> {
    interceptor: &'i Interceptor,
    items: Vec<String>,
    pub(super) time: Duration,
}

/// A write that is refused because a transaction has the item at `place` of the request.
pub(super) struct Overlapping {
    pub(super) place: usize,
}

impl Interceptor {
    /// From now on, each transaction takes `time` and refuses writes of its items meanwhile.
    pub fn let_transactions_overlap(&self, time: Duration) {
        self.state().overlap.time = Some(time);
    }

    /// Keeps the items of a transaction for it. `None` if the call is no transaction, or transactions take no time.
    pub(super) fn hold(
        &self,
        operation: &str,
        request: &Value,
    ) -> Result<Option<Held<'_>>, Overlapping> {
        let overlap = &mut self.state().overlap;
        let Some(time) = overlap.time else {
            return Ok(None);
        };
        let items = written(operation, request);
        if let Some(place) = items.iter().position(|item| overlap.items.contains(item)) {
            return Err(Overlapping { place });
        }
        if operation != "TransactWriteItems" {
            return Ok(None);
        }
        overlap.items.extend(items.iter().cloned());
        Ok(Some(Held {
            interceptor: self,
            items,
            time,
        }))
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        let overlap = &mut self.interceptor.state().overlap;
        for item in &self.items {
            overlap.items.remove(item);
        }
    }
}

/// The keys of the items that a request writes or checks, in its order.
fn written(operation: &str, request: &Value) -> Vec<String> {
    let parts: Vec<&Value> = match operation {
        "TransactWriteItems" => {
            let items = request["TransactItems"].as_array().into_iter().flatten();
            let parts = items.filter_map(|item| item.as_object()?.values().next());
            parts.collect()
        }
        "PutItem" | "UpdateItem" | "DeleteItem" => vec![request],
        _ => Vec::new(),
    };
    let key = |part: &Value| {
        let item = part.get("Key").or_else(|| part.get("Item"));
        item.map(|item| format!("{} {}", item["pk"], item["sk"]))
    };
    parts.into_iter().filter_map(key).collect()
}
