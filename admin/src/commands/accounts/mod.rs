//! `accounts`: organisations and their members.

mod act;
mod find;
mod members;
mod show;

use std::str::FromStr;

use clap::Subcommand;
use model::{Account, AccountId, AccountName, Error, Missing};
use store::ReadSet;

use super::users::Who;
use crate::{Connection, Failure, Output};

/// What to do with accounts.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Find live accounts: that of a name, or every one whose name has a word in it
    Find(find::Find),
    /// An account, live or deleted, with its counters
    Show {
        /// Its id or its name
        account: Which,
    },
    /// The members of an account
    Members {
        /// Its id or its name
        account: Which,
        /// The most members
        #[arg(long, value_name = "N", default_value_t = 1000)]
        limit: usize,
    },
    /// Suspend an account for the platform: only the platform activates it again
    Suspend {
        /// Its id or its name
        account: Which,
    },
    /// Activate a suspended account
    Activate {
        /// Its id or its name
        account: Which,
    },
    /// Delete an account for every reader; only the platform restores it, until it is cleared
    Delete {
        /// Its id or its name
        account: Which,
    },
    /// Restore an account that the platform has deleted
    Restore {
        /// Its id
        #[arg(value_parser = account_id)]
        account: AccountId,
        /// Another name, if its own is taken
        #[arg(long, value_parser = name)]
        name: Option<AccountName>,
    },
    /// Hand an account over to an active, proven member at once. Both are mailed
    Transfer {
        /// Its id or its name
        account: Which,
        /// The new owner: their id or their mail address
        #[arg(value_name = "USER")]
        to: Who,
    },
}

/// An account on the command line: an id or a name.
#[derive(Clone, Debug)]
pub(crate) enum Which {
    Id(AccountId),
    Name(AccountName),
}

impl FromStr for Which {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match AccountId::parse(text) {
            Ok(id) => Ok(Self::Id(id)),
            Err(_) => name(text).map(Self::Name),
        }
    }
}

fn account_id(text: &str) -> Result<AccountId, String> {
    AccountId::parse(text).map_err(|invalid| invalid.detail.to_string())
}

fn name(text: &str) -> Result<AccountName, String> {
    AccountName::parse(text).map_err(|invalid| invalid.detail.to_string())
}

impl Command {
    /// Whether it changes something: Ctrl-C waits for its write.
    pub(crate) fn writes(&self) -> bool {
        !matches!(
            self,
            Self::Find(_) | Self::Show { .. } | Self::Members { .. }
        )
    }
}

/// Runs the command.
pub(crate) async fn run(
    command: Command,
    connection: &Connection,
    output: &mut Output,
) -> Result<(), Failure> {
    match command {
        Command::Find(find) => find.run(connection, output).await,
        Command::Show { account } => show::show(&account, connection, output).await,
        Command::Members { account, limit } => {
            members::members(&account, limit, connection, output).await
        }
        Command::Suspend { account } => act::suspend(&account, connection, output).await,
        Command::Activate { account } => act::activate(&account, connection, output).await,
        Command::Delete { account } => act::delete(&account, connection, output).await,
        Command::Restore { account, name } => {
            act::restore(account, name.as_ref(), connection, output).await
        }
        Command::Transfer { account, to } => act::transfer(&account, &to, connection, output).await,
    }
}

/// The id of the account that `which` means, live or not.
pub(crate) async fn id(which: &Which, connection: &Connection) -> Result<AccountId, Failure> {
    match which {
        Which::Id(id) => Ok(*id),
        Which::Name(name) => {
            let named = connection.store.account_named(name).await?;
            Ok(named.ok_or(Error::from(Missing::Account))?)
        }
    }
}

/// The live account that `which` means.
pub(crate) async fn account(which: &Which, connection: &Connection) -> Result<Account, Failure> {
    let id = id(which, connection).await?;
    let read = connection
        .store
        .read(ReadSet::default().account(id))
        .await?;
    Ok(read.account(id)?.ok_or(Error::from(Missing::Account))?)
}
