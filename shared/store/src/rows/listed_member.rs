//! A membership, as far as a list of members shows it.

use model::{AccountId, DeliveryState, EmailAddress, PersonalName, Roles, Stored as _, Timestamp};
use serde::Deserialize;

use super::member::StateRow;
use crate::keys;
use crate::listed::{ListedInvitation, ListedMember};
use crate::table_error::TableError;

/// The attributes that a list reads, by their paths: the sort key, and what [`ListedMemberRow`] has. The change record is more than half
/// of an item and is not among them.
pub(crate) const LISTED: [&str; 14] = [
    "sk",
    "email",
    "emailVerified",
    "firstName",
    "lastName",
    "roles",
    "status",
    "owner",
    "createdAt",
    "updatedAt",
    "invitation.expiresAt",
    "invitation.mailedAt",
    "invitation.mails",
    "delivery.state",
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListedMemberRow {
    sk: String,
    email: String,
    #[serde(default)]
    email_verified: bool,
    first_name: Option<String>,
    last_name: Option<String>,
    roles: Roles,
    status: StateRow,
    owner: bool,
    created_at: i64,
    updated_at: i64,
    invitation: Option<InvitationRow>,
    delivery: Option<DeliveryRow>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct InvitationRow {
    expires_at: i64,
    mailed_at: Vec<i64>,
    mails: Option<u32>,
}

#[derive(Deserialize)]
struct DeliveryRow {
    state: DeliveryState,
}

impl ListedMemberRow {
    /// The member of `account` that it shows.
    pub(crate) fn member(self, account: AccountId) -> Result<ListedMember, TableError> {
        let delivery = self.delivery.map(|delivery| delivery.state);
        let invitation = self
            .invitation
            .map(|invitation| invitation.listed(delivery));
        Ok(ListedMember {
            account,
            user: keys::member_id(&self.sk).ok_or(TableError::Damaged("member key"))?,
            email: EmailAddress::from_stored(self.email),
            verified: self.email_verified,
            first_name: self.first_name.map(PersonalName::from_stored),
            last_name: self.last_name.map(PersonalName::from_stored),
            roles: self.roles,
            state: self.status.into(),
            owner: self.owner,
            created_at: Timestamp::from_millis(self.created_at),
            updated_at: Timestamp::from_millis(self.updated_at),
            invitation,
        })
    }
}

impl InvitationRow {
    fn listed(&self, delivery: Option<DeliveryState>) -> ListedInvitation {
        // As in a member's whole row.
        let known = u32::try_from(self.mailed_at.len()).unwrap_or(u32::MAX);
        ListedInvitation {
            sent_at: self.mailed_at.last().copied().map(Timestamp::from_millis),
            expires_at: Timestamp::from_seconds(self.expires_at),
            mails: self.mails.unwrap_or(known),
            delivery,
        }
    }
}
