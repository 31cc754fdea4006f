//! What a person sees who starts the stack in a terminal.

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

#[tokio::test]
async fn every_request_is_a_line() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_local"));
    let command = command
        .args(["--memory", "--port", "0"])
        .env_remove("RUST_LOG")
        .env("NO_COLOR", "1")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut running = Running(command.spawn().unwrap());
    let mut said = BufReader::new(running.0.stdout.take().unwrap()).lines();
    let first = said.next().unwrap().unwrap();
    let url = first.strip_prefix("listening on ").unwrap();

    let client = reqwest::Client::new();
    let answer = client.get(format!("{url}/.well-known/jwks.json")).send();
    assert_eq!(answer.await.unwrap().status(), 200);
    let login = client.post(format!("{url}/api/auth/login"));
    let login = login.header("content-type", "application/json").body("{}");
    assert_eq!(login.send().await.unwrap().status(), 400);
    let unknown = client.get(format!("{url}/invitation%23token=secret"));
    unknown.send().await.unwrap();

    let lines = BufReader::new(running.0.stderr.take().unwrap()).lines();
    let lines: Vec<_> = lines.take(3).map(Result::unwrap).collect();
    for (line, expected) in lines.iter().zip([
        " GET /.well-known/jwks.json 200 ",
        " POST /api/auth/login 400 VALIDATION_FAILED ",
        " GET /invitation/... ",
    ]) {
        assert!(line.contains(expected), "{expected:?} is not in {line:?}");
        assert!(line.ends_with(" ms"), "{line}");
    }
    assert!(!lines.concat().contains("secret"), "{lines:?}");
}
