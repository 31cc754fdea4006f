//! The API Gateway authorizer: identifies the holder of a token. It decides no rights, because its answers are cached for all
//! routes.

mod keys;
use lambda_runtime::LambdaEvent;
use runtime::App;
use runtime::tokens::access::{self, Claims, Refused};
use serde::{Deserialize, Serialize};

use crate::keys::Keys;

/// Verifies access tokens with public keys alone.
#[derive(Debug)]
pub struct Authorizer {
    app: App,
    keys: Keys,
}

/// What API Gateway asks a token authorizer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Question {
    /// The `Authorization` header.
    #[serde(default)]
    pub authorization_token: String,
    /// The ARN of the method that is asked for: region, account, API, stage and all.
    #[serde(default)]
    pub method_arn: String,
}

/// The answer to API Gateway: permission for the whole stage, and the caller.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthorizerResponse {
    principal_id: String,
    policy_document: Policy,
    context: Context,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Policy {
    version: String,
    statement: [Statement; 1],
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    effect: String,
    action: String,
    resource: String,
}

/// The caller, as every function reads it from the event.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Context {
    user_id: String,
    session_id: String,
    email: String,
    email_verified: String,
    expires_at: String,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthorizerError {
    /// The token does not count. This is the one message that API Gateway turns into a 401.
    Unauthorized,
    /// The token cannot be verified now. API Gateway answers 503, so that clients do not sign in again.
    Unavailable,
}

impl From<AuthorizerError> for lambda_runtime::Diagnostic {
    fn from(failure: AuthorizerError) -> Self {
        let name = match failure {
            AuthorizerError::Unauthorized => "Unauthorized",
            AuthorizerError::Unavailable => "Unavailable",
        };
        Self {
            error_type: name.into(),
            error_message: name.into(),
        }
    }
}

impl From<Refused> for AuthorizerError {
    fn from(_: Refused) -> Self {
        Self::Unauthorized
    }
}

impl Authorizer {
    /// An authorizer that has read no key yet.
    #[must_use]
    pub fn new(app: App) -> Self {
        Self {
            keys: Keys::default(),
            app,
        }
    }

    /// Reads the keys, so that the first request need not.
    pub async fn connect(&self) {
        self.keys.load(&self.app).await;
    }

    /// Who holds the token.
    ///
    /// # Errors
    ///
    /// [`AuthorizerError::Unauthorized`] for a token that is missing, malformed, forged, foreign, expired or not yet valid;
    /// [`AuthorizerError::Unavailable`] without the keys to tell.
    pub async fn handle(
        &self,
        event: LambdaEvent<Question>,
    ) -> Result<AuthorizerResponse, AuthorizerError> {
        let question = event.payload;
        let stage = Stage::of(&question.method_arn).ok_or(AuthorizerError::Unauthorized)?;
        let claims = self.claims(&question.authorization_token, &stage).await?;
        Ok(answer(claims, &stage))
    }

    async fn claims(&self, header: &str, stage: &Stage<'_>) -> Result<Claims, AuthorizerError> {
        let token = access::bearer(header).ok_or(AuthorizerError::Unauthorized)?;
        let id = access::key_id(token)?;
        let key = self.keys.key(&id, &self.app).await.map_err(|error| {
            tracing::error!(error = %error, "the public keys cannot be read");
            AuthorizerError::Unavailable
        })?;
        let key = key.ok_or(AuthorizerError::Unauthorized)?;
        let config = &self.app.config;
        let issuer = config.base_url(stage.api_id);
        let now = self.app.clock.now();
        Ok(access::verify(token, &key, &issuer, &config.audience, now)?)
    }
}

fn answer(claims: Claims, stage: &Stage<'_>) -> AuthorizerResponse {
    AuthorizerResponse {
        principal_id: claims.sub.clone(),
        policy_document: Policy {
            version: "2012-10-17".into(),
            statement: [Statement {
                effect: "Allow".into(),
                action: "execute-api:Invoke".into(),
                resource: stage.every_method(),
            }],
        },
        context: Context {
            user_id: claims.sub,
            session_id: claims.sid,
            email: claims.email,
            email_verified: claims.email_verified.to_string(),
            expires_at: claims.exp.to_string(),
        },
    }
}

/// `arn:aws:execute-api:{region}:{account}:{api}/{stage}/{method}/{path}`, up to the stage.
struct Stage<'a> {
    api: &'a str,
    api_id: &'a str,
    name: &'a str,
}

impl<'a> Stage<'a> {
    fn of(method_arn: &'a str) -> Option<Self> {
        let api = &method_arn[..method_arn.find('/')?];
        let api_id = api.rsplit(':').next()?;
        let name = method_arn.get(api.len() + 1..)?.split('/').next()?;
        Some(Self { api, api_id, name })
    }

    fn every_method(&self) -> String {
        format!("{}/{}/*/*", self.api, self.name)
    }
}
