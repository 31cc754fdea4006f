//! What can go wrong on the way to the table and back, apart from a condition that does not hold.

use std::error::Error as StdError;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use model::Error;

/// Why the table could not be read or written.
#[derive(Debug, thiserror::Error)]
pub(super) enum TableError {
    /// DynamoDB does not answer, or asks to be left alone for a while.
    #[error("DynamoDB is not available")]
    Unavailable(#[source] Box<dyn StdError + Send + Sync>),
    /// DynamoDB refuses the call: a mistake of ours.
    #[error("DynamoDB refused a call")]
    Refused(#[source] Box<dyn StdError + Send + Sync>),
    /// An item is not as we write it.
    #[error("an item does not read back")]
    Unreadable(#[from] serde_dynamo::Error),
    /// An item is not as we write it, or no item at all.
    #[error("an item does not read back")]
    Malformed(#[from] serde_json::Error),
    /// An item is not as we write it.
    #[error("an item has a wrong {0}")]
    Damaged(&'static str),
}

impl From<TableError> for Error {
    fn from(error: TableError) -> Self {
        match error {
            TableError::Unavailable(_) => Self::Unavailable(Box::new(error)),
            TableError::Refused(_)
            | TableError::Unreadable(_)
            | TableError::Malformed(_)
            | TableError::Damaged(_) => Self::Internal(Box::new(error)),
        }
    }
}

/// Codes with which DynamoDB says that the same call may succeed later.
const TEMPORARY: [&str; 6] = [
    "InternalServerError",
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ServiceUnavailable",
    "ThrottlingException",
];

impl<E, R> From<SdkError<E, R>> for TableError
where
    E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    fn from(error: SdkError<E, R>) -> Self {
        let temporary = match &error {
            SdkError::ServiceError(service) => {
                let code = service.err().code().unwrap_or_default();
                // An answer without a code of DynamoDB's own is some proxy's, and as temporary.
                code.is_empty() || TEMPORARY.contains(&code)
            }
            SdkError::ConstructionFailure(_) => false,
            _ => true,
        };
        if temporary {
            Self::Unavailable(Box::new(error))
        } else {
            Self::Refused(Box::new(error))
        }
    }
}
