//! `POST /api/invitations/lookup`

use axum::extract::State;
use serde::Serialize;
use shared::model::{AccountName, EmailAddress, MemberStatus, Missing, Roles, Timestamp};
use shared::{Early, FromBody, Public, Reader, Reply};

use super::link::open;
use crate::identity::Identity;

pub(crate) struct Body {
    pub(super) token: String,
}

impl FromBody for Body {
    fn read(reader: &mut Reader) -> Option<Self> {
        let token = reader.text("token", |text| Ok(text.to_owned()))?;
        Some(Self { token })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InvitationDetails {
    account_name: AccountName,
    email: EmailAddress,
    roles: Roles,
    /// `None` once the inviter is erased.
    inviter_name: Option<String>,
    expires_at: Timestamp,
    password_required: bool,
    /// `invited`; else the link is that of a notice, and can only leave the account.
    status: Option<MemberStatus>,
}

/// What the link invites to, and what it takes to accept.
pub(crate) async fn lookup(
    State(identity): State<Identity>,
    request: Public<Body>,
) -> Result<Reply, Early> {
    let opened = open(&identity, &request.body.token).await?;
    let snapshot = identity.app.store.read(opened.reads()).await?;
    let invited = opened.declinable(&snapshot, identity.app.clock.now())?;
    let status = invited.member.status();
    let invitation = invited.member.invitation.ok_or(Missing::Invitation)?;
    let people: Vec<_> = invitation.inviter.into_iter().collect();
    let mut names = identity.app.store.known_names(&people).await?;
    Ok(Reply::ok(&InvitationDetails {
        account_name: invited.account.name,
        email: invited.member.email,
        roles: invited.member.roles,
        inviter_name: invitation
            .inviter
            .and_then(|inviter| names.remove(&inviter)),
        expires_at: invitation.link.expires_at,
        password_required: !invited.user.verified,
        status,
    }))
}
