//! A person as they are answered: to themselves, and to the platform.

use std::collections::HashMap;

use serde::Serialize;
use shared::App;
use shared::model::{
    AccountId, AccountName, Country, EmailAddress, Error, MemberState, MemberStatus, PersonalName,
    Roles, Timestamp, User, UserId, UserStatus,
};
use shared::store::{Membership, ReadSet};

/// Memberships that one read takes, of a hundred items.
const READ_TOGETHER: usize = 100;

/// A person, with the accounts that they belong to.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Profile {
    id: UserId,
    email: EmailAddress,
    email_verified: bool,
    first_name: PersonalName,
    last_name: PersonalName,
    country: Option<Country>,
    created_at: Timestamp,
    /// Answered to the platform. Who asks about themselves is active.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<UserStatus>,
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

impl Profile {
    /// The profile of `user`, with the accounts of `memberships`. Pending invitations are hidden while the address is unproven.
    pub(crate) async fn new(
        app: &App,
        user: User,
        memberships: Vec<Membership>,
    ) -> Result<Self, Error> {
        let shown =
            |membership: &Membership| user.verified || membership.state != MemberState::Invited;
        let memberships: Vec<_> = memberships.into_iter().filter(shown).collect();
        let memberships = without_others(app, &user, memberships).await?;
        let ids: Vec<_> = memberships
            .iter()
            .map(|membership| membership.account)
            .collect();
        let accounts = app.store.accounts(&ids).await?;
        let mut accounts: HashMap<_, _> = accounts
            .into_iter()
            .filter(|account| account.admits(&user))
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
        Ok(Self {
            memberships: memberships.collect(),
            id: user.id,
            email: user.email,
            email_verified: user.verified,
            first_name: user.first_name,
            last_name: user.last_name,
            country: user.country,
            created_at: user.created_at,
            status: None,
        })
    }

    /// The same, with the status of the person.
    pub(crate) fn with_status(self, status: UserStatus) -> Self {
        Self {
            status: Some(status),
            ..self
        }
    }
}

/// `memberships` without invitations to a former address that is not `user`'s any more. The index does not know addresses.
async fn without_others(
    app: &App,
    user: &User,
    mut memberships: Vec<Membership>,
) -> Result<Vec<Membership>, Error> {
    let is_invited = |membership: &Membership| membership.state == MemberState::Invited;
    if user.addresses.former.is_empty() || !memberships.iter().any(is_invited) {
        return Ok(memberships);
    }
    let invited: Vec<_> = memberships
        .iter()
        .filter(|membership| is_invited(membership))
        .map(|membership| membership.account)
        .collect();
    let mut others = Vec::new();
    for accounts in invited.chunks(READ_TOGETHER) {
        let reads = accounts.iter().fold(ReadSet::default(), |reads, account| {
            reads.member(*account, user.id)
        });
        let snapshot = app.store.read(reads).await?;
        for account in accounts {
            let member = snapshot.member(*account, user.id)?;
            if !member.is_some_and(|member| member.is_for(user, app.clock.now())) {
                others.push(*account);
            }
        }
    }
    memberships.retain(|membership| !others.contains(&membership.account));
    Ok(memberships)
}
