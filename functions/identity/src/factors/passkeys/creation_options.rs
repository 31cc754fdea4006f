//! `POST /api/users/me/factors/passkeys/options`

use axum::extract::State;
use shared::model::CHALLENGE_LIFETIME;
use shared::tokens::factors::{Statement, StatementPurpose};
use shared::tokens::webauthn::{CreationOptions, Holder};
use shared::{Early, NoBody, NoPath, Reply, Signed};

use crate::factors::RelyingParty;
use crate::factors::change::may_enrol;
use crate::factors::prove::{CHALLENGE_MILLISECONDS, user_handle};
use crate::identity::Identity;

/// What `navigator.credentials.create()` takes. Nothing is stored: the challenge is a statement of ours.
pub(crate) async fn options(
    State(identity): State<Identity>,
    request: Signed<NoPath, NoBody>,
) -> Result<Reply, Early> {
    let config = &identity.app.config;
    let party = RelyingParty::new(config, &request.origin)?;
    let person = request.person(&identity.app).read().await?;
    may_enrol(&identity, &person)?;
    let user = &person.user;
    user.factors.room_for_passkey()?;
    let end = person.now.plus_seconds(CHALLENGE_LIFETIME);
    let (purpose, credential) = (StatementPurpose::Registration, user.credential);
    let challenge = Statement::new(purpose, Some(user.id), credential, end);
    let challenge = identity.keyring.factors().await?.state(&challenge);
    let passkeys = user.factors.passkeys.values();
    let holder = Holder {
        handle: &user_handle(user.id),
        name: user.email.as_str(),
        display_name: &format!("{} {}", user.first_name, user.last_name),
    };
    Ok(Reply::ok(&CreationOptions::new(
        &party.id,
        &config.brand_name,
        holder,
        challenge,
        CHALLENGE_MILLISECONDS,
        passkeys.map(|passkey| passkey.credential.as_slice()),
    )))
}
