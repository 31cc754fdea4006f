//! The public keys that access tokens are verified with.

use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use serde::{Deserialize, Serialize};

use super::Store;
use super::fault::Fault;
use super::keys;
use super::rows;
use super::write::Write;
use crate::error::Error;
use crate::tokens::PublicKey;

#[derive(Serialize, Deserialize)]
struct JwksRow {
    entity: String,
    keys: Vec<PublicKey>,
}

impl Store {
    /// The published keys.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn public_keys(&self) -> Result<Vec<PublicKey>, Error> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(keys::jwks().item()))
            .consistent_read(true)
            .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
            .send()
            .await
            .map_err(Fault::from)?;
        let row = answer.item.as_ref().map(rows::row::<JwksRow>).transpose()?;
        Ok(row.map_or_else(Vec::new, |row| row.keys))
    }

    /// Publishes `keys`, unless they are published already.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn publish_keys(&self, keys: &[PublicKey]) -> Result<(), Error> {
        if self.public_keys().await? == keys {
            return Ok(());
        }
        let row = JwksRow {
            entity: "jwks".into(),
            keys: keys.to_vec(),
        };
        let item = rows::item(&keys::jwks(), &row, None)?;
        self.commit(&[Write::put(item)]).await?;
        Ok(())
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
        };
        let item = rows::item(&keys::jwks(), &row, None).unwrap();
        assert_eq!(rows::row::<JwksRow>(&item).unwrap().keys, row.keys);
    }
}
