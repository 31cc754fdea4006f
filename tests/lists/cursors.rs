//! `nextLink`: the whole set once, and for its caller only.

use local::Options;
use local::faults::{Fault, Refusal, Rule};
use reqwest::Method;
use serde_json::json;

use super::rows::{ADMIN, administrator, load_accounts, unload_account};
use super::{ask, column, names, target, walk};
use crate::support::{TestApp, together};

#[tokio::test]
async fn a_walk_by_links_meets_every_row_once_in_any_order() {
    let app = TestApp::start().await;
    let ada = app.owner("ada@example.com", "Account 0").await.owner;
    for number in 1..7 {
        ada.create(&format!("Account {number}")).await;
    }
    for options in [
        &[][..],
        &[("$orderby", "name desc")],
        &[("$orderby", "id")],
        &[("$orderby", "id desc")],
        &[("$orderby", "createdAt desc")],
        &[("$orderby", "description,status,country desc")],
        &[("$filter", "name ne 'Account 3'"), ("$orderby", "id")],
        &[("$filter", "name ne 'Account 3' and name ne 'ü+&'")],
        &[("$skip", "2"), ("$orderby", "id")],
        &[("$skip", "2"), ("$orderby", "name"), ("$select", "name")],
    ] {
        let whole = ask(&ada, "/api/accounts", options).await.expect(200);
        let expected = names(&whole);
        for top in ["1", "2", "3", "7"] {
            let options = [options, &[("$top", top)]].concat();
            let pages = walk(&ada, "/api/accounts", &options).await;
            let walked: Vec<_> = pages.iter().flat_map(names).collect();
            assert_eq!(walked, expected, "{options:?}");
            for page in &pages {
                assert_eq!(page["count"], whole["count"], "{options:?}");
                assert_eq!(
                    column(page, "id").is_empty(),
                    column(page, "name").is_empty()
                );
            }
        }
    }
}

#[tokio::test]
async fn a_link_is_absolute_and_keeps_every_option() {
    let app = TestApp::start().await;
    let ada = app.owner("ada@example.com", "A").await.owner;
    ada.create("B").await;
    let options = [
        ("$filter", "name ne 'x & y + z' and name ne 'ü'"),
        ("$orderby", "name desc"),
        ("$top", "1"),
        ("$count", "true"),
        ("$select", "name"),
        ("other", "1"),
    ];
    let page = ask(&ada, "/api/accounts", &options).await.expect(200);
    let link = reqwest::Url::parse(page["nextLink"].as_str().unwrap()).unwrap();
    assert_eq!(link.path(), "/api/accounts");
    let kept: Vec<_> = link.query_pairs().collect();
    for (name, text) in &options[..5] {
        assert!(
            kept.contains(&((*name).into(), (*text).into())),
            "{name}: {link}"
        );
    }
    assert!(kept.iter().any(|(name, _)| name == "$skiptoken"));
    let next = ada.get(&target(&ada, &page["nextLink"])).await.expect(200);
    assert_eq!(next["value"], json!([{ "name": "A" }]));
    assert!(next["nextLink"].is_null());
}

#[tokio::test]
async fn a_link_works_for_its_caller_its_list_and_its_options_only() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let globex = acme.owner.create("Globex").await;
    let grace = acme.member("grace@example.com", &["user"]).await;
    for email in ["grace@example.com", "hedy@example.com"] {
        globex.invite(email, &["user"]).await;
    }
    let page = ask(&acme.owner, &acme.users(), &[("$top", "1")])
        .await
        .expect(200);
    let link = target(&acme.owner, &page["nextLink"]);
    let (_, token) = link.split_once("$skiptoken=").unwrap();
    let options = |more: &[(&'static str, &'static str)]| {
        let mut options: Vec<(&str, String)> = vec![("$skiptoken", token.to_owned())];
        options.extend(more.iter().map(|(name, text)| (*name, (*text).to_owned())));
        options
    };
    acme.owner.get(&link).await.expect(200);
    // The order of options is irrelevant, and so are names without a dollar.
    let accepted = [
        options(&[("$top", "1")]),
        options(&[("x", "y"), ("$top", "1")]),
    ];
    for options in accepted {
        let options: Vec<_> = options
            .iter()
            .map(|(name, text)| (*name, text.as_str()))
            .collect();
        ask(&acme.owner, &acme.users(), &options).await.expect(200);
    }
    let own = options(&[("$top", "1")]);
    let others = [
        (&grace, acme.users(), own.clone()),
        (&acme.owner, globex.users(), own.clone()),
        (&acme.owner, "/api/accounts".to_owned(), own),
        (&acme.owner, acme.users(), options(&[("$top", "2")])),
        (&acme.owner, acme.users(), options(&[])),
        (
            &acme.owner,
            acme.users(),
            options(&[("$top", "1"), ("$filter", "owner")]),
        ),
        (
            &acme.owner,
            acme.users(),
            options(&[("$top", "1"), ("$orderby", "id")]),
        ),
        (
            &acme.owner,
            acme.users(),
            options(&[("$top", "1"), ("$skip", "1")]),
        ),
    ];
    for (person, path, options) in others {
        let options: Vec<_> = options
            .iter()
            .map(|(name, text)| (*name, text.as_str()))
            .collect();
        let answer = ask(person, &path, &options).await;
        answer.refused(400, "INVALID_QUERY");
    }
}

