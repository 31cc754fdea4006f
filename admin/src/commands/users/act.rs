//! What the platform does to a person, by the hand of an operator.

use model::{ChangeKind, Missing, User, UserStatus};
use store::ReadSet;

use super::show::profile;
use super::{Who, person};
use crate::commands::done;
use crate::{Connection, Failure, Output};

/// `users suspend`
pub(super) async fn suspend(
    who: &Who,
    connection: &Connection,
    output: &mut Output,
) -> Result<(), Failure> {
    let user = person(who, connection).await?;
    if !user.is_suspended() {
        let audit = connection.audit();
        let change = audit.on_user(ChangeKind::UserSuspended, user.id);
        connection.store.suspend(user.id, &change).await?;
    }
    after(user, "suspended", connection, output).await
}

/// `users activate`
pub(super) async fn activate(
    who: &Who,
    connection: &Connection,
    output: &mut Output,
) -> Result<(), Failure> {
    let user = person(who, connection).await?;
    if user.status != UserStatus::Active {
        let audit = connection.audit();
        let change = audit.on_user(ChangeKind::UserReactivated, user.id);
        connection.store.reactivate(user.id, &change).await?;
    }
    after(user, "active", connection, output).await
}

/// `users sign-out`
pub(super) async fn sign_out(
    who: &Who,
    connection: &Connection,
    output: &mut Output,
) -> Result<(), Failure> {
    let user = person(who, connection).await?;
    if !user.sessions.is_empty() {
        let audit = connection.audit();
        let change = audit.on_user(ChangeKind::SessionsEnded, user.id);
        connection.store.end_all_sessions(user.id, &change).await?;
    }
    after(user, "signed out everywhere", connection, output).await
}

/// `users erase`
pub(super) async fn erase(
    who: &Who,
    connection: &Connection,
    output: &mut Output,
) -> Result<(), Failure> {
    let user = person(who, connection).await?;
    output.confirm(&format!(
        "This erases {} ({}) for good, with every session and membership",
        user.email, user.id
    ))?;
    let audit = connection.audit();
    let erased = connection
        .store
        .erase(&user, store::ErasedBy::Platform, &audit);
    Box::pin(erased).await?;
    done(output, "user", user.id.get(), "erased")
}

/// Answers the person as they are now.
async fn after(
    user: User,
    what: &str,
    connection: &Connection,
    output: &mut Output,
) -> Result<(), Failure> {
    let read = connection.store.read(ReadSet::default().user(user.id));
    let user = read.await?.user(user.id)?;
    let user = user.ok_or(model::Error::from(Missing::User))?;
    let (id, address) = (user.id, user.email.clone());
    let profile = profile(connection, user).await?;
    output.answer(&profile, || format!("{address} ({id}) is {what}"))
}
