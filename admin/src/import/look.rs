//! `--dry-run`: compares the lines of a file with the table.

use model::{AccountId, Conflict, Error, Missing, User, UserId};
use store::{LineOutcome, ReadSet};

use super::input::{Founders, Input, Kind, Person};
use super::report::Report;
use crate::lines::{AccountLine, Line, UserLine};
use crate::{Connection, Failure, Output};

/// Notes what would become of each line.
pub(crate) async fn run(
    input: &Input,
    connection: &Connection,
    report: &mut Report,
    output: &mut Output,
) -> Result<(), Failure> {
    let interrupt = output.interrupt();
    let progress = output.progress("comparing", Some(input.lines()));
    for kind in Kind::ALL {
        for line in input.read(kind, 0)? {
            let (number, line) = line?;
            let outcome = match line {
                Line::User(line) => user(connection, &line).await,
                Line::Account(line) => account(input, connection, &line).await,
                Line::Membership(line) => {
                    membership(input, connection, (line.account, line.user), true).await
                }
                Line::Invitation(line) => {
                    membership(input, connection, (line.account, line.user), false).await
                }
            };
            report.note(kind, number, outcome, output)?;
            progress.advance(1);
            if interrupt.is_pressed() {
                return Err(Failure::Interrupted("stopped".into()));
            }
        }
    }
    Ok(())
}

async fn user(connection: &Connection, line: &UserLine) -> Result<LineOutcome, Error> {
    let reads = ReadSet::default().user(line.id).credential(&line.email);
    let read = connection.store.read(reads).await?;
    if let Some(existing) = read.user(line.id)? {
        let same = existing.email.normal_form() == line.email.normal_form();
        return Ok(existing_if(same));
    }
    let now = connection.clock.now();
    let held = read.held(&line.email)?.is_some_and(|held| held.lasts(now));
    if held || read.credential(&line.email)?.is_some() {
        return Err(Conflict::EmailTaken.into());
    }
    Ok(LineOutcome::New)
}

async fn account(
    input: &Input,
    connection: &Connection,
    line: &AccountLine,
) -> Result<LineOutcome, Error> {
    let reads = ReadSet::default().account(line.id).user(line.owner.user);
    let read = connection.store.read(reads).await?;
    if let Some(existing) = read.account(line.id)? {
        let same = existing.name.normal_form() == line.name.normal_form();
        return Ok(existing_if(same));
    }
    if connection.store.account_named(&line.name).await?.is_some() {
        return Err(Conflict::AccountNameTaken.into());
    }
    let owner = line.owner.user;
    let person = person(input, connection, owner, read.user(owner)?).await?;
    let founders = Founders {
        owner,
        creator: line.creator,
    };
    person.may_belong(owner, founders)?;
    Ok(LineOutcome::New)
}

/// A membership, or an invitation to one, which gives no rights yet.
async fn membership(
    input: &Input,
    connection: &Connection,
    (account, user): (AccountId, UserId),
    gives_rights: bool,
) -> Result<LineOutcome, Error> {
    let reads = ReadSet::default()
        .account(account)
        .user(user)
        .member(account, user);
    let read = connection.store.read(reads).await?;
    let existing = read.account(account)?;
    let founders = existing.as_ref().map(Founders::of);
    let founders = founders.or_else(|| input.founders(account));
    let founders = founders.ok_or(Missing::Account)?;
    let person = person(input, connection, user, read.user(user)?).await?;
    if gives_rights {
        person.may_belong(user, founders)?;
    }
    Ok(match read.member(account, user)? {
        Some(_) => LineOutcome::Existing,
        None => LineOutcome::New,
    })
}

/// The person `id` as they are in the table, or else will be.
async fn person(
    input: &Input,
    connection: &Connection,
    id: UserId,
    existing: Option<User>,
) -> Result<Person, Error> {
    match existing {
        Some(user) => Person::of(&user, connection).await,
        None => Ok(input.person(id).ok_or(Missing::User)?),
    }
}

fn existing_if(same: bool) -> LineOutcome {
    if same {
        LineOutcome::Existing
    } else {
        LineOutcome::IdTaken
    }
}
