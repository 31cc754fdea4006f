//! The budget of every operation: sequential round trips to DynamoDB, read and write request units with indexes, for small items.

mod accounts;
mod factors;
mod lists;
mod members;
mod page;
mod people;
mod sign_in;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::future::Future;
use std::time::Duration;

use local::Options;
use local::faults::{Fault, Rule, Units, round_trips, units};

use crate::support::{Answer, PASSWORD, TestApp};

/// What an operation may cost.
#[derive(Clone, Copy)]
struct Operation {
    name: &'static str,
    trips: usize,
    read: f64,
    write: f64,
    /// What it reads besides for each of these.
    each: Option<(f64, &'static str)>,
}

const fn operation(name: &'static str, trips: usize, read: f64, write: f64) -> Operation {
    Operation {
        name,
        trips,
        read,
        write,
        each: None,
    }
}

impl Operation {
    const fn each(mut self, read: f64, what: &'static str) -> Self {
        self.each = Some((read, what));
        self
    }

    /// The same for so many of what it reads.
    fn of(mut self, count: f64) -> Self {
        self.read += self.each.map_or(0.0, |(read, _)| read * count);
        self
    }
}

/// The rows of the page on costs, and the operations of each.
#[rustfmt::skip]
const BUDGET: [(&str, &[Operation]); 31] = [
    ("sign-up", &[operation("sign up", 2, 0.0, 14.0)]),
    ("create account", &[operation("create", 2, 1.0, 10.0)]),
    ("list own accounts (n)", &[operation("list own", 2, 1.5, 0.0).each(0.5, "n")]),
    ("list all accounts, 50 a page", &[operation("list all", 1, 2.5, 0.0)]),
    ("get account by id, by name", &[operation("get by id", 1, 3.0, 0.0), operation("get by name", 2, 4.0, 0.0)]),
    ("update account, rename it", &[operation("update", 2, 3.0, 2.0), operation("rename", 2, 3.0, 7.0)]),
    // An invitation takes its mail from the account's allowance for the day, before the change. One transaction of both would
    // cost more units, and invitations of one account would conflict.
    ("invite a new address, a known one", &[operation("invite new", 3, 4.0, 8.0), operation("invite known", 3, 4.0, 3.0)]),
    ("add an existing user", &[operation("add", 3, 4.0, 3.0)]),
    ("change roles or status", &[operation("change", 2, 4.0, 2.0)]),
    ("resend an invitation", &[operation("resend", 3, 4.0, 2.0)]),
    ("remove a member", &[operation("remove", 2, 4.0, 2.0)]),
    ("get a member", &[operation("get member", 1, 3.0, 0.0)]),
    ("delete an account, restore it", &[operation("delete", 2, 3.0, 8.0), operation("restore", 2, 4.0, 10.0)]),
    ("list members, 50 a page", &[operation("list members", 1, 3.0, 0.0).each(0.5, "per 4 KB")]),
    ("offer the ownership, accept it", &[operation("offer", 2, 4.0, 2.0), operation("accept", 2, 4.0, 12.0)]),
    ("stats of an account", &[operation("stats", 1, 4.5, 0.0)]),
    // The caller's access, some 16 KB of events, and their one actor.
    ("audit trail, 50 a page", &[operation("trail", 2, 5.5, 0.0)]),
    ("sign in, refresh", &[operation("sign in", 2, 1.5, 3.0), operation("refresh", 1, 1.0, 1.0)]),
    ("authenticate again by password", &[operation("reauthenticate", 2, 2.0, 3.0)]),
    ("ask for another address, confirm it, undo it", &[
        operation("ask for address", 5, 4.0, 5.0),
        operation("confirm address", 5, 4.5, 8.0),
        operation("undo address", 3, 3.0, 6.0),
    ]),
    ("end every other session", &[operation("end others", 2, 1.0, 1.0)]),
    ("find a person, get one (n accounts)", &[
        operation("find person", 4, 3.5, 0.0).each(0.5, "n"),
        operation("get person", 3, 2.5, 0.0).each(0.5, "n"),
    ]),
    ("suspend a person, end their sessions, erase them", &[
        operation("suspend", 4, 2.5, 1.0).each(0.5, "n"),
        operation("end all", 2, 2.0, 1.0),
        operation("erase person", 4, 4.5, 11.0),
    ]),
    ("sign in with a second factor: password, second step", &[operation("factor needed", 2, 1.5, 3.0), operation("second step", 2, 2.0, 3.0)]),
    ("list second factors, begin an authenticator app", &[operation("list factors", 1, 2.0, 0.0), operation("begin totp", 1, 1.0, 0.0)]),
    ("confirm an authenticator app", &[operation("confirm totp", 2, 2.0, 4.0)]),
    ("options for a passkey, sign in by it", &[operation("passkey options", 0, 0.0, 0.0), operation("passkey sign-in", 2, 1.0, 2.0)]),
    // The contract has 1 unit written, for an item below 1 KB. One session, a passkey and its recovery codes are 1.2 KB, and the
    // signature counter is written with it, as in a sign-in, for which the contract allows 2.
    ("authenticate again by passkey", &[operation("reauthenticate passkey", 2, 2.0, 2.0)]),
    ("options for a new passkey", &[operation("creation options", 1, 1.0, 0.0)]),
    ("register a passkey, remove it", &[operation("register passkey", 2, 2.0, 6.0), operation("remove passkey", 2, 2.0, 6.0)]),
    ("accept as a known user, as a new one", &[operation("accept known", 2, 3.0, 2.0), operation("accept new", 2, 3.0, 7.0)]),
];

fn operations() -> impl Iterator<Item = &'static Operation> {
    BUDGET.iter().flat_map(|(_, operations)| operations.iter())
}

