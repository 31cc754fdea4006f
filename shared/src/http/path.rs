//! The variables of a path, as API Gateway took them out of it.

use http::request::Parts;
use lambda_http::RequestExt as _;

use crate::error::{Error, Missing};
use crate::validation::Invalid;
use crate::values::{AccountId, SessionId, UserId};

/// The variables of a route's path.
pub trait FromPath: Sized + Send {
    /// The variables in `parts`.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] for what can be no id; [`Error::Missing`] for a number that no id has.
    fn from_path(parts: &Parts) -> Result<Self, Error>;
}

/// No variables.
#[derive(Clone, Copy, Debug)]
pub struct NoPath;

/// `/api/accounts/{id}`, where the account is meant by its id.
#[derive(Clone, Copy, Debug)]
pub struct AccountPath {
    /// The account.
    pub account: AccountId,
}

/// `/api/users/me/invitations/{id}`: the account's id.
#[derive(Clone, Copy, Debug)]
pub struct InvitationPath {
    /// The account.
    pub account: AccountId,
}

/// `/api/accounts/{id}`, where the account may be meant by its name.
#[derive(Clone, Debug)]
pub enum AccountReference {
    /// A segment of ASCII digits.
    Id(AccountId),
    /// Any other segment, as API Gateway hands it over: perhaps still percent-encoded.
    Name(String),
}

/// `/api/accounts/{id}/users/{userId}`.
#[derive(Clone, Copy, Debug)]
pub struct MemberPath {
    /// The account.
    pub account: AccountId,
    /// The user in it.
    pub user: UserId,
}

/// `/api/users/me/sessions/{id}`.
#[derive(Clone, Debug)]
pub struct SessionPath {
    /// The session.
    pub session: SessionId,
}

impl FromPath for NoPath {
    fn from_path(_: &Parts) -> Result<Self, Error> {
        Ok(Self)
    }
}

impl FromPath for AccountPath {
    fn from_path(parts: &Parts) -> Result<Self, Error> {
        let account = id(parts, "id", AccountId::parse, Missing::Account)?;
        Ok(Self { account })
    }
}

impl FromPath for InvitationPath {
    fn from_path(parts: &Parts) -> Result<Self, Error> {
        let account = id(parts, "id", AccountId::parse, Missing::Invitation)?;
        Ok(Self { account })
    }
}

impl FromPath for AccountReference {
    fn from_path(parts: &Parts) -> Result<Self, Error> {
        let segment = variable(parts, "id");
        if segment.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Self::Id(AccountPath::from_path(parts)?.account));
        }
        Ok(Self::Name(segment))
    }
}

impl FromPath for MemberPath {
    fn from_path(parts: &Parts) -> Result<Self, Error> {
        let account = id(parts, "id", AccountId::parse, Missing::Account);
        let user = id(parts, "userId", UserId::parse, Missing::User);
        match (account, user) {
            (Ok(account), Ok(user)) => Ok(Self { account, user }),
            // What is malformed is told before what is missing.
            (account, Err(Error::Invalid(mut theirs))) => {
                let mut ours = account
                    .err()
                    .map_or(vec![], |error| error.mistakes().to_vec());
                ours.append(&mut theirs);
                Err(Error::Invalid(ours))
            }
            (Err(error), _) | (_, Err(error)) => Err(error),
        }
    }
}

impl FromPath for SessionPath {
    fn from_path(parts: &Parts) -> Result<Self, Error> {
        let session = SessionId::parse(&variable(parts, "id")).map_err(|_| Missing::Session)?;
        Ok(Self { session })
    }
}

fn id<T, E>(
    parts: &Parts,
    name: &str,
    parse: impl FnOnce(&str) -> Result<T, E>,
    missing: Missing,
) -> Result<T, Error> {
    let segment = variable(parts, name);
    if segment.is_empty() || !segment.bytes().all(|byte| byte.is_ascii_digit()) {
        let detail = "An id is a positive integer below 2^53.";
        return Err(Error::invalid(name, Invalid::new("INVALID_ID", detail)));
    }
    // Digits that no id is made of: a leading zero, or too many.
    parse(&segment).map_err(|_| missing.into())
}

fn variable(parts: &Parts, name: &str) -> String {
    parts
        .path_parameters_ref()
        .and_then(|variables| variables.first(name))
        .unwrap_or_default()
        .to_owned()
}
