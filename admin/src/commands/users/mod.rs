//! `users`: people, whatever accounts they belong to.

mod show;

use clap::Subcommand;
use model::{EmailAddress, Missing, User, UserId};
use store::ReadSet;

use crate::{Connection, Failure, Output};

/// What to do with people.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// A person, with their accounts, sessions and second factors
    Show {
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

impl std::str::FromStr for Who {
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

/// Runs the command.
pub(crate) async fn run(
    command: Command,
    connection: &Connection,
    output: &mut Output,
) -> Result<(), Failure> {
    match command {
        Command::Show { who } => show::show(&who, connection, output).await,
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
            let reads = ReadSet::default().credential(address);
            let holder = connection.store.read(reads).await?.credential(address)?;
            holder
                .ok_or(Missing::User)
                .map_err(model::Error::from)?
                .user
        }
    };
    let read = connection.store.read(ReadSet::default().user(id)).await?;
    let user = read.user(id)?.ok_or(Missing::User);
    Ok(user.map_err(model::Error::from)?)
}
