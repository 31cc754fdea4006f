//! `PUT /api/accounts/{id}/users/{userId}`

use axum::extract::State;
use shared::model::{ChangeKind, MemberPatch, MemberStatus};
use shared::{App, Early, FromBody, MemberPath, Reader, Reply, Signed};

use crate::offer::end_offer;

pub(crate) struct Body(MemberPatch);

impl FromBody for Body {
    fn read(reader: &mut Reader) -> Option<Self> {
        reader.not_empty();
        let roles = reader.optional_roles();
        let status = reader.change("status", MemberStatus::parse_settable);
        Some(Self(MemberPatch {
            roles: roles?,
            status: status?,
        }))
    }
}

/// Managers change roles and status, up to their own authority.
pub(crate) async fn update(
    State(app): State<App>,
    request: Signed<MemberPath, Body>,
) -> Result<Reply, Early> {
    let MemberPath { account, user } = request.path;
    let patch = &request.body.0;
    let access = request.access(&app, account).member(user).read().await?;
    let authority = access.standing.may_manage()?;
    if let Some(roles) = &patch.roles {
        authority.may_give(roles)?;
    }
    let change = access.audit.on_user(ChangeKind::MemberChanged, user);
    let member = app
        .store
        .update_member(access.member(user)?, &change, |member| {
            authority.may_touch(member)?;
            if patch.moves_control(member) {
                access.require_recent_factor()?;
            }
            request.if_match.check(member.version)?;
            member.patched(patch, access.now)
        })
        .await?;
    if !member.is_active() {
        end_offer(&app, &access, user).await;
    }
    Ok(Reply::success("User roles updated").etag(member.version))
}
