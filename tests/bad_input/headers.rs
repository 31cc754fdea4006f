//! Headers, and how many of them.

use serde_json::json;

use crate::support::{Answer, TestApp, content_length};

/// Creates an account with these header lines besides.
async fn create(app: &TestApp, name: &str, lines: &[&[u8]]) -> Answer {
    let body = json!({ "name": name }).to_string().into_bytes();
    let length = content_length(&body);
    let mut headers = vec![&b"Content-Type: application/json"[..], &length];
    headers.extend_from_slice(lines);
    app.raw("POST", "/api/accounts", &headers, &body).await
}

#[tokio::test]
async fn an_authorization_that_is_no_token_is_refused() {
    let app = TestApp::start().await;
    let ada = app.owner_of("Acme").await.owner;
    let long = format!(
        "Bearer {}.{}.{}",
        "a".repeat(3000),
        "b".repeat(3000),
        "c".repeat(3000)
    );
    let (header, rest) = ada.token.split_once('.').unwrap();
    for value in [
        "",
        "Bearer",
        "Bearer ",
        "Bearer a.b.c",
        "Bearer ..",
        "Basic YWRhOmFkYQ==",
        &ada.token,
        &format!("Bearer {}=", ada.token),
        &format!("Bearer {header}"),
        &format!("Bearer {header}.{rest}.{rest}"),
        &format!("Bearer \"{}\"", ada.token),
        &format!("Bearer {}, Bearer {}", ada.token, ada.token),
        &format!("Token {}", ada.token),
        &long,
    ] {
        let line = format!("Authorization: {value}").into_bytes();
        let answer = app.raw("GET", "/api/users/me", &[&line], b"").await;
        answer.refused(401, "UNAUTHENTICATED");
        assert!(answer.header("www-authenticate").starts_with("Bearer"));
    }
    let answer = app.raw(
        "GET",
        "/api/users/me",
        &[b"Authorization: Bearer \xff.\xff.\xff"],
        b"",
    );
    answer.await.refused(401, "UNAUTHENTICATED");
    for scheme in ["Bearer", "bearer", "BEARER", "Bearer "] {
        let line = format!("Authorization: {scheme} {}", ada.token).into_bytes();
        let answer = app.raw("GET", "/api/users/me", &[&line], b"").await;
        answer.expect(200);
    }
}

#[tokio::test]
async fn an_if_match_that_is_no_list_of_tags_is_refused() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let token = format!("Authorization: Bearer {}", acme.owner.token).into_bytes();
    let body = b"{\"description\":\"new\"}";
    let length = content_length(body);
    let tags = format!("{}\"x\"", "\"x\",".repeat(1500));
    for (value, status) in [
        (&b"*"[..], 200),
        (b"\"\"", 412),
        (b"\"0\"", 412),
        (b"\"1\", \"2\"", 200),
        (b"W/\"2\"", 200),
        (b"W/\"0\"", 412),
        (b"\"2-gzip\"", 200),
        (b"\"18446744073709551616\"", 412),
        (tags.as_bytes(), 412),
        (b"\"\xc3\xa9\"", 400),
        (b"\"\xff\"", 400),
        (b"", 400),
        (b",", 400),
        (b"2", 400),
        (b"\"", 400),
        (b"\"2\" \"3\"", 400),
        (b"\"2\"\"3\"", 400),
        (b"w/\"2\"", 400),
        (b"**", 400),
    ] {
        let line = [b"If-Match: ", value].concat();
        let headers = [
            &token[..],
            b"Content-Type: application/json",
            &length,
            &line,
        ];
        let answer = app.raw("PUT", &acme.path(), &headers, body).await;
        assert_eq!(
            answer.status,
            status,
            "{}: {answer:#?}",
            String::from_utf8_lossy(value)
        );
    }
}

#[tokio::test]
async fn an_idempotency_key_is_one_line_of_printable_ascii() {
    let app = TestApp::start().await;
    let ada = app.owner_of("Acme").await.owner;
    let token = format!("Authorization: Bearer {}", ada.token).into_bytes();
    let (longest, too_long) = ("k".repeat(255), "k".repeat(256));
    for (index, (value, status)) in [
        (&b"k"[..], 201),
        (b"~!{}[]#ACCOUNT", 201),
        (b"a b", 201),
        (longest.as_bytes(), 201),
        (too_long.as_bytes(), 400),
        (b"", 400),
        (b"a\tb", 400),
        (b"\xc3\xa9", 400),
        (b"\xff", 400),
    ]
    .into_iter()
    .enumerate()
    {
        let line = [b"Idempotency-Key: ", value].concat();
        let answer = create(&app, &format!("Key {index}"), &[&token, &line]).await;
        assert_eq!(
            answer.status,
            status,
            "{}: {answer:#?}",
            String::from_utf8_lossy(value)
        );
        if status == 400 {
            assert_eq!(answer.mistakes(), ["Idempotency-Key INVALID_HEADER"]);
        }
    }
}

#[tokio::test]
async fn headers_have_ten_kilobytes_at_most() {
    let app = TestApp::start().await;
    let ada = app.owner_of("Acme").await.owner;
    let token = format!("Authorization: Bearer {}", ada.token).into_bytes();
    let many: Vec<_> = (0..60)
        .map(|n| format!("X-Header-{n}: {}", "v".repeat(170)))
        .collect();
    let mut lines: Vec<&[u8]> = many.iter().map(String::as_bytes).collect();
    lines.push(&token);
    let answer = create(&app, "Many headers", &lines).await;
    answer.refused(413, "PAYLOAD_TOO_LARGE");
    let answer = create(&app, "Fewer headers", &lines[15..]).await;
    answer.expect(201);
}

#[tokio::test]
async fn strange_headers_are_nobody_s_business() {
    let app = TestApp::start().await;
    let ada = app.owner_of("Acme").await.owner;
    let token = format!("Authorization: Bearer {}", ada.token).into_bytes();
    let lines: [&[u8]; 9] = [
        &token,
        b"User-Agent: \xff\xfe\x80",
        b"X-Forwarded-For: not, an, address",
        b"X-Forwarded-Host: evil.example",
        b"X-HTTP-Method-Override: DELETE",
        b"Accept: text/html;q=, */",
        b"Accept-Encoding: \xe9",
        b"Cookie: a=b; a=b",
        b"X-Amzn-Trace-Id: Root=nonsense",
    ];
    let answer = create(&app, "Strange", &lines).await;
    answer.expect(201);
}
