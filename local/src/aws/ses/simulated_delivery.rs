//! What becomes of a mail, by its address, and the events in which SES would tell of it.

use serde_json::{Map, Value, json};

use super::Mail;
use crate::random;
use crate::sam::{ACCOUNT, REGION};

/// How a mail ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SimulatedDelivery {
    Delivered,
    Bounced,
    Complained,
    /// Not sent, for it is known from an earlier mail how this one would end.
    Suppressed,
}

/// Mails to these domains and to theirs end otherwise than well.
const BOUNCING: &str = "bounce.example";
const COMPLAINING: &str = "complaint.example";

impl SimulatedDelivery {
    /// The end of a mail to `address`; `known` if an earlier one to it bounced or was complained of.
    pub(super) fn of(address: &str, known: bool) -> Self {
        let address = address.trim().trim_end_matches('>').to_lowercase();
        let domain = address.rsplit('@').next().unwrap_or_default();
        let within = |zone: &str| {
            let rest = domain.strip_suffix(zone);
            rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        if known {
            Self::Suppressed
        } else if within(BOUNCING) {
            Self::Bounced
        } else if within(COMPLAINING) {
            Self::Complained
        } else {
            Self::Delivered
        }
    }

    /// As the mailbox shows it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Bounced => "bounced",
            Self::Complained => "complained",
            Self::Suppressed => "suppressed",
        }
    }

    /// Whether SES remembers the address.
    pub(super) fn is_remembered(name: &str) -> bool {
        [Self::Bounced, Self::Complained]
            .iter()
            .any(|delivery| delivery.name() == name)
    }

    /// SES's events about `mail`, as EventBridge brings them; none for a mail without a configuration set.
    pub(super) fn events(self, mail: &Mail) -> Vec<Value> {
        let Some(set) = &mail.configuration_set else {
            return Vec::new();
        };
        let mut events = vec![event(mail, set, "Email Sent", "Send", &json!({}))];
        let recipients = json!([{ "emailAddress": mail.to }]);
        let bounce = |sub: &str| json!({ "bounceType": "Permanent", "bounceSubType": sub, "bouncedRecipients": recipients });
        let mut more = |detail_type, kind, particulars| {
            events.push(event(mail, set, detail_type, kind, &particulars));
        };
        match self {
            Self::Delivered => more(
                "Email Delivered",
                "Delivery",
                json!({ "recipients": [mail.to] }),
            ),
            Self::Bounced => more("Email Bounced", "Bounce", bounce("General")),
            Self::Suppressed => more(
                "Email Bounced",
                "Bounce",
                bounce("OnAccountSuppressionList"),
            ),
            Self::Complained => {
                more(
                    "Email Delivered",
                    "Delivery",
                    json!({ "recipients": [mail.to] }),
                );
                let complaint =
                    json!({ "complaintSubType": null, "complainedRecipients": recipients });
                more("Email Complaint Received", "Complaint", complaint);
            }
        }
        events
    }
}

fn event(mail: &Mail, set: &str, detail_type: &str, kind: &str, particulars: &Value) -> Value {
    let mut tags: Map<String, Value> = mail
        .tags
        .iter()
        .map(|(name, value)| (name.clone(), json!([value])))
        .collect();
    tags.insert("ses:configuration-set".into(), json!([set]));
    let mut detail = json!({
        "eventType": kind,
        "mail": {
            "timestamp": mail.sent_at,
            "source": mail.from,
            "sendingAccountId": ACCOUNT,
            "messageId": mail.id,
            "destination": [mail.to],
            "headersTruncated": false,
            "tags": tags,
        },
    });
    detail[kind.to_lowercase()] = particulars.clone();
    json!({
        "version": "0",
        "id": random::uuid(),
        "detail-type": detail_type,
        "source": "aws.ses",
        "account": ACCOUNT,
        "time": mail.sent_at,
        "region": REGION,
        "resources": [format!("arn:aws:ses:{REGION}:{ACCOUNT}:configuration-set/{set}")],
        "detail": detail,
    })
}

#[cfg(test)]
mod tests {
    use super::{Mail, SimulatedDelivery};

    #[test]
    fn an_address_decides_how_its_mails_end() {
        for (address, known, expected) in [
            ("ada@example.com", false, SimulatedDelivery::Delivered),
            ("ada@bounce.example", false, SimulatedDelivery::Bounced),
            (
                "Ada <ADA@mx.Bounce.Example>",
                false,
                SimulatedDelivery::Bounced,
            ),
            ("ada@notbounce.example", false, SimulatedDelivery::Delivered),
            (
                "bounce.example@example.com",
                false,
                SimulatedDelivery::Delivered,
            ),
            (
                "ada@complaint.example",
                false,
                SimulatedDelivery::Complained,
            ),
            ("ada@bounce.example", true, SimulatedDelivery::Suppressed),
        ] {
            assert_eq!(SimulatedDelivery::of(address, known), expected, "{address}");
        }
    }

    #[test]
    fn only_a_mail_with_a_configuration_set_is_told_of() {
        let mail = Mail::default();
        assert!(SimulatedDelivery::Delivered.events(&mail).is_empty());
        let mail = Mail {
            configuration_set: Some("set".into()),
            tags: [("change".to_owned(), "c".to_owned())].into(),
            ..mail
        };
        let events = SimulatedDelivery::Suppressed.events(&mail);
        let kinds: Vec<_> = events
            .iter()
            .map(|event| event["detail-type"].clone())
            .collect();
        assert_eq!(kinds, ["Email Sent", "Email Bounced"]);
        for event in &events {
            assert_eq!(event["detail"]["mail"]["tags"]["change"][0], "c");
            assert_eq!(
                event["detail"]["mail"]["tags"]["ses:configuration-set"][0],
                "set"
            );
        }
        assert_eq!(
            events[1]["detail"]["bounce"]["bounceSubType"],
            "OnAccountSuppressionList"
        );
    }
}
