//! A stack, what is asked of its API, and the command.

use std::io::{self, BufRead, Write};
use std::sync::{Arc, Mutex};

use admin::{Exit, Output};
use local::{Options, Stack};
use serde_json::{Value, json};

/// The password of everybody.
const PASSWORD: &str = "correct horse battery staple";

/// A stack with one owner of one account.
pub(crate) struct Desk {
    pub(crate) stack: Stack,
    client: reqwest::Client,
}

/// What a command wrote, and how it ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) exit: Exit,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// A stream that a test reads afterwards.
#[derive(Clone, Default)]
pub(crate) struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Buffer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Desk {
    pub(crate) async fn start() -> Self {
        Self::with(Options::memory()).await
    }

    pub(crate) async fn with(options: Options) -> Self {
        Self {
            stack: Stack::start(options).await.unwrap(),
            client: reqwest::Client::new(),
        }
    }

    /// Runs the command at this stack.
    pub(crate) async fn run(&self, line: &str) -> Ran {
        self.run_as(line, None).await
    }

    /// The same with a person who answers its question with `line`.
    pub(crate) async fn run_asking(&self, line: &str, answer: &'static str) -> Ran {
        self.run_as(line, Some(Box::new(answer.as_bytes()))).await
    }

    async fn run_as(&self, line: &str, person: Option<Box<dyn BufRead + Send>>) -> Ran {
        let local = format!("--local={}", self.stack.url());
        let words = ["admin".to_owned(), local];
        let words = words.into_iter().chain(words_of(line));
        run(words, person).await
    }

    /// The JSON that the command answers.
    pub(crate) async fn json(&self, line: &str) -> Value {
        let ran = self.run(&format!("--json {line}")).await;
        assert_eq!(ran.exit, Exit::Done, "{line}: {ran:?}");
        serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{line}: {error}: {ran:?}"))
    }

    /// A request to the API, which has to succeed.
    pub(crate) async fn call(&self, method: &str, path: &str, token: &str, body: &Value) -> Value {
        let (status, answer) = self.try_call(method, path, token, body).await;
        assert!(status < 300, "{method} {path}: {status} {answer}");
        answer
    }

    pub(crate) async fn try_call(
        &self,
        method: &str,
        path: &str,
        token: &str,
        body: &Value,
    ) -> (u16, Value) {
        let url = format!("{}{path}", self.stack.url());
        let mut request = self.client.request(method.parse().unwrap(), url);
        if !token.is_empty() {
            request = request.bearer_auth(token);
        }
        if !body.is_null() {
            request = request.json(body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or_default())
    }

    /// Signs up, proves the address and signs in: the ids of the person and of the account, and a token.
    pub(crate) async fn owner(&self, email: &str, account: &str) -> (u64, u64, String) {
        let body = json!({
            "email": email, "password": PASSWORD, "firstName": "Ada", "lastName": "Lovelace",
            "accountName": account, "country": "GB",
        });
        let made = self.call("POST", "/api/accounts/signup", "", &body).await;
        let proof = json!({ "token": self.token(email, "verify").await, "password": PASSWORD });
        self.call("POST", "/api/auth/verify-email", "", &proof)
            .await;
        let token = self.sign_in(email).await;
        let id = |name: &str| made[name].as_u64().unwrap();
        (id("id"), id("accountId"), token)
    }

    pub(crate) async fn sign_in(&self, email: &str) -> String {
        let body = json!({ "email": email, "password": PASSWORD });
        let answer = self.call("POST", "/api/auth/login", "", &body).await;
        answer["accessToken"].as_str().unwrap().to_owned()
    }

    /// Invites `email` into `account`; the id of the person.
    pub(crate) async fn invite(&self, account: u64, token: &str, email: &str) -> u64 {
        let body = json!({ "email": email, "firstName": "Grace", "lastName": "Hopper", "roles": ["user"] });
        let path = format!("/api/accounts/{account}/users");
        let member = self.call("POST", &path, token, &body).await;
        member["id"].as_u64().unwrap()
    }

    /// Invites and accepts.
    pub(crate) async fn member(&self, account: u64, token: &str, email: &str) -> u64 {
        let id = self.invite(account, token, email).await;
        let body = json!({ "token": self.token(email, "invit").await, "password": PASSWORD,
            "firstName": "Grace", "lastName": "Hopper" });
        self.call("POST", "/api/invitations/accept", "", &body)
            .await;
        id
    }

    /// The secret of the newest link to `email` whose address has `kind` in it.
    pub(crate) async fn token(&self, email: &str, kind: &str) -> String {
        for _ in 0..200 {
            for mail in self.stack.mails_to(email) {
                let text = serde_json::to_value(&mail).unwrap()["text"].clone();
                let text = text.as_str().unwrap_or_default().to_owned();
                let mut links = text.split_whitespace().filter(|word| word.contains('#'));
                if let Some(link) = links.find(|link| link.contains(kind)) {
                    let (_, token) = link
                        .split_once("token=")
                        .unwrap_or_else(|| panic!("{link}"));
                    return token.to_owned();
                }
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!(
            "no mail to {email} with a link for {kind}: {:?}",
            self.stack.mails_to(email)
        );
    }
}

/// The words of a command line, as a shell splits them: quotes hold words together.
pub(crate) fn words_of(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (place, part) in line.split('"').enumerate() {
        if place % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

/// Runs a whole command line.
pub(crate) async fn run(
    words: impl IntoIterator<Item = String>,
    person: Option<Box<dyn BufRead + Send>>,
) -> Ran {
    let (out, err) = (Buffer::default(), Buffer::default());
    let mut output = Output::to(out.clone(), err.clone());
    if let Some(person) = person {
        output = output.asking(person);
    }
    let exit = admin::run(words.into_iter().map(Into::into), &mut output).await;
    Ran {
        exit,
        out: out.text(),
        err: err.text(),
    }
}
