//! `POST /api/auth/reauthenticate`

use axum::extract::State;
use serde::Serialize;
use shared::model::{
    Authentication, ChangeKind, EmailAddress, Error, Invalid, Method, Methods, PasswordAttempt,
    Timestamp,
};
use shared::store::{FactorChange, Reauthentication, SessionChange};
use shared::{Early, FromBody, NoPath, Reader, Reply, Signed};

use crate::factors::{Given, change_own};
use crate::identity::Identity;

/// One proof.
pub(crate) enum Body {
    Password(PasswordAttempt),
    Factor(Given),
}

impl FromBody for Body {
    fn read(reader: &mut Reader) -> Option<Self> {
        let password = reader.change("password", |text| Ok(PasswordAttempt::new(text)));
        let given = Given::read(reader).ok();
        match (password?, given?) {
            (Some(password), None) => Some(Self::Password(password)),
            (None, Some(given)) => Some(Self::Factor(given)),
            (None, None) => {
                let required = Invalid::new("REQUIRED", "This member is required.");
                reader.mistake("password", required);
                None
            }
            (Some(_), Some(_)) => {
                let one = Invalid::new("ONE_OF_THEM", "Send one proof, not several.");
                reader.mistake("password", one);
                None
            }
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Reauthenticated<'a> {
    authenticated_at: Timestamp,
    methods: &'a Methods,
}

/// The person authenticates again in their session (RFC 9470). Functions read the session, so the same access token goes on.
pub(crate) async fn reauthenticate(
    State(identity): State<Identity>,
    request: Signed<NoPath, Body>,
) -> Result<Reply, Early> {
    let authentication = match &request.body {
        Body::Password(password) => Box::pin(by_password(&identity, &request, password)).await?,
        Body::Factor(given) => Box::pin(by_factor(&identity, &request, given)).await?,
    };
    Ok(Reply::ok(&Reauthenticated {
        authenticated_at: authentication.at,
        methods: &authentication.methods,
    }))
}

/// By the password alone, which a person with a second factor cannot.
async fn by_password(
    identity: &Identity,
    request: &Signed<NoPath, Body>,
    password: &PasswordAttempt,
) -> Result<Authentication, Early> {
    let (app, origin) = (&identity.app, &request.origin);
    // The token names the address, so the guess needs no read before it.
    let hint = EmailAddress::parse(&request.caller.email).ok();
    let (person, guessed) = tokio::join!(Box::pin(request.person(app).read()), async {
        match &hint {
            Some(email) => Box::pin(identity.guess(email, origin)).await.map(Some),
            None => Ok(None),
        }
    });
    let person = match (person, &guessed) {
        (Ok(person), _) => person,
        (Err(refused), Ok(Some(unjudged))) => {
            app.store.release(&unjudged.guess).await?;
            return Err(refused);
        }
        (Err(refused), _) => return Err(refused),
    };
    let email = &person.user.email;
    let current = hint.is_some_and(|hint| hint.normal_form() == email.normal_form());
    let unjudged = match guessed {
        Ok(Some(unjudged)) if current => unjudged,
        Err(error) if current => return Err(error.into()),
        // The address has changed since the token was made.
        other => {
            if let Ok(Some(unjudged)) = other {
                app.store.release(&unjudged.guess).await?;
            }
            Box::pin(identity.guess(email, origin)).await?
        }
    };
    let unjudged = unjudged.held_by(person.user.id);
    let proof = identity.judge(unjudged, password.clone()).await?;
    let again = Reauthentication {
        session: &request.caller.session,
        credential: proof.credential.version,
        at: person.now,
        methods: person.session.methods.clone().and(Method::Password),
    };
    let (written, released) = tokio::join!(
        app.store.reauthenticate(person.user.id, &again),
        app.store.release(&proof.guess),
    );
    written?;
    released?;
    Ok(Authentication {
        at: again.at,
        methods: again.methods,
        factor: None,
    })
}

/// By a second factor: the session has two factors from now on.
async fn by_factor(
    identity: &Identity,
    request: &Signed<NoPath, Body>,
    given: &Given,
) -> Result<Authentication, Early> {
    let app = &identity.app;
    let (session, user) = (&request.caller.session, request.caller.user);
    let (person, placed) = tokio::join!(
        Box::pin(request.person(app).read()),
        identity.place_guess(user, given),
    );
    let placed = placed?;
    let person = match person {
        Ok(person) => person,
        Err(refused) => {
            identity.withdraw(placed).await?;
            return Err(refused);
        }
    };
    let attempt = identity
        .attempt_in_place(placed, given, &person.user, &request.origin)
        .await?;
    let now = person.now;
    let recovered = person.audit.on_user(ChangeKind::RecoveryCodeUsed, user);
    let mut last = None;
    let written = change_own(app, &person, session, |user, live| {
        let proof = attempt.used(user.id, &user.factors, now)?;
        let authentication = Authentication {
            at: now,
            methods: live.methods.clone().and(proof.method),
            factor: Some(proof.factor),
        };
        last = Some(authentication.clone());
        Ok(FactorChange {
            factors: proof.factors,
            sessions: SessionChange::Again(session.clone(), authentication),
            change: match given {
                Given::Code(_) | Given::Passkey(_) => None,
                Given::RecoveryCode(_) => Some(recovered.clone()),
            },
        })
    });
    Box::pin(written).await?;
    Ok(last.ok_or(Error::Unauthenticated)?)
}
