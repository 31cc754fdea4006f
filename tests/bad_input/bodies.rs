//! Bodies as a whole.

use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, Person, TestApp, content_length};

async fn create(person: &Person, body: impl Into<Vec<u8>>) -> Answer {
    let request = person.request(Method::POST, "/api/accounts");
    request.raw(body).send().await
}

#[tokio::test]
async fn what_is_no_json_object_is_refused_as_a_whole() {
    let app = TestApp::start().await;
    let ada = app.owner_of("Acme").await.owner;
    for (body, mistake) in [
        (&b""[..], " MALFORMED_JSON"),
        (b"{", " MALFORMED_JSON"),
        (b"{\"name\":}", " MALFORMED_JSON"),
        (b"{\"name\":\"A\",}", " MALFORMED_JSON"),
        (b"{'name':'A'}", " MALFORMED_JSON"),
        (b"{\"name\":\"A\"} x", " MALFORMED_JSON"),
        (b"{\"name\":\"A\"}{}", " MALFORMED_JSON"),
        (b"{\"name\":\"A\nB\"}", " MALFORMED_JSON"),
        (b"{\"name\":NaN}", " MALFORMED_JSON"),
        (b"{\"name\":1e400}", " MALFORMED_JSON"),
        (b"{\"name\":\"\\ud800\"}", " MALFORMED_JSON"),
        (b"{\"name\":\"\\udc00\\ud800\"}", " MALFORMED_JSON"),
        (b"{\"name\":\"\xff\"}", " MALFORMED_JSON"),
        (b"{\"name\":\"\xed\xa0\x80\"}", " MALFORMED_JSON"),
        (b"\xff\xfe{\0}\0", " MALFORMED_JSON"),
        (b"name=A", " MALFORMED_JSON"),
        (b"null", " WRONG_TYPE"),
        (b"\"name\"", " WRONG_TYPE"),
        (b"1", " WRONG_TYPE"),
        (b"[]", " WRONG_TYPE"),
        (b"[\"Acme\"]", " WRONG_TYPE"),
        (b"[{\"name\":\"A\"}]", " WRONG_TYPE"),
    ] {
        let answer = create(&ada, body).await;
        answer.refused(400, "VALIDATION_FAILED");
        assert_eq!(answer.mistakes(), [mistake], "{body:?}");
    }
}

#[tokio::test]
async fn a_body_has_64_kibibytes_at_most_in_one_piece_or_in_chunks() {
    let app = TestApp::start().await;
    let ada = app.owner_of("Acme").await.owner;
    let sized = |name: &str, size: usize| {
        let mut body = json!({ "name": name }).to_string().into_bytes();
        body.resize(size, b' ');
        body
    };
    create(&ada, sized("At", 65_536)).await.expect(201);
    let over = create(&ada, sized("Over", 65_537)).await;
    over.refused(413, "PAYLOAD_TOO_LARGE");
    let far_over = create(&ada, sized("Far over", 2_000_000)).await;
    far_over.refused(413, "PAYLOAD_TOO_LARGE");
    // The size is checked before the content.
    let not_utf_8 = create(&ada, vec![0xff; 65_537]).await;
    not_utf_8.refused(413, "PAYLOAD_TOO_LARGE");

    let token = format!("Authorization: Bearer {}", ada.token);
    let headers = [
        token.as_bytes(),
        b"Content-Type: application/json",
        b"Transfer-Encoding: chunked",
    ];
    for (name, size, status) in [("In chunks", 65_536, 201), ("Too many", 65_537, 413)] {
        let mut chunked = Vec::new();
        for chunk in sized(name, size).chunks(1000) {
            chunked.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
            chunked.extend_from_slice(chunk);
            chunked.extend_from_slice(b"\r\n");
        }
        chunked.extend_from_slice(b"0\r\n\r\n");
        let answer = app.raw("POST", "/api/accounts", &headers, &chunked).await;
        assert_eq!(answer.status, status, "{answer:#?}");
    }
}

#[tokio::test]
async fn a_body_has_sixteen_levels_at_most() {
    let app = TestApp::start().await;
    let ada = app.owner_of("Acme").await.owner;
    let nested = |levels: usize| {
        let (open, close) = ("[".repeat(levels - 1), "]".repeat(levels - 1));
        format!(r#"{{"name":"A","x":{open}1{close}}}"#)
    };
    let answer = create(&ada, nested(16)).await;
    assert_eq!(answer.mistakes(), ["/x UNKNOWN_MEMBER"]);
    let answer = create(&ada, nested(17)).await;
    let expected = format!("/x{} TOO_DEEP", "/0".repeat(15));
    assert_eq!(answer.mistakes(), [expected]);
    create(&ada, nested(30_000)).await.expect(400);
    create(&ada, "{\"a\":".repeat(13_000)).await.expect(400);
}

#[tokio::test]
async fn every_mistake_is_named_by_its_pointer_at_once() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let body = r#"{"name":"A","name":"12","primaryContact":7,"country":"ZZ","a/b~c":1,"":2}"#;
    let mut found = create(&acme.owner, body).await.mistakes();
    found.sort();
    assert_eq!(
        found,
        [
            "/ UNKNOWN_MEMBER",
            "/a~1b~0c UNKNOWN_MEMBER",
            "/country INVALID_COUNTRY",
            "/name DUPLICATE_MEMBER",
            "/name INVALID_ACCOUNT_NAME",
            "/primaryContact WRONG_TYPE",
        ]
    );
    let body = json!({ "email": "x", "firstName": "", "roles": ["king", 1, "user", "user"] });
    let mut found = acme.owner.post(&acme.users(), &body).await.mistakes();
    found.sort();
    assert_eq!(
        found,
        [
            "/email INVALID_EMAIL",
            "/firstName INVALID_NAME",
            "/lastName REQUIRED",
            "/roles/0 INVALID_ROLE",
            "/roles/1 WRONG_TYPE",
            "/roles/3 DUPLICATE_ROLE",
        ]
    );
}

