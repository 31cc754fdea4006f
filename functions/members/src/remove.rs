//! `DELETE /api/accounts/{id}/users/{userId}`

use axum::extract::State;
use shared::model::{ChangeKind, Denied, MemberState};
use shared::{App, Early, MemberPath, NoBody, Reply, Signed};

use crate::offer::end_offer;

/// Managers remove members and revoke invitations; any member but the owner may leave.
pub(crate) async fn remove(
    State(app): State<App>,
    request: Signed<MemberPath, NoBody>,
) -> Result<Reply, Early> {
    let MemberPath { account, user } = request.path;
    let access = request.access(&app, account).member(user).read().await?;
    let standing = &access.standing;
    let authority = if standing.user.id == user {
        let own = standing.membership()?;
        if own.state == MemberState::Invited && !standing.user.verified {
            // The invitation is the address's, which is not theirs yet.
            return Err(Denied::Unverified.into());
        }
        None
    } else {
        Some(standing.may_manage()?)
    };
    let change = access.audit.on_user(ChangeKind::MemberRemoved, user);
    app.store
        .update_member(access.member(user)?, &change, |member| {
            if let Some(authority) = authority {
                authority.may_touch(member)?;
                if member.roles.can_manage() {
                    access.require_recent_factor()?;
                }
            }
            request.if_match.check(member.version)?;
            member.may_go()?;
            Ok(Some(member.removed(access.now)))
        })
        .await?;
    end_offer(&app, &access, user).await;
    Ok(Reply::success("User removed from account"))
}
