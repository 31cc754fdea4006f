//! Changing one's address: a request, its confirmation by a link to the new address, and its undoing by a link to the old one.

pub(crate) mod confirm;
pub(crate) mod request;
pub(crate) mod undo;

use shared::model::{Error, Link, Purpose, User, UserId};
use shared::store::ReadSet;

use crate::identity::Identity;

/// The link in `token`, and the person whom it is about.
async fn open(identity: &Identity, token: &str, purpose: Purpose) -> Result<(Link, User), Error> {
    let opened = identity.keyring.open(token, purpose).await;
    let link = opened.ok_or(Error::InvalidToken)?;
    let id = UserId::try_from(link.user).map_err(|_| Error::InvalidToken)?;
    let reads = ReadSet::default().user(id);
    let user = identity.app.store.read(reads).await?.user(id)?;
    Ok((link, user.ok_or(Error::InvalidToken)?))
}
