//! `DELETE /api/users/{id}`

use axum::extract::State;
use shared::store::ErasedBy;
use shared::{App, Early, NoBody, Reply, Signed, UserPath};

use super::subject;

/// Erases the person, who leaves every account. The accounts that they own are handed over or deleted first.
pub(crate) async fn erase(
    State(app): State<App>,
    request: Signed<UserPath, NoBody>,
) -> Result<Reply, Early> {
    let subject = subject(&app, &request).await?;
    app.store
        .erase(&subject.user, ErasedBy::Platform, &subject.audit)
        .await?;
    Ok(Reply::no_content())
}
