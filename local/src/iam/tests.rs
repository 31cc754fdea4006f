use serde_json::json;

use super::*;

const TABLE: &str = "arn:aws:dynamodb:us-east-1:000000000000:table/T";

fn grant(name: &str, actions: &[&str], keys: &[&str]) -> Grant {
    Grant {
        name: name.into(),
        actions: actions.iter().map(ToString::to_string).collect(),
        resources: vec![TABLE.into()],
        leading_keys: Some(keys.iter().map(ToString::to_string).collect()),
        attributes: None,
        senders: None,
    }
}

struct Call {
    operation: &'static str,
    body: Value,
}

fn call(operation: &'static str, body: Value) -> Call {
    Call { operation, body }
}

impl Permits {
    fn refusal_of(&mut self, call: &Call) -> Option<String> {
        self.refusal(&Request::of("F", "DynamoDB", call.operation, &call.body))
    }
}

fn permits(grants: Vec<Grant>) -> Permits {
    Permits::new(BTreeMap::from([("F".into(), grants)]), Vec::new())
}

fn key(pk: &str) -> Value {
    json!({ "pk": { "S": pk }, "sk": { "S": "X" } })
}

#[test]
fn a_call_needs_its_action_its_table_and_its_keys() {
    let mut permits = permits(vec![grant("Read", &["dynamodb:GetItem"], &["A#*", "B"])]);
    for (operation, table, pk, allowed) in [
        ("GetItem", "T", "A#1", true),
        ("GetItem", "T", "B", true),
        ("GetItem", "T", "B1", false),
        ("GetItem", "U", "A#1", false),
        ("PutItem", "T", "A#1", false),
    ] {
        let call = call(operation, json!({ "TableName": table, "Key": key(pk) }));
        assert_eq!(
            permits.refusal_of(&call).is_none(),
            allowed,
            "{operation} {table} {pk}"
        );
    }
}

#[test]
fn each_part_of_a_transaction_needs_its_own() {
    let grants = vec![
        grant("Put", &["dynamodb:PutItem"], &["A#*"]),
        grant("Delete", &["dynamodb:DeleteItem"], &["B#*"]),
    ];
    let transaction = |put: &str, delete: &str| {
        let items = json!([
            { "Put": { "TableName": "T", "Item": key(put) } },
            { "Delete": { "TableName": "T", "Key": key(delete) } },
        ]);
        call("TransactWriteItems", json!({ "TransactItems": items }))
    };
    assert_eq!(
        permits(grants.clone()).refusal_of(&transaction("A#1", "B#1")),
        None
    );
    assert!(
        permits(grants.clone())
            .refusal_of(&transaction("B#1", "B#1"))
            .is_some()
    );
    assert!(
        permits(grants)
            .refusal_of(&transaction("A#1", "A#1"))
            .is_some()
    );
}

#[test]
fn a_query_is_of_one_partition_and_perhaps_of_an_index() {
    let query = |pk: &str, index: Option<&str>| {
        let mut request = json!({
            "TableName": "T",
            "KeyConditionExpression": "pk = :pk AND sk BETWEEN :from AND :to",
            "ExpressionAttributeValues": { ":pk": { "S": pk } },
        });
        if let Some(index) = index {
            request["IndexName"] = index.into();
        }
        call("Query", request)
    };
    let mut permits = permits(vec![grant("Read", &["dynamodb:Query"], &["A#*"])]);
    assert_eq!(permits.refusal_of(&query("A#1", None)), None);
    assert!(permits.refusal_of(&query("B#1", None)).is_some());
    assert!(permits.refusal_of(&query("A#1", Some("gsi1"))).is_some());
}

#[test]
fn an_update_names_its_attributes() {
    let update = |expression: &str| {
        let request = json!({
            "TableName": "T",
            "Key": key("A#1"),
            "UpdateExpression": expression,
            "ConditionExpression": "attribute_exists(#2)",
            "ExpressionAttributeNames": { "#0": "delivery", "#1": "state", "#2": "pk", "#3": "roles" },
        });
        call("UpdateItem", request)
    };
    let attributes = ["pk", "sk", "delivery"].map(str::to_owned).to_vec();
    let grant = Grant {
        attributes: Some(attributes),
        ..grant("Write", &["dynamodb:UpdateItem"], &["A#*"])
    };
    let mut permits = permits(vec![grant]);
    assert_eq!(permits.refusal_of(&update("SET #0.#1 = :0")), None);
    assert!(
        permits
            .refusal_of(&update("SET #0.#1 = :0, #3 = :1"))
            .is_some()
    );
}

