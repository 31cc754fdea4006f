//! A member as it is answered.

use serde::Serialize;
use shared::Reply;
use shared::model::{
    AccountId, DeliveryState, EmailAddress, Member, MemberState, MemberStatus, PersonalName, Roles,
    Timestamp, UserId,
};
use shared::store::ListedMember;

/// Every field of a member; `id` is the user's.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MemberReply<'a> {
    id: UserId,
    email: &'a EmailAddress,
    email_verified: bool,
    first_name: Option<&'a PersonalName>,
    last_name: Option<&'a PersonalName>,
    account_id: AccountId,
    roles: &'a Roles,
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

impl<'a> From<&'a ListedMember> for MemberReply<'a> {
    fn from(member: &'a ListedMember) -> Self {
        Self {
            id: member.user,
            email: &member.email,
            email_verified: member.verified,
            first_name: member.first_name.as_ref(),
            last_name: member.last_name.as_ref(),
            account_id: member.account,
            roles: &member.roles,
            status: member.status(),
            owner: member.owner,
            created_at: member.created_at,
            updated_at: member.updated_at,
            invitation: InvitationReply::of(member),
        }
    }
}

/// 200 with `member`.
pub(crate) fn reply(member: &Member) -> Reply {
    let listed = ListedMember::from(member.clone());
    Reply::ok(&MemberReply::from(&listed)).etag(member.version)
}

/// 201 with the new `member` at `location`.
pub(crate) fn created(member: &Member, location: String) -> Reply {
    let listed = ListedMember::from(member.clone());
    Reply::created(location, &MemberReply::from(&listed)).etag(member.version)
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
