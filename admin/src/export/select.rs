//! What an export reads.

use model::{AccountId, Error, Missing, UserId};
use store::{Found, ReadSet, RowKey, ScannedPage, ScannedRow, Segment};
use tokio::task::JoinSet;

use super::records::{Exported, Secrets, record};
use super::sorted::{Sorted, Sorter};
use crate::{Connection, Failure, Output};

/// Parts of the table that are read together.
const SEGMENTS: i32 = 4;

/// Rows that one read covers.
const PAGE: i32 = 1000;

/// People that are read together.
const PEOPLE: usize = 50;

/// Everything of the stack.
pub(crate) async fn of_stack(
    connection: &Connection,
    secrets: &Secrets,
    output: &Output,
) -> Result<Sorted, Failure> {
    let progress = output.progress("reading", None);
    let mut sorter = Sorter::new();
    let mut reading = JoinSet::new();
    let read = |reading: &mut JoinSet<_>, segment: Segment, after: Option<RowKey>| {
        let store = connection.store.clone();
        reading.spawn(async move { (segment, store.scan(segment, after.as_ref(), PAGE).await) });
    };
    for number in 0..SEGMENTS {
        let segment = Segment {
            number,
            of: SEGMENTS,
        };
        read(&mut reading, segment, None);
    }
    while let Some(ended) = reading.join_next().await {
        let (segment, page) = ended.map_err(Error::internal)?;
        let ScannedPage { rows, next } = page?;
        if next.is_some() {
            read(&mut reading, segment, next);
        }
        for ScannedRow { key, row } in rows {
            progress.advance(1);
            let row = row.map_err(|reason| {
                Failure::Refused(format!("{key} does not read back: {reason}; see `check`"))
            })?;
            if let Some(row) = Exported::of(row) {
                push(&mut sorter, row, secrets)?;
            }
        }
    }
    sorter.sorted()
}

/// One account, with everybody in it.
pub(crate) async fn of_account(
    id: AccountId,
    connection: &Connection,
    secrets: &Secrets,
    output: &Output,
) -> Result<Sorted, Failure> {
    let store = &connection.store;
    let progress = output.progress("reading", None);
    let mut sorter = Sorter::new();
    let read = store.read(ReadSet::default().account(id)).await?;
    let account = read.account(id)?.ok_or(Missing::Account);
    let account = account.map_err(Error::from)?;
    push(&mut sorter, Exported::Account(Box::new(account)), secrets)?;
    let mut from = None;
    loop {
        let Found { rows, next } = store.export_members(id, from).await?;
        let people: Vec<UserId> = rows.iter().map(|member| member.user).collect();
        for together in people.chunks(PEOPLE) {
            progress.advance(together.len() as u64);
            push_people(&mut sorter, together, connection, secrets).await?;
        }
        for member in rows {
            push(&mut sorter, Exported::Member(Box::new(member)), secrets)?;
        }
        if next.is_none() {
            return sorter.sorted();
        }
        from = next;
    }
}

async fn push_people(
    sorter: &mut Sorter,
    people: &[UserId],
    connection: &Connection,
    secrets: &Secrets,
) -> Result<(), Failure> {
    let store = &connection.store;
    let reads = people
        .iter()
        .fold(ReadSet::default(), |reads, id| reads.user(*id));
    let read = store.read(reads).await?;
    let users = people.iter().map(|id| read.user(*id));
    let users: Vec<_> = users
        .collect::<Result<Vec<_>, _>>()?
        .into_iter()
        .flatten()
        .collect();
    let reads = users.iter().fold(ReadSet::default(), |reads, user| {
        reads.credential(&user.email)
    });
    let read = store.read(reads).await?;
    for user in users {
        let credential = read.credential(&user.email)?;
        let credential = credential.filter(|credential| credential.user == user.id);
        push(sorter, Exported::User(Box::new(user)), secrets)?;
        if let Some(credential) = credential {
            let row = Exported::Credential(Box::new(credential));
            push(sorter, row, secrets)?;
        }
    }
    Ok(())
}

fn push(sorter: &mut Sorter, row: Exported, secrets: &Secrets) -> Result<(), Failure> {
    sorter.push(record(row, secrets)?)
}
