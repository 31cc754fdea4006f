//! `GET /api/accounts/{id}/users/{userId}`

use axum::extract::State;
use shared::{App, Early, MemberPath, NoBody, Reply, Signed};

use crate::reply::reply;

/// Any active member reads any other.
pub(crate) async fn get(
    State(app): State<App>,
    request: Signed<MemberPath, NoBody>,
) -> Result<Reply, Early> {
    let MemberPath { account, user } = request.path;
    let access = request.access(&app, account).member(user).read().await?;
    access.standing.may_read()?;
    let member = access.member(user)?;
    Ok(reply(&member))
}
