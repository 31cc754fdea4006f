//! What waits as an operator sees it.

use model::Timestamp;
use serde::Serialize;

use super::waiting::Waiting;
use crate::text::shown;

/// What waits, and what became of it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Row<'a> {
    time: Timestamp,
    function: &'a str,
    condition: &'a str,
    records: usize,
    key: &'a str,
    pub(super) outcome: Outcome,
    /// How many of the records stay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) kept: Option<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) reasons: Vec<&'a str>,
}

/// What became of it.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Outcome {
    Waits,
    Taken,
    Kept,
}

impl<'a> Row<'a> {
    pub(super) fn new(one: &'a Waiting, outcome: Outcome) -> Self {
        Self {
            time: one.time,
            function: &one.function,
            condition: &one.condition,
            records: one.len(),
            key: &one.key,
            outcome,
            kept: None,
            reasons: Vec::new(),
        }
    }

    /// What waits, in one line.
    pub(super) fn line(&self) -> String {
        let records = self.records;
        let plural = if records == 1 { "" } else { "s" };
        let line = format!(
            "{}  {}  {}  {records} record{plural}  {}",
            self.time, self.function, self.condition, self.key
        );
        shown(&line)
    }

    /// What became of it, in one line.
    pub(super) fn result(&self) -> String {
        match self.kept {
            Some(kept) => {
                let reasons = shown(&self.reasons.join(", "));
                format!("kept {kept} of  {}: {reasons}", self.line())
            }
            None => format!("taken      {}", self.line()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_names_the_record_and_why_it_stays() {
        let text = r#"{"requestContext": {"functionArn": "arn:aws:lambda:eu-west-1:123456789012:function:Mailer",
            "condition": "RetryAttemptsExhausted"}, "DDBStreamBatchInfo": {}, "payload": {"Records":
            [{"dynamodb": {"ApproximateCreationDateTime": 1780396200}}, {}]}}"#;
        let one = Waiting::of_object("aws/lambda/1", "tag", text).unwrap();
        let mut row = Row::new(&one, Outcome::Taken);
        let line = "2026-06-02T10:30:00Z  Mailer  RetryAttemptsExhausted  2 records  aws/lambda/1";
        assert_eq!(row.result(), format!("taken      {line}"));
        (row.kept, row.reasons) = (Some(1), vec!["Error: \u{1b}[2J"]);
        assert_eq!(
            row.result(),
            format!("kept 1 of  {line}: Error: \u{fffd}[2J")
        );
    }
}
