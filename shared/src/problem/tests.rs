use std::fmt::Write as _;

use expect_test::{Expect, expect};
use model::{Conflict, Invalid, Missing, STEP_UP_SECONDS, StepUp};

use super::*;
use crate::sent;

fn mistake(pointer: &str) -> Mistake {
    Mistake::at(pointer, Invalid::new("WRONG_TYPE", "This is no string."))
}

/// Status, headers and body, as sent.
fn shown(error: &Error) -> String {
    let (parts, body) = response(error, "req-1").into_parts();
    let mut shown = format!("{}\n", parts.status);
    for (name, value) in &parts.headers {
        if value != "application/problem+json" {
            writeln!(shown, "{name}: {}", value.to_str().unwrap()).unwrap();
        }
    }
    assert_eq!(parts.headers[CONTENT_TYPE], "application/problem+json");
    shown + &sent::text(body) + "\n"
}

fn check(errors: &[Error], expected: &Expect) {
    let mut all = String::new();
    for error in errors {
        all += &shown(error);
    }
    expected.assert_eq(&all);
}

#[test]
fn mistakes_of_the_caller_are_listed() {
    let several = vec![mistake("/email"), mistake("/roles/0")];
    check(
        &[
            Error::Invalid(vec![mistake("/email")]),
            Error::Invalid(vec![mistake("")]),
            Error::Invalid(several),
            Error::InvalidQuery(vec![mistake("$filter")]),
            Error::InvalidToken,
            Error::PayloadTooLarge,
            Error::UnsupportedMediaType,
            Error::UnsupportedEncoding,
            Error::IdempotencyKeyReused,
        ],
        &expect![[r#"
            400 Bad Request
            {"type":"about:blank","title":"Bad Request","status":400,"code":"VALIDATION_FAILED","detail":"/email: This is no string.","requestId":"req-1","errors":[{"pointer":"/email","code":"WRONG_TYPE","detail":"This is no string."}]}
            400 Bad Request
            {"type":"about:blank","title":"Bad Request","status":400,"code":"VALIDATION_FAILED","detail":"This is no string.","requestId":"req-1","errors":[{"pointer":"","code":"WRONG_TYPE","detail":"This is no string."}]}
            400 Bad Request
            {"type":"about:blank","title":"Bad Request","status":400,"code":"VALIDATION_FAILED","detail":"2 mistakes: see `errors`.","requestId":"req-1","errors":[{"pointer":"/email","code":"WRONG_TYPE","detail":"This is no string."},{"pointer":"/roles/0","code":"WRONG_TYPE","detail":"This is no string."}]}
            400 Bad Request
            {"type":"about:blank","title":"Bad Request","status":400,"code":"INVALID_QUERY","detail":"$filter: This is no string.","requestId":"req-1","errors":[{"pointer":"$filter","code":"WRONG_TYPE","detail":"This is no string."}]}
            400 Bad Request
            {"type":"about:blank","title":"Bad Request","status":400,"code":"INVALID_TOKEN","detail":"The link is not valid, or not any more.","requestId":"req-1"}
            413 Payload Too Large
            {"type":"about:blank","title":"Payload Too Large","status":413,"code":"PAYLOAD_TOO_LARGE","detail":"The body is larger than 64 KiB.","requestId":"req-1"}
            415 Unsupported Media Type
            {"type":"about:blank","title":"Unsupported Media Type","status":415,"code":"UNSUPPORTED_MEDIA_TYPE","detail":"Send the body as application/json.","requestId":"req-1"}
            415 Unsupported Media Type
            accept-encoding: identity
            {"type":"about:blank","title":"Unsupported Media Type","status":415,"code":"UNSUPPORTED_MEDIA_TYPE","detail":"Send the body without Content-Encoding.","requestId":"req-1"}
            422 Unprocessable Entity
            {"type":"about:blank","title":"Unprocessable Entity","status":422,"code":"IDEMPOTENCY_KEY_REUSED","detail":"This Idempotency-Key was used with another request.","requestId":"req-1"}
        "#]],
    );
}

#[test]
fn what_a_caller_may_not_is_told_with_the_challenge_where_signing_in_helps() {
    check(
        &[
            Error::Unauthenticated,
            Error::InvalidCredentials,
            Error::ReauthenticationRequired(StepUp::TooOld),
            Error::Unauthorized,
            Error::AccountSuspended,
            Error::EmailNotVerified,
        ],
        &expect![[r#"
            401 Unauthorized
            www-authenticate: Bearer error="invalid_token"
            {"type":"about:blank","title":"Unauthorized","status":401,"code":"UNAUTHENTICATED","detail":"Sign in first.","requestId":"req-1"}
            401 Unauthorized
            www-authenticate: Bearer
            {"type":"about:blank","title":"Unauthorized","status":401,"code":"INVALID_CREDENTIALS","detail":"The e-mail address or the password is wrong.","requestId":"req-1"}
            401 Unauthorized
            www-authenticate: Bearer error="insufficient_user_authentication", max_age=600
            {"type":"about:blank","title":"Unauthorized","status":401,"code":"REAUTHENTICATION_REQUIRED","detail":"Sign in again, or use POST /api/auth/reauthenticate.","requestId":"req-1"}
            403 Forbidden
            {"type":"about:blank","title":"Forbidden","status":403,"code":"UNAUTHORIZED","detail":"Your roles in this account do not allow this.","requestId":"req-1"}
            403 Forbidden
            {"type":"about:blank","title":"Forbidden","status":403,"code":"ACCOUNT_SUSPENDED","detail":"The account is suspended.","requestId":"req-1"}
            403 Forbidden
            {"type":"about:blank","title":"Forbidden","status":403,"code":"EMAIL_NOT_VERIFIED","detail":"Verify your e-mail address first.","requestId":"req-1"}
        "#]],
    );
}

#[test]
fn the_challenge_names_the_age_that_step_up_accepts() {
    let challenge = challenge(&Error::ReauthenticationRequired(StepUp::TooOld));
    assert!(challenge.ends_with(&format!("max_age={STEP_UP_SECONDS}")));
}

#[test]
fn what_is_missing_or_too_old_is_told_by_its_kind() {
    check(
        &[
            Missing::Account.into(),
            Missing::User.into(),
            Missing::Invitation.into(),
            Missing::Session.into(),
            Missing::Route.into(),
            Error::InvitationExpired,
            Error::TokenExpired,
        ],
        &expect![[r#"
            404 Not Found
            {"type":"about:blank","title":"Not Found","status":404,"code":"ACCOUNT_NOT_FOUND","detail":"There is no such account.","requestId":"req-1"}
            404 Not Found
            {"type":"about:blank","title":"Not Found","status":404,"code":"USER_NOT_FOUND","detail":"There is no such user.","requestId":"req-1"}
            404 Not Found
            {"type":"about:blank","title":"Not Found","status":404,"code":"INVITATION_NOT_FOUND","detail":"There is no such invitation.","requestId":"req-1"}
            404 Not Found
            {"type":"about:blank","title":"Not Found","status":404,"code":"NOT_FOUND","detail":"There is no such session.","requestId":"req-1"}
            404 Not Found
            {"type":"about:blank","title":"Not Found","status":404,"code":"NOT_FOUND","detail":"There is nothing at this address.","requestId":"req-1"}
            410 Gone
            {"type":"about:blank","title":"Gone","status":410,"code":"INVITATION_EXPIRED","detail":"The invitation has expired.","requestId":"req-1"}
            410 Gone
            {"type":"about:blank","title":"Gone","status":410,"code":"TOKEN_EXPIRED","detail":"The link has expired.","requestId":"req-1"}
        "#]],
    );
}

#[test]
fn what_is_in_the_way_is_told_by_the_invariant_that_it_would_break() {
    check(
        &[
            Conflict::AccountNameTaken.into(),
            Conflict::EmailTaken.into(),
            Conflict::AlreadyMember.into(),
            Conflict::OwnerRequired.into(),
            Conflict::AccountLimit.into(),
            Conflict::MemberNotActive.into(),
            Conflict::InvitationNotPending.into(),
            Conflict::Contended.into(),
            Error::PreconditionFailed,
        ],
        &expect![[r#"
            409 Conflict
            {"type":"about:blank","title":"Conflict","status":409,"code":"ACCOUNT_ALREADY_EXISTS","detail":"An account with this name already exists.","requestId":"req-1"}
            409 Conflict
            {"type":"about:blank","title":"Conflict","status":409,"code":"USER_ALREADY_EXISTS","detail":"This e-mail address is already registered.","requestId":"req-1"}
            409 Conflict
            {"type":"about:blank","title":"Conflict","status":409,"code":"USER_ALREADY_IN_ACCOUNT","detail":"The user already belongs to the account.","requestId":"req-1"}
            409 Conflict
            {"type":"about:blank","title":"Conflict","status":409,"code":"OWNER_REQUIRED","detail":"Transfer the ownership first.","requestId":"req-1"}
            409 Conflict
            {"type":"about:blank","title":"Conflict","status":409,"code":"ACCOUNT_LIMIT","detail":"The new owner would own more accounts than one person may.","requestId":"req-1"}
            409 Conflict
            {"type":"about:blank","title":"Conflict","status":409,"code":"MEMBER_NOT_ACTIVE","detail":"The member is not active.","requestId":"req-1"}
            409 Conflict
            {"type":"about:blank","title":"Conflict","status":409,"code":"INVITATION_NOT_PENDING","detail":"The invitation is not pending any more.","requestId":"req-1"}
            409 Conflict
            retry-after: 1
            {"type":"about:blank","title":"Conflict","status":409,"code":"CONFLICT","detail":"Others are changing this at the same time: try again.","requestId":"req-1"}
            412 Precondition Failed
            {"type":"about:blank","title":"Precondition Failed","status":412,"code":"PRECONDITION_FAILED","detail":"The resource has changed since: read it again.","requestId":"req-1"}
        "#]],
    );
}

#[test]
fn a_refusal_that_passes_says_when_to_come_back_and_a_cause_of_ours_is_never_sent() {
    let cause = || "arn:aws:dynamodb:eu-west-1:1:table/secret";
    check(
        &[
            Error::TooManyRequests { retry_after: 900 },
            Error::TooManyRequests { retry_after: -5 },
            Error::Unavailable(cause().into()),
            Error::internal(cause()),
        ],
        &expect![[r#"
            429 Too Many Requests
            retry-after: 900
            {"type":"about:blank","title":"Too Many Requests","status":429,"code":"TOO_MANY_REQUESTS","detail":"Too many requests: try again later.","requestId":"req-1"}
            429 Too Many Requests
            retry-after: 1
            {"type":"about:blank","title":"Too Many Requests","status":429,"code":"TOO_MANY_REQUESTS","detail":"Too many requests: try again later.","requestId":"req-1"}
            503 Service Unavailable
            retry-after: 1
            {"type":"about:blank","title":"Service Unavailable","status":503,"code":"UNAVAILABLE","detail":"The service is busy: try again.","requestId":"req-1"}
            500 Internal Server Error
            {"type":"about:blank","title":"Internal Server Error","status":500,"code":"INTERNAL","detail":"Something went wrong on our side.","requestId":"req-1"}
        "#]],
    );
}
