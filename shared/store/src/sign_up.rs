//! Sign-up: user, address, account, name and ownership, all of it or nothing.

use model::{Account, Change, Conflict, Error, Member, Timestamp, User};

use super::Store;
use super::accounts::new_account;
use super::backoff::Backoff;
use super::credentials::{Credential, credential};
use super::held_addresses::{HeldAddress, held};
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
        let mut address = Existing::Nothing;
        let mut backoff = Backoff::new();
        loop {
            let new = draw(address.invited());
            let writes = new.writes(&address)?;
            let saved = self.commit_saving(writes, saving, &new.answer, new.created.at());
            match saved.await? {
                Saved::Done => return Ok(Committed::Done(new)),
                Saved::Replay(answer) => return Ok(Committed::Replayed(answer)),
                Saved::Lost(lost) => address = free_or_invited(&lost, new.created.at())?,
            }
            backoff.wait().await?;
        }
    }
}

/// What the address of a sign-up has already.
#[derive(Debug)]
enum Existing {
    /// Nothing, as far as is known.
    Nothing,
    /// A holder who was invited and has no password.
    Invited(Credential),
    /// A former holder, whose it is no more.
    Former(HeldAddress),
}

impl Existing {
    fn invited(&self) -> Option<&Credential> {
        match self {
            Self::Invited(holder) => Some(holder),
            Self::Nothing | Self::Former(_) => None,
        }
    }
}

/// What the address has that a sign-up takes over at `now`.
fn free_or_invited(lost: &Lost, now: Timestamp) -> Result<Existing, Error> {
    let item = lost.item(EMAIL).filter(|item| !item.is_empty());
    let former = item.map(held).transpose()?.flatten();
    let holder = item.map(credential).transpose()?.flatten();
    let is_held = former.as_ref().is_some_and(|former| former.lasts(now));
    if is_held || holder.as_ref().is_some_and(|holder| holder.hash.is_some()) {
        return Err(Conflict::EmailTaken.into());
    }
    if lost.at(NAME) {
        return Err(Conflict::AccountNameTaken.into());
    }
    let holder = holder.map(Existing::Invited);
    Ok(holder
        .or(former.map(Existing::Former))
        .unwrap_or(Existing::Nothing))
}

impl SignUp {
    fn writes(&self, existing: &Existing) -> Result<Vec<Write>, TableError> {
        let mut writes = match existing {
            Existing::Nothing => vec![self.credential.create()?, self.new_user(&self.user)?],
            Existing::Former(held) => {
                vec![
                    self.credential.create_over(Some(held))?,
                    self.new_user(&held.taken_over_by(&self.user))?,
                ]
            }
            Existing::Invited(invited) => vec![self.address(invited)?, self.invited_user(invited)?],
        };
        writes.extend(new_account(&self.account, &self.owner, &self.created)?);
        Ok(writes)
    }

    fn new_user(&self, user: &User) -> Result<Write, TableError> {
        let key = keys::user(user.id);
        let row = UserRow::from(user);
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
