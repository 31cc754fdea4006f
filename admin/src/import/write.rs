//! Writes the lines of a file, several at a time.

use std::collections::BTreeSet;
use std::sync::Arc;

use model::{
    Account, AccountStatus, ChangeKind, Delivery, DeliveryState, Error, FactorId, Factors,
    Invitation, Member, MemberState, Missing, NewAccount, PasswordHash, PendingLink, Timestamp,
    Totp, User, UserStatus,
};
use observe::Meter;
use store::{ImportedUser, LineOutcome, ReadSet};
use tokens::factors::FactorKeys;
use tokio::sync::Mutex;
use tokio::task::JoinSet;

use super::input::{Founders, Input, Kind, Person};
use super::pace::Pace;
use super::report::Report;
use super::state::State;
use crate::lines::{
    AccountLine, InvitationLine, Line, LineStatus, MembershipLine, OwnerLine, UserLine,
};
use crate::{Connection, Failure, Output, Progress};

/// Lines that are under way together.
const TOGETHER: usize = 16;

/// Writes lines at a pace.
pub(crate) struct Writer {
    target: Target,
    pace: Mutex<Pace>,
}

/// Where lines go. Cheap to clone.
#[derive(Clone)]
struct Target {
    connection: Connection,
    /// What seals secrets of authenticator apps, if the file has any.
    keys: Option<Arc<FactorKeys>>,
}

/// A line that was written, or not.
struct Written {
    number: u64,
    result: Result<LineOutcome, Error>,
    expected: u32,
    meter: Arc<Meter>,
}

/// The write units that a line is expected to take: those of items of up to 1 KB.
fn expected(line: &Line) -> u32 {
    match line {
        // Two items in a transaction.
        Line::User(_) => 4,
        // Four items in a transaction, and two in indexes.
        Line::Account(_) => 10,
        // One item, and an index.
        Line::Membership(_) | Line::Invitation(_) => 2,
    }
}

impl Writer {
    pub(crate) fn new(connection: Connection, keys: Option<FactorKeys>, pace: Pace) -> Self {
        Self {
            target: Target {
                connection,
                keys: keys.map(Arc::new),
            },
            pace: Mutex::new(pace),
        }
    }

    /// Writes the lines of `kind`, from where `state` is.
    pub(crate) async fn run(
        &self,
        input: &Input,
        kind: Kind,
        state: &mut State,
        report: &mut Report,
        progress: &Progress,
        output: &mut Output,
    ) -> Result<(), Failure> {
        let interrupt = output.interrupt();
        let from = if kind == state.kind() {
            state.line()
        } else {
            0
        };
        let mut lines = input.read(kind, from)?;
        let mut running: JoinSet<Written> = JoinSet::new();
        let mut open = BTreeSet::new();
        let mut next = from;
        let mut failed = None;
        loop {
            while failed.is_none() && !interrupt.is_pressed() && running.len() < TOGETHER {
                let Some(line) = lines.next() else {
                    break;
                };
                let (number, line) = line?;
                let expected = expected(&line);
                self.pace.lock().await.take(expected).await;
                open.insert(number);
                next = number + 1;
                let target = self.target.clone();
                running.spawn(async move {
                    let meter = Arc::new(Meter::default());
                    let result = Box::pin(meter.over(written(&target, line))).await;
                    Written {
                        number,
                        result,
                        expected,
                        meter,
                    }
                });
            }
            let Some(ended) = running.join_next().await else {
                break;
            };
            let ended = ended.map_err(|error| Failure::unreachable("a line", &error))?;
            report.consumed(&ended.meter);
            let beyond = ended.meter.write() - f64::from(ended.expected);
            self.pace.lock().await.exceed(beyond);
            match report.note(kind, ended.number, ended.result, output) {
                Ok(()) => {
                    open.remove(&ended.number);
                    progress.advance(1);
                    state.note(kind, open.first().copied().unwrap_or(next))?;
                }
                // The others end first, so that as little as possible is written again.
                Err(failure) => failed = failed.or(Some(failure)),
            }
        }
        state.save()?;
        if let Some(failure) = failed {
            return Err(failure);
        }
        if interrupt.is_pressed() {
            let reason = "stopped between two lines; the same command goes on there";
            return Err(Failure::Interrupted(reason.into()));
        }
        Ok(())
    }
}

async fn written(target: &Target, line: Line) -> Result<LineOutcome, Error> {
    let connection = &target.connection;
    match line {
        Line::User(line) => user(target, line).await,
        Line::Account(line) => account(connection, line).await,
        Line::Membership(line) => membership(connection, &line).await,
        Line::Invitation(line) => invitation(connection, &line).await,
    }
}

/// The person has signed up elsewhere, or was invited if there is no password.
async fn user(target: &Target, line: UserLine) -> Result<LineOutcome, Error> {
    let connection = &target.connection;
    let now = connection.clock.now();
    let hash = match (line.password_hash.clone(), line.password_reset) {
        // A person without a password could be signed up for by anybody.
        (None, true) => Some(PasswordHash::VOID.to_owned()),
        (hash, _) => hash,
    };
    let kind = if hash.is_some() {
        ChangeKind::UserSignedUp
    } else {
        ChangeKind::UserInvited
    };
    let factors = factors(target, &line, now)?;
    let new = ImportedUser {
        user: User {
            country: line.country,
            verified: line.verified,
            status: match line.status {
                LineStatus::Active => UserStatus::Active,
                LineStatus::Suspended => UserStatus::Suspended,
            },
            credential: u64::from(hash.is_some()),
            created_at: line.created_at.unwrap_or(now),
            factors,
            ..User::new(line.id, line.email, (line.first_name, line.last_name), now)
        },
        hash,
        reset_due: line.password_reset,
    };
    let change = connection.audit().on_user(kind, line.id).unmailed();
    connection.store.import_user(&new, &change).await
}

