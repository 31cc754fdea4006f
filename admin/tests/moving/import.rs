//! What is in the file is in the table afterwards, once, and works.

use std::time::Duration;

use admin::Exit;
use aws_lc_rs::hmac;
use serde_json::json;

use crate::support::{Site, counts};

/// By argon2-cffi; see tests/data/password-hashes.
const HASH: &str = "$argon2i$v=19$m=4096,t=3,p=1$xLOZWPdnrKHQNVd0T7EDNQ$gD6LoGVbAa+9JRhVdr6VrCFpzLHejsyuuYahz7OZrL4";
const PASSWORD: &str = "correct horse battery staple";

fn lines() -> String {
    [
        json!({ "type": "invitation", "account": "acme", "user": "alan", "roles": ["viewer"], "inviter": "ada", "mail": true }),
        json!({ "type": "invitation", "account": "acme", "user": "hedy", "roles": ["user"] }),
        json!({ "type": "membership", "account": "acme", "user": "grace", "roles": ["manage"] }),
        json!({ "type": "account", "id": "acme", "name": "Acme", "owner": { "user": "ada" }, "createdAt": "2020-01-01T00:00:00Z" }),
        json!({ "type": "user", "id": "ada", "email": "ada@example.com", "firstName": "Ada", "lastName": "Lovelace", "verified": true, "passwordHash": HASH }),
        json!({ "type": "user", "id": "grace", "email": "grace@example.com", "firstName": "Grace", "lastName": "Hopper", "verified": true, "passwordReset": true }),
        json!({ "type": "user", "id": "alan", "email": "alan@example.com" }),
        json!({ "type": "user", "id": "hedy", "email": "hedy@example.com" }),
    ]
    .map(|line| line.to_string())
    .join("\n")
}

