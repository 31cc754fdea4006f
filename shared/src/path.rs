//! The variables of a path. API Gateway hands them over as they were sent; here they are percent-decoded, once.

use std::borrow::Cow;
use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::request::Parts;
use lambda_http::RequestExt as _;
use model::{AccountId, Error, FactorId, Invalid, Missing, SessionId, UserId};
use percent_encoding::percent_decode_str;

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
    /// Any other segment, decoded.
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

/// `/api/users/{id}`. A number that no user has is `None`, so that who may not ask learns nothing of it.
#[derive(Clone, Copy, Debug)]
pub struct UserPath {
    /// The user.
    pub user: Option<UserId>,
}

/// `/api/users/me/sessions/{id}`.
#[derive(Clone, Debug)]
pub struct SessionPath {
    /// The session.
    pub session: SessionId,
}

/// `/api/users/me/factors/passkeys/{id}`.
#[derive(Clone, Copy, Debug)]
pub struct PasskeyPath {
    /// The passkey.
    pub passkey: FactorId,
}

/// `/{page+}`: a path that no other route has, without the slash at its beginning, decoded.
#[derive(Clone, Debug)]
pub struct PagePath(pub String);

impl<S: Sync> FromRequestParts<S> for PagePath {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(variable(parts, "page").unwrap_or_default()))
    }
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
        // No name has bytes that are no text.
        let segment = variable(parts, "id").ok_or(Missing::Account)?;
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
            // Malformed ids are reported before missing resources.
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

impl FromPath for UserPath {
    fn from_path(parts: &Parts) -> Result<Self, Error> {
        match id(parts, "id", UserId::parse, Missing::User) {
            Ok(user) => Ok(Self { user: Some(user) }),
            Err(Error::Missing(_)) => Ok(Self { user: None }),
            Err(error) => Err(error),
        }
    }
}

impl FromPath for SessionPath {
    fn from_path(parts: &Parts) -> Result<Self, Error> {
        let session = variable(parts, "id").and_then(|segment| SessionId::parse(&segment).ok());
        let session = session.ok_or(Missing::Session)?;
        Ok(Self { session })
    }
}

impl FromPath for PasskeyPath {
    fn from_path(parts: &Parts) -> Result<Self, Error> {
        let passkey = variable(parts, "id").and_then(|segment| FactorId::parse(&segment));
        let passkey = passkey.ok_or(Missing::Factor)?;
        Ok(Self { passkey })
    }
}

fn id<T, E>(
    parts: &Parts,
    name: &str,
    parse: impl FnOnce(&str) -> Result<T, E>,
    missing: Missing,
) -> Result<T, Error> {
    let segment = variable(parts, name).unwrap_or_default();
    if segment.is_empty() || !segment.bytes().all(|byte| byte.is_ascii_digit()) {
        let detail = "An id is a positive integer below 2^53.";
        return Err(Error::invalid(name, Invalid::new("INVALID_ID", detail)));
    }
    // Digits that no id is made of: a leading zero, or too many.
    parse(&segment).map_err(|_| missing.into())
}

