//! `DELETE /api/users/me`

use axum::extract::State;
use shared::model::{AuditContext, ChangeKind, Conflict, Error, PasswordAttempt, User};
use shared::store::{Backoff, Membership, ReadSet, Written};
use shared::{App, Early, FromBody, NoPath, Reader, Reply, Signed};

use crate::identity::Identity;

pub(crate) struct Body {
    password: PasswordAttempt,
}

impl FromBody for Body {
    fn read(reader: &mut Reader) -> Option<Self> {
        let password = reader.text("password", |text| Ok(PasswordAttempt::new(text)))?;
        Some(Self { password })
    }
}

/// Leaves every account, then erases the person. Whoever still owns an account hands it over or deletes it first.
pub(crate) async fn erase(
    State(identity): State<Identity>,
    request: Signed<NoPath, Body>,
) -> Result<Reply, Early> {
    let App { clock, store, .. } = &identity.app;
    let (user, memberships) = tokio::try_join!(
        store.live_user(&request.caller, clock.now()),
        store.memberships(request.caller.user),
    )?;
    let credential = identity
        .prove_again(&user.email, request.body.password, &request.origin)
        .await?;
    let owned: Vec<_> = memberships
        .iter()
        .filter(|membership| membership.owner)
        .map(|membership| membership.account)
        .collect();
    // A deleted account is nobody's any more, though its memberships are still being cleared.
    if !store.accounts(&owned).await?.is_empty() {
        return Err(Conflict::OwnerRequired.into());
    }
    // What stays of them in audit trails is the id.
    let act =
        AuditContext::new(&request.origin, Some(user.actor()), clock.now()).without_source_ip();
    for membership in &memberships {
        leave(&identity.app, &user, membership, &act).await?;
    }
    let change = act.on_user(ChangeKind::UserErased, user.id);
    if !store.erase(&user, &credential, &change).await? {
        return Err(Error::InvalidCredentials.into());
    }
    if let Err(error) = leave_the_rest(&identity.app, &user, &act).await {
        tracing::warn!(user_id = user.id.get(), error = %error, "a membership may be left behind");
    }
    Ok(Reply::no_content())
}

/// Leaves what the user was added or invited to at the very moment of the erasure.
async fn leave_the_rest(app: &App, user: &User, act: &AuditContext) -> Result<(), Error> {
    for membership in app.store.memberships(user.id).await? {
        leave(app, user, &membership, act).await?;
    }
    Ok(())
}

async fn leave(
    app: &App,
    user: &User,
    membership: &Membership,
    act: &AuditContext,
) -> Result<(), Error> {
    let change = act.on_user(ChangeKind::MemberRemoved, user.id);
    let mut backoff = Backoff::new();
    loop {
        let reads = ReadSet::default()
            .account(membership.account)
            .member(membership.account, user.id);
        let snapshot = app.store.read(reads).await?;
        let Some(member) = snapshot.member(membership.account, user.id)? else {
            return Ok(());
        };
        // The index may be behind a transfer of the ownership.
        if member.owner && snapshot.account(membership.account)?.is_some() {
            return Err(Conflict::OwnerRequired.into());
        }
        let gone = member.erased(act.at());
        match app.store.change_member(&member, &gone, &change).await? {
            Written::Done => return Ok(()),
            Written::Outdated(_) => backoff.wait().await?,
        }
    }
}
