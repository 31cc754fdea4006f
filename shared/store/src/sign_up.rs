//! Sign-up: user, address, account, name and ownership, all of it or nothing.

use model::{Account, Change, Conflict, Error, Member, User};

use super::Store;
use super::accounts::new_account;
use super::backoff::Backoff;
use super::credentials::{Credential, credential};
use super::idempotency::Saved;
use super::keys;
use super::owned::OWNED;
use super::passwords::with_password;
use super::rows::{self, LinkRow, UserRow};
use super::table_error::TableError;
use super::users::{attribute, text, with_names};
use super::write::{Lost, Write, number};
use crate::{Committed, Saving};

/// Everything that a sign-up creates.
#[derive(Debug)]
pub struct SignUp {
    /// The user, with the verification link.
    pub user: User,
    /// The address with the password.
    pub credential: Credential,
    /// The account.
    pub account: Account,
    /// The user's membership in it.
    pub owner: Member,
    /// The record of the new user.
    pub signed_up: Change,
    /// The record of the new account.
    pub created: Change,
    /// The answer, to be saved for a repeated request.
    pub answer: Vec<u8>,
}

/// The places of the writes of a sign-up.
const EMAIL: usize = 0;
const NAME: usize = 3;

impl Store {
    /// Creates what `draw` draws for an address that has no password. Where an invitation made a user for it, `draw` gets the
    /// address's item, and draws that user. Draws again where a random id is taken or a concurrent writer was faster.
    ///
    /// # Errors
    ///
    /// [`Conflict::EmailTaken`], [`Conflict::AccountNameTaken`]; [`Conflict::Contended`].
    pub async fn sign_up(
        &self,
        saving: Option<&Saving>,
        draw: impl Fn(Option<&Credential>) -> SignUp,
    ) -> Result<Committed<SignUp>, Error> {
        let mut invited: Option<Credential> = None;
        let mut backoff = Backoff::new();
        loop {
            let new = draw(invited.as_ref());
            let writes = new.writes(invited.as_ref())?;
            let saved = self.commit_saving(writes, saving, &new.answer, new.created.at());
            match saved.await? {
                Saved::Done => return Ok(Committed::Done(new)),
                Saved::Replay(answer) => return Ok(Committed::Replayed(answer)),
                Saved::Lost(lost) => invited = free_or_invited(&lost)?,
            }
            backoff.wait().await?;
        }
    }
}

/// The holder of the address who was invited and has no password.
fn free_or_invited(lost: &Lost) -> Result<Option<Credential>, Error> {
    let item = lost.item(EMAIL).filter(|item| !item.is_empty());
    let holder = item.map(credential).transpose()?;
    if holder.as_ref().is_some_and(|holder| holder.hash.is_some()) {
        return Err(Conflict::EmailTaken.into());
    }
    if lost.at(NAME) {
        return Err(Conflict::AccountNameTaken.into());
    }
    Ok(holder)
}

impl SignUp {
    fn writes(&self, invited: Option<&Credential>) -> Result<Vec<Write>, TableError> {
        let mut writes = match invited {
            None => vec![self.credential.create()?, self.new_user()?],
            Some(invited) => vec![self.address(invited)?, self.invited_user(invited)?],
        };
        writes.extend(new_account(&self.account, &self.owner, &self.created)?);
        Ok(writes)
    }

    fn new_user(&self) -> Result<Write, TableError> {
        let key = keys::user(self.user.id);
        let row = UserRow::from(&self.user);
        let mut item = rows::item(&key, &row, Some(&self.signed_up))?;
        item.insert(OWNED.into(), number(1));
        Ok(Write::create(item))
    }

    fn address(&self, invited: &Credential) -> Result<Write, TableError> {
        let write = with_password(invited.update().absent("passwordHash"), &self.credential)?;
        Ok(write
            .set("email", text(self.user.email.as_str()))
            .set("firstName", text(self.user.first_name.as_str()))
            .set("lastName", text(self.user.last_name.as_str())))
    }

    fn invited_user(&self, invited: &Credential) -> Result<Write, TableError> {
        let write = with_names(Write::update(keys::user(self.user.id)), &self.user)
            .equals("credential", number(invited.version))
            .set("email", text(self.user.email.as_str()))
            .set("credential", number(self.user.credential))
            .set(OWNED, number(1))
            .set("change", attribute(&self.signed_up)?);
        Ok(match &self.user.verification {
            Some(link) => write.set("verification", attribute(&LinkRow::from(link))?),
            None => write.remove("verification"),
        })
    }
}
