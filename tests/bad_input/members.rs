//! Every member of every body with every kind of value, from the schemas of `openapi.yaml`.

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::support::{Account, OpenApi, PASSWORD, TestApp};

/// Kinds of JSON, as schemas name them, and values of them as they are sent.
const VALUES: [(&str, &str); 27] = [
    ("null", "null"),
    ("boolean", "true"),
    ("boolean", "false"),
    ("integer", "0"),
    ("integer", "-1"),
    ("integer", "9007199254740992"),
    ("integer", "18446744073709551616"),
    ("integer", "123456789012345678901234567890"),
    ("number", "1.5"),
    ("number", "-0.0"),
    ("number", "1e300"),
    ("number", "9007199254740993.0"),
    ("nothing", "1e400"),
    ("nothing", "-1e999"),
    ("array", "[]"),
    ("array", "[null]"),
    ("array", "[[\"user\"]]"),
    ("object", "{}"),
    ("object", "{\"$gt\":\"\"}"),
    ("string", "\"\""),
    ("string", "\" \""),
    ("string", "\"a\\u0000b\""),
    ("string", "\"\\u0001\\u001f\\u007f\\u0085\""),
    ("string", "\"\\u202e\\u2066moc.elpmaxe@ada\\u2069\""),
    ("string", "\"9007199254740993\""),
    ("nothing", "\"\\ud800\""),
    ("nothing", "\"\\udfff\\ud800\""),
];

#[tokio::test]
async fn no_value_of_any_member_is_a_mistake_of_ours() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let grace = acme.invite("grace@example.com", &["user"]).await;
    let mut operations = JoinSet::new();
    let bodies = OpenApi::get().bodies();
    assert!(bodies.len() > 15, "{bodies:#?}");
    for (method, path, members) in bodies {
        let (acme, method) = (acme.clone(), method.parse().unwrap());
        let path = path
            .replace("{id}", &acme.id.to_string())
            .replace("{userId}", &grace.to_string());
        operations.spawn(async move {
            for (member, schema) in &members {
                let good: Vec<_> = members
                    .iter()
                    .filter(|(other, _)| other != member)
                    .map(|(other, _)| format!("\"{other}\":{}", good(other, &acme)))
                    .collect();
                for (kind, value) in VALUES {
                    let rest = good.iter().map(|pair| format!(",{pair}"));
                    let body = format!("{{\"{member}\":{value}{}}}", rest.collect::<String>());
                    let request = acme.owner.request(reqwest::Method::clone(&method), &path);
                    let answer = request.raw(body.clone()).send().await;
                    assert!(answer.status.as_u16() < 500, "{body}: {answer:#?}");
                    if allows(schema, kind) {
                        continue;
                    }
                    let place = match kind {
                        "nothing" => String::new(),
                        _ => format!("/{member}"),
                    };
                    let problem = answer.refused(400, "VALIDATION_FAILED");
                    let errors = problem["errors"].as_array().unwrap();
                    let named = errors.iter().any(|error| error["pointer"] == *place);
                    assert!(named, "{body}: {problem:#}");
                }
                let huge = format!("{{\"{member}\":\"{}\"}}", "x".repeat(1 << 20));
                let request = acme.owner.request(reqwest::Method::clone(&method), &path);
                let answer = request.raw(huge).send().await;
                answer.refused(413, "PAYLOAD_TOO_LARGE");
            }
        });
    }
    while let Some(done) = operations.join_next().await {
        done.unwrap();
    }
}

/// Whether the schema's types include `kind`.
fn allows(schema: &Value, kind: &str) -> bool {
    if let Some(either) = schema["anyOf"].as_array() {
        return either
            .iter()
            .any(|schema| allows(schema, kind) || kind == "string");
    }
    match &schema["type"] {
        Value::Array(types) => types.iter().any(|one| one == kind),
        one => one == kind,
    }
}

/// A value that the member takes.
fn good(member: &str, acme: &Account) -> Value {
    match member {
        "email" => json!("hedy@example.com"),
        "password" | "currentPassword" => json!(PASSWORD),
        "newPassword" => json!("incorrect horse battery"),
        "firstName" | "lastName" => json!("Hedy"),
        "accountName" | "name" => json!(acme.name),
        "country" => json!("AT"),
        "description" => json!("Made of words."),
        "primaryContact" => json!("contact@example.com"),
        "status" => json!("active"),
        "roles" => json!(["user"]),
        "userId" => json!(acme.owner.id),
        "code" => json!("000000"),
        "recoveryCode" => json!("aaaa-aaaa-aaaa-aaaa"),
        "credential" => json!({}),
        "requireSecondFactor" => json!(false),
        "token" | "refreshToken" | "loginToken" | "enrolmentToken" => json!("no-token-of-ours"),
        _ => panic!("a good value for {member} is needed here"),
    }
}

#[tokio::test]
async fn a_string_is_never_taken_for_another_type() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let owner = format!("{}/owner", acme.path());
    for id in [
        json!(acme.owner.id.to_string()),
        json!(1.0e15),
        json!(1.5),
        json!([acme.owner.id]),
    ] {
        let answer = acme.owner.put(&owner, &json!({ "userId": id })).await;
        answer.refused(400, "VALIDATION_FAILED");
    }
}
