//! `GET` and `PATCH /api/users/me`

use std::collections::HashMap;

use axum::extract::State;
use serde::Serialize;
use shared::model::{
    AccountId, AccountName, AuditContext, ChangeKind, Country, Differences, EmailAddress, Error,
    MemberState, MemberStatus, PersonalName, Roles, Timestamp, User, UserId,
};
use shared::store::{Backoff, Membership, Written};
use shared::{App, Early, FromBody, NoBody, NoPath, Patch, Reader, Reply, Signed};

use crate::identity::Identity;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    id: UserId,
    email: &'a EmailAddress,
    email_verified: bool,
    first_name: &'a PersonalName,
    last_name: &'a PersonalName,
    country: Option<&'a Country>,
    created_at: Timestamp,
    memberships: Vec<MembershipAnswer>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MembershipAnswer {
    account_id: AccountId,
    account_name: AccountName,
    roles: Roles,
    status: MemberStatus,
    owner: bool,
}

/// Who the caller is, and where they belong.
pub(crate) async fn get(
    State(app): State<App>,
    request: Signed<NoPath, NoBody>,
) -> Result<Reply, Early> {
    let caller = &request.caller;
    let (user, memberships) = tokio::try_join!(
        app.store.live_user(caller, app.clock.now()),
        app.store.memberships(caller.user),
    )?;
    Ok(answer(&app, &user, memberships).await?)
}

pub(crate) struct Body {
    first_name: Option<PersonalName>,
    last_name: Option<PersonalName>,
    country: Patch<Country>,
}

impl FromBody for Body {
    fn read(reader: &mut Reader) -> Option<Self> {
        reader.not_empty();
        let first_name = reader.change("firstName", PersonalName::parse);
        let last_name = reader.change("lastName", PersonalName::parse);
        let country = reader.patch("country", Country::parse);
        Some(Self {
            first_name: first_name?,
            last_name: last_name?,
            country: country?,
        })
    }
}

/// Changes names and country.
pub(crate) async fn change(
    State(identity): State<Identity>,
    request: Signed<NoPath, Body>,
) -> Result<Reply, Early> {
    let App { clock, store, .. } = &identity.app;
    let (mut user, memberships) = tokio::try_join!(
        store.live_user(&request.caller, clock.now()),
        store.memberships(request.caller.user),
    )?;
    let act = AuditContext::new(&request.origin, Some(user.actor()), clock.now());
    let mut backoff = Backoff::new();
    loop {
        let (next, differences) = request.body.applied_to(&user, clock.now());
        let change = act
            .on_user(ChangeKind::UserChanged, user.id)
            .with(differences);
        match store.change_profile(&user, &next, &change).await? {
            Written::Done => return Ok(answer(&identity.app, &next, memberships).await?),
            // The other one may have changed other members than this one: none of them is lost.
            Written::Outdated(existing) => user = existing.ok_or(Error::Unauthenticated)?,
        }
        backoff.wait().await?;
    }
}

impl Body {
    fn applied_to(&self, user: &User, now: Timestamp) -> (User, Differences) {
        let first = self.first_name.as_ref().unwrap_or(&user.first_name);
        let last = self.last_name.as_ref().unwrap_or(&user.last_name);
        let next = User {
            country: self.country.clone().apply(user.country.clone()),
            ..user.named(first, last, now)
        };
        let mut differences = Differences::default();
        differences.note("firstName", &user.first_name, &next.first_name);
        differences.note("lastName", &user.last_name, &next.last_name);
        differences.note("country", &user.country, &next.country);
        (next, differences)
    }
}

/// Invitations to an address that nobody has proved to be theirs are nobody's to see.
async fn answer(app: &App, user: &User, memberships: Vec<Membership>) -> Result<Reply, Error> {
    let shown = |membership: &Membership| user.verified || membership.state != MemberState::Invited;
    let memberships: Vec<_> = memberships.into_iter().filter(shown).collect();
    let ids: Vec<_> = memberships
        .iter()
        .map(|membership| membership.account)
        .collect();
    let accounts = app.store.accounts(&ids).await?;
    let mut names: HashMap<_, _> = accounts
        .into_iter()
        .filter(|account| account.admits(user))
        .map(|account| (account.id, account.name))
        .collect();
    let memberships = memberships.into_iter().filter_map(|membership| {
        Some(MembershipAnswer {
            account_id: membership.account,
            account_name: names.remove(&membership.account)?,
            roles: membership.roles,
            status: membership.state.status()?,
            owner: membership.owner,
        })
    });
    Ok(Reply::ok(&Answer {
        id: user.id,
        email: &user.email,
        email_verified: user.verified,
        first_name: &user.first_name,
        last_name: &user.last_name,
        country: user.country.as_ref(),
        created_at: user.created_at,
        memberships: memberships.collect(),
    }))
}
