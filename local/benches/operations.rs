//! What operations cost compared with one read of the table, in the same process and the same run (`README.md`).
#![expect(
    clippy::unwrap_used,
    reason = "a bench that fails has nothing to measure"
)]

use std::time::{Duration, Instant};

use authorizer::{Authorizer, Question};
use lambda_runtime::{Context, LambdaEvent};
use local::{Options, Stack};
use reqwest::Method;
use serde_json::{Value, json};
use shared::App;
use shared::runtime::Clock;

/// How often each is measured.
const TIMES: usize = 200;
const PASSWORD: &str = "correct horse battery";

#[tokio::main]
async fn main() {
    // `cargo test --benches` only checks that it runs.
    let times = if std::env::args().any(|argument| argument == "--bench") {
        TIMES
    } else {
        1
    };
    // More invitations and accounts than the defaults allow.
    let limits = [
        "InvitationMailsPerMemberAndHour",
        "InvitationMailsPerAccountAndDay",
        "InvitationMailsPerUnprovenPersonAndDay",
        "AccountsPerOwner",
    ];
    let options = limits.iter().fold(Options::memory(), |options, limit| {
        options.parameter(limit, "100000")
    });
    let stack = Box::pin(Stack::start(options)).await.unwrap();
    let client = Client::new(&stack).await;
    let app = app(&stack);

    let read = median(times, async |_| {
        drop(app.store.public_keys().await.unwrap());
    })
    .await;
    let report = Report { read };
    let many = if times == 1 { 10 } else { 1000 };
    let large = client.fill(many).await;
    heading("the baseline");
    report.row("one read of the table", read);

    // Before the many sign-ins below, which end this session.
    heading(&format!("lists of {many} members, all of them on one page"));
    for (name, options) in [
        ("by id, as the table has them", "$orderby=id"),
        ("sorted", "$orderby=lastName%20desc,email"),
        (
            "filtered and sorted",
            "$filter=roles/any(r:r%20eq%20%27user%27)%20and%20endswith(email,%27.example%27)%20eq%20false&$orderby=email",
        ),
    ] {
        let path = format!("{large}?$top=1000&{options}");
        let cost = median(times.min(50), async |_| {
            client.ask(&Method::GET, &path, &Value::Null).await;
        });
        report.row(name, cost.await);
    }

    heading("requests, from HTTP to HTTP");
    for (name, method, path, body) in client.operations() {
        let cost = median(times, async |n| client.ask(&method, &path, &body(n)).await).await;
        report.row(name, cost);
    }

    heading("the authorizer");
    let authorizer = Authorizer::new(app.clone());
    let cold = median(1, async |_| authorizer.connect().await).await;
    report.row("reading the keys", cold);
    let warm = median(times, async |_| {
        let event = LambdaEvent::new(client.question(), Context::default());
        drop(authorizer.handle(event).await.unwrap());
    });
    report.row("a token, once they are read", warm.await);

    heading("a cold start's own parts");
    let cost = median(times.min(20), async |_| drop(self::app(&stack))).await;
    report.row("settings, roots and clients", cost);
    let fresh = self::app(&stack);
    let cost = median(1, async |_| fresh.connect().await).await;
    report.row("the first connection", cost);
    stack.stop().await;
}

/// Prints costs compared with the baseline.
struct Report {
    read: Duration,
}

impl Report {
    fn row(&self, name: &str, cost: Duration) {
        let ratio = cost.as_secs_f64() / self.read.as_secs_f64();
        println!("  {name:<34}{:>9} µs{ratio:>12.2}", cost.as_micros());
    }
}

fn heading(name: &str) {
    println!("\n{name:<36}{:>12}{:>12}", "median", "of a read");
}

async fn median(times: usize, step: impl AsyncFn(usize)) -> Duration {
    let mut took = Vec::with_capacity(times);
    for n in 0..times {
        let began = Instant::now();
        step(n).await;
        took.push(began.elapsed());
    }
    took.sort_unstable();
    took[times / 2]
}

/// An app with the stack's table, as a function has it.
fn app(stack: &Stack) -> App {
    let vars = |name: &str| {
        let value = match name {
            "TABLE_NAME" => stack.table(),
            "AWS_ENDPOINT_URL_DYNAMODB" => stack.dynamodb_url(),
            "PUBLIC_URL" => stack.url(),
            "AWS_REGION" => "eu-west-1",
            "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => "bench",
            _ => return None,
        };
        Some(value.to_owned())
    };
    App::from_vars(&vars, Clock::System).unwrap()
}

