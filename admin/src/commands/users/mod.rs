//! `users`: people, whatever accounts they belong to.

mod act;
mod find;
pub(crate) mod show;

use std::str::FromStr;

use clap::Subcommand;
use model::{EmailAddress, Error, Missing, User, UserId};
use store::ReadSet;

use crate::{Connection, Failure, Output};

/// What to do with people.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Find people: the holder of an address, or everybody whose address or name has a word in it
    Find(find::Find),
    /// A person, with their accounts, sessions and second factors
    Show {
        /// Their id or their mail address
        #[arg(value_name = "USER")]
        who: Who,
    },
    /// Suspend a person: their sessions end, and none begins. They are mailed
    Suspend {
        /// Their id or their mail address
        #[arg(value_name = "USER")]
        who: Who,
    },
    /// Let a suspended person sign in again. They are mailed
    Activate {
        /// Their id or their mail address
        #[arg(value_name = "USER")]
        who: Who,
    },
    /// Sign a person out everywhere. They are mailed
    SignOut {
        /// Their id or their mail address
        #[arg(value_name = "USER")]
        who: Who,
    },
    /// Erase a person, who leaves every account. An owner hands the accounts over first, or they are deleted
    Erase {
        /// Their id or their mail address
        #[arg(value_name = "USER")]
        who: Who,
    },
}

/// A person on the command line: an id or an address.
#[derive(Clone, Debug)]
pub(crate) enum Who {
    Id(UserId),
    Address(EmailAddress),
}

impl FromStr for Who {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(id) = UserId::parse(text) {
            return Ok(Self::Id(id));
        }
        let address = EmailAddress::parse(text);
        address
            .map(Self::Address)
            .map_err(|_| "neither an id nor a mail address".into())
    }
}

impl Command {
    /// Whether it changes something: Ctrl-C waits for its write.
    pub(crate) fn writes(&self) -> bool {
        !matches!(self, Self::Find(_) | Self::Show { .. })
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
        Command::Show { who } => show::show(&who, connection, output).await,
        Command::Suspend { who } => act::suspend(&who, connection, output).await,
        Command::Activate { who } => act::activate(&who, connection, output).await,
        Command::SignOut { who } => act::sign_out(&who, connection, output).await,
        Command::Erase { who } => act::erase(&who, connection, output).await,
    }
}

/// The person that `who` means.
///
/// # Errors
///
/// [`Failure::NotFound`].
pub(crate) async fn person(who: &Who, connection: &Connection) -> Result<User, Failure> {
    let id = match who {
        Who::Id(id) => *id,
        Who::Address(address) => {
            let holder = holder(address, connection).await?;
            holder.ok_or(Error::from(Missing::User))?
        }
    };
    let read = connection.store.read(ReadSet::default().user(id)).await?;
    Ok(read.user(id)?.ok_or(Error::from(Missing::User))?)
}

/// Who holds `address`.
pub(crate) async fn holder(
    address: &EmailAddress,
    connection: &Connection,
) -> Result<Option<UserId>, Failure> {
    let reads = ReadSet::default().credential(address);
    let credential = connection.store.read(reads).await?.credential(address)?;
    Ok(credential.map(|credential| credential.user))
}
