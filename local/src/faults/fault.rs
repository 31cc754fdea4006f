//! What may go wrong with a call, and with which one.

use std::time::Duration;

use super::Call;

/// What happens to a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is refused and has no effect.
    Refuse(Refusal),
    /// It takes effect, and then the answer is a refusal.
    RefuseAfterwards(Refusal),
    /// The connection breaks before it takes effect.
    Drop,
    /// It takes effect, and the connection breaks before the answer.
    DropAfterwards,
    /// Of a batch, half takes effect, and the answer names the rest as unprocessed.
    LeaveUndone,
    /// It takes so much longer until it takes effect.
    Delay(Duration),
    /// It takes effect, and so much longer until the answer.
    DelayAfterwards(Duration),
}

/// An error of AWS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The error's name.
    pub code: String,
}

impl Refusal {
    /// An error of this name.
    #[must_use]
    pub fn new(status: u16, code: &str) -> Self {
        Self {
            status,
            code: code.to_owned(),
        }
    }

    /// AWS is at fault.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(500, "InternalServerError")
    }

    /// A transaction is changing the same item: as a write of its own tells it, or a transaction.
    #[must_use]
    pub fn conflict() -> Self {
        Self::new(400, "TransactionConflictException")
    }

    /// The table is too busy.
    #[must_use]
    pub fn throttled() -> Self {
        Self::new(400, "ProvisionedThroughputExceededException")
    }

    /// EventBridge takes the request, but not its first entry.
    #[must_use]
    pub fn entry() -> Self {
        Self::new(200, "InternalFailure")
    }

    /// SES sends no more for the moment.
    #[must_use]
    pub fn mail_throttled() -> Self {
        Self::new(400, "Throttling")
    }
}

/// Which calls a fault strikes: all of them, unless narrowed.
#[derive(Clone, Debug)]
pub struct Rule {
    fault: Fault,
    service: Option<&'static str>,
    operation: Option<String>,
    writes: bool,
    first_attempts: bool,
    function: Option<String>,
    /// What the request has to hold.
    about: Option<String>,
    /// How many of the matching calls are let through first.
    skipped: usize,
    /// How many are struck then.
    times: usize,
    /// Of those, one in so many.
    every: usize,
}

/// The operations that change the table.
const WRITES: [&str; 4] = ["PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"];

impl Rule {
    /// Every call, for ever.
    #[must_use]
    pub fn new(fault: Fault) -> Self {
        Self {
            fault,
            service: None,
            operation: None,
            writes: false,
            first_attempts: false,
            function: None,
            about: None,
            skipped: 0,
            times: usize::MAX,
            every: 1,
        }
    }

    /// Only calls to this service: `DynamoDB`, `SecretsManager`, `SES` or `EventBridge`.
    #[must_use]
    pub fn service(mut self, service: &'static str) -> Self {
        self.service = Some(service);
        self
    }

    /// Only calls of this operation, as in `PutItem`.
    #[must_use]
    pub fn operation(mut self, operation: &str) -> Self {
        self.operation = Some(operation.to_owned());
        self
    }

    /// Only calls that change the table.
    #[must_use]
    pub fn writes(mut self) -> Self {
        self.writes = true;
        self
    }

    /// Only calls that are not tried again, so that each of them gets through in the end.
    #[must_use]
    pub fn first_attempts(mut self) -> Self {
        self.first_attempts = true;
        self
    }

    /// Only calls of this function, by its logical id.
    #[must_use]
    pub fn function(mut self, function: &str) -> Self {
        self.function = Some(function.to_owned());
        self
    }

    /// Only calls whose request holds `text`, such as an address.
    #[must_use]
    pub fn about(mut self, text: &str) -> Self {
        self.about = Some(text.to_owned());
        self
    }

    /// Only the `n`th of the matching calls, counted from 1.
    #[must_use]
    pub fn nth(mut self, n: usize) -> Self {
        self.skipped = n.saturating_sub(1);
        self.times = 1;
        self
    }

    /// Only one in `n` of the matching calls.
    #[must_use]
    pub fn every(mut self, n: usize) -> Self {
        self.every = n;
        self.skipped = n.saturating_sub(1);
        self
    }

    /// Only so many of the matching calls.
    #[must_use]
    pub fn times(mut self, times: usize) -> Self {
        self.times = times;
        self
    }

    /// Counts a call, and says what happens to it.
    pub(super) fn strikes(&mut self, call: &Call) -> Option<Fault> {
        let matches = self.service.is_none_or(|service| service == call.service)
            && self
                .operation
                .as_ref()
                .is_none_or(|operation| *operation == call.operation)
            && (!self.first_attempts || call.attempt <= 1)
            && (!self.writes || WRITES.contains(&call.operation.as_str()))
            && self
                .function
                .as_ref()
                .is_none_or(|function| *function == call.function)
            && self
                .about
                .as_ref()
                .is_none_or(|text| call.request.to_string().contains(text));
        if !matches || self.times == 0 {
            return None;
        }
        if self.skipped > 0 {
            self.skipped -= 1;
            return None;
        }
        self.times -= 1;
        self.skipped = self.every - 1;
        Some(self.fault.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::{Call, Fault, Rule};

    #[test]
    fn a_rule_strikes_the_call_that_it_names() {
        let mut rule = Rule::new(Fault::Drop).operation("PutItem").nth(2);
        let put = Call {
            operation: "PutItem".into(),
            ..Call::default()
        };
        let get = Call {
            operation: "GetItem".into(),
            ..Call::default()
        };
        let struck: Vec<bool> = [&put, &get, &put, &put]
            .into_iter()
            .map(|call| rule.strikes(call).is_some())
            .collect();
        assert_eq!(struck, [false, false, true, false]);
    }

    #[test]
    fn a_rule_strikes_one_write_in_so_many() {
        let mut rule = Rule::new(Fault::Drop).writes().every(3);
        let call = |operation: &str| Call {
            operation: operation.into(),
            ..Call::default()
        };
        let calls = ["PutItem", "Query", "UpdateItem", "PutItem", "PutItem"];
        let struck = calls.map(|operation| rule.strikes(&call(operation)).is_some());
        assert_eq!(struck, [false, false, false, true, false]);
        let again = ["PutItem", "TransactWriteItems"];
        let struck = again.map(|operation| rule.strikes(&call(operation)).is_some());
        assert_eq!(struck, [false, true]);
    }
}
