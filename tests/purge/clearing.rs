//! All rows of a deleted account are cleared, at their time and at the set pace, and no other rows.

use std::time::Duration;

use lambda_runtime::{Context, LambdaEvent};
use local::Options;
use purge::Purge;
use reqwest::Method;
use serde_json::{Value, json};
use shared::App;

use super::{DAY, FUNCTION, MINUTE, at_once, delete, partition};
use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn nothing_is_left_of_an_account_and_everything_of_others() {
    let app = TestApp::with(at_once()).await;
    let acme = app.owner_of("Acme").await;
    let bob = acme.member("bob@example.com", &["user"]).await;
    let carl = acme.member("carl@example.com", &["user"]).await;
    acme.set_member_status(carl.id, "suspended").await;
    let dora = acme.member("dora@example.com", &["user"]).await;
    acme.remove(dora.id).await;
    acme.invite("hedy@example.com", &["user"]).await;
    app.fill(&acme, 60).await;
    let globex = app.owner_of("Globex").await;
    let roles = json!({ "roles": ["user"] });
    globex
        .owner
        .post(&globex.user(bob.id), &roles)
        .await
        .expect(200);
    delete(&acme).await;
    // Not before every request that saw it alive has ended.
    app.stack.advance(MINUTE - 10);
    assert_eq!(app.purge().await.accounts, 0);
    app.stack.advance(10);

    let partitions = [partition(&acme), "SWEEP".to_owned()];
    let before = app.at_rest().await;
    let report = app.purge().await;
    let after = app.rows().await;
    // Five members, the one removed among them, sixty copies, the mails of a day, and four rows that it does not know.
    assert_eq!((report.accounts, report.rows, report.more), (1, 70, false));
    assert_eq!(after.partition(&partitions[0]), Vec::<&Value>::new());
    assert_eq!(after.outside(&partitions), before.outside(&partitions));
    assert!(
        report.write_units > 69.0 && report.read_units > 0.0,
        "{report:?}"
    );
    assert_eq!(bob.listed().await, [globex.id]);
    app.check_invariants().await;

    let again = app.purge().await;
    assert_eq!((again.accounts, again.rows, again.more), (0, 0, false));
    globex.owner.create("Acme").await;
}

#[tokio::test]
async fn accounts_go_at_their_time_the_first_deleted_first() {
    let app = TestApp::with(at_once().intercepted().parameter("RestoreDays", "30")).await;
    let first = app.owner_of("Acme").await;
    let second = app.owner_of("Globex").await;
    let third = app.owner_of("Initech").await;
    // Not in the order of creation.
    delete(&second).await;
    app.stack.advance(1);
    delete(&third).await;
    app.stack.advance(10 * DAY);
    let first = first.again().await;
    delete(&first).await;

    assert_eq!(app.purge().await.accounts, 0);
    app.stack.advance(20 * DAY + 1);
    app.interceptor().clear();
    assert_eq!(app.purge().await.accounts, 2);
    let marks = app.interceptor().calls_of(FUNCTION);
    let marks = marks.iter().filter(|call| call.operation == "UpdateItem");
    let order: Vec<_> = marks
        .map(|call| call.request["Key"]["pk"]["S"].clone())
        .collect();
    assert_eq!(order, [partition(&second), partition(&third)]);
    let path = format!("{}/restore", first.path());
    let first = first.again().await;
    first
        .owner
        .request(Method::POST, &path)
        .send()
        .await
        .expect(200);
    app.stack.advance(30 * DAY);
    assert_eq!(app.purge().await.accounts, 0);
    first
        .again()
        .await
        .owner
        .get(&first.path())
        .await
        .expect(200);
    app.check_invariants().await;
}

#[tokio::test]
async fn a_member_erased_after_the_deletion_leaves_no_trace_before_the_time_is_over() {
    let app = TestApp::with(Options::memory().without_schedules()).await;
    let acme = app.owner_of("Acme").await;
    let bob = acme.member("bob@elsewhere.example", &["user"]).await;
    let erase = async |person: &crate::support::Person| {
        let request = person.request(Method::DELETE, "/api/users/me");
        request.json(&json!({ "password": PASSWORD })).send().await
    };
    delete(&acme).await;
    erase(&bob).await.expect(204);
    // The record of the erasure keeps the address until the last mail is sent.
    for item in app.at_rest().await.outside(&[]) {
        assert!(!item.to_string().contains("elsewhere.example"), "{item}");
    }
    let path = format!("{}/restore", acme.path());
    let restore = || acme.owner.request(Method::POST, &path).send();
    restore().await.expect(200);
    let members = acme.owner.get(&acme.users()).await.expect(200);
    assert_eq!(members["count"], 1);

    // Its owner may be erased as well; then it has no owner.
    erase(&acme.owner).await.refused(409, "OWNER_REQUIRED");
    delete(&acme).await;
    erase(&acme.owner).await.expect(204);
    restore().await.refused(401, "UNAUTHENTICATED");
    app.try_sign_up(&acme.owner.email, "Globex")
        .await
        .expect(201);
    let namesake = app.sign_in(&acme.owner.email, PASSWORD).await;
    let theirs = namesake.request(Method::POST, &path).send().await;
    theirs.refused(404, "ACCOUNT_NOT_FOUND");
    app.check_invariants().await;
    app.stack.advance(30 * DAY);
    assert_eq!(app.purge().await.accounts, 1);
    let rows = app.rows().await;
    assert!(rows.partition(&partition(&acme)).is_empty());
}

