//! Large lists: the cost of a page at any size, and the refusals beyond the bound.

use local::Options;
use local::faults::{Units, round_trips, units};
use serde_json::{Value, json};

use super::rows::{ADMIN, administrator, load_accounts, load_members};
use super::{ask, column, names, target};
use crate::support::{Person, TestApp};

/// What a request of theirs reads, and in how many steps.
async fn cost(app: &TestApp, person: &Person, path: &str) -> (Value, f64, usize) {
    let interceptor = app.stack.interceptor().unwrap();
    interceptor.clear();
    let page = person.get(path).await.expect(200);
    let calls: Vec<_> = interceptor
        .calls()
        .into_iter()
        .filter(|call| ["AccountsFunction", "MembersFunction"].contains(&call.function.as_str()))
        .collect();
    let Units { read, write } = units(&calls);
    assert!(write.abs() < f64::EPSILON);
    (page, read, round_trips(&calls))
}

#[tokio::test]
async fn ten_thousand_accounts_are_listed_within_the_budget_and_more_of_them_too() {
    let options = Options::memory().parameter("PlatformAdminEmails", ADMIN);
    let app = TestApp::with(options.intercepted()).await;
    let root = administrator(&app).await;
    // With the administrator's own account, exactly the bound.
    load_accounts(&app, 0..9999).await;
    let bounded = "/api/accounts?$top=50";
    let (first, _, _) = cost(&app, &root, bounded).await;
    assert_eq!(
        (&first["count"], first.get("countComplete")),
        (&Value::from(10_000), None)
    );
    assert_eq!(names(&first)[0], "Account 0");
    for order in ["", "%20desc", "%20desc,id%20desc"] {
        let first = format!("{bounded}&$orderby=createdAt{order}");
        let (mut page, mut first_read, _) = cost(&app, &root, &first).await;
        for _ in 0..3 {
            let next = target(&root, &page["nextLink"]);
            let (following, read, steps) = cost(&app, &root, &next).await;
            // The design's budget: one round trip and 2.5 units for a page of 50.
            assert_eq!(steps, 1, "{order}");
            assert!(read <= 2.5, "{read} units for a page {order}");
            assert_eq!(following["count"], 10_000);
            assert_eq!(column(&following, "id").len(), 50);
            assert!(read < first_read);
            first_read = f64::MAX;
            page = following;
        }
    }
    let options = [
        ("$orderby", "name desc"),
        ("$filter", "status eq 'suspended'"),
        ("$top", "2"),
    ];
    let page = ask(&root, "/api/accounts", &options).await.expect(200);
    assert_eq!(names(&page), ["Account 9990", "Account 9980"]);
    assert_eq!(page["count"], 1000);

    // Beyond the bound, pages cost the same, the count is of the rows found so far, and other orders are refused.
    load_accounts(&app, 9999..10_100).await;
    let filter = format!("{bounded}&$filter=status%20eq%20'suspended'");
    let (page, read, _) = cost(&app, &root, &filter).await;
    assert!(read < 400.0, "{read} units for a first page");
    assert_eq!(
        (&page["count"], &page["countComplete"]),
        (&1001.into(), &false.into())
    );
    let next = target(&root, &page["nextLink"]);
    let (page, read, steps) = cost(&app, &root, &next).await;
    assert!(
        read < 25.0 && steps <= 2,
        "{read} units, {steps} round trips"
    );
    assert_eq!(column(&page, "id").len(), 50);
    let next = target(&root, &page["nextLink"]);
    root.get(&next).await.expect(200);
    let problem = ask(&root, "/api/accounts", &[("$orderby", "name")]).await;
    let problem = problem.refused(400, "INVALID_QUERY");
    assert_eq!(problem["errors"][0]["pointer"], "$orderby");
    // No row of this page matches: it is empty and has a next link. The last page has the count of all matches.
    let rare = "/api/accounts?$filter=name%20eq%20'Platform'";
    let (page, _, _) = cost(&app, &root, rare).await;
    assert_eq!(
        (names(&page).len(), &page["count"], &page["countComplete"]),
        (0, &0.into(), &false.into())
    );
    let (page, _, _) = cost(&app, &root, &target(&root, &page["nextLink"])).await;
    assert_eq!(
        (names(&page), &page["nextLink"]),
        (vec!["Platform".to_owned()], &Value::Null)
    );
    assert_eq!(
        (&page["count"], page.get("countComplete")),
        (&1.into(), None)
    );
    // This number may be skipped, across the bound.
    let (page, _, _) = cost(&app, &root, "/api/accounts?$skip=10000&$top=50").await;
    let rest = cost(&app, &root, &target(&root, &page["nextLink"])).await.0;
    let names = [names(&page), names(&rest)].concat();
    assert!(names.contains(&"Account 10000".to_owned()), "{names:?}");
    assert!(!names.contains(&"Account 9999".to_owned()), "{names:?}");
}

