//! A membership, and what the index of memberships shows of it.

use model::{
    Delivery, DeliveryState, EmailAddress, Invitation, Member, MemberState, PendingLink,
    PersonalName, Roles, Stored as _, Timestamp, UserId,
};
use serde::{Deserialize, Serialize};

use super::exactly;
use crate::keys;
use crate::table_error::TableError;
use crate::wire::Source;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MemberRow {
    entity: String,
    email: String,
    #[serde(default)]
    email_verified: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    first_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_name: Option<String>,
    roles: Roles,
    status: StateRow,
    owner: bool,
    created_at: i64,
    updated_at: i64,
    version: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    invitation: Option<InvitationRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    delivery: Option<DeliveryRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    gsi1pk: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    gsi1sk: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ttl: Option<i64>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum StateRow {
    Invited,
    Active,
    Suspended,
    Removed,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct InvitationRow {
    #[serde(with = "serde_bytes")]
    nonce: Vec<u8>,
    expires_at: i64,
    /// Rows from before have a copy of the name instead, which is not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    inviter: Option<UserId>,
    mailed_at: Vec<i64>,
    /// Rows of before have none: the mails of their last hour are all that is known.
    #[serde(default)]
    mails: Option<u32>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    notice: bool,
}

/// Written by `mailer` too, which touches nothing else of the row.
#[derive(Serialize, Deserialize)]
struct DeliveryRow {
    change: String,
    state: DeliveryState,
    at: i64,
}

/// What a membership's row may be without, apart from [`DELIVERY`].
pub(crate) const OPTIONAL: [&str; 7] = [
    "change",
    "firstName",
    "gsi1pk",
    "gsi1sk",
    "invitation",
    "lastName",
    "ttl",
];
/// What has become of the invitation's mail.
pub(crate) const DELIVERY: &str = "delivery";

/// A membership as `gsi1` projects it. The account says who owns it, so that another owner changes nothing in the index.
#[derive(Deserialize)]
pub(crate) struct MembershipRow {
    pub pk: String,
    pub roles: Roles,
    status: StateRow,
}

impl MembershipRow {
    pub(crate) fn state(&self) -> MemberState {
        self.status.into()
    }
}

/// How long a removed membership's row stays for what its change record sets off, in seconds.
const REMOVED_ROW_LIFETIME: i64 = 24 * 60 * 60;

impl From<&Member> for MemberRow {
    fn from(member: &Member) -> Self {
        let removed = member.state == MemberState::Removed;
        let (partition, sort) = keys::gsi1(member.account, member.user);
        let lifetime = || member.updated_at.seconds() + REMOVED_ROW_LIFETIME;
        let text = |name: &Option<PersonalName>| Some(name.as_ref()?.as_str().to_owned());
        Self {
            entity: "member".into(),
            email: member.email.as_str().into(),
            email_verified: member.verified,
            first_name: text(&member.first_name),
            last_name: text(&member.last_name),
            roles: member.roles.clone(),
            status: member.state.into(),
            owner: member.owner,
            created_at: member.created_at.millis(),
            updated_at: member.updated_at.millis(),
            version: member.version,
            invitation: member.invitation.as_ref().map(InvitationRow::from),
            delivery: member.delivery.as_ref().map(DeliveryRow::from),
            gsi1pk: (!removed).then_some(partition),
            gsi1sk: (!removed).then_some(sort),
            ttl: removed.then(lifetime),
        }
    }
}

/// The state of the membership that `item` holds.
pub(crate) fn member_state(item: &impl Source) -> Result<MemberState, TableError> {
    #[derive(Deserialize)]
    struct Row {
        status: StateRow,
    }
    Ok(item.row::<Row>()?.status.into())
}

/// The membership that `item` holds.
pub(crate) fn member(item: &impl Source) -> Result<Member, TableError> {
    let key = item.key().ok_or(TableError::Damaged("member key"))?;
    let row: MemberRow = item.row()?;
    Ok(Member {
        account: keys::account_id(&key.pk).ok_or(TableError::Damaged("member key"))?,
        user: keys::member_id(&key.sk).ok_or(TableError::Damaged("member key"))?,
        email: EmailAddress::from_stored(row.email),
        verified: row.email_verified,
        first_name: row.first_name.map(PersonalName::from_stored),
        last_name: row.last_name.map(PersonalName::from_stored),
        roles: row.roles,
        state: row.status.into(),
        owner: row.owner,
        created_at: Timestamp::from_millis(row.created_at),
        updated_at: Timestamp::from_millis(row.updated_at),
        version: row.version,
        invitation: row.invitation.map(Invitation::try_from).transpose()?,
        delivery: row.delivery.map(Delivery::from),
    })
}

impl From<&Invitation> for InvitationRow {
    fn from(invitation: &Invitation) -> Self {
        Self {
            nonce: invitation.link.nonce.to_vec(),
            expires_at: invitation.link.expires_at.seconds(),
            inviter: invitation.inviter,
            mailed_at: invitation.mailed_at.iter().map(|at| at.millis()).collect(),
            mails: Some(invitation.mails),
            notice: invitation.notice,
        }
    }
}

impl TryFrom<InvitationRow> for Invitation {
    type Error = TableError;

    fn try_from(row: InvitationRow) -> Result<Self, TableError> {
        let known = u32::try_from(row.mailed_at.len()).unwrap_or(u32::MAX);
        let mailed_at = row.mailed_at.into_iter();
        Ok(Self {
            link: PendingLink {
                nonce: exactly(row.nonce)?,
                expires_at: Timestamp::from_seconds(row.expires_at),
            },
            inviter: row.inviter,
            mailed_at: mailed_at.map(Timestamp::from_millis).collect(),
            mails: row.mails.unwrap_or(known),
            notice: row.notice,
        })
    }
}

impl From<&Delivery> for DeliveryRow {
    fn from(delivery: &Delivery) -> Self {
        Self {
            change: delivery.change.clone(),
            state: delivery.state,
            at: delivery.at.millis(),
        }
    }
}

impl From<DeliveryRow> for Delivery {
    fn from(row: DeliveryRow) -> Self {
        Self {
            change: row.change,
            state: row.state,
            at: Timestamp::from_millis(row.at),
        }
    }
}

impl From<MemberState> for StateRow {
    fn from(state: MemberState) -> Self {
        match state {
            MemberState::Invited => Self::Invited,
            MemberState::Active => Self::Active,
            MemberState::Suspended => Self::Suspended,
            MemberState::Removed => Self::Removed,
        }
    }
}

impl From<StateRow> for MemberState {
    fn from(row: StateRow) -> Self {
        match row {
            StateRow::Invited => Self::Invited,
            StateRow::Active => Self::Active,
            StateRow::Suspended => Self::Suspended,
            StateRow::Removed => Self::Removed,
        }
    }
}
