//! Changes of a person's address: requested, confirmed by a link to the new address, undone by a link to the old one.

use super::link::{Link, LinkState, Nonce, PendingLink};
use super::user::User;
use crate::error::Error;
use crate::values::{EmailAddress, Timestamp, UserId};

/// How long a changed address stays the person's, in seconds: nobody else takes it, and the change can be undone (contract,
/// *Proving an address, and changing it*).
const ADDRESS_HOLD: i64 = 72 * 60 * 60;
/// How long the link to a new address works, in seconds.
const CONFIRMATION: i64 = 24 * 60 * 60;
/// How long a former address is remembered once it is free, in seconds: whose the invitations to it are depends on it.
pub const ADDRESS_MEMORY: i64 = 30 * 24 * 60 * 60;
/// Changed addresses that are a person's at the same time.
const MOST_HELD: usize = 5;

/// The changes of one person's address.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AddressChanges {
    /// The change that waits for its confirmation.
    pub requested: Option<RequestedAddress>,
    /// The link of the last confirmation: following it again does no harm.
    pub confirmed: Option<PendingLink>,
    /// Former addresses, the last one last.
    pub former: Vec<FormerAddress>,
    /// The last undoing.
    pub undone: Option<UndoneChange>,
    /// Who held the present address before. Invitations to it may still be in memberships of these persons.
    pub before: Vec<UserId>,
}

/// An address that the person wants.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestedAddress {
    /// The new address.
    pub email: EmailAddress,
    /// The link to the new address.
    pub link: PendingLink,
    /// The link to the present address. It works on once the change is confirmed.
    pub undo: PendingLink,
    /// Whether another person had proved the address when it was asked for. They get a notice, and nobody gets the link.
    pub taken: bool,
}

/// An address that the person had.
#[derive(Clone, Debug, PartialEq)]
pub struct FormerAddress {
    /// The address.
    pub email: EmailAddress,
    /// Until when nobody else takes it.
    pub held_until: Timestamp,
    /// Whether the person had proved it: then what is given to it is theirs while it is held.
    pub proven: bool,
    /// The nonce of the link that undoes its change; `None` once an earlier change is undone.
    pub undo: Option<Nonce>,
}

/// An undoing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UndoneChange {
    /// The nonce of the link.
    pub nonce: Nonce,
    /// The number of the password since. Another number: something else has happened.
    pub credential: u64,
    /// The link that sets a new password.
    pub reset: PendingLink,
}

/// What the link of a confirmation does.
#[derive(Clone, Debug, PartialEq)]
pub enum Confirmation {
    /// It gives the person this address.
    Changes(RequestedAddress),
    /// It has done so before.
    Repeated,
}

/// What the link of an undoing does.
#[derive(Clone, Debug, PartialEq)]
pub enum Undoing {
    /// It stops a change that is not confirmed.
    Stops(Box<User>),
    /// It gives the person a former address again.
    Restores(Box<User>),
    /// It has done so before, and nothing else has happened.
    Repeated,
}

impl AddressChanges {
    /// Whether there is nothing to keep.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl User {
    /// The user who asks for `email` at `now`, which another person has proved if it is `taken`. A request that is not confirmed is
    /// replaced. Its link to the present address stays, so that the first notice is as good as the last.
    ///
    /// # Errors
    ///
    /// [`Error::TooManyRequests`] while the person holds too many former addresses.
    pub fn requesting(
        &self,
        email: EmailAddress,
        taken: bool,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let held = self.addresses.former.iter();
        let mut held: Vec<_> = held.map(|former| former.held_until).collect();
        held.retain(|until| now < *until);
        held.sort_unstable();
        if let Some(until) = held
            .len()
            .checked_sub(MOST_HELD)
            .and_then(|at| held.get(at))
        {
            return Err(Error::too_many_requests(*until, now));
        }
        let earlier = self.addresses.requested.as_ref();
        let earlier = earlier.filter(|earlier| now < earlier.undo.expires_at);
        let undo = PendingLink::new(ADDRESS_HOLD, now);
        let undo = match earlier {
            Some(earlier) => PendingLink {
                nonce: earlier.undo.nonce,
                ..undo
            },
            None => undo,
        };
        let mut user = self.clone();
        user.addresses.requested = Some(RequestedAddress {
            email,
            link: PendingLink::new(CONFIRMATION, now),
            undo,
            taken,
        });
        Ok(user)
    }

