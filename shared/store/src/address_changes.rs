//! Changes of a person's address: the request, the confirmation and the undoing. The latter two move the credential to another
//! address in one transaction, on the condition of what was read.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use model::{
    AddressChanges, Change, Confirmation, Conflict, Error, RequestedAddress, Timestamp, Undoing,
    User, UserId,
};

use super::Store;
use super::backoff::Backoff;
use super::credentials::Credential;
use super::held_addresses::HeldAddress;
use super::keys;
use super::read_set::ReadSet;
use super::rows::{AddressChangesRow, LinkRow};
use super::users::{Holder, attribute, text};
use super::write::{Outcome, Write, number};

/// The attribute of a user's item.
pub(super) const ADDRESSES: &str = "addresses";

impl Store {
    /// Notes what `decide` makes of `user`'s request for another address, and asks for its mails. Decides again after losing to a
    /// concurrent writer.
    ///
    /// # Errors
    ///
    /// What `decide` refuses; [`Error::InvalidCredentials`] if the password changed meanwhile; [`Conflict::Contended`].
    pub async fn request_address(
        &self,
        user: User,
        change: &Change,
        decide: impl Fn(&User) -> Result<User, Error>,
    ) -> Result<(), Error> {
        let credential = user.credential;
        let mut current = user;
        let mut backoff = Backoff::new();
        loop {
            let next = decide(&current)?;
            let write = person(&current, &next, change)?;
            if let Outcome::Done = self.commit(&[write]).await? {
                return Ok(());
            }
            backoff.wait().await?;
            let again = self.user_again(current.id).await?;
            let same = again.filter(|user| user.credential == credential);
            current = same.ok_or(Error::InvalidCredentials)?;
        }
    }

    /// Gives `user` the address that `decide` answers, while `holder` holds the person's credentials. The address before it is held
    /// for them.
    ///
    /// # Errors
    ///
    /// What `decide` refuses; [`Conflict::EmailTaken`]; [`Error::InvalidCredentials`] if the credentials changed meanwhile;
    /// [`Error::InvalidToken`] once the person is gone; [`Conflict::Contended`].
    pub async fn confirm_address(
        &self,
        user: User,
        holder: Holder<'_>,
        change: &Change,
        decide: impl Fn(&User) -> Result<Confirmation, Error>,
    ) -> Result<(), Error> {
        let now = change.at();
        let mut current = user;
        let mut backoff = Backoff::new();
        loop {
            let Confirmation::Changes(requested) = decide(&current)? else {
                return Ok(());
            };
            if !holder.is_of(&current, now) {
                return Err(Error::InvalidCredentials);
            }
            let writes = self.readdress(&current, &requested, holder, change).await?;
            if let Some(writes) = writes
                && let Outcome::Done = self.commit(&writes).await?
            {
                return Ok(());
            }
            backoff.wait().await?;
            let again = self.user_again(current.id).await?;
            current = again.ok_or(Error::InvalidToken)?;
        }
    }

    /// The writes that give `user` the address that was `requested`. `None` if the user is not as they were read.
    async fn readdress(
        &self,
        user: &User,
        requested: &RequestedAddress,
        holder: Holder<'_>,
        change: &Change,
    ) -> Result<Option<[Write; 3]>, Error> {
        let now = change.at();
        let email = &requested.email;
        let reads = ReadSet::default().credential(&user.email).credential(email);
        let snapshot = self.read(reads).await?;
        let own = snapshot.credential(&user.email)?;
        let Some(own) = own.filter(|own| own.user == user.id && own.version == user.credential)
        else {
            return Ok(None);
        };
        let held = snapshot.held(email)?;
        let elsewhere = held
            .as_ref()
            .is_some_and(|held| held.lasts(now) && held.user != user.id);
        if elsewhere || snapshot.credential(email)?.is_some() {
            return Err(Conflict::EmailTaken.into());
        }
        let next = user.readdressed(requested, now);
        let next = match &held {
            Some(held) => held.taken_over_by(&next),
            None => next,
        };
        let moved = Credential {
            hash: own.hash.clone(),
            ..Credential::of(&next)
        };
        let former = next.addresses.former.last();
        let until = former.map_or(now, |former| former.held_until);
        let person = match holder {
            Holder::Password(_) => person(user, &next, change)?,
            Holder::Session(session) => {
                person(user, &next, change)?.exists(&format!("sessions.{session}"))
            }
        };
        Ok(Some([
            person,
            moved.create_over(held.as_ref())?,
            given_up(&own, until)?,
        ]))
    }

