//! `POST /api/auth/reauthenticate`

use axum::extract::State;
use serde::Serialize;
use shared::model::{EmailAddress, Method, Methods, PasswordAttempt, Timestamp};
use shared::store::Reauthentication;
use shared::{Early, FromBody, NoPath, Reader, Reply, Signed};

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
    let (app, origin) = (&identity.app, &request.origin);
    let password = request.body.password.clone();
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
    let proof = identity.judge(unjudged, password).await?;
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
    Ok(Reply::ok(&Reauthenticated {
        authenticated_at: again.at,
        methods: &again.methods,
    }))
}
