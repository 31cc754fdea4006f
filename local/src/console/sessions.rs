//! Signs a person of this stack in, without their password: for whoever tries the API as somebody.

use aws_lc_rs::digest;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use axum::{Json, Router};
use http::header::USER_AGENT;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::json;
use shared::App;
use shared::model::{
    AuditContext, ChangeKind, Error, Method, Methods, Origin, Session, SessionId, Timestamp, User,
    UserId,
};
use shared::store::{FactorChange, ReadSet, SessionChange};
use shared::tokens::random;
use shared::tokens::refresh::{self, RefreshToken};

use super::{json_body, problem};
use crate::aws::lambda::Functions;
use crate::random::uuid;

/// As the edge cuts it.
const MOST_AGENT: usize = 200;

pub(super) fn router(functions: Functions) -> Router {
    Router::new()
        .route("/sessions", post(begin))
        .with_state(functions)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Wanted {
    user_id: UserId,
}

/// A session's first refresh token; `POST /api/auth/refresh` gives access tokens for it.
async fn begin(State(functions): State<Functions>, headers: HeaderMap, body: Bytes) -> Response {
    let wanted: Wanted = match json_body(&headers, &body) {
        Ok(wanted) => wanted,
        Err(refused) => return *refused,
    };
    let Some(identity) = functions.get("IdentityFunction") else {
        return problem(StatusCode::NOT_FOUND, "NOT_FOUND", "There is no identity.");
    };
    match session(identity.app(), wanted.user_id, &headers).await {
        Ok(Some(token)) => {
            (StatusCode::CREATED, Json(json!({ "refreshToken": token }))).into_response()
        }
        Ok(None) => {
            let detail = "There is no such person, or they have no password yet.";
            problem(StatusCode::NOT_FOUND, "NOT_FOUND", detail)
        }
        Err(error) => {
            let detail = format!("No session begins: {error}.");
            problem(StatusCode::CONFLICT, "CONFLICT", &detail)
        }
    }
}

/// Begins a session by the write that a sign-in makes. `None` for a person who cannot sign in.
async fn session(app: &App, user: UserId, headers: &HeaderMap) -> Result<Option<String>, Error> {
    let read = app.store.read(ReadSet::default().user(user)).await?;
    let Some(stored) = read.stored_user(user)? else {
        return Ok(None);
    };
    let credential = app.store.credential(&stored.user.email).await?;
    if credential.is_none_or(|credential| credential.user != user || credential.hash.is_none()) {
        return Ok(None);
    }
    let now = app.clock.now();
    let origin = origin(headers);
    let id = SessionId::random();
    let token = RefreshToken::first(user, id.clone());
    let family = random();
    let change = AuditContext::new(&origin, None, now).on_user(ChangeKind::SignedIn, user);
    let begun = app.store.change_factors(stored, |user| {
        if user.is_suspended() {
            return Err(Error::UserSuspended);
        }
        let lifetime = app.config.limits.session_lifetime;
        let begun = Session {
            family,
            digest: token.digest(),
            ends_at: now.plus_seconds(lifetime),
            ..blank(user, &origin, now)
        };
        Ok(FactorChange {
            factors: user.factors.clone(),
            sessions: SessionChange::Begin(id.clone(), Box::new(begun)),
            change: Some(change.clone()),
        })
    });
    let begun = Box::pin(begun).await?;
    Ok(begun.map(|_| token.reveal(&family)))
}

/// A session that begins at `now`, with a second factor if `user` has one.
fn blank(user: &User, origin: &Origin, now: Timestamp) -> Session {
    let totp = user
        .factors
        .totp
        .as_ref()
        .map(|totp| (totp.id, Method::Totp));
    let passkey = user.factors.passkeys.keys().next();
    let second = totp.or(passkey.map(|id| (*id, Method::Passkey)));
    let mut methods = Methods::only(Method::Password);
    if let Some((_, method)) = second {
        methods = methods.and(method);
    }
    Session {
        family: random(),
        digest: random(),
        previous: None,
        nonce: random(),
        last_used_at: now,
        client: client(origin),
        created_at: now,
        expires_at: now.plus_seconds(refresh::LIFETIME),
        ends_at: now,
        user_agent: origin.user_agent.clone(),
        authenticated_at: now,
        methods,
        factor: second.map(|(id, _)| id),
    }
}

/// The same for the same browser, as the function computes it.
fn client(origin: &Origin) -> [u8; 16] {
    let hash = digest::digest(&digest::SHA256, origin.user_agent.as_bytes());
    let mut client = [0; 16];
    client.copy_from_slice(&hash.as_ref()[..16]);
    client
}

fn origin(headers: &HeaderMap) -> Origin {
    let agent = headers
        .get(USER_AGENT)
        .and_then(|agent| agent.to_str().ok());
    Origin {
        request_id: uuid(),
        source_ip: "127.0.0.1".to_owned(),
        user_agent: agent.unwrap_or_default().chars().take(MOST_AGENT).collect(),
        base_url: String::new(),
    }
}