/// A variable's value, unless its bytes are no UTF-8.
pub(super) fn variable(parts: &Parts, name: &str) -> Option<String> {
    let variables = parts.path_parameters_ref();
    let sent = variables.and_then(|variables| variables.first(name));
    let decoded = percent_decode_str(sent.unwrap_or_default()).decode_utf8();
    decoded.ok().map(Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use lambda_http::RequestExt as _;

    use super::*;

    fn read<P: FromPath>(variables: &[(&str, &str)]) -> Result<P, Error> {
        let variables = variables.iter().map(|(name, value)| {
            let (name, value) = (*name, *value);
            (name.to_owned(), vec![value.to_owned()])
        });
        let request = http::Request::new(());
        let request = request.with_path_parameters(variables.collect::<HashMap<_, _>>());
        P::from_path(&request.into_parts().0)
    }

    /// `ok`, or the code and where it is.
    fn described<P>(read: Result<P, Error>) -> String {
        let Err(error) = read else { return "ok".into() };
        let pointers = error.mistakes().iter().map(|m| m.pointer.as_str());
        let pointers = pointers.collect::<Vec<_>>().join(" ");
        format!("{} {pointers}", crate::status::status_and_code(&error).1)
            .trim_end()
            .into()
    }

    #[test]
    fn digits_that_no_id_is_made_of_are_not_found_and_other_text_is_a_mistake() {
        for (segment, expected) in [
            ("1", "ok"),
            ("9007199254740991", "ok"),
            ("9007199254740992", "ACCOUNT_NOT_FOUND"),
            ("99999999999999999999", "ACCOUNT_NOT_FOUND"),
            (
                "999999999999999999999999999999999999999999",
                "ACCOUNT_NOT_FOUND",
            ),
            ("0", "ACCOUNT_NOT_FOUND"),
            ("01", "ACCOUNT_NOT_FOUND"),
            ("", "VALIDATION_FAILED id"),
            ("abc", "VALIDATION_FAILED id"),
            ("1a", "VALIDATION_FAILED id"),
            ("+1", "VALIDATION_FAILED id"),
            ("-1", "VALIDATION_FAILED id"),
            ("1.0", "VALIDATION_FAILED id"),
            (" 1", "VALIDATION_FAILED id"),
            ("%31", "ok"),
            ("%2531", "VALIDATION_FAILED id"),
            ("%ff", "VALIDATION_FAILED id"),
            ("\u{661}\u{662}", "VALIDATION_FAILED id"),
            ("\u{ff11}", "VALIDATION_FAILED id"),
        ] {
            assert_eq!(
                described(read::<AccountPath>(&[("id", segment)])),
                expected,
                "{segment}"
            );
        }
        assert_eq!(described(read::<AccountPath>(&[])), "VALIDATION_FAILED id");
    }

    #[test]
    fn an_account_is_meant_by_its_id_only_in_ascii_digits() {
        let reference = |segment| match read::<AccountReference>(&[("id", segment)]) {
            Ok(AccountReference::Id(id)) => format!("id {id}"),
            Ok(AccountReference::Name(name)) => format!("name {name}"),
            refused => described(refused),
        };
        for (segment, expected) in [
            ("42", "id 42"),
            ("042", "ACCOUNT_NOT_FOUND"),
            ("9007199254740992", "ACCOUNT_NOT_FOUND"),
            ("Acme", "name Acme"),
            ("42b", "name 42b"),
            ("%34%32", "id 42"),
            ("a%20b", "name a b"),
            ("a b", "name a b"),
            ("a+b", "name a+b"),
            ("a%2520b", "name a%20b"),
            ("100%", "name 100%"),
            ("%zz", "name %zz"),
            ("gr%C3%B6%C3%9Fe", "name gr\u{f6}\u{df}e"),
            ("a%2Fb", "name a/b"),
            ("%ff", "ACCOUNT_NOT_FOUND"),
            ("\u{664}\u{662}", "name \u{664}\u{662}"),
            ("", "VALIDATION_FAILED id"),
        ] {
            assert_eq!(reference(segment), expected, "{segment}");
        }
    }

    #[test]
    fn every_mistake_of_a_member_s_path_is_told_before_what_is_missing() {
        for (account, user, expected) in [
            ("1", "2", "ok"),
            ("x", "y", "VALIDATION_FAILED id userId"),
            ("1", "y", "VALIDATION_FAILED userId"),
            ("x", "2", "VALIDATION_FAILED id"),
            ("01", "y", "VALIDATION_FAILED userId"),
            ("x", "02", "VALIDATION_FAILED id"),
            ("01", "02", "ACCOUNT_NOT_FOUND"),
            ("1", "02", "USER_NOT_FOUND"),
        ] {
            let path = read::<MemberPath>(&[("id", account), ("userId", user)]);
            assert_eq!(described(path), expected, "{account} {user}");
        }
    }

    #[test]
    fn what_is_no_session_s_id_is_not_found() {
        let session = SessionId::random();
        let path = read::<SessionPath>(&[("id", session.as_str())]).unwrap();
        assert_eq!(path.session, session);
        for segment in [
            "",
            "1",
            "AAAAAAAAAAAAAAAAAAA",
            "AAAAAAAAAAAAAAAAAAA=",
            "AAAA.AAAA.AAAA.AAAA.",
        ] {
            assert_eq!(
                described(read::<SessionPath>(&[("id", segment)])),
                "NOT_FOUND",
                "{segment}"
            );
        }
    }
}
