//! What EventBridge sends.

use serde_json::{Value, json};
use shared::model::Timestamp;

use crate::random;
use crate::sam::{ACCOUNT, REGION, Schedule};

/// The event of a schedule (EventBridge, *Scheduled events*).
pub(super) fn scheduled(function: &str, schedule: &Schedule, now: Timestamp) -> Value {
    let rule = format!("accounts-{function}{}", schedule.name);
    let event = json!({
        "version": "0",
        "id": random::uuid(),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": now.to_string(),
        "region": REGION,
        "resources": [format!("arn:aws:events:{REGION}:{ACCOUNT}:rule/{rule}")],
        "detail": {},
    });
    schedule.input.clone().unwrap_or(event)
}
