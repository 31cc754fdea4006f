//! Options: what each may be, and every mistake in them with its place.

use super::{ask, names};
use crate::support::{Answer, TestApp};

/// The mistakes of a refused list, as `option: detail`.
#[track_caller]
fn mistakes(answer: &Answer) -> Vec<String> {
    let problem = answer.refused(400, "INVALID_QUERY");
    let errors = problem["errors"].as_array().unwrap();
    let shown = errors.iter().map(|error| {
        assert_eq!(error["code"], "INVALID_QUERY");
        format!(
            "{}: {}",
            error["pointer"].as_str().unwrap(),
            error["detail"].as_str().unwrap()
        )
    });
    shown.collect()
}

#[tokio::test]
async fn every_mistake_is_told_with_option_and_position() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let options = [
        ("$filter", "nome eq 'a' or name gt 5"),
        ("$orderby", "name,age desc"),
        ("$top", "1001"),
        ("$skip", "-1"),
        ("$expand", "users"),
        ("$select", "id,nothing"),
        ("$count", "yes"),
        ("top", "nonsense"),
    ];
    let mut found = mistakes(&ask(&acme.owner, "/api/accounts", &options).await);
    found.sort();
    assert_eq!(
        found,
        [
            "$count: Position 1: `yes` is neither `true` nor `false`.",
            "$expand: Position 1: there is no such option; there are `$filter`, `$orderby`, `$skip`, `$top`, `$count` and `$select`.",
            "$filter: Position 1: `nome` is not a property here.",
            "$filter: Position 21: `gt` cannot compare a string with a whole number.",
            "$orderby: Position 6: `age` is not a property here.",
            "$select: Position 4: `nothing` is not a property here.",
            "$skip: Position 1: `-1` is not a whole number from 0 to 10000.",
            "$top: Position 1: `1001` is not a whole number from 0 to 1000.",
        ]
    );
}

#[tokio::test]
async fn a_repeated_or_misspelt_option_is_refused_and_others_are_ignored() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    for options in [
        &[("$top", "1"), ("$top", "1")][..],
        &[("$Top", "1")],
        &[("$filters", "owner")],
        &[("$search", "x")],
        &[("$skiptoken", "x")],
        &[("$skiptoken", "")],
        &[("$filter", "name eq 'a")],
        &[("$filter", "1 div 0 eq 1")],
        &[("$filter", "id div (id sub id) eq 1")],
        &[("$orderby", "name"), ("$orderby", "id")],
        &[("$orderby", "")],
        &[("$skip", "10001")],
    ] {
        for path in ["/api/accounts".to_owned(), acme.users()] {
            let options: Vec<_> = options
                .iter()
                .map(|(name, text)| (*name, text.replace("name", "status")))
                .collect();
            let options: Vec<_> = options
                .iter()
                .map(|(name, text)| (*name, text.as_str()))
                .collect();
            let answer = ask(&acme.owner, &path, &options).await;
            assert_eq!(mistakes(&answer).len(), 1, "{options:?}");
        }
    }
    let options = [
        ("top", "0"),
        ("filter", "("),
        ("x", "1"),
        ("x", "2"),
        ("", ""),
    ];
    let page = ask(&acme.owner, "/api/accounts", &options)
        .await
        .expect(200);
    assert_eq!(names(&page), ["Acme"]);
}

#[tokio::test]
async fn pages_may_be_empty_and_still_count() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    acme.owner.create("Second").await;
    for (options, expected, more) in [
        (&[("$top", "0")][..], 0, false),
        (&[("$top", "0"), ("$count", "true")], 0, false),
        (&[("$skip", "2")], 0, false),
        (&[("$skip", "10000"), ("$top", "1000")], 0, false),
        (&[("$top", "1"), ("$count", "false")], 1, true),
        (&[("$skip", "1"), ("$top", "1")], 1, false),
        (&[("$top", "2")], 2, false),
    ] {
        let page = ask(&acme.owner, "/api/accounts", options).await.expect(200);
        assert_eq!(names(&page).len(), expected, "{options:?}");
        assert_eq!(page["count"], 2, "{options:?}");
        assert_eq!(page["nextLink"].is_string(), more, "{options:?}");
        assert!(page.get("countComplete").is_none());
    }
}

#[tokio::test]
async fn a_refusal_says_what_would_be_right() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    for (option, text, right) in [
        (
            "$filter",
            "substringof('a',name)",
            "write `contains(name,'x')`, the text first.",
        ),
        ("$filter", "name = 'x'", "write `eq`."),
        (
            "$filter",
            "name eq \"x\"",
            "a string is in single quotes, as 'x'.",
        ),
        ("$filter", "Name eq 'x'", "write `name`."),
        ("$orderby", "CreatedAt desc", "write `createdAt`."),
        ("$search", "x", "write `$filter=contains(name,'x')`."),
    ] {
        let answer = ask(&acme.owner, "/api/accounts", &[(option, text)]).await;
        let mistakes = mistakes(&answer);
        assert_eq!(mistakes.len(), 1, "{mistakes:?}");
        assert!(mistakes[0].ends_with(right), "{mistakes:?}");
    }
}

#[tokio::test]
async fn a_filter_that_costs_too_much_is_refused_whatever_the_rows() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let nested = format!("{}description{}", "tolower(".repeat(30), ")".repeat(30));
    let dear = vec![format!("{nested} eq 'a'"); 6].join(" or ");
    for condition in ["", "name eq 'none' and "] {
        let filter = format!("{condition}({dear})");
        let answer = ask(&acme.owner, "/api/accounts", &[("$filter", &filter)]).await;
        let mistakes = mistakes(&answer);
        assert!(
            mistakes[0].contains("more than 100000 steps"),
            "{mistakes:?}"
        );
    }
    let words = ["one", "two", "three", "four", "five", "six", "seven"];
    let searched = words.map(|word| format!("contains(tolower(description),'{word}')"));
    let answer = ask(
        &acme.owner,
        "/api/accounts",
        &[("$filter", &searched.join(" or "))],
    )
    .await;
    assert_eq!(answer.expect(200)["count"], 0);
}
