//! The caller, as the authorizer answers who it is.

use http::request::Parts;
use lambda_http::RequestExt as _;
use lambda_http::request::RequestContext;
use model::{Caller, Error, SessionId, Timestamp, UserId};
use serde_json::Value;

/// The caller in the authorizer's context.
///
/// # Errors
///
/// [`Error::Unauthenticated`] without one, or if the token ran out while API Gateway kept the authorizer's answer.
pub(super) fn caller(parts: &Parts, now: Timestamp) -> Result<Caller, Error> {
    let Some(RequestContext::ApiGatewayV1(context)) = parts.request_context_ref() else {
        return Err(Error::Unauthenticated);
    };
    let fields = &context.authorizer.fields;
    let text = |name: &str| {
        let value = fields.get(name).and_then(Value::as_str);
        value.ok_or(Error::Unauthenticated)
    };
    let expires_at: i64 = text("expiresAt")?
        .parse()
        .map_err(|_| Error::Unauthenticated)?;
    if Timestamp::from_seconds(expires_at) <= now {
        return Err(Error::Unauthenticated);
    }
    Ok(Caller {
        user: UserId::parse(text("userId")?).map_err(|_| Error::Unauthenticated)?,
        session: SessionId::parse(text("sessionId")?).map_err(|_| Error::Unauthenticated)?,
        email: text("email")?.to_owned(),
        email_verified: text("emailVerified")? == "true",
    })
}

#[cfg(test)]
mod tests {
    use lambda_http::RequestExt as _;
    use lambda_http::aws_lambda_events::apigw::ApiGatewayProxyRequestContext;
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_780_396_200;

    fn context() -> Value {
        json!({
            "principalId": "7",
            "userId": "7",
            "sessionId": "AAAAAAAAAAAAAAAAAAAA",
            "email": "ada@example.com",
            "emailVerified": "true",
            "expiresAt": (NOW + 1).to_string(),
        })
    }

    fn caller(authorizer: &Value, now: i64) -> Result<Caller, Error> {
        let context = json!({ "httpMethod": "GET", "authorizer": authorizer });
        let context: ApiGatewayProxyRequestContext = serde_json::from_value(context).unwrap();
        let request = http::Request::new(());
        let request = request.with_request_context(RequestContext::ApiGatewayV1(context));
        super::caller(&request.into_parts().0, Timestamp::from_seconds(now))
    }

    fn refused(caller: &Result<Caller, Error>) -> bool {
        matches!(caller, Err(Error::Unauthenticated))
    }

    #[test]
    fn a_caller_is_whom_the_authorizer_found() {
        let caller = caller(&context(), NOW).unwrap();
        assert_eq!(
            (caller.user.get(), caller.session.as_str()),
            (7, "AAAAAAAAAAAAAAAAAAAA")
        );
        assert_eq!(
            (caller.email.as_str(), caller.email_verified),
            ("ada@example.com", true)
        );
    }

    #[test]
    fn a_kept_answer_counts_no_longer_than_its_token() {
        assert!(caller(&context(), NOW).is_ok());
        assert!(refused(&caller(&context(), NOW + 1)));
        assert!(refused(&caller(&context(), NOW + 2)));
    }

    #[test]
    fn nobody_is_a_caller_without_every_part_of_the_context() {
        for name in ["userId", "sessionId", "email", "emailVerified", "expiresAt"] {
            let mut less = context();
            less.as_object_mut().unwrap().shift_remove(name);
            assert!(refused(&caller(&less, NOW)), "{name}");
            for value in [json!(null), json!(7), json!(true)] {
                let mut other = context();
                other[name] = value.clone();
                assert!(refused(&caller(&other, NOW)), "{name}: {value}");
            }
        }
        assert!(refused(&caller(&json!({}), NOW)));
        assert!(refused(&caller(&json!(null), NOW)));
    }

    #[test]
    fn nobody_is_a_caller_with_a_part_that_does_not_read() {
        for (name, value) in [
            ("userId", ""),
            ("userId", "0"),
            ("userId", "07"),
            ("userId", "9007199254740992"),
            ("sessionId", ""),
            ("sessionId", "AAAA"),
            ("expiresAt", ""),
            ("expiresAt", "soon"),
            ("expiresAt", "99999999999999999999"),
        ] {
            let mut other = context();
            other[name] = json!(value);
            assert!(refused(&caller(&other, NOW)), "{name}: {value}");
        }
    }

    #[test]
    fn an_address_is_verified_only_where_that_is_said() {
        for value in ["false", "True", "1", ""] {
            let mut other = context();
            other["emailVerified"] = json!(value);
            assert!(!caller(&other, NOW).unwrap().email_verified, "{value}");
        }
    }

    #[test]
    fn nobody_is_a_caller_without_api_gateway() {
        let parts = http::Request::new(()).into_parts().0;
        let caller = super::caller(&parts, Timestamp::from_seconds(NOW));
        assert!(refused(&caller));
    }
}
