//! Filters on what the table's keys begin with: the answer is the same, and only that part of the list is read.

use local::Options;
use local::faults::units;
use serde_json::Value;

use super::rows::{ADMIN, administrator, load_accounts, load_members};
use super::{column, names, walk};
use crate::support::{Person, TestApp};

/// All pages, and the read units that the functions spent on them.
async fn cost(
    app: &TestApp,
    person: &Person,
    path: &str,
    options: &[(&str, &str)],
) -> (Vec<Value>, f64) {
    let interceptor = app.stack.interceptor().unwrap();
    interceptor.clear();
    let pages = walk(person, path, options).await;
    (pages, units(&interceptor.calls()).read)
}

#[tokio::test]
async fn a_time_of_creation_reads_the_accounts_of_that_time() {
    let options = Options::memory().parameter("PlatformAdminEmails", ADMIN);
    let app = TestApp::with(options.intercepted()).await;
    let root = administrator(&app).await;
    // Three seconds of a thousand accounts each.
    load_accounts(&app, 0..3000).await;
    let second = "createdAt ge 2023-11-14T22:13:21Z and createdAt lt 2023-11-14T22:13:22Z";
    for (order, status, expected) in [
        ("createdAt", "", (1000..2000).collect::<Vec<_>>()),
        ("createdAt desc,id desc", "", (1000..2000).rev().collect()),
        (
            "createdAt desc",
            "",
            (500..1000)
                .rev()
                .flat_map(|two| [2 * two, 2 * two + 1])
                .collect(),
        ),
        ("id desc", "", (1000..2000).rev().collect()),
        (
            "createdAt",
            " and status eq 'suspended'",
            (1000..2000).step_by(10).collect(),
        ),
        (
            "createdAt desc,id desc",
            " and status eq 'suspended'",
            (1000..2000)
                .rev()
                .filter(|number| number % 10 == 0)
                .collect(),
        ),
    ] {
        let filter = format!("{second}{status}");
        let options = [
            ("$filter", filter.as_str()),
            ("$orderby", order),
            ("$top", "300"),
        ];
        let (pages, read) = cost(&app, &root, "/api/accounts", &options).await;
        let walked: Vec<_> = pages.iter().flat_map(names).collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|number| format!("Account {number}"))
            .collect();
        assert_eq!(walked, expected, "{order}{status}");
        let count = &Value::from(expected.len());
        assert!(
            pages.iter().all(|page| page["count"] == *count),
            "{order}{status}"
        );
        // A thousand accounts are some 230 KB: 29 units; a page after the first reads itself again, one in an order of
        // ours everything.
        let most = if order == "id desc" { 130.0 } else { 75.0 };
        assert!(read < most, "{read} units for {order}{status}");
    }
    for nowhere in ["createdAt gt 9000-01-01", "createdAt lt 1969-01-01"] {
        let options = [("$filter", nowhere)];
        let (pages, read) = cost(&app, &root, "/api/accounts", &options).await;
        assert_eq!((pages.len(), &pages[0]["count"]), (1, &Value::from(0)));
        // The caller, and none of the list.
        assert!(read <= 1.0, "{read} units for {nowhere}");
    }
}

#[tokio::test]
async fn ids_read_the_members_and_accounts_between_them() {
    let app = TestApp::with(Options::memory().intercepted()).await;
    let acme = app.owner_of("Acme").await;
    load_members(&app, &acme, 0..1000).await;
    for (order, filter, expected) in [
        (
            "id",
            "id ge 1100 and id lt 1200",
            (1100..1200).collect::<Vec<_>>(),
        ),
        (
            "id desc",
            "1100 le id and 1199 ge id",
            (1100..1200).rev().collect(),
        ),
        // They were created from the last to the first.
        (
            "createdAt",
            "id in (1150,1100,1120)",
            vec![1150, 1120, 1100],
        ),
        (
            "id",
            "id ge 1100 and id lt 1200 and 'manage' in roles",
            vec![1100],
        ),
        (
            "id",
            "id gt 1100 and id lt 1120 and startswith(email,'m11') and owner eq false",
            (1110..1120).collect(),
        ),
        (
            "id",
            "id eq 1100 and not owner and email ge 'm' and email lt 'n'",
            vec![1100],
        ),
    ] {
        let options = [("$filter", filter), ("$orderby", order), ("$top", "30")];
        let (pages, read) = cost(&app, &acme.owner, &acme.users(), &options).await;
        let walked: Vec<_> = pages.iter().flat_map(|page| column(page, "id")).collect();
        assert_eq!(walked, expected, "{filter}");
        assert!(
            pages.iter().all(|page| page["count"] == expected.len()),
            "{filter}"
        );
        // Three a page for the caller's standing, and some 40 KB of members: a thousand would be 45 units.
        assert!(read < 35.0, "{read} units for {filter}");
    }
    let filter = format!("id eq {} and name eq 'Acme'", acme.id);
    let (pages, _) = cost(&app, &acme.owner, "/api/accounts", &[("$filter", &filter)]).await;
    assert_eq!(names(&pages[0]), ["Acme"]);
    let filter = format!("id gt {}", acme.id);
    let (pages, _) = cost(&app, &acme.owner, "/api/accounts", &[("$filter", &filter)]).await;
    assert_eq!(pages[0]["count"], 0);
}

/// A filter that cannot be computed is a mistake, also for rows that the table alone could have excluded.
#[tokio::test]
async fn what_cannot_be_computed_is_refused_for_rows_that_another_condition_refuses_too() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let filter = "1 div 0 eq 1 and name eq 'nobody'";
    let answer = super::ask(&acme.owner, "/api/accounts", &[("$filter", filter)]).await;
    answer.refused(400, "INVALID_QUERY");
    let members = "1 div 0 eq 1 and id gt 9007199254740991";
    let answer = super::ask(&acme.owner, &acme.users(), &[("$filter", members)]).await;
    answer.refused(400, "INVALID_QUERY");
}
