//! The public keys that access tokens are verified with.

use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use model::{Error, Timestamp};
use serde::{Deserialize, Serialize};
use tokens::PublicKey;

use super::backoff::Backoff;
use super::table_error::TableError;
use super::write::{Outcome, Write, number};
use super::{Store, keys, rows};

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct JwksRow {
    entity: String,
    /// The one that signs, or will, first.
    keys: Vec<PublicKey>,
    /// When these keys were put there, in milliseconds.
    #[serde(default)]
    published_at: i64,
}

/// The keys that were published when they were read.
#[derive(Debug)]
pub struct PublishedKeys(Option<JwksRow>);

impl Store {
    /// The published keys.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn public_keys(&self) -> Result<Vec<PublicKey>, Error> {
        let row = self.published().await?;
        Ok(row.map_or_else(Vec::new, |row| row.keys))
    }

    /// What is published, for [`Store::publish_keys`].
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn published_keys(&self) -> Result<PublishedKeys, Error> {
        Ok(PublishedKeys(self.published().await?))
    }

    /// Publishes `keys`, with the future signing key first, unless that key is among the `published`. Answers when it was
    /// published. For the first key of all, and for a key that was first before, that is long ago.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn publish_keys(
        &self,
        keys: &[PublicKey],
        PublishedKeys(mut published): PublishedKeys,
        now: Timestamp,
    ) -> Result<Timestamp, Error> {
        const LONG_AGO: Timestamp = Timestamp::from_seconds(0);
        let mut backoff = Backoff::new();
        loop {
            let standing = published.as_ref().map_or(&[][..], |row| &row.keys);
            if !keys.is_empty() && keys.first() == standing.first() {
                let since = published.map_or(0, |row| row.published_at);
                return Ok(Timestamp::from_millis(since));
            }
            // Another instance, with a newer secret, has published already.
            if keys.first().is_some_and(|key| standing.contains(key)) {
                return Ok(LONG_AGO);
            }
            let since = if standing.is_empty() { LONG_AGO } else { now };
            let row = JwksRow {
                entity: "jwks".into(),
                keys: keys.to_vec(),
                published_at: since.millis(),
            };
            let item = rows::item(&keys::jwks(), &row, None)?;
            let write = match published {
                None => Write::create(item),
                Some(row) => Write::put(item).equals("publishedAt", number(row.published_at)),
            };
            match self.commit(&[write]).await? {
                Outcome::Done => return Ok(since),
                Outcome::Lost(_) => backoff.wait().await?,
            }
            published = self.published().await?;
        }
    }

    async fn published(&self) -> Result<Option<JwksRow>, Error> {
        let answer = self
            .client
            .get_item()
            .table_name(self.table())
            .set_key(Some(keys::jwks().item()))
            .consistent_read(true)
            .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
            .send()
            .await
            .map_err(TableError::from)?;
        Ok(answer.item.as_ref().map(rows::row::<JwksRow>).transpose()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_back_in_their_order() {
        let key = |kid: &str| PublicKey {
            kid: kid.into(),
            x: "x".into(),
        };
        let row = JwksRow {
            entity: "jwks".into(),
            keys: vec![key("current"), key("previous")],
            published_at: 7,
        };
        let item = rows::item(&keys::jwks(), &row, None).unwrap();
        assert_eq!(rows::row::<JwksRow>(&item).unwrap().keys, row.keys);
    }
}
