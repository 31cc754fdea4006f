//! `DELETE /api/users/me`

use axum::extract::State;
use shared::model::{AuditContext, PasswordAttempt};
use shared::store::ErasedBy;
use shared::{App, Early, FromBody, NoPath, Reader, Reply, Signed};

use crate::identity::Identity;

pub(crate) struct Body {
    password: PasswordAttempt,
}

impl FromBody for Body {
    fn read(reader: &mut Reader) -> Option<Self> {
        let password = reader.text("password", |text| Ok(PasswordAttempt::new(text)))?;
        Some(Self { password })
    }
}

/// Erases the person, who leaves every account. An owner hands the accounts over or deletes them first.
pub(crate) async fn erase(
    State(identity): State<Identity>,
    request: Signed<NoPath, Body>,
) -> Result<Reply, Early> {
    let App { clock, store, .. } = &identity.app;
    let person = request.person(&identity.app).read().await?;
    let user = person.user;
    user.require_recent_if_factor(&person.session, person.now)?;
    let password = request.body.password.clone();
    let credential = identity
        .prove_again(&user.email, password, &request.origin)
        .await?;
    let audit = AuditContext::new(&request.origin, Some(user.actor()), clock.now());
    let themselves = ErasedBy::Themselves(&credential);
    store.erase(&user, themselves, &audit).await?;
    Ok(Reply::no_content())
}
