//! A member as it is answered.

use serde::Serialize;
use shared::domain::Member;
use shared::values::{
    AccountId, EmailAddress, MemberStatus, PersonalName, Roles, Timestamp, UserId,
};

/// Every field of a member; `id` is the user's.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MemberReply {
    id: UserId,
    email: EmailAddress,
    first_name: PersonalName,
    last_name: PersonalName,
    account_id: AccountId,
    roles: Roles,
    status: Option<MemberStatus>,
    owner: bool,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<&Member> for MemberReply {
    fn from(member: &Member) -> Self {
        Self {
            id: member.user,
            email: member.email.clone(),
            first_name: member.first_name.clone(),
            last_name: member.last_name.clone(),
            account_id: member.account,
            roles: member.roles.clone(),
            status: member.status(),
            owner: member.owner,
            created_at: member.created_at,
            updated_at: member.updated_at,
        }
    }
}
