//! The stack that a command is about, reached and described.

mod aws;
pub(crate) mod change_set;
pub(crate) mod cloudformation;
mod factors;
mod http;
pub(crate) mod lambda;
mod local;
pub(crate) mod s3;
mod signature;
mod signed;
pub(crate) mod sqs;
mod xml;

use aws_config::SdkConfig;
use aws_sdk_dynamodb::Client;
use clap::Args;
use model::AuditContext;
use runtime::{Clock, Config};
use store::Store;

use crate::Failure;

pub(crate) use local::LocalStack;
#[cfg(test)]
pub(crate) use signed::tests::caller as caller_of_tests;
pub(crate) use signed::{Caller, encoded};

/// Where the local stack is, unless another address is given.
const LOCAL: &str = "http://127.0.0.1:3000";

/// Which stack is meant.
#[derive(Debug, Args)]
#[command(next_help_heading = "The stack")]
pub(crate) struct At {
    /// The local stack at this address; the default
    #[arg(long, value_name = "URL", global = true, num_args = 0..=1, require_equals = true, default_missing_value = LOCAL,
        conflicts_with_all = ["stack", "table"])]
    pub(crate) local: Option<String>,
    /// The deployed CloudFormation stack of this name
    #[arg(long, value_name = "NAME", global = true, conflicts_with = "table")]
    pub(crate) stack: Option<String>,
    /// The table of this name in AWS, where the stack may not be read: the limits are then the template's defaults
    #[arg(long, value_name = "NAME", global = true)]
    pub(crate) table: Option<String>,
    /// A profile of the AWS CLI
    #[arg(long, value_name = "NAME", global = true)]
    pub(crate) profile: Option<String>,
    /// The AWS region, unless that of the profile
    #[arg(long, value_name = "REGION", global = true)]
    pub(crate) region: Option<String>,
}

impl At {
    /// The caller's AWS, for commands that need no table.
    pub(crate) async fn caller(&self) -> Result<Caller, Failure> {
        aws::caller(self).await
    }
}

/// A stack: its table, its settings, its clock, and who asks. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Connection {
    /// The table, through the rules of the service.
    pub store: Store,
    /// The table itself.
    pub client: Client,
    /// What the stack was deployed with: limits, policy, addresses.
    pub config: Config,
    /// The stack's own clock.
    pub clock: Clock,
    /// Who runs the command: an ARN, or `local`.
    pub operator: String,
    pub(crate) place: Place,
}

/// Where the stack runs.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    Local(LocalStack),
    /// With the caller's credentials.
    Aws(Box<SdkConfig>),
}

impl Connection {
    /// Reaches the stack at `at`.
    pub(crate) async fn open(at: &At) -> Result<Self, Failure> {
        if at.stack.is_some() || at.table.is_some() {
            return aws::open(at).await;
        }
        let url = at.local.as_deref().unwrap_or(LOCAL);
        local::open(url).await
    }

    /// Reaches the local stack at `url`, for tests of the service.
    ///
    /// # Errors
    ///
    /// [`Failure::Unreachable`].
    pub async fn local(url: &str) -> Result<Self, Failure> {
        local::open(url).await
    }

    /// Reaches the local stack at `url`.
    pub(crate) async fn to_local(url: &str) -> Result<Self, Failure> {
        local::open(url).await
    }

    /// The table's name.
    #[must_use]
    pub fn table(&self) -> &str {
        &self.config.table
    }

    /// What a change record says of this command: that the platform acted, by the hand of the operator, who is named beside it.
    #[must_use]
    pub fn audit(&self) -> AuditContext {
        AuditContext::by_operator(&self.operator, self.clock.now())
    }
}
