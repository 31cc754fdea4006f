//! What a stream record says of the change it carries.

use aws_lambda_events::dynamodb::StreamRecord;
use serde::Deserialize;
use shared::domain::Change;

/// The parts of an item that a mail is written from, whichever item it is.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Image {
    pub(crate) pk: String,
    pub(crate) change: Change,
    pub(crate) email: String,
    pub(crate) first_name: String,
    #[serde(default)]
    pub(crate) invitation: Option<Link>,
    #[serde(default)]
    pub(crate) verification: Option<Link>,
    #[serde(default)]
    pub(crate) reset: Option<Link>,
}

/// A link as its row remembers it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Link {
    #[serde(with = "serde_bytes")]
    pub(crate) nonce: Vec<u8>,
    pub(crate) expires_at: i64,
}

/// As much of an item as tells whether it asks for a mail.
#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    change: Option<Ask>,
}

#[derive(PartialEq, Deserialize)]
struct Ask {
    id: String,
    #[serde(default)]
    mail: Option<String>,
}

/// The item after a change that asks for a mail; `None` where the record asks for none.
///
/// # Errors
///
/// An item that asks for a mail does not read back.
pub(crate) fn asking(record: &StreamRecord) -> Result<Option<Image>, serde_dynamo::Error> {
    let ask = |image: &serde_dynamo::Item| -> Result<Option<Ask>, serde_dynamo::Error> {
        Ok(serde_dynamo::from_item::<_, Head>(image.clone())?.change)
    };
    let new = ask(&record.new_image)?;
    let asks = new.as_ref().is_some_and(|ask| ask.mail.is_some());
    // Whatever wrote the item without a change of its own left the last one standing.
    if !asks || new == ask(&record.old_image)? {
        return Ok(None);
    }
    serde_dynamo::from_item(record.new_image.clone()).map(Some)
}
