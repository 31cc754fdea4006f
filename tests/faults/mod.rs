//! Every call to AWS fails in turn, before it took effect and after. No answer is wrong, no change is half done, and a repeated
//! request succeeds.

mod accounts;
mod address_change;
mod authorizer;
mod contention;
mod factors;
mod identity;
mod invitations;
mod members;
mod people;
use std::cell::Cell;

use local::Options;
use local::faults::{Fault, Interceptor, Refusal, Rule};
use tokio::sync::OnceCell;

use crate::support::{Account, Person, Request, TestApp};

/// The address of a platform administrator.
const ROOT: &str = "root@example.com";
/// The number of tries of one call by the functions.
const ATTEMPTS: usize = 4;

/// A stack whose calls fail on demand.
pub(super) struct Fixture {
    pub(super) app: TestApp,
    pub(super) acme: Account,
    cases: Cell<usize>,
    heir: OnceCell<Person>,
    root: OnceCell<Person>,
}

/// How one operation is requested and answered.
#[derive(Clone, Copy)]
struct Operation {
    /// The logical id of the function that serves it.
    function: &'static str,
    /// The status of its success.
    done: u16,
    /// The answer that a repeated request may get, if the first one took effect and its answer was lost.
    already: Option<(u16, &'static str)>,
}

impl Fixture {
    async fn new() -> Self {
        let app = TestApp::with(
            Options::memory()
                .intercepted()
                .parameter("PlatformAdminEmails", ROOT),
        )
        .await;
        Self {
            acme: app.owner_of("Acme").await,
            app,
            cases: Cell::new(0),
            heir: OnceCell::new(),
            root: OnceCell::new(),
        }
    }

    fn interceptor(&self) -> &Interceptor {
        self.app.stack.interceptor().unwrap()
    }

    /// A number that is unique among the cases.
    pub(super) fn fresh(&self) -> usize {
        self.cases.set(self.cases.get() + 1);
        self.cases.get()
    }

    /// An account of the owner's that no other case has.
    pub(super) async fn account(&self) -> Account {
        let name = format!("Acme {}", self.fresh());
        self.acme.owner.create(&name).await
    }

    /// An address that no other case has.
    pub(super) fn address(&self) -> String {
        format!("somebody{}@example.com", self.fresh())
    }

    /// A person with a proven address, the same in every case.
    pub(super) async fn heir(&self) -> Person {
        let heir = async || {
            let heir = self.somebody().await;
            heir.prove().await;
            heir
        };
        self.heir.get_or_init(heir).await.clone()
    }

    /// A platform administrator, the same in every case.
    pub(super) async fn root(&self) -> Person {
        let root = async || self.app.proven_owner(ROOT, "Platform").await.owner;
        self.root.get_or_init(root).await.clone()
    }

    /// A person with an account of their own.
    pub(super) async fn somebody(&self) -> Person {
        let name = format!("Globex {}", self.fresh());
        self.app.owner(&self.address(), &name).await.owner
    }
}

impl Operation {
    const fn new(function: &'static str, done: u16) -> Self {
        Self {
            function,
            done,
            already: None,
        }
    }

    const fn already(mut self, status: u16, code: &'static str) -> Self {
        self.already = Some((status, code));
        self
    }

    /// Plays every failure of every call. `prepare` makes a new case and answers how to ask for it.
    async fn survives<A: Fn() -> Request>(self, prepare: impl AsyncFn(&Fixture) -> A) {
        let fixture = Fixture::new().await;
        let ask = prepare(&fixture).await;
        fixture.interceptor().clear();
        ask().send().await.expect(self.done);
        let calls = fixture.interceptor().calls_of(self.function).len();
        assert!(calls > 0, "no call of {}", self.function);

        let lost = Fault::RefuseAfterwards(Refusal::internal());
        for nth in 1..=calls {
            for fault in [Fault::Refuse(Refusal::throttled()), Fault::DropAfterwards] {
                self.does_not_notice(&fixture, nth, &fault, &prepare).await;
            }
            for fault in [
                Fault::Refuse(Refusal::internal()),
                Fault::Drop,
                lost.clone(),
                Fault::DropAfterwards,
            ] {
                self.recovers(&fixture, nth, &fault, &prepare).await;
            }
        }
    }

    /// One failure is compensated by the function's own retries.
    async fn does_not_notice<A: Fn() -> Request>(
        self,
        fixture: &Fixture,
        nth: usize,
        fault: &Fault,
        prepare: &impl AsyncFn(&Fixture) -> A,
    ) {
        let ask = prepare(fixture).await;
        let rule = Rule::new(fault.clone()).function(self.function).nth(nth);
        fixture.interceptor().add(rule);
        let answer = ask().send().await;
        fixture.interceptor().clear();
        let status = answer.status;
        assert_eq!(status, self.done, "call {nth}, {fault:?}: {answer:#?}");
        fixture.app.check_invariants().await;
    }

    /// A lasting failure is reported as such, and ends with its cause.
    async fn recovers<A: Fn() -> Request>(
        self,
        fixture: &Fixture,
        nth: usize,
        fault: &Fault,
        prepare: &impl AsyncFn(&Fixture) -> A,
    ) {
        let ask = prepare(fixture).await;
        let rule = Rule::new(fault.clone()).function(self.function);
        fixture.interceptor().add(rule.nth(nth).times(ATTEMPTS));
        let answer = ask().send().await;
        fixture.interceptor().clear();
        fixture.app.check_invariants().await;
        if answer.status == self.done {
            // The operation had no such call.
            return;
        }
        answer.refused(503, "UNAVAILABLE");
        assert_eq!(answer.header("retry-after"), "1");

        let again = ask().send().await;
        let told = || again.json()["code"].as_str().unwrap_or_default().to_owned();
        let already = |(status, code)| again.status == status && told() == code;
        let took_effect = matches!(fault, Fault::RefuseAfterwards(_) | Fault::DropAfterwards);
        assert!(
            again.status == self.done || took_effect && self.already.is_some_and(already),
            "call {nth}, {fault:?}: {again:#?}"
        );
        fixture.app.check_invariants().await;
    }
}
