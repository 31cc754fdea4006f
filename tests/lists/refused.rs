//! A caller without access learns nothing of a list by its filter: neither from the answer nor from what is read for it.

use local::Options;
use local::faults::{Call, units};

use super::ask;
use super::rows::{ADMIN, administrator, load_accounts, load_members};
use crate::support::{Person, TestApp};

/// Rows that a filter matches, by what the table can do with it: nothing, a condition on an attribute, a part of the keys.
const OF_MEMBERS: [&[(usize, &str)]; 3] = [
    &[
        (135, "id add 0 lt 1135"),
        (45, "id add 0 lt 1045"),
        (0, "id add 0 lt 0"),
    ],
    &[
        (179, "startswith(email,'m') and status eq 'active'"),
        (2, "'manage' in roles"),
        (0, "email eq 'nobody@example.com'"),
    ],
    &[(135, "id lt 1135"), (45, "id lt 1045"), (0, "id lt 1000")],
];

/// What was read for the request: each call, with its units and the items that it read.
#[derive(Debug, PartialEq)]
struct Reads(Vec<(String, f64, Option<u64>)>);

/// The status of the answer to a request with this filter, and what was read for it.
async fn reads(app: &TestApp, person: &Person, path: &str, filter: &str) -> (u16, Reads) {
    let interceptor = app.stack.interceptor().unwrap();
    interceptor.clear();
    let answer = ask(person, path, &[("$filter", filter)]).await;
    let calls = interceptor.calls().into_iter();
    let by_lists =
        |call: &Call| ["AccountsFunction", "MembersFunction"].contains(&call.function.as_str());
    let read = |call: Call| {
        let scanned = call.answer.scanned_count;
        (
            call.operation.clone(),
            units(std::slice::from_ref(&call)).read,
            scanned,
        )
    };
    let mut reads: Vec<_> = calls.filter(by_lists).map(read).collect();
    reads.sort_by(|left, right| left.0.cmp(&right.0));
    (answer.status.as_u16(), Reads(reads))
}

#[tokio::test]
async fn members_are_read_alike_for_a_stranger_whatever_matches() {
    let app = TestApp::with(Options::memory().intercepted()).await;
    let acme = app.owner_of("Acme").await;
    load_members(&app, &acme, 0..179).await;
    let suspended = acme.member("suspended@example.com", &["admin"]).await;
    acme.set_member_status(suspended.id, "suspended").await;
    let stranger = app.owner_of("Globex").await.owner;
    for group in OF_MEMBERS {
        for (matches, filter) in group {
            let page = ask(&acme.owner, &acme.users(), &[("$filter", filter)]).await;
            assert_eq!(page.expect(200)["count"], *matches, "{filter}");
        }
        for person in [&stranger, &suspended] {
            let (_, first) = group[0];
            let first = reads(&app, person, &acme.users(), first).await;
            assert_eq!(first.0, 403);
            for (_, filter) in &group[1..] {
                let other = reads(&app, person, &acme.users(), filter).await;
                assert_eq!(other, first, "{filter}");
            }
        }
    }
}

#[tokio::test]
async fn one_page_at_most_is_read_for_a_stranger() {
    let app = TestApp::with(Options::memory().intercepted()).await;
    let acme = app.owner_of("Acme").await;
    load_members(&app, &acme, 0..2000).await;
    let stranger = app.owner_of("Globex").await.owner;
    for (filter, most) in [("owner", 400), ("id gt 0", 0), ("id eq 1000", 0)] {
        let (status, Reads(reads)) = reads(&app, &stranger, &acme.users(), filter).await;
        assert_eq!(status, 403);
        let scanned: u64 = reads.iter().filter_map(|(_, _, scanned)| *scanned).sum();
        assert_eq!(scanned, most, "{filter}");
    }
    for options in [&[("$top", "1000")][..], &[("$skip", "10000")]] {
        let interceptor = app.stack.interceptor().unwrap();
        interceptor.clear();
        let answer = ask(&stranger, &acme.users(), options).await;
        answer.refused(403, "UNAUTHORIZED");
        let calls = interceptor.calls().into_iter();
        let scanned = calls.filter_map(|call| call.answer.scanned_count);
        assert!(scanned.sum::<u64>() <= 1006, "{options:?}");
    }
    // With access, the rest is read too.
    let page = ask(&acme.owner, &acme.users(), &[("$filter", "not owner")]).await;
    assert_eq!(page.expect(200)["count"], 2000);
}

#[tokio::test]
async fn every_account_is_read_alike_for_who_is_no_administrator_after_all() {
    let options = Options::memory().parameter(
        "PlatformAdminEmails",
        format!("{ADMIN},mallory@example.com").as_str(),
    );
    let app = TestApp::with(options.intercepted()).await;
    let root = administrator(&app).await;
    // The address is listed, and not verified.
    let mallory = app.owner("mallory@example.com", "Mallory").await.owner;
    load_accounts(&app, 0..180).await;
    for group in [
        &[
            (135, "id add 0 lt 1135"),
            (45, "id add 0 lt 1045"),
            (0, "id add 0 lt 0"),
        ],
        &[
            (162, "startswith(name,'Account') and status eq 'active'"),
            (18, "status eq 'suspended'"),
            (0, "name eq 'nobody'"),
        ],
        &[
            (182, "createdAt gt 2000-01-01"),
            (180, "createdAt lt 2024-01-01"),
            (0, "createdAt gt 9000-01-01"),
        ],
    ] {
        for (matches, filter) in group {
            let page = ask(&root, "/api/accounts", &[("$filter", filter)]).await;
            assert_eq!(page.expect(200)["count"], *matches, "{filter}");
        }
        let first = reads(&app, &mallory, "/api/accounts", group[0].1).await;
        assert_eq!(first.0, 200);
        for (_, filter) in &group[1..] {
            let other = reads(&app, &mallory, "/api/accounts", filter).await;
            assert_eq!(other, first, "{filter}");
        }
    }
}

#[tokio::test]
async fn a_trail_is_read_alike_for_who_may_not_see_it() {
    let app = TestApp::with(Options::memory().intercepted()).await;
    let acme = app.owner_of("Acme").await;
    let member = acme.member("bob@example.com", &["user"]).await;
    for number in 0..20 {
        let description = serde_json::json!({ "description": format!("The {number}th") });
        acme.owner.put(&acme.path(), &description).await.expect(200);
    }
    crate::trail::settled(&app).await;
    let path = format!("{}/events", acme.path());
    for group in [
        [
            "kind eq 'AccountChanged'",
            "target/type eq 'user'",
            "kind eq 'x'",
        ],
        ["at gt 2000-01-01", "at lt 2200-01-01", "at gt 9000-01-01"],
    ] {
        let first = reads(&app, &member, &path, group[0]).await;
        assert_eq!(first.0, 403);
        for filter in &group[1..] {
            assert_eq!(reads(&app, &member, &path, filter).await, first, "{filter}");
        }
    }
}
