//! `users find`

use clap::Args;
use model::{EmailAddress, PersonalName, Timestamp, User, UserId, UserStatus};
use serde::Serialize;
use store::{ReadSet, StoredRow};

use super::holder;
use crate::scan::{Pace, Segments};
use crate::text::{columns, verified};
use crate::{Connection, Failure, Output};

/// People by a word.
#[derive(Debug, Args)]
pub(crate) struct Find {
    /// A whole mail address, which is found at once; or a part of an address or a name, which reads the whole table
    text: String,
    /// The most people to find
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
    #[command(flatten)]
    pace: Pace,
}

/// A person among others.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Found {
    id: UserId,
    email: EmailAddress,
    email_verified: bool,
    first_name: PersonalName,
    last_name: PersonalName,
    status: UserStatus,
    created_at: Timestamp,
}

impl Find {
    pub(super) async fn run(
        &self,
        connection: &Connection,
        output: &mut Output,
    ) -> Result<(), Failure> {
        let found = match EmailAddress::parse(&self.text) {
            Ok(address) => by_address(&address, connection).await?,
            Err(_) => self.by_word(connection, output).await?,
        };
        let found: Vec<_> = found.into_iter().map(Found::from).collect();
        output.answer(&found, || text(&found))
    }

    /// Everybody whose address or name has the word in it.
    async fn by_word(
        &self,
        connection: &Connection,
        output: &mut Output,
    ) -> Result<Vec<User>, Failure> {
        let word = self.text.to_lowercase();
        let has = |text: &str| text.to_lowercase().contains(&word);
        let progress = output.progress("reading the table", None);
        let mut segments = Segments::begin(connection, self.pace);
        let mut found = Vec::new();
        while found.len() < self.limit
            && let Some(page) = segments.next().await?
        {
            progress.advance(page.rows.len() as u64);
            let rows = page.rows.into_iter().filter_map(|scanned| scanned.row.ok());
            found.extend(
                rows.filter_map(|row| match row {
                    StoredRow::User(person) => Some(person.user),
                    _ => None,
                })
                .filter(|user| has(user.email.as_str()) || has(&user.full_name())),
            );
        }
        found.truncate(self.limit);
        Ok(found)
    }
}

async fn by_address(address: &EmailAddress, connection: &Connection) -> Result<Vec<User>, Failure> {
    let Some(id) = holder(address, connection).await? else {
        return Ok(Vec::new());
    };
    let read = connection.store.read(ReadSet::default().user(id)).await?;
    Ok(read.user(id)?.into_iter().collect())
}

impl From<User> for Found {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            email: user.email,
            email_verified: user.verified,
            first_name: user.first_name,
            last_name: user.last_name,
            status: user.status,
            created_at: user.created_at,
        }
    }
}

fn text(found: &[Found]) -> String {
    if found.is_empty() {
        return "nobody".into();
    }
    let rows = found.iter().map(|user| {
        vec![
            user.id.to_string(),
            format!("{} ({})", user.email, verified(user.email_verified)),
            format!("{} {}", user.first_name, user.last_name),
            user.status.as_str().to_owned(),
        ]
    });
    columns(
        &["id", "address", "name", "status"],
        &rows.collect::<Vec<_>>(),
    )
}
