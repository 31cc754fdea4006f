//! A user, with their sessions.

use std::collections::BTreeMap;

use model::{
    Country, EmailAddress, FactorId, Factors, Method, Methods, PendingLink, PersonalName,
    RecoveryCodes, Session, SessionId, Stored as _, Timestamp, Totp, User, UserId, UserStatus,
};
use serde::{Deserialize, Serialize};

use super::factors::{RecoveryRow, SpentRow, TotpRow, spent, spent_row};
use super::passkeys::{PasskeysRow, passkeys, passkeys_row};
use super::{AddressChangesRow, exactly};
use crate::table_error::TableError;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserRow {
    entity: String,
    id: UserId,
    email: String,
    first_name: String,
    last_name: String,
    #[serde(default)]
    names_at: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    country: Option<String>,
    verified: bool,
    /// Only of a suspended person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<UserStatus>,
    credential: u64,
    pub sessions: BTreeMap<String, SessionRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    verification: Option<LinkRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    addresses: Option<AddressChangesRow>,
    created_at: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    totp: Option<TotpRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    passkeys: Option<PasskeysRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recovery: Option<RecoveryRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    spent: Option<SpentRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    factor_version: Option<u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SessionRow {
    #[serde(with = "serde_bytes")]
    family: Vec<u8>,
    #[serde(with = "serde_bytes")]
    digest: Vec<u8>,
    #[serde(default, with = "serde_bytes", skip_serializing_if = "Option::is_none")]
    previous: Option<Vec<u8>>,
    #[serde(with = "serde_bytes")]
    nonce: Vec<u8>,
    #[serde(with = "serde_bytes")]
    client: Vec<u8>,
    last_used_at: i64,
    created_at: i64,
    expires_at: i64,
    /// Sessions of before have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ends_at: Option<i64>,
    user_agent: String,
    /// Sessions of before have none: their person authenticated by password when they began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    authenticated_at: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    methods: Option<Methods>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    factor: Option<FactorId>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LinkRow {
    #[serde(with = "serde_bytes")]
    nonce: Vec<u8>,
    expires_at: i64,
}

/// How long a session of before lives at most, in seconds: the default of `SessionMaxDays`.
const LONGEST_SESSION: i64 = 180 * 24 * 60 * 60;

impl From<&User> for UserRow {
    fn from(user: &User) -> Self {
        let sessions = user.sessions.iter();
        Self {
            entity: "user".into(),
            id: user.id,
            email: user.email.as_str().into(),
            first_name: user.first_name.as_str().into(),
            last_name: user.last_name.as_str().into(),
            names_at: user.names_at.millis(),
            country: user.country.as_ref().map(|country| country.as_str().into()),
            verified: user.verified,
            status: user.is_suspended().then_some(UserStatus::Suspended),
            credential: user.credential,
            sessions: sessions
                .map(|(id, session)| (id.to_string(), session.into()))
                .collect(),
            verification: user.verification.as_ref().map(LinkRow::from),
            addresses: AddressChangesRow::of(&user.addresses),
            created_at: user.created_at.millis(),
            totp: user.factors.totp.as_ref().map(TotpRow::from),
            passkeys: passkeys_row(&user.factors.passkeys),
            recovery: user.factors.recovery.as_ref().map(RecoveryRow::from),
            spent: spent_row(&user.factors),
            factor_version: Some(user.factors.version).filter(|version| *version > 0),
        }
    }
}

impl TryFrom<UserRow> for User {
    type Error = TableError;

    fn try_from(row: UserRow) -> Result<Self, TableError> {
        let session = |(id, row): (String, SessionRow)| {
            let id = SessionId::parse(&id).map_err(|_| TableError::Damaged("session id"))?;
            Ok::<_, TableError>((id, row.try_into()?))
        };
        Ok(Self {
            id: row.id,
            email: EmailAddress::from_stored(row.email),
            first_name: PersonalName::from_stored(row.first_name),
            last_name: PersonalName::from_stored(row.last_name),
            names_at: Timestamp::from_millis(row.names_at),
            country: row.country.map(Country::from_stored),
            verified: row.verified,
            status: row.status.unwrap_or(UserStatus::Active),
            credential: row.credential,
            sessions: row
                .sessions
                .into_iter()
                .map(session)
                .collect::<Result<_, _>>()?,
            verification: row.verification.map(PendingLink::try_from).transpose()?,
            factors: Factors {
                totp: row.totp.map(Totp::from),
                passkeys: passkeys(row.passkeys.unwrap_or_default())?,
                recovery: row.recovery.map(RecoveryCodes::try_from).transpose()?,
                spent: spent(row.spent.unwrap_or_default())?,
                version: row.factor_version.unwrap_or_default(),
            },
            addresses: row.addresses.unwrap_or_default().try_into()?,
            created_at: Timestamp::from_millis(row.created_at),
        })
    }
}

impl From<&Session> for SessionRow {
    fn from(session: &Session) -> Self {
        Self {
            family: session.family.to_vec(),
            digest: session.digest.to_vec(),
            previous: session.previous.map(|digest| digest.to_vec()),
            nonce: session.nonce.to_vec(),
            client: session.client.to_vec(),
            last_used_at: session.last_used_at.millis(),
            created_at: session.created_at.millis(),
            expires_at: session.expires_at.millis(),
            ends_at: Some(session.ends_at.millis()),
            user_agent: session.user_agent.clone(),
            authenticated_at: Some(session.authenticated_at.millis()),
            methods: Some(session.methods.clone()),
            factor: session.factor,
        }
    }
}

impl TryFrom<SessionRow> for Session {
    type Error = TableError;

    fn try_from(row: SessionRow) -> Result<Self, TableError> {
        let created_at = Timestamp::from_millis(row.created_at);
        let ends_at = row.ends_at.map(Timestamp::from_millis);
        let authenticated_at = row.authenticated_at.map(Timestamp::from_millis);
        Ok(Self {
            family: exactly(row.family)?,
            digest: exactly(row.digest)?,
            previous: row.previous.map(exactly).transpose()?,
            nonce: exactly(row.nonce)?,
            client: exactly(row.client)?,
            last_used_at: Timestamp::from_millis(row.last_used_at),
            created_at,
            expires_at: Timestamp::from_millis(row.expires_at),
            ends_at: ends_at.unwrap_or_else(|| created_at.plus_seconds(LONGEST_SESSION)),
            user_agent: row.user_agent,
            authenticated_at: authenticated_at.unwrap_or(created_at),
            methods: row
                .methods
                .unwrap_or_else(|| Methods::only(Method::Password)),
            factor: row.factor,
        })
    }
}

impl From<&PendingLink> for LinkRow {
    fn from(link: &PendingLink) -> Self {
        Self {
            nonce: link.nonce.to_vec(),
            expires_at: link.expires_at.seconds(),
        }
    }
}

impl TryFrom<LinkRow> for PendingLink {
    type Error = TableError;

    fn try_from(row: LinkRow) -> Result<Self, TableError> {
        Ok(Self {
            nonce: exactly(row.nonce)?,
            expires_at: Timestamp::from_seconds(row.expires_at),
        })
    }
}
