//! The stack as a whole, as far as this crate answers for it; what the API does is tested over HTTP in `tests/`.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::faults::{Fault, Refusal, Rule, round_trips, units};
use crate::{Mail, Options, Stack};

const EMAIL: &str = "ada@example.com";
const PASSWORD: &str = "correct horse battery";

async fn post(stack: &Stack, path: &str, body: &Value) -> (u16, Value) {
    let client = reqwest::Client::new();
    let request = client.post(format!("{}{path}", stack.url())).json(body);
    let answer = request.send().await.unwrap();
    (
        answer.status().as_u16(),
        answer.json().await.unwrap_or_default(),
    )
}

async fn get(stack: &Stack, path: &str, token: &str) -> u16 {
    let client = reqwest::Client::new();
    let request = client
        .get(format!("{}{path}", stack.url()))
        .bearer_auth(token);
    request.send().await.unwrap().status().as_u16()
}

async fn sign_up(stack: &Stack) -> u16 {
    let body = json!({
        "email": EMAIL, "password": PASSWORD, "firstName": "Ada", "lastName": "Lovelace",
        "accountName": "Acme", "country": "GB",
    });
    post(stack, "/api/accounts/signup", &body).await.0
}

async fn token(stack: &Stack) -> String {
    let (_, body) = post(
        stack,
        "/api/auth/login",
        &json!({ "email": EMAIL, "password": PASSWORD }),
    )
    .await;
    body["accessToken"].as_str().unwrap().to_owned()
}

async fn first_mail(stack: &Stack) -> Option<Mail> {
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(10) {
        if let Some(mail) = stack.mails_to(EMAIL).pop() {
            return Some(mail);
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    None
}

#[tokio::test]
async fn data_mails_and_sessions_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let kept = || Options {
        data: Some(folder.path().to_owned()),
        ..Options::memory()
    };
    let stack = Stack::start(kept()).await.unwrap();
    assert_eq!(sign_up(&stack).await, 201);
    let (port, token) = (
        stack.url().rsplit(':').next().unwrap().to_owned(),
        token(&stack).await,
    );
    assert!(first_mail(&stack).await.is_some());
    stack.stop().await;

    let again = Options {
        port: port.parse().unwrap(),
        ..kept()
    };
    let stack = Stack::start(again).await.unwrap();
    assert_eq!(get(&stack, "/api/accounts", &token).await, 200);
    assert_eq!(stack.mails_to(EMAIL).len(), 1);
    assert_eq!(sign_up(&stack).await, 409);
}

#[tokio::test]
async fn each_stack_has_its_own_data_and_clock() {
    let (one, other) = tokio::join!(
        Stack::start(Options::memory()),
        Stack::start(Options::memory())
    );
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_eq!((sign_up(&one).await, sign_up(&other).await), (201, 201));
    let (token_of_one, token_of_other) = (token(&one).await, token(&other).await);
    one.advance(16 * 60);
    assert_eq!(get(&one, "/api/accounts", &token_of_one).await, 401);
    assert_eq!(get(&other, "/api/accounts", &token_of_other).await, 200);
    assert_eq!(get(&other, "/api/accounts", &token_of_one).await, 401);
}

#[tokio::test]
async fn the_interceptor_counts_calls_and_makes_them_fail() {
    let stack = Stack::start(Options::memory().intercepted()).await.unwrap();
    let interceptor = stack.interceptor().unwrap();
    interceptor.clear();
    assert_eq!(sign_up(&stack).await, 201);
    let calls: Vec<_> = interceptor.calls_of("IdentityFunction");
    assert_eq!(round_trips(&calls), 2, "{calls:?}");
    assert!(units(&calls).write > 0.0);

    interceptor.add(Rule::new(Fault::Refuse(Refusal::internal())).service("DynamoDB"));
    let (status, body) = post(
        &stack,
        "/api/auth/login",
        &json!({ "email": EMAIL, "password": PASSWORD }),
    )
    .await;
    assert_eq!((status, body["code"].as_str()), (503, Some("UNAVAILABLE")));
}

#[tokio::test]
async fn a_mail_is_sent_once_ses_takes_it_again() {
    let stack = Stack::start(Options::memory().intercepted()).await.unwrap();
    let throttled = Fault::Refuse(Refusal::mail_throttled());
    stack
        .interceptor()
        .unwrap()
        .add(Rule::new(throttled).service("SES").times(3));
    assert_eq!(sign_up(&stack).await, 201);
    assert!(first_mail(&stack).await.is_some());
    assert!(stack.undelivered().is_empty());
}

#[tokio::test]
async fn what_cannot_start_says_why_in_one_line() {
    let stack = Stack::start(Options::memory()).await.unwrap();
    let port = stack.url().rsplit(':').next().unwrap().parse().unwrap();
    for options in [
        Options {
            port,
            ..Options::memory()
        },
        Options::memory().parameter("Unknown", "1"),
        Options::memory().parameter("RequireVerifiedEmail", "perhaps"),
        Options {
            data: Some("/dev/null".into()),
            ..Options::memory()
        },
    ] {
        let error = Stack::start(options).await.unwrap_err().to_string();
        assert!(!error.contains('\n'), "{error}");
    }
}

#[tokio::test]
async fn a_call_that_breaks_is_tried_again_with_the_same_effect() {
    for fault in [
        Fault::Drop,
        Fault::DropAfterwards,
        Fault::Refuse(Refusal::throttled()),
        Fault::RefuseAfterwards(Refusal::internal()),
    ] {
        let stack = Stack::start(Options::memory().intercepted()).await.unwrap();
        let interceptor = stack.interceptor().unwrap();
        interceptor.add(
            Rule::new(fault.clone())
                .operation("TransactWriteItems")
                .nth(1),
        );
        assert_eq!(sign_up(&stack).await, 201, "{fault:?}");
        assert!(first_mail(&stack).await.is_some());
    }
}