    /// What `link`, which was mailed to a new address, does at `now`.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidToken`] for a link that was replaced or stopped, [`Error::TokenExpired`] for one that is too old.
    pub fn confirmation(&self, link: &Link, now: Timestamp) -> Result<Confirmation, Error> {
        if let Some(requested) = &self.addresses.requested {
            match requested.link.state_of(link, now) {
                LinkState::Works => return Ok(Confirmation::Changes(requested.clone())),
                LinkState::Expired => return Err(Error::TokenExpired),
                LinkState::Replaced => {}
            }
        }
        match &self.addresses.confirmed {
            Some(confirmed) if confirmed.nonce == link.nonce => Ok(Confirmation::Repeated),
            _ => Err(Error::InvalidToken),
        }
    }

    /// The user with the address that was `requested`, which is proven, since `now`. The address before it is theirs for a while.
    /// The password gets another number, so that nothing that was begun under the former address goes on.
    #[must_use]
    pub fn readdressed(&self, requested: &RequestedAddress, now: Timestamp) -> Self {
        let mut user = self.at_address(requested.email.clone(), now);
        user.addresses.former.push(FormerAddress {
            email: self.email.clone(),
            held_until: now.plus_seconds(ADDRESS_HOLD),
            proven: self.verified,
            undo: Some(requested.undo.nonce),
        });
        user.addresses.confirmed = Some(requested.link);
        user
    }

    /// What `link`, which was mailed to a present or former address, does at `now`. `reset` is the link that sets a new password
    /// then: the password is void, and every session ends.
    ///
    /// # Errors
    ///
    /// Those of [`Self::confirmation`].
    pub fn undoing(
        &self,
        link: &Link,
        reset: PendingLink,
        now: Timestamp,
    ) -> Result<Undoing, Error> {
        let nonce = link.nonce;
        let changes = &self.addresses;
        let undone = UndoneChange {
            nonce,
            credential: self.credential + 1,
            reset,
        };
        if let Some(requested) = &changes.requested {
            match requested.undo.state_of(link, now) {
                LinkState::Works => {
                    let mut user = self.clone();
                    user.credential += 1;
                    user.sessions.clear();
                    user.addresses.requested = None;
                    user.addresses.undone = Some(undone);
                    return Ok(Undoing::Stops(Box::new(user)));
                }
                LinkState::Expired => return Err(Error::TokenExpired),
                LinkState::Replaced => {}
            }
        }
        let mut former = changes.former.iter();
        if let Some(place) = former.position(|former| former.undo == Some(nonce)) {
            if changes.former[place].held_until <= now {
                return Err(Error::TokenExpired);
            }
            let user = self.restored(place, undone, now);
            return Ok(Undoing::Restores(Box::new(user)));
        }
        match &changes.undone {
            Some(done) if done.nonce == nonce && done.credential == self.credential => {
                Ok(Undoing::Repeated)
            }
            _ => Err(Error::InvalidToken),
        }
    }

    /// Whether what is given to `address` is this person's at `now`, as far as they are proven: their address, or a former one that
    /// they had proved, while it is held.
    #[must_use]
    pub fn holds(&self, address: &EmailAddress, now: Timestamp) -> bool {
        let same = |own: &EmailAddress| own.normal_form() == address.normal_form();
        let mut former = self.addresses.former.iter();
        same(&self.email)
            || former.any(|former| former.proven && now < former.held_until && same(&former.email))
    }

    /// The user with the former address at `place` again. Whoever follows the link reads the mails of that address, and nobody
    /// else has credentials of the person any more, so it is proven. Links of later changes are void, since a later address may be
    /// another person's.
    fn restored(&self, place: usize, undone: UndoneChange, now: Timestamp) -> Self {
        let address = self.addresses.former[place].email.clone();
        let mut changed = self.clone();
        let later = changed.addresses.former.iter_mut().skip(place);
        for former in later {
            former.undo = None;
            former.proven = false;
        }
        let mut user = changed.at_address(address, now);
        user.addresses.former.push(FormerAddress {
            email: self.email.clone(),
            held_until: now,
            proven: false,
            undo: None,
        });
        user.addresses.confirmed = None;
        user.addresses.undone = Some(undone);
        user.sessions.clear();
        user
    }

    /// The user at `address`, proven, without a request. Names and address are copied together, so they get a later time.
    fn at_address(&self, address: EmailAddress, now: Timestamp) -> Self {
        let mut user = self.clone();
        let stays = |former: &FormerAddress| {
            let remembered = now < former.held_until.plus_seconds(ADDRESS_MEMORY);
            remembered && former.email.normal_form() != address.normal_form()
        };
        user.addresses.former.retain(stays);
        user.addresses.requested = None;
        user.addresses.before.clear();
        user.email = address;
        user.verified = true;
        user.verification = None;
        user.credential += 1;
        user.names_at = now.max(self.names_at.plus_millis(1));
        user
    }
}

#[cfg(test)]
mod tests;
