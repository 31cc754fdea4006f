//! The local stack, and a person who is signed in.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use reqwest::Method;
use serde_json::{Value, json};
use shared::App;
use shared::model::{
    AccountId, AuditContext, ChangeKind, EmailAddress, Member, PersonalName, Roles, User, UserId,
};
use shared::runtime::Clock;
use shared::store::{ImportedUser, LineOutcome};
use tokio::runtime::{Builder, Runtime};

/// The rows of the lists.
pub(crate) const ACCOUNTS: usize = 20;
pub(crate) const MEMBERS: usize = 50;

const EMAIL: &str = "ada@example.com";
const PASSWORD: &str = "correct horse battery";

/// A local stack in a process of its own, which callgrind does not slow down, and what the recorded events name.
pub(crate) struct Service {
    runtime: Runtime,
    process: Child,
    url: String,
    /// What its console says of it.
    about: Value,
    token: String,
    known: BTreeMap<String, String>,
}

impl Service {
    /// Starts it and signs a person up.
    pub(crate) fn start() -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_local"))
            .args(["--memory", "--port", "0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = String::new();
        let mut lines = BufReader::new(process.stdout.take().unwrap());
        lines.read_line(&mut said).unwrap();
        let url = said.trim().strip_prefix("listening on ").unwrap();
        let mut service = Self {
            runtime: Builder::new_current_thread().enable_all().build().unwrap(),
            process,
            url: url.to_owned(),
            about: Value::Null,
            token: String::new(),
            known: BTreeMap::new(),
        };
        // It must not wait for somebody to read what it goes on to say.
        std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
        service.about = service.send(Method::GET, "/_local/about", &Value::Null);
        service.sign_in();
        service
    }

    fn sign_in(&mut self) {
        let signed_up = self.post(
            "/api/accounts/signup",
            &json!({
                "email": EMAIL, "password": PASSWORD, "firstName": "Ada", "lastName": "Lovelace",
                "accountName": "Acme", "country": "GB",
            }),
        );
        let tokens = self.post(
            "/api/auth/login",
            &json!({ "email": EMAIL, "password": PASSWORD }),
        );
        tokens["accessToken"]
            .as_str()
            .unwrap()
            .clone_into(&mut self.token);
        let app = self.app();
        let who = self.runtime.block_on(async {
            let authorizer = authorizer::Authorizer::new(app);
            authorizer.connect().await;
            let question = serde_json::from_value(self.question()).unwrap();
            let event =
                lambda_runtime::LambdaEvent::new(question, lambda_runtime::Context::default());
            serde_json::to_value(authorizer.handle(event).await.unwrap()).unwrap()
        });
        let context = &who["context"];
        for (name, value) in [
            ("Id", &signed_up["id"]),
            ("Session", &context["sessionId"]),
            ("Verified", &context["emailVerified"]),
            ("Expires", &context["expiresAt"]),
            ("Token", &tokens["accessToken"]),
        ] {
            // She is the only person here: what was recorded of Bob is sent as hers.
            for person in ["ada", "bob"] {
                self.known.insert(format!("{person}{name}"), text(value));
            }
        }
        self.known
            .insert("accountId".into(), text(&signed_up["accountId"]));
    }

    /// Creates `many` more accounts of hers.
    pub(crate) fn create_accounts(&self, many: usize) {
        for number in 0..many {
            self.post(
                "/api/accounts",
                &json!({ "name": format!("Account {number}") }),
            );
        }
    }

    /// Adds `many` people to her account, without the mails of invitations.
    pub(crate) fn add_members(&self, many: usize) {
        let account = AccountId::try_from(self.known["accountId"].parse::<u64>().unwrap());
        let (account, store, now) = (account.unwrap(), self.app().store, Clock::System.now());
        self.runtime.block_on(async {
            for number in (1_u64..).take(many) {
                let id = UserId::try_from(number).unwrap();
                let email = EmailAddress::parse(&format!("person-{number}@example.com"));
                let name = |name| PersonalName::parse(name).unwrap();
                let user = User::new(id, email.unwrap(), (name("Grace"), name("Hopper")), now);
                let roles = Roles::parse(&["user"]).unwrap();
                let member = Member::new(account, &user, roles, now);
                let person = ImportedUser {
                    user,
                    hash: None,
                    reset_due: false,
                };
                let audit = AuditContext::by_system(now);
                let invited = audit.on_user(ChangeKind::UserInvited, id).unmailed();
                let imported = store.import_user(&person, &invited).await;
                assert_eq!(imported.unwrap(), LineOutcome::New);
                let added = audit.on_user(ChangeKind::MemberAdded, id).unmailed();
                let added = store.import_member(&member, &added).await;
                assert_eq!(added.unwrap(), LineOutcome::New);
            }
        });
    }

    /// The recorded event `name` of the folder `events`, as hers.
    pub(crate) fn event(&self, name: &str) -> Value {
        let events = Path::new(env!("CARGO_MANIFEST_DIR")).join("../events");
        let mut event = fs::read_to_string(events.join(format!("{name}.json"))).unwrap();
        for (name, value) in &self.known {
            event = event.replace(&format!("${{{name}}}"), value);
        }
        serde_json::from_str(&event).unwrap()
    }

    /// What API Gateway asks the authorizer.
    pub(crate) fn question(&self) -> Value {
        json!({
            "type": "TOKEN",
            "authorizationToken": format!("Bearer {}", self.token),
            "methodArn": "arn:aws:execute-api:eu-west-1:123456789012:api/prod/GET/api",
        })
    }

    /// An app with the stack's table, as a function has it.
    pub(crate) fn app(&self) -> App {
        let vars = |name: &str| {
            let value = match name {
                "TABLE_NAME" => self.about["table"].as_str().unwrap(),
                "AWS_ENDPOINT_URL_DYNAMODB" => self.about["services"].as_str().unwrap(),
                "PUBLIC_URL" => &self.url,
                "AWS_REGION" => "eu-west-1",
                "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => "bench",
                _ => return None,
            };
            Some(value.to_owned())
        };
        App::from_vars(&vars, Clock::System).unwrap()
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        self.send(Method::POST, path, body)
    }

    fn send(&self, method: Method, path: &str, body: &Value) -> Value {
        self.runtime.block_on(async {
            let request = reqwest::Client::new()
                .request(method, format!("{}{path}", self.url))
                .bearer_auth(&self.token)
                .json(body);
            let answer = request.send().await.unwrap().error_for_status().unwrap();
            serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
        })
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// A value as a recorded event has it between quotes.
fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
