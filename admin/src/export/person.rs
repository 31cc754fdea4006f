//! `export --person`: everything that the stack knows of a person, for them.

use std::collections::{BTreeSet, HashMap};

use model::{
    Account, AccountId, ChangeKind, Methods, PersonalName, Roles, Target, Timestamp, User,
};
use serde::Serialize;
use store::{Event, EventPlace, ReadRange, ReadSet};

use crate::lines::UserForm;
use crate::{Connection, Failure};

/// Events that one read covers.
const EVENTS: usize = 1000;

/// What the stack knows of a person. Secrets are no part of it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PersonalData {
    person: UserForm,
    has_password: bool,
    former_addresses: Vec<String>,
    second_factors: SecondFactors,
    sessions: Vec<SessionShown>,
    memberships: Vec<MembershipShown>,
    /// What the person did, as the audit trails of accounts keep it.
    events: Vec<EventShown>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SecondFactors {
    authenticator_app_since: Option<Timestamp>,
    passkeys: usize,
    recovery_codes: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SessionShown {
    created_at: Timestamp,
    last_used_at: Timestamp,
    ends_at: Timestamp,
    user_agent: String,
    methods: Methods,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MembershipShown {
    account_id: AccountId,
    account_name: Option<String>,
    owner: bool,
    roles: Roles,
    status: String,
    since: Timestamp,
    /// As the inviter typed them.
    invited_as: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EventShown {
    account_id: AccountId,
    kind: ChangeKind,
    at: Timestamp,
    target: Target,
    source_ip: Option<String>,
}

/// What the stack knows of `user`.
pub(crate) async fn personal_data(
    user: User,
    connection: &Connection,
) -> Result<PersonalData, Failure> {
    let memberships = memberships(&user, connection).await?;
    let mut accounts: BTreeSet<AccountId> = memberships
        .iter()
        .map(|membership| membership.account_id)
        .collect();
    accounts.extend(connection.store.activity(user.id).await?);
    let mut events = Vec::new();
    for account in accounts {
        events.extend(acts(&user, account, connection).await?);
    }
    let sessions = user.sessions.values().map(|session| SessionShown {
        created_at: session.created_at,
        last_used_at: session.last_used_at,
        ends_at: session.end(),
        user_agent: session.user_agent.clone(),
        methods: session.methods.clone(),
    });
    let former = user.addresses.former.iter();
    let factors = &user.factors;
    Ok(PersonalData {
        has_password: user.credential > 0,
        former_addresses: former
            .map(|former| former.email.as_str().to_owned())
            .collect(),
        second_factors: SecondFactors {
            authenticator_app_since: factors.totp.as_ref().map(|totp| totp.created_at),
            passkeys: factors.passkeys.len(),
            recovery_codes: factors.recovery_codes_left(),
        },
        sessions: sessions.collect(),
        person: super::records::user_form(&user),
        memberships,
        events,
    })
}

async fn memberships(
    user: &User,
    connection: &Connection,
) -> Result<Vec<MembershipShown>, Failure> {
    let store = &connection.store;
    let listed = store.every_membership(user.id).await?;
    let ids: Vec<AccountId> = listed.iter().map(|membership| membership.account).collect();
    let accounts = store.accounts(&ids).await?.into_iter();
    let accounts: HashMap<AccountId, Account> =
        accounts.map(|account| (account.id, account)).collect();
    let mut shown = Vec::new();
    for together in ids.chunks(50) {
        let reads = together
            .iter()
            .fold(ReadSet::default(), |reads, id| reads.member(*id, user.id));
        let read = store.read(reads).await?;
        for id in together {
            let Some(member) = read.member(*id, user.id)? else {
                continue;
            };
            let Some(status) = member.status() else {
                continue;
            };
            let names = [&member.first_name, &member.last_name];
            let names: Vec<&str> = names
                .into_iter()
                .flatten()
                .map(PersonalName::as_str)
                .collect();
            shown.push(MembershipShown {
                account_id: *id,
                account_name: accounts
                    .get(id)
                    .map(|account| account.name.as_str().to_owned()),
                owner: member.owner,
                status: status.as_str().to_owned(),
                since: member.created_at,
                invited_as: (!member.is_active() && !names.is_empty()).then(|| names.join(" ")),
                roles: member.roles,
            });
        }
    }
    Ok(shown)
}

/// What `user` did in `account`.
async fn acts(
    user: &User,
    account: AccountId,
    connection: &Connection,
) -> Result<Vec<EventShown>, Failure> {
    let mut acts = Vec::new();
    let mut after: Option<EventPlace> = None;
    loop {
        let range = ReadRange {
            after,
            backwards: false,
            limit: EVENTS,
        };
        let page = connection.store.events(account, range, None).await?;
        let own = page
            .rows
            .into_iter()
            .filter(|event| event.actor == Some(user.actor()));
        acts.extend(own.map(|event: Event| EventShown {
            account_id: account,
            kind: event.kind,
            at: event.at,
            target: event.target,
            source_ip: event.source_ip,
        }));
        if page.end {
            return Ok(acts);
        }
        after = page.last;
    }
}
