//! What a DynamoDB request reads and writes: keys and conditions, never a value of an item.

use serde::Serialize;
use serde_json::Value;

/// The most items of one call that are shown.
const MOST: usize = 100;

/// An item, or a range of items, that a call touches.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Touched {
    /// As in `Get`, `Put` or `ConditionCheck`.
    pub(crate) action: String,
    pub(crate) index: Option<String>,
    /// `pk | sk`, or the condition of a query with its values.
    pub(crate) key: String,
    /// The condition of a write, with names and without values.
    pub(crate) condition: Option<String>,
}

/// What `request` touches.
pub(super) fn touched(operation: &str, request: &Value) -> Vec<Touched> {
    let mut items = match operation {
        "BatchGetItem" => batches(request)
            .flat_map(|(_, table)| table["Keys"].as_array().into_iter().flatten())
            .map(|item| plain("Get", item))
            .collect(),
        "BatchWriteItem" => batches(request)
            .flat_map(|(_, writes)| writes.as_array().into_iter().flatten())
            .filter_map(|write| match &write["PutRequest"] {
                Value::Null => Some(plain("Delete", write["DeleteRequest"].get("Key")?)),
                put => Some(plain("Put", put.get("Item")?)),
            })
            .collect(),
        "TransactWriteItems" | "TransactGetItems" => steps(request)
            .map(|(action, step)| single(action, step))
            .collect(),
        "Query" | "Scan" => vec![range(operation, request)],
        _ => vec![single(
            operation.strip_suffix("Item").unwrap_or(operation),
            request,
        )],
    };
    items.truncate(MOST);
    items
}

fn batches(request: &Value) -> impl Iterator<Item = (&String, &Value)> {
    request["RequestItems"].as_object().into_iter().flatten()
}

fn steps(request: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let steps = request["TransactItems"].as_array().into_iter().flatten();
    let steps = steps.filter_map(|step| step.as_object()?.iter().next());
    steps.map(|(action, step)| (action.as_str(), step))
}

fn plain(action: &str, item: &Value) -> Touched {
    Touched {
        action: action.to_owned(),
        key: key(item),
        ..Touched::default()
    }
}

fn single(action: &str, step: &Value) -> Touched {
    let item = step.get("Key").or(step.get("Item")).unwrap_or(step);
    let condition = step["ConditionExpression"].as_str();
    Touched {
        condition: condition.map(|condition| named(condition, step)),
        ..plain(action, item)
    }
}

/// The keys of a range are in the values of its condition.
fn range(action: &str, request: &Value) -> Touched {
    let condition = request["KeyConditionExpression"].as_str();
    let condition = condition.map(|condition| named(condition, request));
    let values = request["ExpressionAttributeValues"].as_object();
    let key = condition.unwrap_or_default();
    let key = words(&key, |word| {
        let value = values?.get(word.strip_prefix(':').map(|_| word)?)?;
        value["S"].as_str().map(|text| format!("'{text}'"))
    });
    Touched {
        action: action.to_owned(),
        index: request["IndexName"].as_str().map(str::to_owned),
        key,
        condition: None,
    }
}

fn key(item: &Value) -> String {
    let part = |name: &str| item[name]["S"].as_str().unwrap_or_default();
    format!("{} | {}", part("pk"), part("sk"))
}

/// An expression with the names of its attributes instead of their placeholders.
fn named(expression: &str, request: &Value) -> String {
    let names = request["ExpressionAttributeNames"].as_object();
    words(expression, |word| {
        names?.get(word)?.as_str().map(str::to_owned)
    })
}

/// `text` with each word that `other` knows replaced. A word may begin with `#` or `:`.
fn words(text: &str, other: impl Fn(&str) -> Option<String>) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "#:_".contains(c);
    let mut replaced = String::new();
    let mut rest = text;
    while let Some(begin) = rest.find(is_part) {
        let (before, from) = rest.split_at(begin);
        let end = from.find(|c| !is_part(c)).unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        replaced.push_str(before);
        replaced.push_str(&other(word).unwrap_or_else(|| word.to_owned()));
        rest = after;
    }
    replaced + rest
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::touched;

    #[test]
    fn a_transaction_shows_keys_and_conditions_and_no_value() {
        let request = json!({ "TransactItems": [
            { "Put": {
                "Item": { "pk": { "S": "USER#1" }, "sk": { "S": "USER" }, "email": { "S": "ada@example.com" } },
                "ConditionExpression": "attribute_not_exists(#n0)",
                "ExpressionAttributeNames": { "#n0": "pk" },
            } },
            { "Update": {
                "Key": { "pk": { "S": "ACCOUNT#2" }, "sk": { "S": "ACCOUNT" } },
                "ConditionExpression": "#n10 = :v0 AND #n1 > :v1",
                "ExpressionAttributeNames": { "#n1": "a", "#n10": "version" },
                "ExpressionAttributeValues": { ":v0": { "N": "7" }, ":v1": { "B": "c2VjcmV0" } },
            } },
        ] });
        let shown = touched("TransactWriteItems", &request);
        let shown: Vec<_> = shown.iter().map(|item| json!(item)).collect();
        assert_eq!(
            shown,
            [
                json!({ "action": "Put", "index": null, "key": "USER#1 | USER", "condition": "attribute_not_exists(pk)" }),
                json!({ "action": "Update", "index": null, "key": "ACCOUNT#2 | ACCOUNT", "condition": "version = :v0 AND a > :v1" }),
            ]
        );
    }

    #[test]
    fn a_query_shows_its_range() {
        let request = json!({
            "IndexName": "gsi1",
            "KeyConditionExpression": "#k = :pk AND begins_with(sk, :sk)",
            "ExpressionAttributeNames": { "#k": "gsi1pk" },
            "ExpressionAttributeValues": { ":pk": { "S": "USER#1" }, ":sk": { "S": "MEMBER#" } },
        });
        let shown = touched("Query", &request);
        assert_eq!(
            shown[0].key,
            "gsi1pk = 'USER#1' AND begins_with(sk, 'MEMBER#')"
        );
        assert_eq!(shown[0].index.as_deref(), Some("gsi1"));
    }

    #[test]
    fn a_batch_shows_each_key() {
        let key = |id: &str| json!({ "pk": { "S": id }, "sk": { "S": "USER" } });
        let request =
            json!({ "RequestItems": { "table": { "Keys": [key("USER#1"), key("USER#2")] } } });
        let shown = touched("BatchGetItem", &request);
        assert_eq!(
            (&*shown[0].key, &*shown[1].key),
            ("USER#1 | USER", "USER#2 | USER")
        );
    }
}