/// The authenticator app, without recovery codes: only the person could have got them.
fn factors(target: &Target, line: &UserLine, now: Timestamp) -> Result<Factors, Error> {
    let Some(secret) = &line.totp else {
        return Ok(Factors::default());
    };
    let keys = target.keys.as_ref();
    let keys = keys.ok_or_else(|| Error::internal("no key of authenticator apps"))?;
    let totp = Totp {
        id: FactorId::random(),
        sealed: keys.seal(secret, line.id).map_err(Error::internal)?,
        created_at: now,
        last_step: 0,
        locked_until: None,
    };
    Ok(Factors {
        totp: Some(totp),
        version: 1,
        ..Factors::default()
    })
}

async fn account(connection: &Connection, line: AccountLine) -> Result<LineOutcome, Error> {
    let now = connection.clock.now();
    let read = connection
        .store
        .read(ReadSet::default().user(line.owner.user))
        .await?;
    let user = read.user(line.owner.user)?.ok_or(Missing::User)?;
    let founders = Founders {
        owner: user.id,
        creator: line.creator,
    };
    let person = Person::of(&user, connection).await?;
    person.may_belong(user.id, founders)?;
    let created_at = line.created_at.unwrap_or(now);
    let new = NewAccount {
        name: line.name,
        description: line.description,
        primary_contact: line.primary_contact,
        country: line.country,
    };
    let account = Account {
        status: match line.suspended_by {
            None => AccountStatus::Active,
            Some(_) => AccountStatus::Suspended,
        },
        suspended_by: line.suspended_by,
        creator: line.creator,
        require_second_factor: line.require_second_factor,
        updated_at: line.updated_at.unwrap_or(created_at),
        ..Account::new(line.id, new, user.id, created_at)
    };
    let OwnerLine { roles, .. } = line.owner;
    let since = line.owner.created_at.unwrap_or(created_at);
    let owner = Member {
        owner: true,
        updated_at: line.owner.updated_at.unwrap_or(since),
        ..Member::new(account.id, &user, roles, since)
    };
    let change = connection
        .audit()
        .on_account(ChangeKind::AccountCreated, account.id);
    let limit = connection.config.limits.accounts_per_owner;
    let written = connection
        .store
        .import_account(&account, &owner, limit, &change);
    written.await
}

async fn membership(connection: &Connection, line: &MembershipLine) -> Result<LineOutcome, Error> {
    let reads = ReadSet::default().account(line.account).user(line.user);
    let read = connection.store.read(reads).await?;
    let account = read.account(line.account)?.ok_or(Missing::Account)?;
    let user = read.user(line.user)?.ok_or(Missing::User)?;
    let person = Person::of(&user, connection).await?;
    person.may_belong(user.id, Founders::of(&account))?;
    let created_at = line.created_at.unwrap_or_else(|| connection.clock.now());
    let member = Member {
        state: match line.status {
            LineStatus::Active => MemberState::Active,
            LineStatus::Suspended => MemberState::Suspended,
        },
        updated_at: line.updated_at.unwrap_or(created_at),
        ..Member::new(line.account, &user, line.roles.clone(), created_at)
    };
    let change = connection.audit().on_user(ChangeKind::MemberAdded, user.id);
    let change = change.unmailed();
    connection.store.import_member(&member, &change).await
}

async fn invitation(connection: &Connection, line: &InvitationLine) -> Result<LineOutcome, Error> {
    let now = connection.clock.now();
    let reads = ReadSet::default().account(line.account).user(line.user);
    let read = connection.store.read(reads).await?;
    read.account(line.account)?.ok_or(Missing::Account)?;
    let user = read.user(line.user)?.ok_or(Missing::User)?;
    let created_at = line.created_at.unwrap_or(now);
    let change = connection
        .audit()
        .on_user(ChangeKind::MemberInvited, user.id);
    let change = if line.mail { change } else { change.unmailed() };
    let queued = Delivery::queued(&change);
    let member = Member {
        state: MemberState::Invited,
        verified: false,
        first_name: line.first_name.clone(),
        last_name: line.last_name.clone(),
        updated_at: line.updated_at.unwrap_or(created_at),
        invitation: Some(invited(connection, line, now)),
        delivery: Some(if line.mail {
            queued
        } else {
            Delivery {
                state: DeliveryState::Withheld,
                ..queued
            }
        }),
        ..Member::new(line.account, &user, line.roles.clone(), created_at)
    };
    connection.store.import_member(&member, &change).await
}

/// Its link is a new one: links of another service do not work here.
fn invited(connection: &Connection, line: &InvitationLine, now: Timestamp) -> Invitation {
    let fresh = PendingLink::new(connection.config.limits.invitation_lifetime, now);
    Invitation {
        link: PendingLink {
            expires_at: line.expires_at.unwrap_or(fresh.expires_at),
            ..fresh
        },
        inviter: line.inviter,
        mailed_at: line.mail.then_some(now).into_iter().collect(),
        mails: line.mail.into(),
        notice: false,
    }
}
