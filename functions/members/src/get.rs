//! `GET /api/accounts/{id}/users/{userId}`

use axum::extract::State;
use shared::model::Missing;
use shared::store::ReadSet;
use shared::{App, MemberPath, NoBody, Problem, Reply, Signed};

use crate::reply::MemberReply;

/// Any active member reads any other.
pub(crate) async fn get(
    State(app): State<App>,
    request: Signed<MemberPath, NoBody>,
) -> Result<Reply, Problem> {
    let now = app.clock.now();
    let MemberPath { account, user } = request.path;
    let reads = ReadSet::standing(&request.caller, account).member(account, user);
    let snapshot = app.store.read(reads).await?;
    let standing = snapshot.standing(&request.caller, account, &app.config.policy, now)?;
    standing.may_read()?;
    let member = snapshot.member(account, user)?;
    let member = member.filter(|member| member.status().is_some());
    let member = member.ok_or(Missing::User)?;
    Ok(Reply::ok(&MemberReply::from(&member)).etag(member.version))
}
