//! The hosted pages as they are sent.

use std::collections::BTreeSet;

use local::Options;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, OpenApi, TestApp};

const PAGES: [&str; 6] = [
    "/change-email",
    "/security",
    "/invitation",
    "/verify-email",
    "/reset-password",
    "/ownership",
];

#[tokio::test]
async fn a_page_lets_nothing_run_that_is_not_its_script() {
    let app = TestApp::start().await;
    for page in PAGES {
        let answer = app.get(page).await;
        answer.expect_text(200);
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(
            answer.header("content-security-policy"),
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; \
             form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
        );
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("cache-control"), "no-cache");
        let text = &answer.text;
        assert!(
            !text.contains("<style") && !text.contains(" style="),
            "{text}"
        );
        assert!(
            !text.contains(" on") || !text.contains("=\"javascript:"),
            "{text}"
        );
        assert_eq!(text.matches("<script").count(), 1);
        assert!(text.contains("</script>\n</head>"), "{text}");
        assert!(text.contains("<noscript><p>This page needs JavaScript"));
    }
}

#[tokio::test]
async fn script_and_style_are_kept_under_the_address_of_their_version() {
    let app = TestApp::start().await;
    for (page, file, kind) in [
        ("/invitation", "pages.js", "text/javascript"),
        ("/security", "security.js", "text/javascript"),
        ("/security", "pages.css", "text/css"),
    ] {
        let page = app.get(page).await.text;
        let (_, rest) = page.split_once(&format!("\"pages/{file}?v=")).unwrap();
        let version = rest.split('"').next().unwrap();
        let answer = app.get(&format!("/pages/{file}?v={version}")).await;
        answer.expect_text(200);
        assert_eq!(
            answer.header("content-type"),
            format!("{kind}; charset=utf-8")
        );
        assert_eq!(answer.header("cache-control"), "public, max-age=86400");
    }
}

#[tokio::test]
async fn the_brand_is_on_every_page_and_is_text() {
    let brand = "<b>Müller & Söhne</b>";
    let options = Options::memory()
        .parameter("BrandName", brand)
        .parameter("BrandColor", "#FACC15");
    let app = TestApp::with(options).await;
    for page in PAGES {
        let text = app.get(page).await.text;
        assert!(!text.contains("<b>"), "{text}");
        assert!(text.contains("Müller &#38; Söhne"), "{text}");
    }
    let style = app.get("/pages/pages.css").await.text;
    assert!(style.starts_with(":root { --brand: #facc15; --on-brand: #000000; }"));
}

#[tokio::test]
async fn every_code_that_the_pages_can_be_answered_has_its_sentence() {
    let operations = [
        "/api/invitations/lookup",
        "/api/invitations/accept",
        "/api/invitations/decline",
        "/api/auth/verify-email",
        "/api/users/me/email/confirm",
        "/api/users/me/email/undo",
        "/api/auth/password/forgot",
        "/api/auth/password/reset",
    ];
    let app = TestApp::start().await;
    let page = app.get("/invitation").await.text;
    let documented: BTreeSet<String> = operations
        .iter()
        .flat_map(|path| OpenApi::get().codes_of("post", path))
        .collect();
    assert!(documented.contains("INVITATION_EXPIRED"), "{documented:?}");
    for code in documented {
        assert!(page.contains(&format!("data-code=\"{code}\"")), "{code}");
    }
}

#[tokio::test]
async fn opening_a_page_does_nothing() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let bob = acme.invite("bob@example.com", &["user"]).await;
    let token = app.invitation("bob@example.com").await;
    // Like a mail scanner that follows the link, with or without the fragment, and looks the invitation up.
    for path in [
        "/invitation".to_owned(),
        format!("/invitation?token={token}"),
    ] {
        app.get(&path).await.expect_text(200);
    }
    let looked_up = app
        .post("/api/invitations/lookup", &json!({ "token": token }))
        .await;
    assert_eq!(looked_up.expect(200)["passwordRequired"], true);
    let member: Value = acme.owner.get(&acme.user(bob)).await.expect(200);
    assert_eq!(member["status"], "invited");
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let app = TestApp::start().await;
    let documents = [
        "/.well-known/jwks.json",
        "/.well-known/openid-configuration",
    ];
    for path in PAGES.into_iter().chain(documents) {
        let get = app.get(path).await;
        let head = app.request(Method::HEAD, path).send().await;
        assert_eq!(head.expect_text(200), "", "{path}");
        for name in ["content-type", "cache-control", "content-security-policy"] {
            assert_eq!(head.header(name), get.header(name), "{path}: {name}");
        }
    }
}

/// The answer to a browser that opens `target`.
async fn opened(app: &TestApp, target: &str) -> Answer {
    let accept: &[u8] = b"Accept: text/html,application/xhtml+xml,*/*;q=0.8";
    app.raw_unchecked("GET", target, &[accept], b"").await
}

#[tokio::test]
async fn an_address_that_a_filter_rewrote_leads_to_its_page() {
    let app = TestApp::start().await;
    let url = app.stack.url().to_owned();
    for (target, expected) in [
        ("/invitation%23token=abc", "/invitation#token=abc"),
        ("/invitation%2523token=abc", "/invitation#token=abc"),
        ("/verify-email/%23token=abc", "/verify-email#token=abc"),
        ("/invitation/", "/invitation"),
        ("/reset-password.", "/reset-password"),
        ("/verify-email%3E", "/verify-email"),
    ] {
        let answer = opened(&app, target).await;
        assert_eq!(answer.status, 302, "{target}: {answer:#?}");
        assert_eq!(answer.header("location"), format!("{url}{expected}"));
        // And so it is for clients that ask for nothing in particular.
        let plain = app.raw_unchecked("GET", target, &[], b"").await;
        assert_eq!(plain.header("location"), answer.header("location"));
    }
}

#[tokio::test]
async fn a_browser_is_told_by_a_page_that_there_is_none() {
    let app = TestApp::start().await;
    let url = app.stack.url();
    for target in ["/", "/nothing", "/nothing/at/all", "/invitations", "/%ff"] {
        let answer = opened(&app, target).await;
        let text = answer.expect_text(404);
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        assert!(
            answer
                .header("content-security-policy")
                .contains("default-src 'none'")
        );
        assert!(text.contains("There is no such page"), "{text}");
        // The files have the same address below any path.
        assert!(
            text.contains(&format!("href=\"{url}/pages/pages.css?v=")),
            "{text}"
        );
        let plain = app.raw_unchecked("GET", target, &[], b"").await;
        plain.refused(404, "NOT_FOUND");
    }
    for target in ["/api/nothing", "/.well-known/nothing", "/api"] {
        opened(&app, target).await.refused(404, "NOT_FOUND");
    }
}

#[tokio::test]
async fn a_page_without_its_link_has_a_field_for_it() {
    let app = TestApp::start().await;
    for page in ["/invitation", "/verify-email"] {
        let text = app.get(page).await.text;
        assert!(text.contains("<form data-paste"), "{text}");
        assert!(text.contains("<input id=\"link\""), "{text}");
    }
}
