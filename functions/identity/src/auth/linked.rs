//! Mailed links that are about a person.

use shared::model::{Error, Link, Purpose, User, UserId};
use shared::store::ReadSet;

use crate::identity::Identity;

impl Identity {
    /// The link in `token`, and the person whom it is about.
    pub(crate) async fn linked(
        &self,
        token: &str,
        purpose: Purpose,
    ) -> Result<(Link, User), Error> {
        let link = self.keyring.open(token, purpose).await;
        let link = link.ok_or(Error::InvalidToken)?;
        let id = UserId::try_from(link.user).map_err(|_| Error::InvalidToken)?;
        let reads = ReadSet::default().user(id);
        let user = self.app.store.read(reads).await?.user(id)?;
        Ok((link, user.ok_or(Error::InvalidToken)?))
    }
}
