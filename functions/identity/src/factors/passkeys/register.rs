//! `POST /api/users/me/factors/passkeys`

use axum::extract::State;
use serde::Serialize;
use shared::model::{ChangeKind, Denied, Error, FactorId, Method, Passkey, PasskeyName, User};
use shared::store::FactorChange;
use shared::tokens::decode;
use shared::tokens::factors::{Statement, StatementPurpose};
use shared::tokens::webauthn::{Registered, Registration, UserVerification};
use shared::{Early, FromBody, NoPath, Reader, Reply, Signed};

use super::Named;
use crate::factors::RelyingParty;
use crate::factors::change::{Added, change_own, may_enrol, new_codes};
use crate::factors::given::registration;
use crate::identity::Identity;

pub(crate) struct Body {
    name: PasskeyName,
    credential: Registration,
}

impl FromBody for Body {
    fn read(reader: &mut Reader) -> Option<Self> {
        let name = reader.text("name", PasskeyName::parse);
        let credential = reader.required_object("credential", registration);
        Some(Self {
            name: name?,
            credential: credential?,
        })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AddedPasskey<'a> {
    #[serde(flatten)]
    passkey: Named,
    recovery_codes: Option<Vec<&'a str>>,
}

/// A new passkey. The first factor ends every other session, and brings recovery codes.
pub(crate) async fn register(
    State(identity): State<Identity>,
    request: Signed<NoPath, Body>,
) -> Result<Reply, Early> {
    let (app, body) = (&identity.app, &request.body);
    let party = RelyingParty::new(&app.config, &request.origin)?;
    let person = request.person(app).read().await?;
    may_enrol(&identity, &person)?;
    let (challenge, registered) = judge(&identity, &party, body).await?;
    let (new, recovery) = new_codes();
    let added = Added {
        factor: FactorId::random(),
        method: Method::Passkey,
        session: &request.caller.session,
        at: person.now,
    };
    let now = person.now;
    let passkey = Passkey {
        credential: registered.id,
        key: registered.key,
        counter: registered.counter,
        backup_eligible: registered.backup_eligible,
        backed_up: registered.backed_up,
        name: body.name.clone(),
        created_at: now,
        last_used_at: None,
    };
    let change = person
        .audit
        .on_user(ChangeKind::SecondFactorAdded, person.user.id);
    let mut first = true;
    let written = change_own(app, &person, added.session, |user, live| {
        asked_by(&challenge, user)?;
        user.require_recent(live, now)?;
        first = !user.factors.exist();
        let spent = user
            .factors
            .spending(challenge.nonce, challenge.expires_at, now)
            .ok_or(Error::InvalidFactor)?;
        Ok(FactorChange {
            factors: spent.with_passkey(added.factor, passkey.clone(), recovery.clone())?,
            sessions: added.sessions(user, live),
            change: Some(change.clone()),
        })
    });
    Box::pin(written).await?;
    let (base, id) = (&request.origin.base_url, added.factor);
    let codes = new.codes.iter().map(|code| code.as_str()).collect();
    Ok(Reply::created(
        format!("{base}/api/users/me/factors/passkeys/{id}"),
        &AddedPasskey {
            passkey: Named::new(id, &passkey),
            recovery_codes: first.then_some(codes),
        },
    ))
}

/// The challenge that was answered, and the credential.
async fn judge(
    identity: &Identity,
    party: &RelyingParty,
    body: &Body,
) -> Result<(Statement, Registered), Error> {
    let token = body
        .credential
        .challenge()
        .map_err(|_| Error::InvalidFactor)?;
    let purpose = StatementPurpose::Registration;
    let challenge = identity.challenge(&token, purpose).await?;
    let (challenge, asked) = challenge.zip(decode(&token)).ok_or(Error::InvalidFactor)?;
    let verified = body
        .credential
        .verify(party.view(), &asked, UserVerification::Required);
    match verified {
        Ok(registered) => Ok((challenge, registered)),
        Err(rejected) => {
            tracing::info!(%rejected, "a new passkey was rejected");
            Err(Error::InvalidFactor)
        }
    }
}

/// Refuses a challenge of another person or under another password, and persons who have not proved their address.
fn asked_by(challenge: &Statement, user: &User) -> Result<(), Error> {
    if challenge.user != Some(user.id) || challenge.credential != user.credential {
        return Err(Error::InvalidFactor);
    }
    if !user.verified {
        return Err(Denied::Unverified.into());
    }
    Ok(())
}