/// An operation: its name, method, path, and its body at the nth time.
type Operation = (&'static str, Method, String, Box<dyn Fn(usize) -> Value>);

/// A signed-in user, with an account and a member in it.
struct Client {
    http: reqwest::Client,
    url: String,
    token: String,
    account: Value,
    member: Value,
}

impl Client {
    async fn new(stack: &Stack) -> Self {
        let mut client = Self {
            http: reqwest::Client::new(),
            url: stack.url().to_owned(),
            token: String::new(),
            account: Value::Null,
            member: Value::Null,
        };
        let sign_up = json!({
            "email": "ada@example.com", "password": PASSWORD, "firstName": "Ada", "lastName": "Lovelace",
            "accountName": "Acme", "country": "GB",
        });
        let account = client.post("/api/accounts/signup", &sign_up).await;
        client.account = account["accountId"].clone();
        let sign_in = json!({ "email": "ada@example.com", "password": PASSWORD });
        let tokens = client.post("/api/auth/login", &sign_in).await;
        client.token = tokens["accessToken"].as_str().unwrap().to_owned();
        let path = format!("/api/accounts/{}/users", client.account);
        let member = client.post(&path, &invitation("grace@example.com")).await;
        client.member = member["id"].clone();
        client
    }

    /// The members' address of another account, with `many` members.
    async fn fill(&self, many: usize) -> String {
        let account = self
            .post("/api/accounts", &json!({ "name": "Globex" }))
            .await;
        let users = format!("/api/accounts/{}/users", account["id"]);
        for n in 1..many {
            self.post(&users, &invitation(&format!("member{n}@example.com")))
                .await;
        }
        users
    }

    fn operations(&self) -> Vec<Operation> {
        fn nothing(_: usize) -> Value {
            Value::Null
        }
        let account = format!("/api/accounts/{}", self.account);
        let users = format!("{account}/users");
        let member = format!("{users}/{}", self.member);
        let sign_in = json!({ "email": "ada@example.com", "password": PASSWORD });
        vec![
            (
                "the public keys: no table",
                Method::GET,
                "/.well-known/jwks.json".into(),
                Box::new(nothing),
            ),
            (
                "get an account",
                Method::GET,
                account.clone(),
                Box::new(nothing),
            ),
            (
                "list own accounts",
                Method::GET,
                "/api/accounts".into(),
                Box::new(nothing),
            ),
            (
                "list members",
                Method::GET,
                users.clone(),
                Box::new(nothing),
            ),
            (
                "change an account",
                Method::PUT,
                account,
                Box::new(|n| json!({ "description": n.to_string() })),
            ),
            (
                "change a member",
                Method::PUT,
                member,
                Box::new(|n| json!({ "roles": [if n % 2 == 0 { "user" } else { "viewer" }] })),
            ),
            (
                "create an account",
                Method::POST,
                "/api/accounts".into(),
                Box::new(|n| json!({ "name": format!("Acme {n}") })),
            ),
            (
                "invite a new address",
                Method::POST,
                users,
                Box::new(|n| invitation(&format!("grace{n}@example.com"))),
            ),
            (
                "sign in, with Argon2id",
                Method::POST,
                "/api/auth/login".into(),
                Box::new(move |_| sign_in.clone()),
            ),
        ]
    }

    async fn ask(&self, method: &Method, path: &str, body: &Value) {
        let request = self
            .http
            .request(method.clone(), format!("{}{path}", self.url));
        let request = request.bearer_auth(&self.token);
        let request = if body.is_null() {
            request
        } else {
            request.json(body)
        };
        let answer = request.send().await.unwrap().error_for_status().unwrap();
        answer.bytes().await.unwrap();
    }

    async fn post(&self, path: &str, body: &Value) -> Value {
        let request = self.http.post(format!("{}{path}", self.url)).json(body);
        let answer = request.bearer_auth(&self.token).send().await.unwrap();
        let answer = answer.error_for_status().unwrap();
        serde_json::from_str(&answer.text().await.unwrap()).unwrap()
    }

    /// What API Gateway asks the authorizer.
    fn question(&self) -> Question {
        Question {
            authorization_token: format!("Bearer {}", self.token),
            method_arn: "arn:aws:execute-api:eu-west-1:123456789012:api/prod/GET/api".into(),
        }
    }
}

fn invitation(email: &str) -> Value {
    json!({ "email": email, "firstName": "Grace", "lastName": "Hopper", "roles": ["user"] })
}
