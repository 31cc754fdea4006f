//! `users show`

use std::collections::HashMap;

use model::{
    AccountId, AccountName, Country, EmailAddress, MemberStatus, PersonalName, Roles, Timestamp,
    User, UserId, UserStatus,
};
use serde::Serialize;

use super::{Who, person};
use crate::text::{columns, optional, roles, sheet, verified, yes};
use crate::{Connection, Failure, Output};

/// A person as the operator sees them: everything but secrets.
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
    status: UserStatus,
    password: bool,
    second_factors: SecondFactors,
    sessions: Vec<SessionShown>,
    memberships: Vec<MembershipShown>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SecondFactors {
    totp: bool,
    passkeys: usize,
    recovery_codes: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SessionShown {
    created_at: Timestamp,
    last_used_at: Timestamp,
    expires_at: Timestamp,
    user_agent: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MembershipShown {
    account_id: AccountId,
    account_name: Option<AccountName>,
    roles: Roles,
    status: MemberStatus,
    owner: bool,
}

/// Shows the person.
pub(super) async fn show(
    who: &Who,
    connection: &Connection,
    output: &mut Output,
) -> Result<(), Failure> {
    let user = person(who, connection).await?;
    let profile = profile(connection, user).await?;
    output.answer(&profile, || profile.text())
}

/// `user` as they are shown.
pub(super) async fn profile(connection: &Connection, user: User) -> Result<Profile, Failure> {
    let memberships = connection.store.memberships(user.id).await?;
    let ids: Vec<_> = memberships
        .iter()
        .map(|membership| membership.account)
        .collect();
    let accounts = connection.store.accounts(&ids).await?.into_iter();
    let accounts: HashMap<_, _> = accounts.map(|account| (account.id, account)).collect();
    let memberships = memberships.into_iter().filter_map(|membership| {
        let account = accounts.get(&membership.account);
        Some(MembershipShown {
            account_id: membership.account,
            account_name: account.map(|account| account.name.clone()),
            roles: membership.roles,
            status: membership.state.status()?,
            owner: account.is_some_and(|account| account.owner == user.id),
        })
    });
    let now = connection.clock.now();
    let sessions = user.sessions.values().filter(|session| now < session.end());
    let sessions = sessions.map(|session| SessionShown {
        created_at: session.created_at,
        last_used_at: session.last_used_at,
        expires_at: session.end(),
        user_agent: session.user_agent.clone(),
    });
    Ok(Profile {
        memberships: memberships.collect(),
        sessions: sessions.collect(),
        second_factors: SecondFactors {
            totp: user.factors.totp.is_some(),
            passkeys: user.factors.passkeys.len(),
            recovery_codes: user.factors.recovery_codes_left(),
        },
        id: user.id,
        email: user.email,
        email_verified: user.verified,
        first_name: user.first_name,
        last_name: user.last_name,
        country: user.country,
        created_at: user.created_at,
        status: user.status,
        password: user.credential > 0,
    })
}

impl Profile {
    fn text(&self) -> String {
        let factors = &self.second_factors;
        let mut text = sheet(&[
            ("id", self.id.to_string()),
            (
                "address",
                format!("{} ({})", self.email, verified(self.email_verified)),
            ),
            ("name", format!("{} {}", self.first_name, self.last_name)),
            ("country", optional(self.country.as_ref())),
            ("status", self.status.as_str().to_owned()),
            ("password", yes(self.password)),
            (
                "second factors",
                format!(
                    "authenticator app {}, passkeys {}, recovery codes {}",
                    yes(factors.totp),
                    factors.passkeys,
                    factors.recovery_codes
                ),
            ),
            ("created", self.created_at.to_string()),
        ]);
        text += &section(
            "account",
            &["account", "name", "status", "owner", "roles"],
            self.memberships.iter().map(|member| {
                vec![
                    member.account_id.to_string(),
                    optional(member.account_name.as_ref()),
                    member.status.as_str().to_owned(),
                    yes(member.owner),
                    roles(&member.roles),
                ]
            }),
        );
        text += &section(
            "session",
            &["last used", "expires", "device"],
            self.sessions.iter().map(|session| {
                vec![
                    session.last_used_at.to_string(),
                    session.expires_at.to_string(),
                    session.user_agent.clone(),
                ]
            }),
        );
        text
    }
}

/// Rows under a line that counts them.
fn section(what: &str, titles: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let rows: Vec<_> = rows.collect();
    match rows.len() {
        0 => format!("\n\nno {what}s"),
        _ => format!("\n\n{}", columns(titles, &rows)),
    }
}
