//! What filters and orders mean, from end to end.

use serde_json::json;

use super::{ask, column, names};
use crate::support::{Person, TestApp};

/// A person with these accounts, in the order of their creation.
async fn owner_of(app: &TestApp, accounts: &[&str]) -> Person {
    let (first, rest) = accounts.split_first().unwrap();
    let ada = app.owner("ada@example.com", first).await.owner;
    for name in rest {
        ada.create(name).await;
    }
    ada
}

async fn filtered(person: &Person, filter: &str) -> Vec<String> {
    let options = [("$filter", filter), ("$orderby", "name")];
    names(&ask(person, "/api/accounts", &options).await.expect(200))
}

#[tokio::test]
async fn filters_say_which_accounts() {
    let app = TestApp::start().await;
    let ada = owner_of(
        &app,
        &["Acme", "O'Neil & Söhne", "a+b 100%", "日本", "acme 2"],
    )
    .await;
    let all = ["Acme", "O'Neil & Söhne", "a+b 100%", "acme 2", "日本"];
    for (filter, expected) in [
        ("name eq 'Acme'", &["Acme"][..]),
        ("name eq 'acme'", &[]),
        ("tolower(name) eq 'acme'", &["Acme"]),
        ("name eq 'O''Neil & Söhne'", &["O'Neil & Söhne"]),
        ("name eq 'a+b 100%'", &["a+b 100%"]),
        ("contains(name,'本')", &["日本"]),
        (
            "startswith(name,'a') or endswith(name,'me')",
            &["Acme", "a+b 100%", "acme 2"],
        ),
        (
            "not startswith(name,'a') and length(name) gt 2",
            &["Acme", "O'Neil & Söhne"],
        ),
        ("name eq 'x' or name eq 'Acme' and name eq 'y'", &[]),
        (
            "(name eq 'x' or name eq 'Acme') and status eq 'active'",
            &["Acme"],
        ),
        ("name in ('Acme','日本')", &["Acme", "日本"]),
        ("description eq null", &all),
        ("description ne null", &[]),
        ("country eq 'GB'", &["Acme"]),
        (
            "not (country eq 'GB')",
            &["O'Neil & Söhne", "a+b 100%", "acme 2", "日本"],
        ),
        ("country gt 'AA' or not (country gt 'AA')", &all),
        ("createdAt le now() and year(createdAt) ge 2024", &all),
        ("createdAt lt 2001-01-01", &[]),
        ("createdAt gt 2001-01-01T00:00:00Z", &all),
        ("id mod 2 eq 0 or id mod 2 eq 1", &all),
        (
            "indexof(name,'+') eq 1 and substring(name,4) eq '100%'",
            &["a+b 100%"],
        ),
    ] {
        assert_eq!(filtered(&ada, filter).await, expected, "{filter}");
    }
}

#[tokio::test]
async fn a_name_is_found_however_its_letters_are_composed() {
    let app = TestApp::start().await;
    let ada = owner_of(&app, &["Zoe\u{301}", "Bj\u{f6}rn"]).await;
    for (filter, expected) in [
        ("name eq 'Zo\u{e9}'", "Zo\u{e9}"),
        ("name eq 'Zoe\u{301}'", "Zo\u{e9}"),
        ("startswith(name,'Bjo\u{308}')", "Bj\u{f6}rn"),
        ("toupper(name) eq 'BJO\u{308}RN'", "Bj\u{f6}rn"),
    ] {
        assert_eq!(filtered(&ada, filter).await, [expected], "{filter}");
    }
}

#[tokio::test]
async fn a_member_is_found_however_the_name_is_composed() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let bob = json!({
        "email": "bob@example.com", "firstName": "Jose\u{301}", "lastName": "B", "roles": ["user"],
    });
    acme.owner.post(&acme.users(), &bob).await.expect(201);
    for literal in ["Jos\u{e9}", "Jose\u{301}"] {
        let filter = format!("firstName eq '{literal}'");
        let page = ask(&acme.owner, &acme.users(), &[("$filter", &filter)])
            .await
            .expect(200);
        assert_eq!(column(&page, "email"), ["bob@example.com"], "{literal:?}");
    }
}

