//! The names of persons for people outside their accounts: on pages and in mails.

use std::collections::HashMap;

use model::{Error, User, UserId};

use super::Store;
use super::batch_read::BatchRead;
use super::keys;
use super::rows::UserRow;
use super::table_error::TableError;

impl Store {
    /// The names by which `users`, each once, are known outside their accounts ([`User::known_as`]). An erased person has none.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn known_names(&self, users: &[UserId]) -> Result<HashMap<UserId, String>, Error> {
        let keys: Vec<_> = users.iter().map(|user| keys::user(*user)).collect();
        let items = self.read_batch(&keys, BatchRead::EVENTUAL).await?;
        let name = |row: UserRow| -> Result<_, TableError> {
            let user = User::try_from(row)?;
            Ok((user.id, user.known_as()))
        };
        Ok(items.into_iter().map(name).collect::<Result<_, _>>()?)
    }
}
