//! The platform's people: what platform administrators see of a person and do to them.
//!
//! Everybody else is refused before it matters whether the person exists. What the platform does is recorded without the
//! administrator and their network address.

pub(crate) mod erase;
pub(crate) mod find;
pub(crate) mod read;
pub(crate) mod sessions;
pub(crate) mod status;

use shared::model::{AuditContext, Missing, User};
use shared::{App, Early, Signed, UserPath};

/// A person, read for a platform administrator.
struct Subject {
    user: User,
    /// What a change record says of the request: that the platform made it.
    audit: AuditContext,
}

/// The person at the request's path.
async fn subject<B>(app: &App, request: &Signed<UserPath, B>) -> Result<Subject, Early> {
    let id = request.path.user;
    let read = request.person(app);
    let read = match id {
        Some(id) => read.user(id),
        None => read,
    };
    let person = read.read().await?;
    app.config.policy.require_platform_admin(&person.user)?;
    let user = id.map(|id| person.snapshot.user(id)).transpose()?.flatten();
    Ok(Subject {
        user: user.ok_or(Missing::User)?,
        audit: person.audit.by_platform(),
    })
}
