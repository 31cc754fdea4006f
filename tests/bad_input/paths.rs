//! Paths, queries and methods.

use crate::support::{Answer, Person, TestApp};

async fn get(ada: &Person, app: &TestApp, target: &str) -> Answer {
    let token = format!("Authorization: Bearer {}", ada.token).into_bytes();
    app.raw("GET", target, &[&token], b"").await
}

#[tokio::test]
async fn no_spelling_of_a_path_is_a_mistake_of_ours() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let (id, ada) = (acme.id, &acme.owner);
    let long = "x".repeat(4000);
    let longer = "%C3%A9".repeat(1500);
    for path in [
        "/",
        "//",
        "/api",
        "/api/",
        "/api//accounts",
        "/api/accounts/",
        "//api/accounts",
        "/API/accounts",
        "/api/accounts/%2e",
        "/api/accounts/%2e%2e",
        "/api/accounts/..",
        "/api/accounts/../users/me",
        "/api/accounts/%2e%2e/users/me",
        "/api/accounts/%2e%2e%2fusers%2fme",
        "/api/accounts/%00",
        "/api/accounts/a%00b",
        "/api/accounts/%0d%0aX-Injected:%201",
        "/api/accounts/a;x=1",
        "/api/accounts/a%2Fb",
        "/api/accounts/%2F",
        "/api/accounts/%5c",
        "/api/accounts/%ff",
        "/api/accounts/%ed%a0%80",
        "/api/accounts/%c0%af",
        "/api/accounts/%",
        "/api/accounts/%2",
        "/api/accounts/%zz",
        "/api/accounts/%25",
        "/api/accounts/%252e%252e",
        "/api/accounts/+",
        "/api/accounts/%20",
        "/api/accounts/%D9%A1%D9%A2%D9%A3",
        "/api/accounts/%EF%BC%91",
        "/api/accounts/%E2%80%AEemca",
        "/api/accounts/%EF%BB%BFAcme",
        "/api/accounts/signup",
        "/api/accounts/0",
        "/api/accounts/-1",
        "/api/accounts/01",
        "/api/accounts/1e3",
        "/api/accounts/1.0",
        "/api/accounts/9007199254740991",
        "/api/accounts/9007199254740992",
        "/api/accounts/18446744073709551616",
        "/api/accounts/99999999999999999999999999999999999999",
        "/api/users/me/",
        "/api/users/ME",
        "/api/users/me/sessions/%00",
        "/.well-known/../api/users/me",
        "/api/accounts/{id}",
        "/proxy+",
        &format!("/api/accounts/{long}"),
        &format!("/api/accounts/{longer}"),
        &format!("/api/accounts/{id}%2e0"),
        &format!("/api/accounts/{id}%00"),
        &format!("/api/accounts/%20{id}"),
        &format!("/api/accounts/{id}/users/%D9%A1"),
        &format!("/api/accounts/{id}/users/0"),
        &format!("/api/accounts/{id}/users/{long}"),
        &format!("/api/accounts/{id}/users/%2e%2e"),
        &format!("/api/accounts/{id}/users//"),
        &format!("/api/accounts/{id}/users/me"),
    ] {
        let answer = get(ada, &app, path).await;
        assert!(!answer.headers.contains_key("x-injected"), "{answer:#?}");
        assert_ne!(answer.status, 200, "{answer:#?}");
    }
    // Encoded digits are digits.
    let id_text = id.to_string();
    let digits = id_text.bytes().map(|digit| format!("%{digit:X}"));
    let path = format!("/api/accounts/{}", digits.collect::<Vec<_>>().concat());
    let answer = get(ada, &app, &path).await;
    assert_eq!(answer.expect(200)["id"], id);
}

#[tokio::test]
async fn no_query_is_a_mistake_of_ours() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let long = "a".repeat(7000);
    for (query, status) in [
        ("", 200),
        ("&&&=&=", 200),
        ("x=%ff&x=%00&x=%", 200),
        ("$filter", 400),
        ("$filter=", 400),
        ("$filter=%00", 400),
        ("$filter=%ff", 400),
        ("$filter=%", 400),
        ("$filter=%ED%A0%80", 400),
        ("$filter=name eq 'a'", 400),
        ("$filter=name%20eq%20'%00'", 200),
        ("$filter=name%20eq%20'%E2%80%AE'", 200),
        ("$filter=name+eq+'Acme'", 200),
        ("%24top=1", 200),
        ("$top=1;$skip=2", 400),
        ("$top[]=1", 400),
        ("$top=%31", 200),
        ("$top=%D9%A1", 400),
        ("$top=1&%24top=1", 400),
        ("$top=1&$Top=1", 400),
        ("$=1", 400),
        ("$top=18446744073709551616", 400),
        (&format!("$filter={long}"), 400),
        (&format!("{long}=1"), 200),
    ] {
        // A space in a request line ends the target.
        if query.contains(' ') {
            continue;
        }
        for path in ["/api/accounts".to_owned(), acme.users()] {
            let property = if path == "/api/accounts" {
                "name"
            } else {
                "email"
            };
            let target = format!("{path}?{}", query.replace("name", property));
            let answer = get(&acme.owner, &app, &target).await;
            assert_eq!(answer.status, status, "{answer:#?}");
            if status == 400 {
                answer.refused(400, "INVALID_QUERY");
            }
        }
    }
}

#[tokio::test]
async fn an_unknown_method_is_an_unknown_route() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let token = format!("Authorization: Bearer {}", acme.owner.token).into_bytes();
    for path in [
        "/api/accounts",
        &acme.path(),
        "/api/auth/login",
        "/api/nothing",
    ] {
        for method in ["TRACE", "PATCH", "PROPFIND", "get", "MERGE", "X"] {
            let answer = app.raw(method, path, &[&token], b"").await;
            answer.refused(404, "NOT_FOUND");
        }
        let answer = app.raw_unchecked("HEAD", path, &[&token], b"").await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (404, ""));
    }
}
