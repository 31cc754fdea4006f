//! `GET /api/accounts/{id}/users`

use axum::extract::State;
use shared::store::{ListedMember, Members};
use shared::{AccountPath, App, Early, List, Reply};

use crate::reply::MemberReply;

/// Every member of the account, invited and suspended ones included.
pub(crate) async fn list(
    State(app): State<App>,
    request: List<AccountPath, ListedMember>,
) -> Result<Reply, Early> {
    let account = request.path.account;
    let members = Members {
        store: &app.store,
        account,
    };
    let access = request.access(&app, account).read();
    let (access, members) = request.open(&app, access, members).await?;
    access.standing.may_read()?;
    Ok(members.page().await?.reply(MemberReply::from)?)
}