#[tokio::test]
async fn a_plus_and_an_escaped_space_are_both_spaces() {
    let app = TestApp::start().await;
    let ada = owner_of(&app, &["a b", "a+b"]).await;
    for (query, expected) in [
        ("$filter=name+eq+'a+b'", "a b"),
        ("$filter=name%20eq%20'a%20b'", "a b"),
        ("$filter=name%20eq%20'a%2Bb'", "a+b"),
        ("%24filter=name%20eq%20%27a%2bb%27", "a+b"),
    ] {
        let page = ada.get(&format!("/api/accounts?{query}")).await.expect(200);
        assert_eq!(names(&page), [expected], "{query}");
        assert_eq!(page["count"], 1);
    }
}

#[tokio::test]
async fn orders_have_null_first_and_ties_by_id() {
    let app = TestApp::start().await;
    let ada = owner_of(&app, &["b", "a", "é", "C"]).await;
    for (order, expected) in [
        ("name", ["C", "a", "b", "é"]),
        ("name desc", ["é", "b", "a", "C"]),
        ("createdAt", ["b", "a", "é", "C"]),
        ("createdAt desc", ["C", "é", "a", "b"]),
        ("country desc,name", ["b", "C", "a", "é"]),
        ("country,name desc", ["é", "a", "C", "b"]),
    ] {
        let page = ask(&ada, "/api/accounts", &[("$orderby", order)])
            .await
            .expect(200);
        assert_eq!(names(&page), expected, "{order}");
    }
    let page = ask(&ada, "/api/accounts", &[("$orderby", "status")])
        .await
        .expect(200);
    let ids: Vec<_> = column(&page, "id")
        .iter()
        .map(|id| id.as_u64().unwrap())
        .collect();
    assert!(ids.is_sorted(), "{ids:?}");
}

#[tokio::test]
async fn members_are_filtered_by_their_roles() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    acme.member("grace@example.com", &["viewer", "user"]).await;
    acme.invite("hedy@example.com", &["manage"]).await;
    let emails = async |filter: &str| {
        let options = [("$filter", filter), ("$orderby", "email")];
        let page = ask(&acme.owner, &acme.users(), &options).await.expect(200);
        let emails = column(&page, "email").into_iter();
        let short = |email: serde_json::Value| {
            email
                .as_str()
                .unwrap()
                .split('@')
                .next()
                .unwrap()
                .to_owned()
        };
        emails.map(short).collect::<Vec<_>>()
    };
    for (filter, expected) in [
        ("roles/any(r: r eq 'admin')", &["owner"][..]),
        (
            "roles/all(r: r eq 'manage' or r eq 'admin')",
            &["hedy", "owner"],
        ),
        ("roles/$count eq 2", &["grace"]),
        ("roles/any()", &["grace", "hedy", "owner"]),
        ("'user' in roles", &["grace"]),
        ("owner", &["owner"]),
        ("owner eq false and status eq 'invited'", &["hedy"]),
        ("not owner and status ne 'invited'", &["grace"]),
        ("firstName eq 'Grace' and contains(email,'hedy')", &["hedy"]),
    ] {
        assert_eq!(emails(filter).await, expected, "{filter}");
    }
}

#[tokio::test]
async fn a_selection_leaves_its_properties() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let page = ask(&acme.owner, "/api/accounts", &[("$select", "name,country")]).await;
    assert_eq!(
        page.expect(200)["value"],
        json!([{ "name": "Acme", "country": "GB" }])
    );
    let page = ask(&acme.owner, &acme.users(), &[("$select", "owner, roles")]).await;
    assert_eq!(
        page.expect(200)["value"],
        json!([{ "owner": true, "roles": ["admin"] }])
    );
}
