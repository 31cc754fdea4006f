//! `GET` and `PATCH /api/users/me`

use std::collections::HashMap;

use axum::extract::State;
use serde::Serialize;
use shared::model::{
    AccountId, AccountName, ChangeKind, Country, EmailAddress, Error, MemberState, MemberStatus,
    PersonalName, Roles, Timestamp, User, UserId,
};
use shared::store::Membership;
use shared::{App, Early, FromBody, NoBody, NoPath, Patch, Reader, Reply, Signed};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Profile<'a> {
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
    let (person, memberships) = tokio::join!(
        request.person(&app).read(),
        app.store.memberships(request.caller.user),
    );
    Ok(answer(&app, &person?.user, memberships?).await?)
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
    State(app): State<App>,
    request: Signed<NoPath, Body>,
) -> Result<Reply, Early> {
    let (person, memberships) = tokio::join!(
        request.person(&app).read(),
        app.store.memberships(request.caller.user),
    );
    let person = person?;
    let change = person
        .audit
        .on_user(ChangeKind::UserChanged, person.user.id);
    let updated = app.store.update_profile(person.user, &change, |user| {
        request.body.applied_to(user, person.now)
    });
    let user = updated.await?;
    Ok(answer(&app, &user, memberships?).await?)
}

impl Body {
    fn applied_to(&self, user: &User, now: Timestamp) -> User {
        let first = self.first_name.as_ref().unwrap_or(&user.first_name);
        let last = self.last_name.as_ref().unwrap_or(&user.last_name);
        User {
            country: self.country.clone().apply(user.country.clone()),
            ..user.named(first, last, now)
        }
    }
}

/// Hides pending invitations while the address is unproven.
async fn answer(app: &App, user: &User, memberships: Vec<Membership>) -> Result<Reply, Error> {
    let shown = |membership: &Membership| user.verified || membership.state != MemberState::Invited;
    let memberships: Vec<_> = memberships.into_iter().filter(shown).collect();
    let ids: Vec<_> = memberships
        .iter()
        .map(|membership| membership.account)
        .collect();
    let accounts = app.store.accounts(&ids).await?;
    let mut accounts: HashMap<_, _> = accounts
        .into_iter()
        .filter(|account| account.admits(user))
        .map(|account| (account.id, account))
        .collect();
    let memberships = memberships.into_iter().filter_map(|membership| {
        let account = accounts.remove(&membership.account)?;
        Some(MembershipAnswer {
            account_id: account.id,
            account_name: account.name,
            roles: membership.roles,
            status: membership.state.status()?,
            owner: account.owner == user.id,
        })
    });
    Ok(Reply::ok(&Profile {
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
