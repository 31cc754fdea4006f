//! A stack of a test's own, and a client of it.

use std::sync::Arc;
use std::time::Duration;

use local::{Mail, Options, Stack};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::logs::{Watch, plant};
use super::{Account, Answer, OpenApi, Person};

/// A good password, long enough and not among the common ones.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// A running stack. Cheap to clone.
#[derive(Clone)]
pub(crate) struct TestApp {
    pub(crate) stack: Arc<Stack>,
    client: reqwest::Client,
    _log: Arc<Watch>,
}

/// A request on its way.
pub(crate) struct Request {
    method: Method,
    path: String,
    builder: RequestBuilder,
}

impl TestApp {
    /// A stack in memory.
    pub(crate) async fn start() -> Self {
        Self::with(Options::memory()).await
    }

    /// A stack with these options.
    pub(crate) async fn with(options: Options) -> Self {
        let log = Watch::begin();
        let mut options = options;
        // Tests sign up many people from one address, who invite others before they prove their own.
        for limit in [
            "SignUpsPerSourceAndHour",
            "InvitationMailsPerUnprovenPersonAndDay",
        ] {
            let limit = options.parameters.entry(limit.into());
            limit.or_insert_with(|| "1000000".into());
        }
        let stack = Stack::start(options).await.unwrap();
        Self {
            _log: Arc::new(log),
            stack: Arc::new(stack),
            client: reqwest::Client::builder()
                .user_agent("tests")
                .build()
                .unwrap(),
        }
    }

    /// Ends the stack, so that another one can have its data. Nobody else uses it any more.
    pub(crate) async fn stop(self) {
        let stack = Arc::into_inner(self.stack).unwrap();
        stack.stop().await;
    }

    /// The same stack, asked from another address of this machine.
    pub(crate) fn from(&self, address: [u8; 4]) -> Self {
        let client = reqwest::Client::builder()
            .user_agent("tests")
            .local_address(std::net::IpAddr::from(address));
        Self {
            client: client.build().unwrap(),
            ..self.clone()
        }
    }

    /// A request to `path`, percent-encoded already.
    pub(crate) fn request(&self, method: Method, path: &str) -> Request {
        let builder = self
            .client
            .request(method.clone(), format!("{}{path}", self.stack.url()));
        Request {
            method,
            path: path.to_owned(),
            builder,
        }
    }

