//! A stack, and the command against it.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use admin::{Exit, Output};
use local::{Options, Stack};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A stack in memory, and a folder.
pub(crate) struct Site {
    pub(crate) stack: Stack,
    folder: TempDir,
    client: reqwest::Client,
}

/// How a command ended, and what it wrote.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) exit: Exit,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ended {
    /// What it wrote, if it ended well.
    pub(crate) fn done(self) -> String {
        assert_eq!(self.exit, Exit::Done, "{}{}", self.out, self.err);
        self.out
    }
}

#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Site {
    pub(crate) async fn start() -> Self {
        Self::with(Options::memory()).await
    }

    pub(crate) async fn with(options: Options) -> Self {
        Self {
            stack: Stack::start(options).await.unwrap(),
            folder: tempfile::tempdir().unwrap(),
            client: reqwest::Client::new(),
        }
    }

    /// The path of `name` in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A file of these lines.
    pub(crate) fn file(&self, lines: &str) -> String {
        let path = self.path("lines.ndjson");
        fs::write(&path, lines).unwrap();
        text(&path)
    }

    /// Runs the command with these arguments.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Ended {
        let local = format!("--local={}", self.stack.url());
        let all = ["admin", &local]
            .into_iter()
            .chain(arguments.iter().copied());
        let (out, err) = (Buffer::default(), Buffer::default());
        let mut output = Output::to(out.clone(), err.clone());
        let exit = admin::run(all.map(OsString::from), &mut output).await;
        Ended {
            exit,
            out: out.text(),
            err: err.text(),
        }
    }

    /// Imports these lines.
    pub(crate) async fn import(&self, lines: &str) -> Ended {
        let file = self.file(lines);
        self.run(&["--json", "import", &file, "--rate", "1000000"])
            .await
    }

    /// All lines of the stack, with secrets.
    pub(crate) async fn export(&self) -> String {
        self.run(&["export", "--with-secrets"]).await.done()
    }

    /// What a `POST` answers.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let url = format!("{}{path}", self.stack.url());
        let answer = self.client.post(url).json(body).send().await.unwrap();
        (
            answer.status().as_u16(),
            answer.json().await.unwrap_or_default(),
        )
    }

    /// What a `GET` with this token answers.
    pub(crate) async fn get(&self, path: &str, token: &str) -> Value {
        let url = format!("{}{path}", self.stack.url());
        let answer = self
            .client
            .get(url)
            .bearer_auth(token)
            .send()
            .await
            .unwrap();
        answer.json().await.unwrap()
    }

    /// Deletes what is there.
    pub(crate) async fn delete(&self, path: &str, token: &str) {
        let url = format!("{}{path}", self.stack.url());
        let request = self.client.delete(url).bearer_auth(token);
        let answer = request.header("if-match", "*").send().await.unwrap();
        assert!(answer.status().is_success(), "{answer:?}");
    }

    /// The status of an attempt to sign in, and the token.
    pub(crate) async fn sign_in(&self, email: &str, password: &str) -> (u16, String) {
        let body = json!({ "email": email, "password": password });
        let (status, answer) = self.post("/api/auth/login", &body).await;
        let token = answer["accessToken"].as_str().unwrap_or_default();
        (status, token.to_owned())
    }
}

/// `path` as an argument.
pub(crate) fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

/// What an import says it has done with lines of `kind`: new, existing, refused.
pub(crate) fn counts(report: &str, kind: &str) -> [u64; 3] {
    let report: Value = serde_json::from_str(report).unwrap();
    ["new", "existing", "refused"].map(|what| report[kind][what].as_u64().unwrap())
}