    /// Undoes what `decide` answers: the person has their address of before. The password is replaced by `void`, a hash of
    /// something that is known to no one, and a link sets a new one.
    ///
    /// # Errors
    ///
    /// What `decide` refuses; [`Error::InvalidToken`] once the person is gone; [`Conflict::Contended`].
    pub async fn undo_address(
        &self,
        user: User,
        void: &str,
        change: &Change,
        decide: impl Fn(&User) -> Result<Undoing, Error>,
    ) -> Result<(), Error> {
        let mut current = user;
        let mut backoff = Backoff::new();
        loop {
            let writes = match decide(&current)? {
                Undoing::Repeated => return Ok(()),
                Undoing::Stops(next) => Some(stopped(&current, &next, void, change)?),
                Undoing::Restores(next) => self.restored(&current, &next, void, change).await?,
            };
            if let Some(writes) = writes
                && let Outcome::Done = self.commit(&writes).await?
            {
                return Ok(());
            }
            backoff.wait().await?;
            let again = self.user_again(current.id).await?;
            current = again.ok_or(Error::InvalidToken)?;
        }
    }

    /// The writes that make `next` of `user`, at a former address. `None` if the addresses are not as they were read.
    async fn restored(
        &self,
        user: &User,
        next: &User,
        void: &str,
        change: &Change,
    ) -> Result<Option<Vec<Write>>, Error> {
        let (from, to) = (&user.email, &next.email);
        let snapshot = self
            .read(ReadSet::default().credential(from).credential(to))
            .await?;
        let own = snapshot.credential(from)?;
        let own = own.filter(|own| own.user == user.id && own.version == user.credential);
        let held = snapshot.held(to)?.filter(|held| held.user == user.id);
        let (Some(own), Some(held)) = (own, held) else {
            return Ok(None);
        };
        let next = &held.taken_over_by(next);
        let back = Credential {
            hash: Some(void.to_owned()),
            reset: next.addresses.undone.map(|undone| undone.reset),
            ..Credential::of(next)
        };
        Ok(Some(vec![
            person(user, next, change)?,
            back.create_over(Some(&held))?,
            given_up(&own, change.at())?,
        ]))
    }

    async fn user_again(&self, id: UserId) -> Result<Option<User>, Error> {
        self.read(ReadSet::default().user(id)).await?.user(id)
    }
}

impl Holder<'_> {
    /// Whether these are still `user`'s credentials at `now`.
    fn is_of(self, user: &User, now: Timestamp) -> bool {
        match self {
            Self::Password(version) => user.credential == version,
            Self::Session(session) => user.live_session(session, now).is_some(),
        }
    }
}

/// The credential of an address that its holder gives up: a former address until `until`.
fn given_up(own: &Credential, until: Timestamp) -> Result<Write, Error> {
    let former = HeldAddress {
        email: own.email.clone(),
        user: own.user,
        until,
        before: own.before.clone(),
    };
    Ok(former
        .put()?
        .equals("userId", number(own.user))
        .equals("credential", number(own.version)))
}

/// A request that is stopped: the address stays, under a void password.
fn stopped(user: &User, next: &User, void: &str, change: &Change) -> Result<Vec<Write>, Error> {
    let address = Credential::of(user)
        .update()
        .set("passwordHash", text(void))
        .set("credential", number(next.credential));
    let address = match &next.addresses.undone {
        Some(undone) => address.set("reset", attribute(&LinkRow::from(&undone.reset))?),
        None => address,
    };
    Ok(vec![person(user, next, change)?, address])
}

/// What a change of the address changes of the person, while they are as `current`.
fn person(current: &User, next: &User, change: &Change) -> Result<Write, Error> {
    let write = Write::update(keys::user(current.id))
        .equals("credential", number(current.credential))
        .equals("firstName", text(current.first_name.as_str()))
        .equals("lastName", text(current.last_name.as_str()));
    let write = match addresses(&current.addresses)? {
        Some(value) => write.equals(ADDRESSES, value),
        None => write.absent(ADDRESSES),
    };
    let write = match addresses(&next.addresses)? {
        Some(value) => write.set(ADDRESSES, value),
        None => write.remove(ADDRESSES),
    };
    let write = if next.email == current.email {
        write
    } else {
        write
            .set("email", text(next.email.as_str()))
            .set("verified", AttributeValue::Bool(next.verified))
            .set("namesAt", number(next.names_at.millis()))
            .remove("verification")
    };
    let write = if next.credential == current.credential {
        write
    } else {
        write.set("credential", number(next.credential))
    };
    // Only an undoing ends the sessions. One that begins beside a confirmation goes on.
    let write = if next.addresses.undone == current.addresses.undone {
        write
    } else {
        write.set("sessions", AttributeValue::M(HashMap::new()))
    };
    Ok(write.set("change", attribute(change)?))
}

fn addresses(changes: &AddressChanges) -> Result<Option<AttributeValue>, Error> {
    let row = AddressChangesRow::of(changes);
    Ok(row.map(|row| attribute(&row)).transpose()?)
}
