//! The local stack on threads of its own, and a person who is signed in.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use local::{Options, Stack};
use reqwest::Method;
use serde_json::{Value, json};
use shared::App;
use shared::model::{
    AccountId, AuditContext, ChangeKind, EmailAddress, Member, PersonalName, Roles, User, UserId,
};
use shared::runtime::Clock;
use shared::store::LineOutcome;
use tokio::runtime::Runtime;

/// The rows of the lists.
pub(crate) const ACCOUNTS: usize = 20;
pub(crate) const MEMBERS: usize = 50;

const EMAIL: &str = "ada@example.com";
const PASSWORD: &str = "correct horse battery";

/// A stack in memory, and what the recorded events name.
pub(crate) struct Service {
    threads: Runtime,
    pub(crate) stack: Stack,
    token: String,
    known: BTreeMap<String, String>,
}

impl Service {
    /// Starts it and signs a person up.
    pub(crate) fn start() -> Self {
        let threads = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let stack = Stack::start(Options::memory());
        let stack = threads.block_on(Box::pin(stack)).unwrap();
        let mut service = Self {
            threads,
            stack,
            token: String::new(),
            known: BTreeMap::new(),
        };
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
        let who = self.threads.block_on(async {
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

    /// Adds `many` members to her account, past the functions: under callgrind an invitation with all that it sets off takes seconds.
    pub(crate) fn add_members(&self, many: usize) {
        let account = AccountId::try_from(self.known["accountId"].parse::<u64>().unwrap());
        let (account, store, now) = (account.unwrap(), self.app().store, Clock::System.now());
        self.threads.block_on(async {
            for number in (1_u64..).take(many) {
                let id = UserId::try_from(number).unwrap();
                let email = EmailAddress::parse(&format!("person-{number}@example.com"));
                let name = |name| PersonalName::parse(name).unwrap();
                let user = User::new(id, email.unwrap(), (name("Grace"), name("Hopper")), now);
                let roles = Roles::parse(&["user"]).unwrap();
                let member = Member::new(account, &user, roles, now);
                let change = AuditContext::by_system(now).on_user(ChangeKind::MemberAdded, id);
                let change = change.unmailed();
                let added = store.import_member(&member, &change).await;
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
                "TABLE_NAME" => self.stack.table(),
                "AWS_ENDPOINT_URL_DYNAMODB" => self.stack.dynamodb_url(),
                "PUBLIC_URL" => self.stack.url(),
                "AWS_REGION" => "eu-west-1",
                "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => "bench",
                _ => return None,
            };
            Some(value.to_owned())
        };
        App::from_vars(&vars, Clock::System).unwrap()
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        self.threads.block_on(async {
            let request = reqwest::Client::new()
                .request(Method::POST, format!("{}{path}", self.stack.url()))
                .bearer_auth(&self.token)
                .json(body);
            let answer = request.send().await.unwrap().error_for_status().unwrap();
            serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
        })
    }
}

/// A value as a recorded event has it between quotes.
fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
