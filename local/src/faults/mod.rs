//! Records the functions' calls to AWS for tests, checks them against the roles, and makes chosen calls fail.

mod call;
mod fault;
mod layer;
mod overlap;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

pub use call::{Answer, Call, Units, round_trips, units};
pub use fault::{Fault, Refusal, Rule};
pub(crate) use layer::{MAX_BYTES, intercepted, operation, signer};
use overlap::Overlap;

use crate::iam::{Permits, Request};
use crate::sam::Grant;

/// Sits before every AWS service of one stack; exists with [`crate::Options::intercepted`] only.
#[derive(Debug)]
pub struct Interceptor {
    opened: Instant,
    state: Mutex<State>,
    permits: Mutex<Permits>,
}

#[derive(Debug, Default)]
struct State {
    calls: Vec<Call>,
    rules: Vec<Rule>,
    overlap: Overlap,
}

impl Interceptor {
    /// Holds each function to its grants.
    pub(crate) fn new(grants: BTreeMap<String, Vec<Grant>>, identities: Vec<String>) -> Self {
        Self {
            opened: Instant::now(),
            state: Mutex::default(),
            permits: Mutex::new(Permits::new(grants, identities)),
        }
    }

    /// What the functions' roles grant and no call has used since the start.
    #[must_use]
    pub fn unused_grants(&self) -> Vec<String> {
        self.permits().unused()
    }

    /// Every call since the start or the last [`Interceptor::clear`], in the order in which they began.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.state().calls.clone()
    }

    /// The calls of one function, by its logical id.
    #[must_use]
    pub fn calls_of(&self, function: &str) -> Vec<Call> {
        self.state()
            .calls
            .iter()
            .filter(|call| call.function == function)
            .cloned()
            .collect()
    }

    /// Forgets the calls and the rules.
    pub fn clear(&self) {
        *self.state() = State::default();
    }

    /// Makes calls fail from now on, as `rule` says.
    pub fn add(&self, rule: Rule) {
        self.state().rules.push(rule);
    }

    /// Notes a call that begins; answers its place and what is to happen to it.
    fn begin(&self, mut call: Call) -> (usize, Option<Fault>) {
        let mut state = self.state();
        call.began = self.opened.elapsed();
        let refusal = self.permits().refusal(&Request::of(
            &call.function,
            call.service,
            &call.operation,
            &call.request,
        ));
        let fault = match refusal {
            None => state.rules.iter_mut().find_map(|rule| rule.strikes(&call)),
            Some(asked) => {
                // Into the output of the test that fails now.
                eprintln!("the role does not allow it: {asked}");
                Some(Fault::Refuse(if call.service == "SES" {
                    Refusal::new(403, "AccessDenied")
                } else {
                    Refusal::new(400, "AccessDeniedException")
                }))
            }
        };
        state.calls.push(call);
        (state.calls.len() - 1, fault)
    }

    fn end(&self, place: usize, operation: &str, status: u16, body: &[u8]) {
        let answer = Answer::of(body);
        let mut state = self.state();
        let ended = self.opened.elapsed();
        // The calls may have been cleared while this one was under way.
        let call = state
            .calls
            .get_mut(place)
            .filter(|call| call.operation == operation);
        if let Some(call) = call {
            call.ended = Some(ended);
            call.status = Some(status);
            call.answer = answer;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn permits(&self) -> MutexGuard<'_, Permits> {
        self.permits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