/// The budget of an operation.
#[track_caller]
fn limit(name: &str) -> Operation {
    let found = operations().find(|operation| operation.name == name);
    *found.unwrap_or_else(|| panic!("the budget has no {name}"))
}

/// How far the table is: calls that are sent together overlap, however quickly each is answered.
const DISTANCE: Duration = Duration::from_millis(20);

/// The costs as they are measured, row by row.
struct Measured {
    app: TestApp,
    table: String,
    exceeded: Vec<String>,
    operations: BTreeSet<&'static str>,
}

impl Measured {
    fn new(app: &TestApp) -> Self {
        let table = format!(
            "{:<28}{:>6}{:>6}{:>6}\n",
            "operation", "trips", "RRU", "WRU"
        );
        Self {
            app: app.clone(),
            table,
            exceeded: Vec::new(),
            operations: BTreeSet::new(),
        }
    }

    /// Sends the request, and compares its costs with the budget. Those of mailer and trail are not the request's.
    async fn row(
        &mut self,
        shown: &str,
        limit: Operation,
        status: u16,
        request: impl Future<Output = Answer>,
    ) -> Answer {
        let interceptor = self.app.stack.interceptor().unwrap();
        interceptor.clear();
        interceptor.add(Rule::new(Fault::DelayAfterwards(DISTANCE)).service("DynamoDB"));
        let answer = request.await;
        answer.expect(status);
        let mut calls = interceptor.calls();
        interceptor.clear();
        calls.retain(|call| !["MailerFunction", "TrailFunction"].contains(&call.function.as_str()));
        let (trips, Units { read, write }) = (round_trips(&calls), units(&calls));
        let row = format!("{shown:<28}{trips:>6}{read:>6}{write:>6}\n");
        if trips > limit.trips || read > limit.read || write > limit.write {
            let asked: Vec<_> = calls.iter().map(|call| &call.operation).collect();
            self.exceeded.push(format!(
                "{row}: at most {} {} {}, and this was {asked:?}",
                limit.trips, limit.read, limit.write
            ));
        }
        self.table.write_str(&row).unwrap();
        self.operations.insert(limit.name);
        answer
    }

    /// The operations that were measured, once all of them are within the budget and cost what `expected` says.
    #[track_caller]
    fn within(self, expected: &expect_test::Expect) -> BTreeSet<&'static str> {
        assert!(self.exceeded.is_empty(), "{:#?}", self.exceeded);
        expected.assert_eq(&self.table);
        self.operations
    }
}

async fn intercepted() -> TestApp {
    TestApp::with(Options::memory().intercepted()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_stays_within_its_budget() {
    let measured = tokio::join!(
        accounts::measure(),
        lists::measure_accounts(),
        lists::measure_members(),
        lists::measure_trail(),
        members::measure(),
        sign_in::measure(),
        people::measure(),
        factors::measure(),
    );
    let (accounts, own, members, trail, changes, sessions, people, factors) = measured;
    let parts = [
        accounts, own, members, trail, changes, sessions, people, factors,
    ];
    let measured: BTreeSet<_> = parts.into_iter().flatten().collect();
    let budgeted: BTreeSet<_> = operations().map(|operation| operation.name).collect();
    assert_eq!(measured, budgeted);
}

#[tokio::test]
async fn an_authorizer_that_is_warm_asks_the_table_nothing() {
    let app = intercepted().await;
    let acme = app.owner_of("Acme").await;
    let interceptor = app.stack.interceptor().unwrap();
    interceptor.clear();
    // A new session has a new token, which API Gateway has no answer for yet.
    let again = app.sign_in(&acme.owner.email, PASSWORD).await;
    again.get(&acme.path()).await.expect(200);
    assert!(interceptor.calls_of("AuthorizerFunction").is_empty());
}
