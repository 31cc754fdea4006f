//! `GET /api/users/{id}`

use axum::extract::State;
use shared::model::User;
use shared::{App, Early, NoBody, Reply, Signed, UserPath};

use super::subject;
use crate::users::profile::Profile;

/// The person, as they see themselves, and their status.
pub(crate) async fn read(
    State(app): State<App>,
    request: Signed<UserPath, NoBody>,
) -> Result<Reply, Early> {
    let user = subject(&app, &request).await?.user;
    Ok(Reply::ok(&profile(&app, user).await?))
}

/// `user` as the platform sees them.
pub(super) async fn profile(app: &App, user: User) -> Result<Profile, Early> {
    let memberships = app.store.memberships(user.id).await?;
    let status = user.status;
    let profile = Profile::new(app, user, memberships).await?;
    Ok(profile.with_status(status))
}