    /// `POST` without a token.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.request(Method::POST, path).json(body).send().await
    }

    /// `GET` without a token.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.request(Method::GET, path).send().await
    }

    /// What the local stack itself answers at `path`.
    pub(crate) async fn get_unchecked(&self, path: &str) -> Value {
        self.request(Method::GET, path)
            .send_unchecked()
            .await
            .expect(200)
    }

    /// Signs `email` up with the account `name`.
    pub(crate) async fn try_sign_up(&self, email: &str, name: &str) -> Answer {
        self.post("/api/accounts/signup", &sign_up(email, name))
            .await
    }

    /// A new owner, signed in, and their account `name`.
    pub(crate) async fn owner_of(&self, name: &str) -> Account {
        let local: String = name.to_lowercase().replace(' ', "-");
        self.owner(&format!("owner@{local}.example"), name).await
    }

    /// `email`, signed up and signed in, and their account `name`.
    pub(crate) async fn owner(&self, email: &str, name: &str) -> Account {
        let created = self.try_sign_up(email, name).await.expect(201);
        let owner = self.sign_in(email, PASSWORD).await;
        Account {
            id: created["accountId"].as_u64().unwrap(),
            name: name.to_owned(),
            owner,
        }
    }

    /// The same as [`Self::owner_of`], with an owner who has proved their address.
    pub(crate) async fn proven_owner_of(&self, name: &str) -> Account {
        let account = self.owner_of(name).await;
        account.owner.prove().await;
        account
    }

    /// The same as [`Self::owner`], with an owner who has proved their address.
    pub(crate) async fn proven_owner(&self, email: &str, name: &str) -> Account {
        let account = self.owner(email, name).await;
        account.owner.prove().await;
        account
    }

    /// `email`, signed in.
    pub(crate) async fn sign_in(&self, email: &str, password: &str) -> Person {
        let tokens = self.try_sign_in(email, password).await.expect(200);
        Person::new(self, email, &tokens).await
    }

    /// An attempt to sign in.
    pub(crate) async fn try_sign_in(&self, email: &str, password: &str) -> Answer {
        let body = json!({ "email": email, "password": password });
        self.post("/api/auth/login", &body).await
    }

    /// The newest mail to `email` whose subject holds `subject`, once it is there.
    pub(crate) async fn mail(&self, email: &str, subject: &str) -> Mail {
        for _ in 0..500 {
            let mails = self.stack.mails_to(email);
            if let Some(mail) = mails
                .into_iter()
                .find(|mail| mail.subject.contains(subject))
            {
                return mail;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("no mail about {subject:?} to {email}");
    }

    /// The tokens in the mails to `email` whose subject holds `subject`, newest first, once there are `count`.
    pub(crate) async fn link_tokens(
        &self,
        email: &str,
        subject: &str,
        count: usize,
    ) -> Vec<String> {
        for _ in 0..500 {
            let mails = self.stack.mails_to(email);
            let about = mails.iter().filter(|mail| mail.subject.contains(subject));
            let tokens: Vec<_> = about.map(token_in).collect();
            if tokens.len() >= count {
                return tokens;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("not {count} mails about {subject:?} to {email}");
    }

    /// The token of the newest invitation to `email`.
    pub(crate) async fn invitation(&self, email: &str) -> String {
        self.link_tokens(email, "invites you", 1).await.remove(0)
    }
}

/// The body of a sign-up.
pub(crate) fn sign_up(email: &str, name: &str) -> Value {
    json!({
        "email": email, "password": PASSWORD, "firstName": "Ada", "lastName": "Lovelace",
        "accountName": name, "country": "GB",
    })
}

/// The token of the link in a mail.
#[track_caller]
pub(crate) fn token_in(mail: &Mail) -> String {
    let text = mail.text.as_deref().unwrap_or_default();
    let (_, rest) = text
        .split_once("#token=")
        .unwrap_or_else(|| panic!("no link: {mail:?}"));
    rest.chars()
        .take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c))
        .collect()
}

impl Request {
    /// With a JSON body.
    pub(crate) fn json(self, body: &Value) -> Self {
        plant(body);
        self.map(|builder| builder.json(body))
    }

    /// With this body and the content type of JSON.
    pub(crate) fn raw(self, body: impl Into<Vec<u8>>) -> Self {
        let body: Vec<u8> = body.into();
        self.map(|builder| {
            builder
                .header("content-type", "application/json")
                .body(body)
        })
    }

    /// With this body and the content type `kind`.
    pub(crate) fn body(self, body: &str, kind: &str) -> Self {
        self.map(|builder| builder.header("content-type", kind).body(body.to_owned()))
    }

    /// With a header.
    pub(crate) fn header(self, name: &str, value: &str) -> Self {
        self.map(|builder| builder.header(name, value))
    }

    /// With a bearer token.
    pub(crate) fn bearer(self, token: &str) -> Self {
        self.map(|builder| builder.bearer_auth(token))
    }

    /// With this bearer token instead of another.
    pub(crate) fn token(self, token: &str) -> Self {
        let (client, request) = self.builder.build_split();
        let mut request = request.unwrap();
        let value = format!("Bearer {token}").parse().unwrap();
        request.headers_mut().insert("authorization", value);
        Self {
            builder: RequestBuilder::from_parts(client, request),
            ..self
        }
    }

    /// With these query options, encoded.
    pub(crate) fn query(self, options: &[(&str, &str)]) -> Self {
        let encoded = options.iter().map(|(name, value)| {
            let encode = |text| {
                percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC)
            };
            format!("{}={}", encode(name), encode(value))
        });
        let query = encoded.collect::<Vec<_>>().join("&");
        let (client, request) = self.builder.build_split();
        let mut request = request.unwrap();
        request.url_mut().set_query(Some(&query));
        Self {
            builder: RequestBuilder::from_parts(client, request),
            ..self
        }
    }

    fn map(self, step: impl FnOnce(RequestBuilder) -> RequestBuilder) -> Self {
        Self {
            builder: step(self.builder),
            ..self
        }
    }

    /// The answer, validated against `openapi.yaml`.
    pub(crate) async fn send(self) -> Answer {
        let answer = self.send_unchecked().await;
        OpenApi::get().check(&answer);
        answer
    }

    /// The answer, for requests that the document does not know.
    pub(crate) async fn send_unchecked(self) -> Answer {
        let response = self.builder.send().await.unwrap();
        Answer {
            method: self.method,
            path: self.path,
            status: response.status(),
            headers: response.headers().clone(),
            text: response.text().await.unwrap(),
        }
    }
}
