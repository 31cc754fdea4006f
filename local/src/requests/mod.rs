//! The last requests of the API and the DynamoDB calls behind each, for people who look at what their front end does.

mod recorder;
mod touched;
mod trace;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;

use crate::faults::Units;

pub(crate) use recorder::{Recorder, recorded};
pub(crate) use touched::Touched;
pub(crate) use trace::{Trace, TracedCall, here};

/// The oldest requests go beyond this many.
pub(crate) const MANY: usize = 500;

/// A request that was answered.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Answered {
    /// Counted from 1 in the order of the answers.
    pub(crate) number: u64,
    /// As in `x-request-id`, and in the events of its changes.
    pub(crate) request_id: String,
    /// When it was answered, by the stack's clock.
    pub(crate) at: String,
    pub(crate) method: String,
    /// Without what may be a token.
    pub(crate) path: String,
    /// Only of the API, whose queries hold no secrets.
    pub(crate) query: Option<String>,
    /// The resource of the template that matched.
    pub(crate) route: Option<String>,
    pub(crate) function: Option<String>,
    pub(crate) status: u16,
    /// The code of a problem document.
    pub(crate) code: Option<String>,
    pub(crate) milliseconds: u64,
    /// The caller, as the authorizer said.
    pub(crate) user_id: Option<u64>,
    /// What its calls consumed; `None` where calls are not recorded.
    pub(crate) units: Option<Units>,
    pub(crate) calls: Vec<TracedCall>,
}

/// The last requests of a stack. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Requests {
    /// Whether the DynamoDB calls of a request are recorded.
    pub(crate) with_calls: bool,
    kept: Arc<Mutex<Kept>>,
}

#[derive(Debug, Default)]
struct Kept {
    last: u64,
    /// Oldest first.
    requests: VecDeque<Answered>,
}

impl Requests {
    pub(crate) fn new(with_calls: bool) -> Self {
        Self {
            with_calls,
            ..Self::default()
        }
    }

    /// Keeps `answered` under the next number.
    pub(crate) fn add(&self, answered: Answered) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.last += 1;
        let number = kept.last;
        kept.requests.push_back(Answered { number, ..answered });
        if kept.requests.len() > MANY {
            kept.requests.pop_front();
        }
    }

    /// The number of the last request, 0 before the first.
    pub(crate) fn last(&self) -> u64 {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.last
    }

    /// The requests that are kept and have a number above `number`, oldest first.
    pub(crate) fn after(&self, number: u64) -> Vec<Answered> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let later = kept.requests.iter();
        let later = later.filter(|request| request.number > number);
        later.cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Answered, MANY, Requests};

    #[test]
    fn the_oldest_requests_go() {
        let requests = Requests::default();
        for _ in 0..MANY + 3 {
            requests.add(Answered::default());
        }
        let numbers: Vec<_> = requests.after(0).iter().map(|kept| kept.number).collect();
        assert_eq!((numbers[0], numbers.len()), (4, MANY));
        assert_eq!(requests.after(requests.last() - 1).len(), 1);
        assert!(requests.after(requests.last()).is_empty());
    }
}
