//! `POST` and `DELETE /api/users/me/factors/totp`, and `POST /api/users/me/factors/totp/confirm`

use axum::extract::State;
use serde::Serialize;
use shared::model::{
    ChangeKind, Conflict, Denied, ENROLMENT_LIFETIME, Error, FactorId, Factors, Method, Timestamp,
    Totp, User,
};
use shared::store::FactorChange;
use shared::tokens::factors::{Statement, StatementPurpose};
use shared::tokens::totp::{self, base32};
use shared::{App, Early, FromBody, NoBody, NoPath, Person, Reader, Reply, Signed};

use super::Given;
use super::change::{Added, change_own, may_enrol, new_codes, remove_own};
use super::given::code;
use super::qr_code::QrCode;
use crate::identity::Identity;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Begun {
    enrolment_token: String,
    secret: String,
    uri: String,
    qr_code: QrCode,
    expires_in: i64,
}

/// A secret for an authenticator app. Nothing is stored: the secret follows from the token.
pub(crate) async fn begin(
    State(identity): State<Identity>,
    request: Signed<NoPath, NoBody>,
) -> Result<Reply, Early> {
    let app = &identity.app;
    let person = request.person(app).read().await?;
    let user = &person.user;
    may_enrol(&identity, &person)?;
    if user.factors.totp.is_some() {
        return Err(Conflict::FactorExists.into());
    }
    let keys = identity.keyring.factors().await?;
    let expires_at = person.now.plus_seconds(ENROLMENT_LIFETIME);
    let statement = Statement::new(
        StatementPurpose::Enrolment,
        Some(user.id),
        user.credential,
        expires_at,
    );
    let token = keys.state(&statement);
    let secret = keys.enrolled_secret(&token);
    let secret = secret.ok_or_else(|| Error::internal("a token of ours does not open"))?;
    let brand = &app.config.brand_name;
    let uri = totp::uri(&secret, brand, user.email.as_str());
    Ok(Reply::ok(&Begun {
        enrolment_token: token,
        secret: base32(secret.as_ref()),
        qr_code: QrCode::of(&uri).ok_or_else(|| Error::internal("the address is too long"))?,
        uri,
        expires_in: ENROLMENT_LIFETIME,
    }))
}

pub(crate) struct Confirm {
    token: String,
    code: Given,
}

impl FromBody for Confirm {
    fn read(reader: &mut Reader) -> Option<Self> {
        let token = reader.text("enrolmentToken", |text| Ok(text.to_owned()));
        let code = reader.text("code", code);
        Some(Self {
            token: token?,
            code: Given::Code(code?),
        })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Confirmed<'a> {
    recovery_codes: Option<Vec<&'a str>>,
}

/// The app is a second factor from now on, if it shows the right code. The first factor ends every other session, and brings
/// recovery codes.
pub(crate) async fn confirm(
    State(identity): State<Identity>,
    request: Signed<NoPath, Confirm>,
) -> Result<Reply, Early> {
    let (app, body) = (&identity.app, &request.body);
    let (person, placed) = tokio::join!(
        Box::pin(request.person(app).read()),
        identity.place_guess(request.caller.user, &body.code),
    );
    let placed = placed?;
    let judged = match &person {
        Ok(person) => judge(&identity, person, body).await,
        Err(_) => None,
    };
    let (person, judged) = match (person, judged) {
        (Ok(person), Some(Ok(judged))) => (person, judged),
        (person, refused) => {
            identity.withdraw(placed).await?;
            let refused = refused.and_then(Result::err);
            return Err(match person {
                Err(early) => early,
                Ok(_) => refused.unwrap_or(Error::InvalidToken).into(),
            });
        }
    };
    identity
        .require_place(placed.as_ref(), &person.user, &request.origin)
        .await?;
    let step = judged.step.ok_or(Error::InvalidFactor)?;
    let (new, recovery) = new_codes();
    let added = Added {
        factor: FactorId::random(),
        method: Method::Totp,
        session: &request.caller.session,
        at: person.now,
    };
    let change = person
        .audit
        .on_user(ChangeKind::SecondFactorAdded, person.user.id);
    let (statement, now) = (judged.statement, person.now);
    let mut first = true;
    let enrolled = change_own(app, &person, added.session, |user, live| {
        acceptable(user, &statement, now)?;
        user.require_recent(live, now)?;
        first = !user.factors.exist();
        let spent = user
            .factors
            .spending(statement.nonce, statement.expires_at, now)
            .ok_or(Error::InvalidToken)?;
        let totp = Totp {
            id: added.factor,
            sealed: judged.sealed.clone(),
            created_at: now,
            last_step: step,
            locked_until: None,
        };
        Ok(FactorChange {
            factors: spent.with_totp(totp, recovery.clone())?,
            sessions: added.sessions(user, live),
            change: Some(change.clone()),
        })
    });
    Box::pin(enrolled).await?;
    let codes = new.codes.iter().map(|code| code.as_str()).collect();
    let location = format!("{}/api/users/me/factors", request.origin.base_url);
    Ok(Reply::created(
        location,
        &Confirmed {
            recovery_codes: first.then_some(codes),
        },
    ))
}

/// An enrolment that may be confirmed.
struct Judged {
    statement: Statement,
    /// The secret, sealed.
    sealed: Vec<u8>,
    /// The step of the code; `None` for a wrong one.
    step: Option<i64>,
}

/// What the code of an enrolment is worth; the refusal that comes before its judgement.
async fn judge(
    identity: &Identity,
    person: &Person,
    body: &Confirm,
) -> Option<Result<Judged, Error>> {
    let judged = async {
        may_enrol(identity, person)?;
        let (user, now) = (&person.user, person.now);
        let token = &body.token;
        let found = identity.keyring.find_statement(token, |keys| {
            let statement = keys.statement(token, StatementPurpose::Enrolment)?;
            Some((statement, keys.enrolled_secret(token)?))
        });
        let (statement, secret) = found.await?.ok_or(Error::InvalidToken)?;
        acceptable(user, &statement, now)?;
        let keys = identity.keyring.factors().await?;
        let Given::Code(code) = &body.code else {
            return Err(Error::InvalidFactor);
        };
        Ok(Judged {
            statement,
            sealed: keys.seal(&secret, user.id).map_err(Error::internal)?,
            step: totp::step_of(&secret, code, now),
        })
    };
    Some(judged.await)
}

/// Refuses an enrolment of another person, under another password, too old, or beside another app.
fn acceptable(user: &User, statement: &Statement, now: Timestamp) -> Result<(), Error> {
    if statement.user != Some(user.id) || statement.credential != user.credential {
        return Err(Error::InvalidToken);
    }
    if statement.expires_at <= now {
        return Err(Error::TokenExpired);
    }
    if user.factors.totp.is_some() {
        return Err(Conflict::FactorExists.into());
    }
    if !user.verified {
        return Err(Denied::Unverified.into());
    }
    Ok(())
}

/// Removes the app; with the last factor, the recovery codes too.
pub(crate) async fn remove(
    State(app): State<App>,
    request: Signed<NoPath, NoBody>,
) -> Result<Reply, Early> {
    remove_own(&app, &request, Factors::without_totp).await
}
