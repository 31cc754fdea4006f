//! The address of `--dynamodb-port`: what functions outside the process find there.

use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};

use crate::support::TestApp;

async fn call(app: &TestApp, target: &str, body: &Value) -> Value {
    let request = reqwest::Client::new().post(app.stack.services_url());
    let request = request
        .header("x-amz-target", target)
        .header(CONTENT_TYPE, "application/x-amz-json-1.0")
        .header(
            "authorization",
            "AWS4-HMAC-SHA256 Credential=local/20260101/eu-west-1/service/aws4_request, SignedHeaders=host, Signature=0",
        )
        .header("x-amz-date", "20260101T000000Z");
    let answer = request.body(body.to_string()).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{target}");
    answer.json().await.unwrap()
}

#[tokio::test]
async fn no_page_of_another_site_reaches_them() {
    let app = TestApp::start().await;
    let secret = json!({ "SecretId": "accounts-LinkSecret" }).to_string();
    let ask = async |name: &str, value: &str| {
        let request = reqwest::Client::new().post(app.stack.services_url());
        let request = request
            .header("x-amz-target", "secretsmanager.GetSecretValue")
            .header(name, value);
        let answer = request.body(secret.clone()).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    for (name, value) in [
        ("host", "evil.example"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
    ] {
        let (status, text) = ask(name, value).await;
        assert_eq!(status, 403, "{name}: {value}");
        assert!(!text.contains("SecretString"), "{text}");
    }
    assert_eq!(ask("accept", "*/*").await.0, 200);
    assert_eq!(ask("host", "host.docker.internal:8000").await.0, 200);
}

#[tokio::test]
async fn dynamodb_secrets_and_mail_stand_at_one_address() {
    let app = TestApp::start().await;
    app.try_sign_up("ada@example.com", "Acme").await.expect(201);

    let table = json!({ "TableName": app.stack.table() });
    let described = call(&app, "DynamoDB_20120810.DescribeTable", &table).await;
    assert_eq!(described["Table"]["TableName"], app.stack.table());

    let secret = json!({ "SecretId": "accounts-LinkSecret" });
    let value = call(&app, "secretsmanager.GetSecretValue", &secret).await;
    assert!(value["SecretString"].as_str().unwrap().len() >= 32);

    let mail = "Action=SendEmail&Source=a%40example.com&Destination.ToAddresses.member.1=bob%40example.com\
                &Message.Subject.Data=Hello&Message.Body.Text.Data=TestApp";
    let sent = reqwest::Client::new()
        .post(app.stack.services_url())
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(mail)
        .send()
        .await
        .unwrap();
    assert_eq!(sent.status(), 200);
    assert_eq!(
        app.mail("bob@example.com", "Hello").await.text.as_deref(),
        Some("TestApp")
    );
}
