//! A browser, driven by `WebDriver` (W3C Recommendation) over plain HTTP.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// The key of an element's reference (`WebDriver`, *Elements*).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A window of a browser that has never been used before. Its processes end with it.
pub(super) struct Browser {
    client: Client,
    session: String,
    _driver: Child,
    folder: tempfile::TempDir,
}

impl Browser {
    /// A browser, or `None` where none is installed: says so, and is a failure where `REQUIRE_BROWSER` is set.
    pub(super) async fn start() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let (driver, port) = match Self::driver(folder.path()).await {
            Ok(started) => started,
            Err(error) => {
                assert!(!required(), "chromedriver does not start: {error}");
                eprintln!(
                    "SKIPPED: no browser is installed (Debian: apt-get install chromium chromium-driver), so the pages \
                     were NOT tested: chromedriver: {error}"
                );
                return None;
            }
        };
        let client = Client::builder().no_proxy().build().unwrap();
        let mut browser = Self {
            client,
            session: format!("http://127.0.0.1:{port}/session"),
            _driver: driver,
            folder,
        };
        let made = browser
            .call(Method::POST, "", capabilities(browser.folder.path()))
            .await;
        let id = made["sessionId"].as_str().unwrap_or_else(|| {
            panic!("the browser does not start: {made}");
        });
        browser.session = format!("{}/{id}", browser.session);
        Some(browser)
    }

    /// A driver and its port. It wants the same port of IPv4 and of IPv6, and ends where another process has one of them.
    async fn driver(home: &Path) -> std::io::Result<(Child, String)> {
        for _ in 0..10 {
            let mut driver = Command::new("chromedriver")
                .arg("--port=0")
                .env("HOME", home)
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .kill_on_drop(true)
                .spawn()?;
            let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
            while let Some(line) = lines.next_line().await? {
                if let Some((_, port)) = line.split_once("successfully on port ") {
                    let port = port.trim_end_matches('.').to_owned();
                    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
                    return Ok((driver, port));
                }
            }
        }
        panic!("chromedriver ends at once, every time");
    }

    async fn call(&self, method: Method, path: &str, body: Value) -> Value {
        let address = format!("{}{path}", self.session);
        let request = self.client.request(method.clone(), address);
        let request = if method == Method::POST {
            request.json(&body)
        } else {
            request
        };
        let mut answer: Value = request.send().await.unwrap().json().await.unwrap();
        answer["value"].take()
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let answer = self.call(Method::POST, path, body).await;
        assert!(answer["error"].is_null(), "{path}: {answer}");
        answer
    }

    /// Leads to `url`, and waits until it is loaded.
    pub(super) async fn open(&self, url: &str) {
        // Another document first: a new fragment alone would not load anything.
        self.post("/url", json!({ "url": "about:blank" })).await;
        self.post("/url", json!({ "url": url })).await;
    }

    /// What `script` returns.
    pub(super) async fn run(&self, script: &str, arguments: &[&str]) -> Value {
        let body = json!({ "script": script, "args": arguments });
        self.post("/execute/sync", body).await
    }

    /// The first visible element that `selector` matches, once there is one.
    async fn element(&self, selector: &str) -> String {
        let script = "return [...document.querySelectorAll(arguments[0])].find((e) => e.checkVisibility()) ?? null";
        for _ in 0..500 {
            let found = self.run(script, &[selector]).await;
            if let Some(id) = found[ELEMENT].as_str() {
                return id.to_owned();
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("no {selector} on this page:\n{}", self.text().await);
    }

    /// Waits for `selector` to be seen.
    pub(super) async fn wait_for(&self, selector: &str) {
        self.element(selector).await;
    }

    /// Presses what `selector` matches.
    pub(super) async fn click(&self, selector: &str) {
        let id = self.element(selector).await;
        self.post(&format!("/element/{id}/click"), json!({})).await;
    }

    /// Types into what `selector` matches.
    pub(super) async fn fill(&self, selector: &str, text: &str) {
        let id = self.element(selector).await;
        self.post(&format!("/element/{id}/clear"), json!({})).await;
        self.post(&format!("/element/{id}/value"), json!({ "text": text }))
            .await;
    }

    /// Types on the keyboard, wherever the focus is.
    pub(super) async fn keys(&self, keys: &str) {
        let strokes = keys.chars().flat_map(|key| {
            [
                json!({ "type": "keyDown", "value": key }),
                json!({ "type": "keyUp", "value": key }),
            ]
        });
        let strokes: Vec<_> = strokes.collect();
        let source = json!({ "type": "key", "id": "keyboard", "actions": strokes });
        self.post("/actions", json!({ "actions": [source] })).await;
    }

    /// Everything that can be read on the page.
    pub(super) async fn text(&self) -> String {
        let text = self.run("return document.body.innerText", &[]).await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// The address as the address bar shows it.
    pub(super) async fn address(&self) -> String {
        let address = self.call(Method::GET, "/url", Value::Null).await;
        address.as_str().unwrap().to_owned()
    }

    /// What the browser complained about since the last call, but for refusals of the API, which pages are there to show.
    pub(super) async fn complaints(&self) -> Vec<String> {
        let log = self.post("/se/log", json!({ "type": "browser" })).await;
        let messages = log.as_array().into_iter().flatten();
        let messages = messages.filter_map(|entry| entry["message"].as_str());
        let messages = messages.filter(|message| {
            !(message.contains("/api/") && message.contains("the server responded with a status"))
        });
        messages.map(str::to_owned).collect()
    }

    /// A command of Chromium's own protocol.
    pub(super) async fn chromium(&self, command: &str, parameters: Value) {
        let body = json!({ "cmd": command, "params": parameters });
        self.post("/goog/cdp/execute", body).await;
    }

    /// Gives the browser's device an authenticator (Web Authentication Level 3, section 11.3).
    pub(super) async fn virtual_authenticator(&self, options: &Value) {
        self.post("/webauthn/authenticator", options.clone()).await;
    }

    /// The page as it looks, into the folder `SCREENSHOTS`, where that is set.
    pub(super) async fn keep_picture(&self, name: &str) {
        let Some(folder) = variable("SCREENSHOTS") else {
            return;
        };
        let picture = self.call(Method::GET, "/screenshot", Value::Null).await;
        let picture = STANDARD.decode(picture.as_str().unwrap()).unwrap();
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(Path::new(&folder).join(format!("{name}.png")), picture).unwrap();
    }

    /// Ends the browser.
    pub(super) async fn close(self) {
        self.call(Method::DELETE, "", Value::Null).await;
    }
}

fn capabilities(folder: &Path) -> Value {
    let profile = format!("--user-data-dir={}", folder.join("profile").display());
    json!({ "capabilities": { "alwaysMatch": {
        "browserName": "chrome",
        "goog:loggingPrefs": { "browser": "ALL" },
        "goog:chromeOptions": { "args": [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--lang=en-GB",
            "--window-size=1000,900", profile,
        ] },
    } } })
}

fn required() -> bool {
    variable("REQUIRE_BROWSER").is_some_and(|value| !value.is_empty())
}

/// Writes `content` into the file that the variable `name` names, where that is set.
pub(super) fn keep(name: &str, content: &Value) {
    if let Some(file) = variable(name).filter(|file| !file.is_empty()) {
        std::fs::write(file, content.to_string()).unwrap();
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "how the tests are run, not a setting of the service"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
