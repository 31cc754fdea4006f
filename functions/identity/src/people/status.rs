//! `PUT /api/users/{id}`

use axum::extract::State;
use shared::model::{ChangeKind, Denied, User, UserStatus};
use shared::{App, Early, FromBody, Reader, Reply, Signed, UserPath};

use super::read::profile;
use super::subject;

pub(crate) struct Body {
    status: UserStatus,
}

impl FromBody for Body {
    fn read(reader: &mut Reader) -> Option<Self> {
        let status = reader.text("status", UserStatus::parse)?;
        Some(Self { status })
    }
}

/// Suspends the person, or lets them sign in again. Nobody suspends themselves.
pub(crate) async fn change(
    State(app): State<App>,
    request: Signed<UserPath, Body>,
) -> Result<Reply, Early> {
    let subject = subject(&app, &request).await?;
    let (user, status) = (subject.user, request.body.status);
    if user.status != status {
        let kind = match status {
            UserStatus::Suspended if user.id == request.caller.user => {
                return Err(Denied::Role.into());
            }
            UserStatus::Suspended => ChangeKind::UserSuspended,
            UserStatus::Active => ChangeKind::UserReactivated,
        };
        let change = subject.audit.on_user(kind, user.id);
        match status {
            UserStatus::Suspended => app.store.suspend(user.id, &change).await?,
            UserStatus::Active => app.store.reactivate(user.id, &change).await?,
        }
    }
    Ok(Reply::ok(&profile(&app, User { status, ..user }).await?))
}