#[tokio::test]
async fn accounts_that_an_earlier_version_deleted_wait_for_their_time_too() {
    let app = TestApp::with(at_once().parameter("RestoreDays", "30")).await;
    let acme = app.owner_of("Acme").await;
    app.stack.advance(20 * DAY);
    let acme = acme.again().await;
    delete(&acme).await;
    let rows = app.rows().await;
    let row = rows.item(&partition(&acme), "ACCOUNT");
    let created: i64 = row["createdAt"]["N"].as_str().unwrap().parse().unwrap();
    let sort = format!("{created:013}#{:016}", acme.id);
    app.table().set(row, "gsi2sk", json!({ "S": sort })).await;
    app.table().remove(row, "createdAt").await;

    app.stack.advance(11 * DAY);
    assert_eq!(app.purge().await.accounts, 0);
    app.stack.advance(20 * DAY);
    assert_eq!(app.purge().await.accounts, 1);
    assert!(app.rows().await.partition(&partition(&acme)).is_empty());
}

#[tokio::test]
async fn a_run_ends_by_itself_and_there_is_no_way_back_before_the_next_one_goes_on() {
    let app = TestApp::with(at_once().parameter("RestoreDays", "30")).await;
    let acme = app.owner_of("Acme").await;
    app.fill(&acme, 300).await;
    delete(&acme).await;
    app.stack.advance(2 * MINUTE);
    // By a shorter window than the API has. One second at a hundred units a second: far from enough for about six hundred, and on
    // a busy machine perhaps for none.
    let slow = purge_of(&app, "100");
    let report = loop {
        let second = event(Duration::from_secs(1));
        let report = slow.handle(second).await.unwrap();
        assert!(report.more && report.accounts == 0, "{report:?}");
        if report.rows > 0 {
            break report;
        }
    };
    assert!(report.rows < 300, "{report:?}");
    let left = app.rows().await.partition(&partition(&acme)).len() as u64;
    // Its owner, four rows of other kinds and its own.
    assert_eq!(left + report.rows, 306);

    let path = format!("{}/restore", acme.path());
    let late = acme.owner.request(Method::POST, &path).send().await;
    late.refused(404, "ACCOUNT_NOT_FOUND");
    let fast = purge_of(&app, "1000000");
    let rest = fast.handle(event(Duration::from_mins(1))).await.unwrap();
    assert_eq!((rest.accounts, rest.more), (1, false));
    assert_eq!(rest.rows + report.rows, 305);
    assert!(app.rows().await.partition(&partition(&acme)).is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn runs_beside_each_other_do_nothing_wrong() {
    let app = TestApp::with(at_once()).await;
    let acme = app.owner_of("Acme").await;
    let globex = app.owner_of("Globex").await;
    app.fill(&acme, 200).await;
    let kept = app.owner_of("Initech").await;
    delete(&acme).await;
    delete(&globex).await;
    app.stack.advance(2 * MINUTE);
    let runs = (0..4).map(|_| {
        let app = app.clone();
        tokio::spawn(async move { app.purge().await })
    });
    for run in runs.collect::<Vec<_>>() {
        assert!(!run.await.unwrap().more);
    }
    let rows = app.rows().await;
    for account in [&acme, &globex] {
        assert!(rows.partition(&partition(account)).is_empty());
    }
    kept.owner.get(&kept.path()).await.expect(200);
    app.check_invariants().await;
}

/// The function itself at another pace, on the stack's table and by its clock.
fn purge_of(app: &TestApp, units_per_second: &str) -> Purge {
    let vars = |name: &str| {
        let value = match name {
            "TABLE_NAME" => app.stack.table(),
            "AWS_ENDPOINT_URL_DYNAMODB" => app.stack.dynamodb_url(),
            "AWS_REGION" => "eu-west-1",
            "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => "tests",
            "RESTORE_DAYS" => "0",
            "CLEAR_EXPIRED_ROWS" => "false",
            "PURGE_UNITS_PER_SECOND" => units_per_second,
            _ => return None,
        };
        Some(value.to_owned())
    };
    Purge::new(App::from_vars(&vars, app.stack.clock()).unwrap())
}

/// An invocation with this time left until the run has to end.
fn event(time: Duration) -> LambdaEvent<Value> {
    let now = shared::runtime::Clock::System.now().millis();
    let mut context = Context::default();
    context.deadline =
        u64::try_from(now).unwrap() + 15_000 + u64::try_from(time.as_millis()).unwrap();
    LambdaEvent::new(json!({}), context)
}
