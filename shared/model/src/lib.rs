//! The values and the rules of accounts, members and persons. Pure: no async, no HTTP, no DynamoDB. Time is an argument.

mod audit;
mod caller;
mod device;
mod error;
#[cfg(any(test, feature = "examples"))]
pub mod examples;
mod invalid;
mod limits;
mod origin;
mod patch;
mod policy;
mod random;
mod rules;
mod values;

pub use audit::AuditContext;
pub use caller::Caller;
pub use device::{device, same_device};
pub use error::{Conflict, Error, Missing, SessionEnd};
pub use invalid::{Invalid, Mistake};
pub use limits::Limits;
pub use origin::Origin;
pub use patch::Patch;
pub use policy::Policy;
pub use random::random;
pub use rules::*;
pub use values::*;
