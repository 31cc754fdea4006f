//! `accounts find`

use clap::Args;
use model::{AccountId, AccountName, AccountStatus, Timestamp, UserId};
use serde::Serialize;
use store::{ListedAccount, ReadRange, ReadSet};

use crate::text::columns;
use crate::{Connection, Failure, Output};

/// Accounts that one read of the index takes.
const PAGE: usize = 1000;

/// Accounts by a word.
#[derive(Debug, Args)]
pub(crate) struct Find {
    /// A part of a name; without it, every account. The whole name is found at once, a part reads the list of all accounts
    text: Option<String>,
    /// The most accounts to find
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
}

/// An account among others.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Found {
    id: AccountId,
    name: AccountName,
    status: AccountStatus,
    owner_id: UserId,
    created_at: Timestamp,
}

impl Find {
    pub(super) async fn run(
        &self,
        connection: &Connection,
        output: &mut Output,
    ) -> Result<(), Failure> {
        let mut found = self.named(connection).await?;
        if found.is_empty() {
            found = self.by_word(connection, output).await?;
        }
        let found: Vec<_> = found.into_iter().map(Found::from).collect();
        output.answer(&found, || text(&found))
    }

    async fn named(&self, connection: &Connection) -> Result<Vec<ListedAccount>, Failure> {
        let name = self.text.as_deref().map(AccountName::parse);
        let Some(Ok(name)) = name else {
            return Ok(Vec::new());
        };
        let Some(id) = connection.store.account_named(&name).await? else {
            return Ok(Vec::new());
        };
        let read = connection
            .store
            .read(ReadSet::default().account(id))
            .await?;
        Ok(read
            .account(id)?
            .map(ListedAccount::from)
            .into_iter()
            .collect())
    }

    async fn by_word(
        &self,
        connection: &Connection,
        output: &mut Output,
    ) -> Result<Vec<ListedAccount>, Failure> {
        let word = self.text.as_deref().unwrap_or_default().to_lowercase();
        let progress = output.progress("reading the list of accounts", None);
        let mut found = Vec::new();
        let mut after = None;
        loop {
            let range = ReadRange {
                after,
                backwards: false,
                limit: PAGE,
            };
            let page = connection.store.every_account(range, None).await?;
            progress.advance(page.scanned as u64);
            let rows = page.rows.into_iter();
            found.extend(
                rows.filter(|account| account.name.as_str().to_lowercase().contains(&word)),
            );
            if page.end || found.len() >= self.limit {
                found.truncate(self.limit);
                return Ok(found);
            }
            after = page.last;
        }
    }
}

impl From<ListedAccount> for Found {
    fn from(account: ListedAccount) -> Self {
        Self {
            id: account.id,
            name: account.name,
            status: account.status,
            owner_id: account.owner,
            created_at: account.created_at,
        }
    }
}

fn text(found: &[Found]) -> String {
    if found.is_empty() {
        return "no account".into();
    }
    let rows = found.iter().map(|account| {
        vec![
            account.id.to_string(),
            account.name.to_string(),
            account.status.as_str().to_owned(),
            account.owner_id.to_string(),
            account.created_at.to_string(),
        ]
    });
    let titles = ["id", "name", "status", "owner", "created"];
    columns(&titles, &rows.collect::<Vec<_>>())
}
