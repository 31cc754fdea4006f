//! A member as a row of a list.

use model::{
    AccountId, DeliveryState, EmailAddress, Member, MemberState, MemberStatus, PersonalName, Role,
    Roles, Timestamp, UserId,
};
use odata::{Listable, Schema, Type, Value};

use super::{STATUS_CHARACTERS, id, instant};

/// Characters of the longest role.
const ROLE_CHARACTERS: usize = 6;

/// A member as a list shows it: without its version, the link of its invitation and the record of its last change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedMember {
    /// The account.
    pub account: AccountId,
    /// The user.
    pub user: UserId,
    /// The user's address.
    pub email: EmailAddress,
    /// Whether the address is proven.
    pub verified: bool,
    /// The first name, the inviter's words until the user accepts.
    pub first_name: Option<PersonalName>,
    /// The last name, likewise.
    pub last_name: Option<PersonalName>,
    /// What the member may do.
    pub roles: Roles,
    /// The state of the membership.
    pub state: MemberState,
    /// Whether the member owns the account.
    pub owner: bool,
    /// When the user was added or invited.
    pub created_at: Timestamp,
    /// When the membership was last changed.
    pub updated_at: Timestamp,
    /// The invitation, if there was one.
    pub invitation: Option<ListedInvitation>,
}

/// An invitation as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedInvitation {
    /// When its last mail was sent.
    pub sent_at: Option<Timestamp>,
    /// When its link expires.
    pub expires_at: Timestamp,
    /// The number of its mails.
    pub mails: u32,
    /// What became of the last mail, if that is known.
    pub delivery: Option<DeliveryState>,
}

impl ListedMember {
    /// The status that is shown; a removed member has none.
    #[must_use]
    pub fn status(&self) -> Option<MemberStatus> {
        self.state.status()
    }
}

impl From<Member> for ListedMember {
    fn from(member: Member) -> Self {
        let delivery = member.delivery.map(|delivery| delivery.state);
        let invitation = member.invitation.map(|invitation| ListedInvitation {
            sent_at: invitation.sent_at(),
            expires_at: invitation.link.expires_at,
            mails: invitation.mails,
            delivery,
        });
        Self {
            account: member.account,
            user: member.user,
            email: member.email,
            verified: member.verified,
            first_name: member.first_name,
            last_name: member.last_name,
            roles: member.roles,
            state: member.state,
            owner: member.owner,
            created_at: member.created_at,
            updated_at: member.updated_at,
            invitation,
        }
    }
}

impl Listable for ListedMember {
    const SCHEMA: &'static Schema = &Schema(&[
        ("id", Type::Number),
        ("email", Type::String(EmailAddress::MAX_BYTES)),
        ("firstName", Type::String(PersonalName::MAX_CHARACTERS)),
        ("lastName", Type::String(PersonalName::MAX_CHARACTERS)),
        (
            "roles",
            Type::StringCollection {
                most: Role::ALL.len(),
                characters: ROLE_CHARACTERS,
            },
        ),
        ("status", Type::String(STATUS_CHARACTERS)),
        ("owner", Type::Boolean),
        ("createdAt", Type::DateTime),
        ("updatedAt", Type::DateTime),
    ]);

    fn property(&self, name: &'static str) -> Value<'_> {
        match name {
            "id" => id(self.user.get()),
            "email" => self.email.as_str().into(),
            "firstName" => self.first_name.as_ref().map(PersonalName::as_str).into(),
            "lastName" => self.last_name.as_ref().map(PersonalName::as_str).into(),
            "roles" => Value::Strings(self.roles.iter().map(Role::as_str).collect()),
            "status" => self.status().map(MemberStatus::as_str).into(),
            "owner" => Value::Boolean(self.owner),
            "createdAt" => instant(self.created_at),
            "updatedAt" => instant(self.updated_at),
            _ => Value::Null,
        }
    }
}
