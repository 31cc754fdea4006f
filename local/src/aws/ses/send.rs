//! SES as its first API has it: forms in, XML out.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use shared::runtime::Clock;

use super::message;
use super::simulated_delivery::SimulatedDelivery;
use super::{Mail, Mailbox};
use crate::aws::eventbridge::Bus;
use crate::random;

#[derive(Clone)]
struct Ses {
    mailbox: Mailbox,
    clock: Clock,
    bus: Bus,
}

/// Answers `SendEmail` and `SendRawEmail`, and puts on `bus` what becomes of the mails.
pub(crate) fn router(mailbox: Mailbox, clock: Clock, bus: Bus) -> Router {
    Router::new().fallback(answer).with_state(Ses {
        mailbox,
        clock,
        bus,
    })
}

async fn answer(State(ses): State<Ses>, body: String) -> Response {
    let form = Form::parse(&body);
    let action = form.first("Action").unwrap_or_default();
    let mail = match action {
        "SendEmail" => simple(&form),
        "SendRawEmail" => raw(&form),
        _ => Err(format!("The action {action} is not known here.")),
    };
    let mail = match mail {
        Ok(mail) if mail.to.is_empty() => Err("Missing required header 'To'.".to_owned()),
        other => other,
    };
    match mail {
        Ok(mail) => {
            let id = random::uuid();
            let earlier = ses.mailbox.to(Some(&mail.to));
            let known = earlier
                .iter()
                .any(|mail| SimulatedDelivery::is_remembered(&mail.delivery));
            let delivery = SimulatedDelivery::of(&mail.to, known);
            let mail = Mail {
                id: id.clone(),
                sent_at: ses.clock.now().to_string(),
                delivery: delivery.name().to_owned(),
                ..mail
            };
            let events = delivery.events(&mail);
            match ses.mailbox.catch(mail) {
                Ok(()) => {
                    for event in events {
                        ses.bus.put(event);
                    }
                    sent(action, &id)
                }
                Err(error) => refused(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "InternalFailure",
                    &error.to_string(),
                ),
            }
        }
        Err(reason) => refused(StatusCode::BAD_REQUEST, "InvalidParameterValue", &reason),
    }
}

fn simple(form: &Form) -> Result<Mail, String> {
    let from = form.first("Source").ok_or("Source is missing.")?;
    let mut to = Vec::new();
    for kind in ["To", "Cc", "Bcc"] {
        to.extend(form.list(&format!("Destination.{kind}Addresses.member.")));
    }
    let owned = |name: &str| form.first(name).map(str::to_owned);
    let tag = |place: usize| {
        let part = |name: &str| owned(&format!("Tags.member.{place}.{name}"));
        Some((part("Name")?, part("Value")?))
    };
    Ok(Mail {
        to: to.join(", "),
        from: from.to_owned(),
        subject: owned("Message.Subject.Data").ok_or("Message.Subject is missing.")?,
        text: owned("Message.Body.Text.Data"),
        html: owned("Message.Body.Html.Data"),
        reply_to: owned("ReplyToAddresses.member.1"),
        configuration_set: owned("ConfigurationSetName"),
        tags: (1..).map_while(tag).collect(),
        ..Mail::default()
    })
}

fn raw(form: &Form) -> Result<Mail, String> {
    let data = form
        .first("RawMessage.Data")
        .ok_or("RawMessage is missing.")?;
    let data = STANDARD
        .decode(data)
        .map_err(|_| "RawMessage is not base64.")?;
    let mut mail = message::parse(&String::from_utf8_lossy(&data));
    let named: Vec<String> = form.list("Destinations.member.").collect();
    if !named.is_empty() {
        mail.to = named.join(", ");
    }
    if let Some(source) = form.first("Source") {
        source.clone_into(&mut mail.from);
    }
    Ok(mail)
}

fn sent(action: &str, id: &str) -> Response {
    xml(
        StatusCode::OK,
        format!(
            "<{action}Response xmlns=\"http://ses.amazonaws.com/doc/2010-12-01/\"><{action}Result>\
             <MessageId>{id}</MessageId></{action}Result><ResponseMetadata><RequestId>{id}</RequestId>\
             </ResponseMetadata></{action}Response>"
        ),
    )
}

fn refused(status: StatusCode, code: &str, reason: &str) -> Response {
    let reason = reason.replace('&', "&amp;").replace('<', "&lt;");
    xml(
        status,
        format!(
            "<ErrorResponse xmlns=\"http://ses.amazonaws.com/doc/2010-12-01/\"><Error><Type>Sender</Type>\
             <Code>{code}</Code><Message>{reason}</Message></Error></ErrorResponse>"
        ),
    )
}

fn xml(status: StatusCode, body: String) -> Response {
    (status, [(CONTENT_TYPE, "text/xml")], body).into_response()
}

/// The members of a request's form, as JSON.
pub(crate) fn fields(body: &[u8]) -> Value {
    let Form(pairs) = Form::parse(&String::from_utf8_lossy(body));
    let pairs = pairs.into_iter().map(|(name, value)| (name, value.into()));
    Value::Object(pairs.collect())
}

/// A form, in order.
struct Form(Vec<(String, String)>);

impl Form {
    fn parse(body: &str) -> Self {
        let decoded = |text: &str| {
            percent_decode_str(&text.replace('+', " "))
                .decode_utf8_lossy()
                .into_owned()
        };
        let pairs = body.split('&').filter_map(|pair| pair.split_once('='));
        Self(
            pairs
                .map(|(name, value)| (decoded(name), decoded(value)))
                .collect(),
        )
    }

    fn first(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(own, _)| own == name)
            .map(|(_, value)| value.as_str())
    }

    fn list(&self, prefix: &str) -> impl Iterator<Item = String> {
        self.0
            .iter()
            .filter(move |(name, _)| name.starts_with(prefix))
            .map(|(_, value)| value.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::{Form, simple};

    #[test]
    fn a_form_becomes_a_mail() {
        let form = Form::parse(
            "Action=SendEmail&Source=a%40b.c&Destination.ToAddresses.member.1=x%40y.z\
             &Destination.ToAddresses.member.2=u%40v.w&Message.Subject.Data=Hi+there%21\
             &Message.Body.Text.Data=1+%2B+1&Message.Body.Html.Data=%3Cp%3E\
             &Tags.member.1.Name=change&Tags.member.1.Value=c&Tags.member.2.Name=user&Tags.member.2.Value=7",
        );
        let mail = simple(&form).unwrap();
        assert_eq!(mail.to, "x@y.z, u@v.w");
        assert_eq!(mail.subject, "Hi there!");
        assert_eq!(mail.text.unwrap(), "1 + 1");
        assert_eq!(mail.html.unwrap(), "<p>");
        assert_eq!((&*mail.tags["change"], &*mail.tags["user"]), ("c", "7"));
    }
}