#[tokio::test]
async fn an_imported_person_signs_in_and_finds_everything() {
    let site = Site::start().await;
    site.import(&lines()).await.done();
    let (status, token) = site.sign_in("ada@example.com", PASSWORD).await;
    assert_eq!(status, 200);
    let me = site.get("/api/users/me", &token).await;
    assert_eq!(
        (&me["firstName"], &me["emailVerified"]),
        (&json!("Ada"), &json!(true))
    );
    let accounts = site.get("/api/accounts", &token).await;
    let account = &accounts["value"][0];
    assert_eq!(account["name"], "Acme");
    assert_eq!(account["createdAt"], "2020-01-01T00:00:00Z");
    let members = format!("/api/accounts/{}/users?$orderby=email", account["id"]);
    let members = site.get(&members, &token).await;
    let shown = members["value"].as_array().unwrap().iter();
    let shown: Vec<_> = shown
        .map(|member| {
            format!(
                "{} {} {}",
                member["email"], member["status"], member["roles"]
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            r#""ada@example.com" "active" ["admin"]"#,
            r#""alan@example.com" "invited" ["viewer"]"#,
            r#""grace@example.com" "active" ["manage"]"#,
            r#""hedy@example.com" "invited" ["user"]"#,
        ]
    );
    site.stack.streams_read().await;
    let counted = format!("/api/accounts/{}/stats", account["id"]);
    let counted = site.get(&counted, &token).await;
    assert_eq!(
        counted["members"],
        json!({ "active": 2, "invited": 2, "suspended": 0 })
    );
    site.run(&["check"]).await.done();
    let events = format!("/api/accounts/{}/events", account["id"]);
    let events = site.get(&events, &token).await;
    let mut shown: Vec<_> = events["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| format!("{} {}", event["kind"], event["actor"]["type"]))
        .collect();
    shown.sort();
    assert_eq!(
        shown,
        [
            r#""AccountCreated" "platform""#,
            r#""MemberAdded" "platform""#,
            r#""MemberInvited" "platform""#,
            r#""MemberInvited" "platform""#,
        ]
    );
}

#[tokio::test]
async fn a_second_import_changes_nothing() {
    let site = Site::start().await;
    let first = site.import(&lines()).await.done();
    assert_eq!(counts(&first, "users"), [4, 0, 0]);
    assert_eq!(counts(&first, "accounts"), [1, 0, 0]);
    assert_eq!(counts(&first, "memberships"), [1, 0, 0]);
    assert_eq!(counts(&first, "invitations"), [2, 0, 0]);
    let before = site.export().await;
    let second = site.import(&lines()).await.done();
    assert_eq!(counts(&second, "users"), [0, 4, 0]);
    assert_eq!(counts(&second, "accounts"), [0, 1, 0]);
    assert_eq!(counts(&second, "memberships"), [0, 1, 0]);
    assert_eq!(counts(&second, "invitations"), [0, 2, 0]);
    assert_eq!(site.export().await, before);
}

#[tokio::test]
async fn only_an_invitation_that_asks_for_it_is_mailed() {
    let site = Site::start().await;
    site.import(&lines()).await.done();
    site.stack.streams_read().await;
    let mails = site.stack.mails();
    let to: Vec<_> = mails.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!(to, ["alan@example.com"]);
}

#[tokio::test]
async fn who_left_the_password_behind_gets_a_link_at_the_first_attempt() {
    let site = Site::start().await;
    site.import(&lines()).await.done();
    for _ in 0..3 {
        assert_eq!(
            site.sign_in("grace@example.com", "whatever it was").await.0,
            401
        );
    }
    site.stack.streams_read().await;
    let mails = site.stack.mails_to("grace@example.com");
    assert_eq!(mails.len(), 1, "one link at a time");
    let text = mails[0].text.clone().unwrap();
    let token = text.split("token=").nth(1).unwrap();
    let token: String = token
        .chars()
        .take_while(|character| !character.is_whitespace())
        .collect();
    let body = json!({ "token": token, "password": PASSWORD });
    assert_eq!(site.post("/api/auth/password/reset", &body).await.0, 204);
    assert_eq!(site.sign_in("grace@example.com", PASSWORD).await.0, 200);
    // From now on a wrong password is only wrong, also once the link has expired.
    site.stack.advance(2 * 60 * 60);
    assert_eq!(site.sign_in("grace@example.com", "wrong").await.0, 401);
    site.stack.streams_read().await;
    let links = site.stack.mails_to("grace@example.com").into_iter();
    let links = links.filter(|mail| mail.text.as_ref().unwrap().contains("token="));
    assert_eq!(links.count(), 1);
}

#[tokio::test]
async fn nobody_signs_up_in_the_place_of_an_imported_person() {
    let site = Site::start().await;
    site.import(&lines()).await.done();
    for email in ["ada@example.com", "grace@example.com"] {
        let body = json!({
            "email": email, "password": "quite another phrase", "firstName": "M", "lastName": "X",
            "accountName": "Mallory", "country": "GB",
        });
        let (status, answer) = site.post("/api/accounts/signup", &body).await;
        assert_eq!(
            (status, &answer["code"]),
            (409, &json!("USER_ALREADY_EXISTS"))
        );
    }
}

#[tokio::test]
async fn a_file_with_mistakes_is_refused_as_a_whole() {
    let site = Site::start().await;
    let wrong = [
        r#"{"type":"user","id":1,"email":"ada@example.com"}"#,
        "",
        r#"{"type":"user","id":1,"email":"Ada@Example.com"}"#,
        r#"{"type":"user","id":2,"email":"grace@example.com","passwordHash":"$2b$31$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"}"#,
        r#"{"type":"membership","account":7,"user":1,"roles":[]}"#,
        "nonsense",
    ];
    let ended = site.import(&wrong.join("\n")).await;
    assert_eq!(ended.exit, Exit::Refused);
    let shown: Vec<_> = ended
        .err
        .lines()
        .map(|line| line.split(": ").take(2).collect::<Vec<_>>().join(": "))
        .collect();
    assert_eq!(
        shown,
        [
            "line 3: /id",
            "line 3: /email",
            "line 4: /passwordHash",
            "line 5: /roles",
            "line 6: not JSON, at column 2",
            "error: the file has 5 mistakes, so nothing was written",
        ],
        "{}",
        ended.err
    );
    assert_eq!(site.export().await, "");
}

/// Lines that were refused, in the order of their texts: several are under way at a time.
fn sorted(text: &str) -> Vec<&str> {
    let mut lines: Vec<_> = text.lines().collect();
    lines.sort_unstable();
    lines
}

#[tokio::test]
async fn a_line_that_the_table_contradicts_is_refused_and_the_others_are_written() {
    let site = Site::start().await;
    site.import(&lines()).await.done();
    let more = [
        r#"{"type":"user","id":7,"email":"ada@example.com"}"#,
        r#"{"type":"user","id":"ada","email":"countess@example.com"}"#,
        r#"{"type":"user","id":8,"email":"emmy@example.com","verified":true,"passwordReset":true}"#,
        r#"{"type":"account","id":9,"name":"ACME","owner":{"user":8}}"#,
        r#"{"type":"account","id":"acme","name":"Other","owner":{"user":"ada"}}"#,
        r#"{"type":"account","id":10,"name":"Globex","owner":{"user":99}}"#,
        r#"{"type":"membership","account":98,"user":8,"roles":["user"]}"#,
        r#"{"type":"membership","account":"acme","user":97,"roles":["user"]}"#,
        r#"{"type":"membership","account":"acme","user":8,"roles":["user"]}"#,
    ]
    .join("\n");
    let file = site.file(&more);
    let dry = site.run(&["--json", "import", &file, "--dry-run"]).await;
    let before = site.export().await;
    let ended = site.import(&more).await;
    assert_eq!((dry.exit, ended.exit), (Exit::Refused, Exit::Refused));
    assert_eq!(sorted(&dry.err), sorted(&ended.err));
    for (kind, expected) in [
        ("users", [1, 0, 2]),
        ("accounts", [0, 0, 3]),
        ("memberships", [1, 0, 2]),
    ] {
        assert_eq!(counts(&ended.out, kind), expected, "{}", ended.err);
        assert_eq!(counts(&dry.out, kind), expected, "{}", dry.err);
    }
    assert_eq!(ended.err.lines().count(), 7, "{}", ended.err);
    let lines = |text: &str| text.lines().count();
    assert_eq!(lines(&site.export().await), lines(&before) + 2);
}

/// What an address is given is for its holder, and an address without a password is anybody's to sign up with.
#[tokio::test]
async fn nobody_signs_up_into_what_was_imported_for_an_address() {
    let site = Site::start().await;
    site.import(&lines()).await.done();
    let more = [
        r#"{"type":"user","id":8,"email":"emmy@example.com"}"#,
        r#"{"type":"user","id":9,"email":"kurt@example.com","passwordReset":true}"#,
        r#"{"type":"user","id":12,"email":"sofia@example.com"}"#,
        r#"{"type":"account","id":10,"name":"Globex","owner":{"user":8}}"#,
        r#"{"type":"account","id":11,"name":"Initech","owner":{"user":9},"creator":8}"#,
        r#"{"type":"membership","account":"acme","user":8,"roles":["admin"]}"#,
        r#"{"type":"membership","account":"acme","user":9,"roles":["admin"]}"#,
        r#"{"type":"membership","account":11,"user":8,"roles":["admin"]}"#,
        r#"{"type":"\u0069nvitation","account":11,"user":12,"roles":["viewer"]}"#,
    ]
    .join("\n");
    let file = site.file(&more);
    let dry = site.run(&["--json", "import", &file, "--dry-run"]).await;
    let ended = site.import(&more).await;
    assert_eq!(sorted(&dry.err), sorted(&ended.err));
    for (kind, expected) in [
        ("users", [3, 0, 0]),
        ("accounts", [1, 0, 1]),
        ("memberships", [0, 0, 3]),
        ("invitations", [1, 0, 0]),
    ] {
        assert_eq!(counts(&ended.out, kind), expected, "{}", ended.err);
        assert_eq!(counts(&dry.out, kind), expected, "{}", dry.err);
    }
    site.stack.streams_read().await;
    site.run(&["check"]).await.done();
    let sign_up = json!({
        "email": "emmy@example.com", "password": PASSWORD, "firstName": "Emmy", "lastName": "N",
        "accountName": "Hers", "country": "GB",
    });
    assert_eq!(site.post("/api/accounts/signup", &sign_up).await.0, 201);
    let (_, token) = site.sign_in("emmy@example.com", PASSWORD).await;
    let accounts = site.get("/api/accounts", &token).await;
    assert_eq!(accounts["count"], 1, "{accounts}");
}

#[tokio::test]
async fn an_import_keeps_its_pace() {
    let site = Site::start().await;
    let people =
        (1..=20).map(|id| format!(r#"{{"type":"user","id":{id},"email":"{id}@example.com"}}"#));
    let file = site.file(&people.collect::<Vec<_>>().join("\n"));
    let began = std::time::Instant::now();
    let report = site
        .run(&["--json", "import", &file, "--rate", "40"])
        .await
        .done();
    // 20 people of 4 units each, of which the first need not wait.
    assert!(
        began.elapsed() >= Duration::from_millis(1900),
        "{:?}",
        began.elapsed()
    );
    assert!(report.contains(r#""writeUnits": 80.0"#), "{report}");
}

/// The code of an authenticator app at `seconds` (RFC 6238), by hand.
fn code(secret: &[u8], seconds: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &(seconds / 30).to_be_bytes());
    let tag = tag.as_ref();
    let offset = usize::from(tag[19] & 15);
    let number = u32::from_be_bytes(tag[offset..offset + 4].try_into().unwrap());
    format!("{:06}", (number & 0x7fff_ffff) % 1_000_000)
}

#[tokio::test]
async fn an_imported_authenticator_app_goes_on_to_work() {
    let site = Site::start().await;
    let line = json!({
        "type": "user", "id": 1, "email": "ada@example.com", "verified": true, "passwordHash": HASH,
        "totp": { "secret": "jbsw y3dp ehpk 3pxp" },
    });
    site.import(&line.to_string()).await.done();
    let body = json!({ "email": "ada@example.com", "password": PASSWORD });
    let (status, problem) = site.post("/api/auth/login", &body).await;
    assert_eq!(
        (status, &problem["code"]),
        (401, &json!("SECOND_FACTOR_REQUIRED"))
    );
    let now = site.stack.clock().now().seconds();
    let code = code(b"Hello!\xDE\xAD\xBE\xEF", now);
    let body = json!({ "loginToken": problem["loginToken"], "code": code });
    assert_eq!(
        site.post("/api/auth/login/second-factor", &body).await.0,
        200
    );
    let other = Site::start().await;
    other.import(&site.export().await).await.done();
    assert_eq!(other.export().await, site.export().await);
}
