//! Marks of things that are counted in a sliding window: the time of each, and what tells it from others of the same time.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use model::Timestamp;

use super::table_error::TableError;

/// A mark: milliseconds, and random bytes. Marks sort by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mark([u8; 16]);

impl Mark {
    pub(super) fn new(now: Timestamp) -> Self {
        let mut mark: [u8; 16] = tokens::random();
        mark[..8].copy_from_slice(&now.millis().to_be_bytes());
        Self(mark)
    }

    pub(super) fn at(self) -> Timestamp {
        let mut millis = [0; 8];
        millis.copy_from_slice(&self.0[..8]);
        Timestamp::from_millis(i64::from_be_bytes(millis))
    }

    pub(super) fn bytes(self) -> [u8; 16] {
        self.0
    }

    /// The marks in a set of binary values.
    pub(super) fn read_set(set: &AttributeValue) -> Result<BTreeSet<Self>, TableError> {
        let AttributeValue::Bs(marks) = set else {
            return Err(TableError::Damaged("set of marks"));
        };
        let mark = |mark: &aws_sdk_dynamodb::primitives::Blob| {
            let bytes = mark.as_ref().try_into();
            bytes.map(Self).map_err(|_| TableError::Damaged("mark"))
        };
        marks.iter().map(mark).collect()
    }
}
