//! What a person sees who starts the stack in a terminal.

#![expect(
    clippy::unwrap_used,
    reason = "what the tests have in common fails where the mistake is, as the tests do"
)]

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

/// Ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The stack with `options`, and its address.
fn start(options: &[&str]) -> (Running, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_local"));
    let command = command
        .args(["--memory", "--port", "0"])
        .args(options)
        .env_remove("RUST_LOG")
        .env("NO_COLOR", "1")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut running = Running(command.spawn().unwrap());
    let mut said = BufReader::new(running.0.stdout.take().unwrap()).lines();
    let first = said.next().unwrap().unwrap();
    let url = first.strip_prefix("listening on ").unwrap().to_owned();
    for (name, place) in [
        ("API", "/api"),
        ("console", "/_local/"),
        ("mailbox", "/_local/#/mailbox"),
    ] {
        let line = said.next().unwrap().unwrap();
        assert!(line.contains(name), "{line}");
        assert!(line.contains(&format!("{url}{place}")), "{line}");
    }
    (running, url)
}

/// The next lines of the log.
fn lines(running: &mut Running, count: usize) -> Vec<String> {
    let lines = BufReader::new(running.0.stderr.take().unwrap()).lines();
    lines.take(count).map(Result::unwrap).collect()
}

#[tokio::test]
async fn every_request_is_a_line() {
    let (mut running, url) = start(&[]);
    let client = reqwest::Client::new();
    let answer = client.get(format!("{url}/.well-known/jwks.json")).send();
    assert_eq!(answer.await.unwrap().status(), 200);
    let login = client.post(format!("{url}/api/auth/login"));
    let login = login.header("content-type", "application/json").body("{}");
    assert_eq!(login.send().await.unwrap().status(), 400);
    let unknown = client.get(format!("{url}/invitation%23token=secret"));
    unknown.send().await.unwrap();

    let lines = lines(&mut running, 3);
    for (line, expected) in lines.iter().zip([
        " GET /.well-known/jwks.json 200 ",
        " POST /api/auth/login 400 VALIDATION_FAILED ",
        " GET /invitation/... ",
    ]) {
        assert!(line.contains(expected), "{expected:?} is not in {line:?}");
        assert!(line.contains(" ms"), "{line}");
    }
    assert!(!lines.concat().contains("secret"), "{lines:?}");
}

#[tokio::test]
async fn a_mail_is_shown_with_its_link_and_a_request_with_what_it_took() {
    let (mut running, url) = start(&[]);
    sign_up(&url).await;
    let lines = lines(&mut running, 3);
    let has = |parts: &[&str]| {
        let mut lines = lines.iter();
        lines.any(|line| parts.iter().all(|part| line.contains(part)))
    };
    assert!(
        has(&[" POST /api/accounts/signup 201 ", " write units"]),
        "{lines:#?}"
    );
    assert!(has(&[" mail to ada@example.com: Verify"]), "{lines:#?}");
    assert!(has(&[&format!(" {url}/verify-email#token=")]), "{lines:#?}");
}

#[tokio::test]
async fn the_log_is_json_for_programs() {
    let (mut running, url) = start(&["--log", "json"]);
    sign_up(&url).await;
    let lines = lines(&mut running, 2);
    let lines: Vec<serde_json::Value> = lines
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let of = |message: &str| lines.iter().find(|line| line["message"] == message);
    let request = of("request").unwrap();
    assert_eq!(
        (&request["path"], &request["status"]),
        (&"/api/accounts/signup".into(), &201.into())
    );
    assert!(request["writeUnits"].as_f64().unwrap() > 0.0);
    assert_eq!(of("mail").unwrap()["to"], "ada@example.com");
}

async fn sign_up(url: &str) {
    let body = serde_json::json!({
        "email": "ada@example.com", "password": "correct horse battery", "firstName": "Ada", "lastName": "Lovelace",
        "accountName": "Acme", "country": "GB",
    });
    let request = reqwest::Client::new().post(format!("{url}/api/accounts/signup"));
    let answer = request.json(&body).send().await.unwrap();
    assert_eq!(answer.status(), 201);
}
