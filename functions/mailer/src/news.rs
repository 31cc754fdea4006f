//! News of a mail: SES's events, as EventBridge brings them. They come in any order, more than once, and perhaps not at all.

use std::collections::HashMap;

use runtime::model::{AccountId, DeliveryState, Error, UserId};
use serde::Deserialize;

use crate::Mailer;
use crate::send::{ACCOUNT_TAG, CHANGE_TAG, USER_TAG};

/// An event, so far as it is of interest (SES developer guide, *Contents of event data*).
#[derive(Debug, Deserialize)]
pub(crate) struct News {
    detail: Detail,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    event_type: String,
    mail: About,
    #[serde(default)]
    bounce: Option<Bounce>,
    #[serde(default)]
    complaint: Option<Complaint>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct About {
    message_id: String,
    #[serde(default)]
    tags: HashMap<String, Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bounce {
    bounce_type: String,
    #[serde(default)]
    bounce_sub_type: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Complaint {
    #[serde(default)]
    complaint_sub_type: Option<String>,
}

/// SES knows the address from an earlier bounce or complaint and has sent nothing.
const SUPPRESSED: [&str; 2] = ["OnAccountSuppressionList", "Suppressed"];

impl Detail {
    /// The state that the event tells.
    fn state(&self) -> Option<DeliveryState> {
        Some(match self.event_type.as_str() {
            "Send" => DeliveryState::Sent,
            "Delivery" => DeliveryState::Delivered,
            "Bounce" => self.bounce.as_ref()?.state(),
            "Complaint" => {
                let kind = self.complaint.as_ref()?.complaint_sub_type.as_deref();
                if kind.is_some_and(|kind| SUPPRESSED.contains(&kind)) {
                    DeliveryState::Suppressed
                } else {
                    DeliveryState::Complained
                }
            }
            // SES has looked into the mail and thrown it away.
            "Reject" => DeliveryState::Suppressed,
            _ => return None,
        })
    }
}

impl Bounce {
    /// Only a permanent bounce is about the address. Any other is about the mailbox today, such as a full one: SES has
    /// given this mail up, but the next one may arrive, so that sending again stays possible.
    fn state(&self) -> DeliveryState {
        if SUPPRESSED.contains(&self.bounce_sub_type.as_str()) {
            DeliveryState::Suppressed
        } else if self.bounce_type == "Permanent" {
            DeliveryState::Bounced
        } else {
            DeliveryState::Sent
        }
    }
}

impl About {
    fn tag(&self, name: &str) -> Option<&str> {
        self.tags.get(name)?.first().map(String::as_str)
    }

    fn member(&self) -> Option<(AccountId, UserId)> {
        let account = AccountId::parse(self.tag(ACCOUNT_TAG)?).ok()?;
        Some((account, UserId::parse(self.tag(USER_TAG)?).ok()?))
    }
}

impl Mailer {
    /// Notes what `news` tell of a mail. SES tells nothing of a mail that it has not taken, so any of them settles its claim.
    pub(crate) async fn note(&self, News { detail }: News) -> Result<(), Error> {
        let mail = &detail.mail;
        let (Some(change), Some(state)) = (mail.tag(CHANGE_TAG), detail.state()) else {
            // A configuration set of the deployment's choice may be others' too.
            tracing::info!(kind = detail.event_type, "an event about no mail of ours");
            return Ok(());
        };
        tracing::info!(change, kind = detail.event_type, "news of a mail");
        let store = &self.app.store;
        store.mail_sent(change, &mail.message_id).await?;
        if let Some(member) = mail.member() {
            let now = self.app.clock.now();
            store.tell_delivery(member, change, state, now).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use runtime::model::DeliveryState;
    use serde_json::{Value, json};

    use super::News;

    fn described(event: &str, more: &Value) -> Option<DeliveryState> {
        let mut detail = json!({ "eventType": event, "mail": { "messageId": "m", "tags": { "change": ["c"] } } });
        detail
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let news: News =
            serde_json::from_value(json!({ "source": "aws.ses", "detail": detail })).unwrap();
        news.detail.state()
    }

    fn bounce(kind: &str, sub: &str) -> Value {
        json!({ "bounce": { "bounceType": kind, "bounceSubType": sub, "bouncedRecipients": [] } })
    }

    #[test]
    fn each_event_tells_a_state() {
        let complaint = |kind: Value| json!({ "complaint": { "complaintSubType": kind } });
        for (event, more, expected) in [
            ("Send", json!({ "send": {} }), Some(DeliveryState::Sent)),
            (
                "Delivery",
                json!({ "delivery": {} }),
                Some(DeliveryState::Delivered),
            ),
            (
                "Bounce",
                bounce("Permanent", "General"),
                Some(DeliveryState::Bounced),
            ),
            (
                "Bounce",
                bounce("Permanent", "NoEmail"),
                Some(DeliveryState::Bounced),
            ),
            (
                "Bounce",
                bounce("Permanent", "Suppressed"),
                Some(DeliveryState::Suppressed),
            ),
            (
                "Bounce",
                bounce("Permanent", "OnAccountSuppressionList"),
                Some(DeliveryState::Suppressed),
            ),
            (
                "Bounce",
                bounce("Transient", "MailboxFull"),
                Some(DeliveryState::Sent),
            ),
            (
                "Bounce",
                bounce("Undetermined", "Undetermined"),
                Some(DeliveryState::Sent),
            ),
            (
                "Complaint",
                complaint(Value::Null),
                Some(DeliveryState::Complained),
            ),
            (
                "Complaint",
                complaint("OnAccountSuppressionList".into()),
                Some(DeliveryState::Suppressed),
            ),
            (
                "Reject",
                json!({ "reject": { "reason": "Bad content" } }),
                Some(DeliveryState::Suppressed),
            ),
            ("Open", json!({ "open": {} }), None),
            ("Bounce", json!({}), None),
        ] {
            assert_eq!(described(event, &more), expected, "{event} {more}");
        }
    }
}