#[tokio::test]
async fn five_thousand_members_are_listed_within_the_budget() {
    let app = TestApp::with(Options::memory().intercepted()).await;
    let acme = app.owner_of("Acme").await;
    load_members(&app, &acme, 0..4999).await;
    let path = format!("{}?$top=50", acme.users());
    let (page, _, _) = cost(&app, &acme.owner, &path).await;
    assert_eq!(page["count"], 5000);
    assert_eq!(column(&page, "email")[0], "m4998@example.com");
    let by_id = format!("{path}&$orderby=id");
    let (mut page, _, _) = cost(&app, &acme.owner, &by_id).await;
    for number in 1..3_u64 {
        let next = target(&acme.owner, &page["nextLink"]);
        let (following, read, steps) = cost(&app, &acme.owner, &next).await;
        assert_eq!(steps, 1);
        // Three for the caller's standing; fifty members are some 16 KB.
        assert!(read <= 3.0 + 2.5, "{read} units for a page");
        assert_eq!(following["count"], 5000);
        assert_eq!(column(&following, "id")[0], 1000 + 50 * number);
        page = following;
    }
    let managers = "roles/any(r: r eq 'manage')";
    let options = [
        ("$filter", managers),
        ("$orderby", "email"),
        ("$skip", "10"),
        ("$top", "10"),
    ];
    let page = ask(&acme.owner, &acme.users(), &options).await.expect(200);
    assert_eq!(page["count"], 50);
    assert_eq!(column(&page, "id").len(), 10);
}

#[tokio::test]
async fn lists_beyond_the_bound_are_counted_by_the_counter() {
    let options = Options::memory().parameter("PlatformAdminEmails", ADMIN);
    let app = TestApp::with(options.intercepted()).await;
    let root = administrator(&app).await;
    let acme = app.owner_of("Acme").await;
    load_members(&app, &acme, 0..10_050).await;
    let path = format!("{}?$top=50", acme.users());
    // The counter does not include these rows, which were written past the service.
    let (page, _, _) = cost(&app, &acme.owner, &path).await;
    assert_eq!(
        (&page["count"], &page["countComplete"]),
        (&10_001.into(), &false.into())
    );
    let asked = json!({ "rebuild": { "accountId": acme.id } });
    let answer = app.stack.invoke("TrailFunction", asked).await.unwrap();
    assert_eq!(
        (&answer["accounts"], &answer["again"]),
        (&1.into(), &json!([]))
    );
    let whole = (&Value::from(10_051), None);
    let (page, _, _) = cost(&app, &acme.owner, &path).await;
    assert_eq!((&page["count"], page.get("countComplete")), whole);
    // Later pages carry the count with them, and cost the same.
    let next = target(&acme.owner, &page["nextLink"]);
    let (page, read, steps) = cost(&app, &acme.owner, &next).await;
    assert_eq!((&page["count"], page.get("countComplete")), whole);
    assert!(
        steps == 1 && read <= 3.0 + 2.5,
        "{read} units, {steps} trips"
    );
    // No counter has the number of a filter's matches.
    let filter = format!("{path}&$filter=not%20owner");
    let (page, _, _) = cost(&app, &acme.owner, &filter).await;
    assert_eq!(page["countComplete"], false);

    load_accounts(&app, 0..10_100).await;
    let asked = json!({ "rebuild": { "all": true, "from": { "createdAt": 9_999_999_999_998_i64, "id": 1 } } });
    let answer = app.stack.invoke("TrailFunction", asked).await.unwrap();
    assert_eq!(answer["counted"], 10_102);
    let (page, _, steps) = cost(&app, &root, "/api/accounts?$top=50").await;
    assert_eq!(
        (&page["count"], page.get("countComplete")),
        (&10_102.into(), None)
    );
    assert!(steps > 1);
}
