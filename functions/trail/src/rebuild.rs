//! Rebuilds derived data from the table: counters, copies of names, and events of changes whose records were lost.

use std::time::Duration;

use runtime::model::{AccountId, Error};
use runtime::store::{Counted, ListedAccount, ReadRange, SortKey};
use serde::{Deserialize, Serialize};

use crate::Trail;

/// What to rebuild.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rebuild {
    /// This account.
    account_id: Option<AccountId>,
    /// Or every account,
    #[serde(default)]
    all: bool,
    /// from here on: the `next` of the answer before.
    from: Option<Next>,
}

/// Where to continue.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Next {
    created_at: i64,
    id: u64,
}

/// What was rebuilt.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Rebuilt {
    /// Accounts whose derived data is right now.
    accounts: usize,
    /// Accounts with changes that are not processed yet: to be rebuilt again.
    again: Vec<AccountId>,
    /// Where to continue; `null` at the end.
    next: Option<Next>,
    /// How many live accounts there are, where they were counted.
    counted: Option<i64>,
}

/// Seconds after which an invocation begins with no other account.
const ENOUGH: i64 = 30;
/// The most accounts of one invocation.
const PAGE: usize = 20;
/// How often an account is read again while others change it.
const TRIES: u32 = 20;
/// The wait between two reads.
const WAIT: Duration = Duration::from_millis(250);

impl Trail {
    pub(crate) async fn rebuild(&self, asked: Rebuild) -> Result<Rebuilt, Error> {
        let mut rebuilt = Rebuilt::default();
        if let Some(account) = asked.account_id {
            self.rebuild_account(account, &mut rebuilt).await?;
        }
        if !asked.all {
            return Ok(rebuilt);
        }
        let after = asked.from.map(|next| SortKey {
            created_at: next.created_at,
            id: next.id,
        });
        let range = ReadRange {
            after,
            backwards: false,
            limit: PAGE,
        };
        let page = self.app.store.every_account(range, None).await?;
        let until = self.app.clock.now().plus_seconds(ENOUGH);
        let mut last: Option<ListedAccount> = None;
        for account in page.rows {
            if let Some(last) = last.filter(|_| self.app.clock.now() > until) {
                rebuilt.next = Some(Next {
                    created_at: last.created_at.millis(),
                    id: last.id.get(),
                });
                return Ok(rebuilt);
            }
            self.rebuild_account(account.id, &mut rebuilt).await?;
            last = Some(account);
        }
        rebuilt.next = page.last.filter(|_| !page.end).map(|last| Next {
            created_at: last.created_at,
            id: last.id,
        });
        if page.end {
            rebuilt.counted = self.count_accounts().await?;
        }
        Ok(rebuilt)
    }

    async fn rebuild_account(&self, id: AccountId, rebuilt: &mut Rebuilt) -> Result<(), Error> {
        for _ in 0..TRIES {
            if self.app.store.rebuild(id, self.app.clock.now()).await? {
                rebuilt.accounts += 1;
                return Ok(());
            }
            tokio::time::sleep(WAIT).await;
        }
        rebuilt.again.push(id);
        Ok(())
    }

    /// Counts the live accounts in the index. `None` if other changes interfere with every try.
    async fn count_accounts(&self) -> Result<Option<i64>, Error> {
        let what = Counted::Accounts;
        for _ in 0..TRIES {
            let snapshot = self.app.store.count(what).await?;
            let count = self.app.store.live_accounts().await?;
            if self.app.store.set_count(what, snapshot, count).await? {
                return Ok(Some(count));
            }
            tokio::time::sleep(WAIT).await;
        }
        Ok(None)
    }
}