#[test]
fn what_nobody_used_is_told() {
    let mut permits = permits(vec![
        grant(
            "Read",
            &["dynamodb:GetItem", "dynamodb:Query"],
            &["A#*", "B"],
        ),
        grant("Stream", &["dynamodb:GetRecords"], &[]),
        grant("Log", &["logs:PutLogEvents"], &[]),
    ]);
    let get = call("GetItem", json!({ "TableName": "T", "Key": key("A#1") }));
    assert_eq!(permits.refusal_of(&get), None);
    assert_eq!(
        permits.unused(),
        ["F / Read / dynamodb:Query", "F / Read / B"]
    );
}

#[test]
fn a_batch_is_of_all_its_keys() {
    let mut permits = permits(vec![grant(
        "Batch",
        &["dynamodb:BatchGetItem", "dynamodb:BatchWriteItem"],
        &["A#*"],
    )]);
    let gets = |pk: &str| json!({ "RequestItems": { "T": { "Keys": [key("A#1"), key(pk)] } } });
    let deletes =
        |pk: &str| json!({ "RequestItems": { "T": [{ "DeleteRequest": { "Key": key(pk) } }] } });
    assert_eq!(permits.refusal_of(&call("BatchGetItem", gets("A#2"))), None);
    assert!(
        permits
            .refusal_of(&call("BatchGetItem", gets("B")))
            .is_some()
    );
    assert_eq!(
        permits.refusal_of(&call("BatchWriteItem", deletes("A#2"))),
        None
    );
    assert!(
        permits
            .refusal_of(&call("BatchWriteItem", deletes("B")))
            .is_some()
    );
}

#[test]
fn a_scan_shows_and_looks_at_no_more_than_it_may() {
    let mut permits = permits(vec![Grant {
        leading_keys: None,
        attributes: Some(["pk", "sk", "ttl"].map(str::to_owned).into()),
        ..grant("Find", &["dynamodb:Scan"], &[])
    }]);
    for (shown, filter, allowed) in [
        ("pk, sk, #0", "#0 <= :now", true),
        ("pk, sk, email", "#0 <= :now", false),
        ("pk, sk", "contains(email, :now)", false),
    ] {
        let names = json!({ "#0": "ttl" });
        let scan = json!({
            "TableName": "T", "ProjectionExpression": shown, "FilterExpression": filter,
            "ExpressionAttributeNames": names,
        });
        let refusal = permits.refusal_of(&call("Scan", scan));
        assert_eq!(refusal.is_none(), allowed, "{shown} {filter}");
    }
    assert!(permits.unused().is_empty(), "{:?}", permits.unused());
}

#[test]
fn a_mail_needs_its_sender_and_every_recipient_that_is_an_identity() {
    let arn = |resource: &str| format!("arn:aws:ses:us-east-1:000000000000:{resource}");
    let refused = |granted: &[&str], to: &str| {
        let grant = Grant {
            name: "Mail".into(),
            actions: vec!["ses:SendEmail".into()],
            resources: granted.iter().map(|resource| arn(resource)).collect(),
            senders: Some(vec!["a@sender.example".into()]),
            ..Grant::default()
        };
        let identities = ["sender.example", "bob@example.com", "own.example"];
        let mut permits = Permits::new(
            BTreeMap::from([("F".into(), vec![grant])]),
            identities.map(str::to_owned).to_vec(),
        );
        let body = json!({ "Source": "a@sender.example", "Destination.ToAddresses.member.1": to });
        let refusal = permits.refusal(&Request::of("F", "SES", "SendEmail", &body));
        refusal.is_some()
    };
    for (granted, to, expected) in [
        (&["identity/sender.example"][..], "eve@example.com", false),
        (&["identity/sender.example"], "bob@example.com", true),
        (&["identity/sender.example"], "BOB@example.com", true),
        (&["identity/sender.example"], "ada@own.example", true),
        (&["identity/own.example"], "eve@example.com", true),
        (&["identity/*"], "bob@example.com", false),
        (&["identity/*"], "ada@own.example", false),
    ] {
        assert_eq!(refused(granted, to), expected, "{granted:?} {to}");
    }
}

#[test]
fn a_mail_needs_the_sender_that_the_role_names() {
    let grant = Grant {
        actions: vec!["ses:SendEmail".into()],
        resources: vec!["arn:aws:ses:us-east-1:000000000000:identity/*".into()],
        senders: Some(vec!["a@sender.example".into()]),
        ..Grant::default()
    };
    let mut permits = permits(vec![grant]);
    for (sender, expected) in [("a@sender.example", false), ("b@sender.example", true)] {
        let body = json!({ "Source": sender });
        let refusal = permits.refusal(&Request::of("F", "SES", "SendEmail", &body));
        assert_eq!(refusal.is_some(), expected, "{sender}");
    }
}
