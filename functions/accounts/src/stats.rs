//! `GET /api/accounts/{id}/stats`

use axum::extract::State;
use serde::Serialize;
use shared::model::{MemberCounts, Timestamp};
use shared::{AccountPath, App, Early, NoBody, Reply, Signed};

/// What managers see of an account's size.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StatsReply {
    members: MemberCounts,
    last_change_at: Timestamp,
}

/// How many members there are, and when the account or one of them was last changed: for managers, also of a suspended account, and
/// for platform administrators. Both follow a change within seconds.
pub(crate) async fn stats(
    State(app): State<App>,
    request: Signed<AccountPath, NoBody>,
) -> Result<Reply, Early> {
    let id = request.path.account;
    let access = request.access(&app, id).member_counts().read();
    let (access, last) = tokio::join!(access, app.store.last_event(id));
    let access = access?;
    access.standing.may_audit()?;
    let updated_at = access.standing.account.updated_at;
    Ok(Reply::ok(&StatsReply {
        members: access.snapshot.member_counts(id),
        last_change_at: last?.map_or(updated_at, |event| event.at.max(updated_at)),
    }))
}
