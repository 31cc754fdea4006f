//! A member as it is answered.

use serde::Serialize;
use shared::model::{
    AccountId, DeliveryState, EmailAddress, Member, MemberState, MemberStatus, PersonalName, Roles,
    Timestamp, UserId,
};
use shared::store::ListedMember;

/// Every field of a member; `id` is the user's.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MemberReply {
    id: UserId,
    email: EmailAddress,
    email_verified: bool,
    first_name: Option<PersonalName>,
    last_name: Option<PersonalName>,
    account_id: AccountId,
    roles: Roles,
    status: Option<MemberStatus>,
    owner: bool,
    created_at: Timestamp,
    updated_at: Timestamp,
    invitation: Option<InvitationReply>,
}

/// The invitation of a member who has not answered it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct InvitationReply {
    sent_at: Timestamp,
    expires_at: Timestamp,
    sent_count: u32,
    delivery: DeliveryState,
}

impl From<&ListedMember> for MemberReply {
    fn from(member: &ListedMember) -> Self {
        Self {
            id: member.user,
            email: member.email.clone(),
            email_verified: member.verified,
            first_name: member.first_name.clone(),
            last_name: member.last_name.clone(),
            account_id: member.account,
            roles: member.roles.clone(),
            status: member.status(),
            owner: member.owner,
            created_at: member.created_at,
            updated_at: member.updated_at,
            invitation: InvitationReply::of(member),
        }
    }
}

impl From<&Member> for MemberReply {
    fn from(member: &Member) -> Self {
        Self::from(&ListedMember::from(member.clone()))
    }
}

impl InvitationReply {
    fn of(member: &ListedMember) -> Option<Self> {
        let pending = member.state == MemberState::Invited;
        let invitation = member.invitation.as_ref().filter(|_| pending)?;
        Some(Self {
            sent_at: invitation.sent_at.unwrap_or(member.updated_at),
            expires_at: invitation.expires_at,
            sent_count: invitation.mails,
            // Invitations that are older than this record were sent.
            delivery: invitation.delivery.unwrap_or(DeliveryState::Sent),
        })
    }
}