#[tokio::test]
async fn a_changed_link_is_refused_wherever_it_was_changed() {
    let app = TestApp::start().await;
    let ada = app.owner("ada@example.com", "A").await.owner;
    ada.create("B").await;
    let page = ask(&ada, "/api/accounts", &[("$top", "1")])
        .await
        .expect(200);
    let link = target(&ada, &page["nextLink"]);
    let start = link.find("$skiptoken=").unwrap() + "$skiptoken=".len();
    for place in (start..link.len()).step_by(7) {
        let mut changed = link.clone().into_bytes();
        changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
        let answer = ada.get(&String::from_utf8(changed).unwrap()).await;
        let problem = answer.refused(400, "INVALID_QUERY");
        assert_eq!(problem["errors"][0]["pointer"], "$skiptoken");
    }
    for cut in [start, start + 1, start + 43, link.len() - 1] {
        ada.get(&link[..cut]).await.refused(400, "INVALID_QUERY");
    }
    ada.get(&format!("{link}A"))
        .await
        .refused(400, "INVALID_QUERY");
}

#[tokio::test]
async fn rows_that_come_and_go_make_no_page_repeat_a_row() {
    let options = Options::memory().parameter("PlatformAdminEmails", ADMIN);
    let app = TestApp::with(options).await;
    let root = administrator(&app).await;
    for (order, forwards) in [
        ("createdAt", true),
        ("createdAt desc", false),
        ("createdAt desc,id desc", false),
        ("name", true),
        ("status,name desc", false),
    ] {
        load_accounts(&app, 10..40).await;
        for number in 0..50 {
            if !(10..40).contains(&number) {
                unload_account(&app, number).await;
            }
        }
        let options = [
            ("$orderby", order),
            ("$top", "7"),
            ("$filter", "startswith(name,'Account')"),
        ];
        let mut page = ask(&root, "/api/accounts", &options).await.expect(200);
        let mut walked = names(&page);
        let mut step = 0;
        while !page["nextLink"].is_null() {
            // The row that the cursor names is deleted, and others are added before it and after it.
            let last: u64 = walked
                .last()
                .unwrap()
                .strip_prefix("Account ")
                .unwrap()
                .parse()
                .unwrap();
            unload_account(&app, last).await;
            load_accounts(&app, step..step + 1).await;
            load_accounts(&app, 45 + step..46 + step).await;
            step += 1;
            let next = target(&root, &page["nextLink"]);
            page = root.get(&next).await.expect(200);
            walked.extend(names(&page));
        }
        let mut once = walked.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), walked.len(), "{order}: {walked:?}");
        for number in 10..40 {
            let name = format!("Account {number}");
            assert!(
                walked.contains(&name),
                "{order}, {forwards}: {name} of {walked:?}"
            );
        }
    }
}

#[tokio::test]
async fn the_secret_is_read_once_and_for_lists_that_go_on_only() {
    let app = TestApp::with(Options::memory().intercepted()).await;
    let ada = app.owner("ada@example.com", "Acme").await.owner;
    ada.create("Globex").await;
    let interceptor = app.stack.interceptor().unwrap();
    let secrets_read = || {
        let calls = interceptor.calls_of("AccountsFunction");
        calls
            .iter()
            .filter(|call| call.service == "SecretsManager")
            .count()
    };
    ada.get("/api/accounts").await.expect(200);
    assert_eq!(secrets_read(), 0);

    // Without the secret there is no link. The next request reads it again.
    let path = "/api/accounts?$top=1";
    let down = Fault::Refuse(Refusal::internal());
    interceptor.add(
        Rule::new(down)
            .function("AccountsFunction")
            .service("SecretsManager"),
    );
    ada.get(path).await.refused(503, "UNAVAILABLE");
    interceptor.clear();

    for page in together(|_| ada.request(Method::GET, path)).await {
        assert!(page.expect(200)["nextLink"].is_string());
    }
    // Its current and its previous value.
    assert_eq!(secrets_read(), 2);
}
