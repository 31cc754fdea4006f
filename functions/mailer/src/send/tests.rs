use aws_sdk_ses::config::http::HttpResponse;
use aws_sdk_ses::error::ErrorMetadata;

use super::*;

fn answered(status: u16, code: &str, says: &str) -> Verdict {
    let error = ErrorMetadata::builder().code(code).message(says).build();
    let response = HttpResponse::new(status.try_into().unwrap(), "".into());
    let error = SdkError::service_error(SendEmailError::generic(error), response);
    verdict(Err(error))
}

fn name(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Taken(_) => "taken",
        Verdict::Refused(_) => "refused",
        Verdict::Later(_) => "later",
        Verdict::Denied(_) => "denied",
        Verdict::Busy(_) => "busy",
        Verdict::Unknown(_) => "unknown",
    }
}

#[test]
fn a_taken_mail_has_an_id() {
    let output = SendEmailOutput::builder().message_id("m").build().unwrap();
    assert_eq!(verdict(Ok(output)), Verdict::Taken("m".into()));
}

#[test]
fn each_refusal_is_about_the_mail_the_moment_or_the_deployment() {
    for (status, code, says, expected) in [
        (400, "Throttling", "Maximum sending rate exceeded.", "busy"),
        (400, "Throttling", "Daily message quota exceeded.", "busy"),
        (
            400,
            "MessageRejected",
            "Email address is not verified. ...",
            "denied",
        ),
        (400, "MessageRejected", "Address blacklisted.", "refused"),
        (
            400,
            "InvalidParameterValue",
            "Domain contains dot-dot",
            "refused",
        ),
        (400, "MailFromDomainNotVerifiedException", "", "denied"),
        (400, "ConfigurationSetDoesNotExist", "", "later"),
        (400, "AccountSendingPausedException", "", "later"),
        (400, "ConfigurationSetSendingPausedException", "", "later"),
        (400, "InvalidParameterCombination", "", "later"),
        (403, "AccessDenied", "", "denied"),
        (403, "ExpiredToken", "", "later"),
        (500, "InternalFailure", "", "unknown"),
        (503, "ServiceUnavailable", "", "unknown"),
        (502, "", "", "unknown"),
    ] {
        let verdict = answered(status, code, says);
        assert_eq!(name(&verdict), expected, "{status} {code} {says}");
    }
}

#[test]
fn no_verdict_repeats_what_may_name_an_address() {
    let says = "Email address is not verified. The following identities failed: ada@example.com";
    for (status, code) in [
        (400, "MessageRejected"),
        (400, "AccessDenied"),
        (500, "InternalFailure"),
    ] {
        let verdict = format!("{:?}", answered(status, code, says));
        assert!(!verdict.contains('@'), "{verdict}");
    }
}

#[test]
fn an_answer_that_never_came_is_no_refusal() {
    let late = verdict(Err(SdkError::timeout_error("too late")));
    assert_eq!(name(&late), "unknown");
    let unsent = verdict(Err(SdkError::construction_failure("no")));
    assert_eq!(name(&unsent), "later");
}

#[test]
fn tags_hold_what_ses_lets_them_hold() {
    let envelope = Envelope {
        to: "ada@example.com".into(),
        id: tokens::encode(&[0xfb; 12]),
        member: Some((7.try_into().unwrap(), 42.try_into().unwrap())),
    };
    let tags = tags(&envelope).unwrap();
    let shown: Vec<_> = tags
        .iter()
        .map(|tag| format!("{}={}", tag.name(), tag.value()))
        .collect();
    assert_eq!(shown, ["change=-_v7-_v7-_v7-_v7", "account=7", "user=42"]);
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "_-".contains(letter);
    assert!(tags.iter().all(|tag| tag.value().chars().all(allowed)));
}