#[tokio::test]
async fn mistakes_in_path_headers_and_body_are_told_together() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let request = acme.owner.request(Method::PUT, "/api/accounts/x/users/y");
    let request = request
        .header("If-Match", "7")
        .json(&json!({ "roles": [] }));
    let mut found = request.send().await.mistakes();
    found.sort();
    assert_eq!(
        found,
        [
            "/roles INVALID_ROLES",
            "If-Match INVALID_HEADER",
            "id INVALID_ID",
            "userId INVALID_ID"
        ]
    );
}

#[tokio::test]
async fn an_answer_to_very_many_mistakes_is_of_bounded_size() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let long = "x".repeat(30_000);
    let members: Vec<_> = (0..5000).map(|n| format!("\"{n}\":1,")).collect();
    let members = members.concat();
    let roles = "0,".repeat(20_000);
    for body in [
        format!("{{{members}\"name\":1}}"),
        format!("{{\"{long}\":{{{}\"a\":1}}}}", "\"a\":1,".repeat(5000)),
        format!("{{\"{long}\":1,\"{long}\":1}}"),
        format!("{{\"roles\":[{roles}0]}}"),
    ] {
        let request = acme.owner.request(Method::POST, &acme.users());
        let answer = request.raw(body).send().await;
        assert!(answer.mistakes().len() <= 100);
        assert!(answer.text.len() < 100_000, "{} bytes", answer.text.len());
    }
}

#[tokio::test]
async fn a_body_has_to_call_itself_json() {
    let app = TestApp::start().await;
    let ada = app.owner_of("Acme").await.owner;
    let token = format!("Authorization: Bearer {}", ada.token);
    for (index, (kind, accepted)) in [
        ("application/json", true),
        ("application/json;charset=utf-8", true),
        ("application/json ; charset=\"UTF-8\"", true),
        ("Application/JSON", true),
        ("", false),
        ("json", false),
        ("text/json", false),
        ("text/plain", false),
        ("application/jsonp", false),
        ("application/json, text/plain", false),
        ("application/x-www-form-urlencoded", false),
        ("multipart/form-data; boundary=x", false),
        ("\u{e9}", false),
    ]
    .into_iter()
    .enumerate()
    {
        let body = json!({ "name": format!("Kind {index}") })
            .to_string()
            .into_bytes();
        let (kind_line, length) = (format!("Content-Type: {kind}"), content_length(&body));
        let headers = [token.as_bytes(), kind_line.as_bytes(), &length];
        let answer = app.raw("POST", "/api/accounts", &headers, &body).await;
        let expected = if accepted { 201 } else { 415 };
        assert_eq!(answer.status, expected, "{kind}: {answer:#?}");
    }
    let body = b"{\"name\":\"No kind\"}";
    let headers = [token.as_bytes(), &content_length(body)];
    let answer = app.raw("POST", "/api/accounts", &headers, body).await;
    answer.refused(415, "UNSUPPORTED_MEDIA_TYPE");
}

#[tokio::test]
async fn a_byte_order_mark_before_a_body_is_ignored() {
    let app = TestApp::start().await;
    let ada = app.owner_of("Acme").await.owner;
    let marked = create(&ada, &b"\xef\xbb\xbf{\"name\":\"Marked\"}"[..]).await;
    assert_eq!(marked.expect(201)["name"], "Marked");
}

#[tokio::test]
async fn a_compressed_body_is_refused_with_what_is_taken() {
    let app = TestApp::start().await;
    let ada = app.owner_of("Acme").await.owner;
    for (coding, accepted) in [
        ("identity", true),
        ("Identity, ", true),
        ("gzip", false),
        ("identity, br", false),
        ("x", false),
    ] {
        let request = ada.request(Method::POST, "/api/accounts");
        let request = request.header("content-encoding", coding);
        let answer = request.json(&json!({ "name": format!("With {accepted} {}", coding.len()) }));
        let answer = answer.send().await;
        if accepted {
            answer.expect(201);
        } else {
            let problem = answer.refused(415, "UNSUPPORTED_MEDIA_TYPE");
            assert_eq!(problem["detail"], "Send the body without Content-Encoding.");
            assert_eq!(answer.header("accept-encoding"), "identity");
        }
    }
}

#[tokio::test]
async fn a_body_that_nobody_reads_is_no_mistake() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let grace = acme.invite("grace@example.com", &["user"]).await;
    let resend = format!("{}/invite", acme.user(grace));
    for (method, path) in [(Method::PUT, resend), (Method::GET, acme.path())] {
        let request = acme.owner.request(method, &path).raw("{\"a\":");
        request.send().await.expect(200);
    }
}
