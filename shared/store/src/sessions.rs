//! Sessions: parts of their user's item, so that one write can end all of them together with what ends them.

use model::{
    Change, Digest, Error, Methods, SecondStep, Session, SessionId, Timestamp, User, UserId,
};

use super::backoff::Backoff;
use super::rows::{self, SessionRow, UserRow, without_factor};
use super::users::{attribute, user_in};
use super::write::{Outcome, Write, number};
use super::{Store, keys};

/// Devices that a user may be signed in on. One more ends the session that was used least recently.
const MOST_SESSIONS: usize = 20;

/// The attribute of a suspended person's item. Without it, the person is active.
pub(super) const STATUS: &str = "status";

/// How long a session that has run out is kept, in seconds.
const EXPIRED_KEPT: i64 = 30 * 24 * 60 * 60;

/// How a sign-in by the right password ended.
#[derive(Debug)]
pub enum Begun {
    /// The session began.
    Done(Box<User>),
    /// The person has a second factor, and no session began.
    NeedsFactor(Box<User>),
    /// The password changed meanwhile.
    Outdated,
}

/// How the use of a refresh token ended.
#[derive(Debug)]
pub enum Rotation {
    /// It was the session's token, and is replaced.
    Done(Box<User>),
    /// It was not the session's token. The current user, if there is one.
    Outdated(Option<Box<User>>),
}

impl Store {
    /// Begins a session of `user` by the password `credential` alone, which a person with a second factor cannot.
    ///
    /// The write is refused for a suspended person. Suspension ends the sessions in one write, so no session outlasts it.
    ///
    /// One write without a read before it. Consumers find the other sessions in the stream record.
    ///
    /// # Errors
    ///
    /// [`Error::UserSuspended`].
    pub async fn begin_session(
        &self,
        user: UserId,
        credential: u64,
        id: &SessionId,
        session: &Session,
        change: &Change,
    ) -> Result<Begun, Error> {
        let write = Write::update(keys::user(user))
            .equals("credential", number(credential))
            .absent(STATUS);
        let write = without_factor(write)
            .set(&path(id), attribute(&SessionRow::from(session))?)
            .set("change", attribute(change)?);
        let item = match self.update_and_read(&write).await? {
            Ok(item) => item,
            Err(item) => {
                let existing = user_in(&item)?.filter(|user| user.credential == credential);
                return match existing {
                    // An earlier try took place, and its answer was lost.
                    Some(user) if user.sessions.contains_key(id) => Ok(Begun::Done(Box::new(user))),
                    Some(user) if user.is_suspended() => Err(Error::UserSuspended),
                    Some(user) if user.factors.exist() => Ok(Begun::NeedsFactor(Box::new(user))),
                    _ => Ok(Begun::Outdated),
                };
            }
        };
        let user = User::try_from(rows::row::<UserRow>(&item)?)?;
        self.trim_sessions(&user, session.created_at).await?;
        Ok(Begun::Done(Box::new(user)))
    }

    /// Replaces the refresh token whose digest is `presented` by what `session` holds.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn rotate(
        &self,
        user: UserId,
        id: &SessionId,
        presented: &Digest,
        next: &Replacement,
    ) -> Result<Rotation, Error> {
        let at = |member: &str| format!("{}.{member}", path(id));
        let write = Write::update(keys::user(user))
            .equals(&at("digest"), binary(presented))
            .above(&at("expiresAt"), number(next.at.millis()))
            .absent_or_above(&at("endsAt"), number(next.at.millis()))
            .set(&at("digest"), binary(&next.digest))
            .set(&at("previous"), binary(presented))
            .set(&at("nonce"), binary(&next.nonce))
            .set(&at("client"), binary(&next.client))
            .set(&at("lastUsedAt"), number(next.at.millis()))
            .set(&at("expiresAt"), number(next.expires_at.millis()))
            .remove("change");
        Ok(match self.update_and_read(&write).await? {
            Ok(item) => Rotation::Done(Box::new(rows::row::<UserRow>(&item)?.try_into()?)),
            Err(item) if item.is_empty() => Rotation::Outdated(None),
            Err(item) => {
                Rotation::Outdated(Some(Box::new(rows::row::<UserRow>(&item)?.try_into()?)))
            }
        })
    }

    /// Writes down that `user` authenticated again in a session.
    ///
    /// # Errors
    ///
    /// [`Error::SecondFactorRequired`] of a person with a second factor; [`Error::InvalidCredentials`] if the password changed
    /// meanwhile; [`Error::Unauthenticated`] once the session has ended.
    pub async fn reauthenticate(
        &self,
        user: UserId,
        again: &Reauthentication<'_>,
    ) -> Result<(), Error> {
        let at = |member: &str| format!("{}.{member}", path(again.session));
        let write = Write::update(keys::user(user)).equals("credential", number(again.credential));
        let write = without_factor(write)
            .exists(&path(again.session))
            .set(&at("authenticatedAt"), number(again.at.millis()))
            .set(&at("methods"), attribute(&again.methods)?)
            .remove("change");
        match self.commit(&[write]).await? {
            Outcome::Done => Ok(()),
            Outcome::Lost(lost) => {
                let existing = lost.item(0).map(user_in).transpose()?.flatten();
                let lives = |user: &User| user.sessions.contains_key(again.session);
                let existing = existing.filter(lives).ok_or(Error::Unauthenticated)?;
                let right = existing.credential == again.credential;
                Err(if right && existing.factors.exist() {
                    Error::SecondFactorRequired(SecondStep {
                        methods: existing.factors.methods(),
                        login: None,
                    })
                } else {
                    Error::InvalidCredentials
                })
            }
        }
    }

    /// Ends one session. Nothing happens if it had ended.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn end_session(&self, user: UserId, id: &SessionId) -> Result<(), Error> {
        self.end_sessions(user, std::iter::once(id)).await
    }

    /// Ends one session whose refresh token was used twice, with the record of it. Nothing happens if it had ended.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn end_reused_session(
        &self,
        user: UserId,
        id: &SessionId,
        change: &Change,
    ) -> Result<(), Error> {
        let write = Write::update(keys::user(user))
            .exists(&path(id))
            .remove(&path(id))
            .set("change", attribute(change)?);
        self.commit(&[write]).await.map(drop)
    }

    /// Ends every session of `user` but `kept`, also those that begin meanwhile.
    ///
    /// # Errors
    ///
    /// [`Error::Unauthenticated`] once `kept` has ended; [`model::Conflict::Contended`].
    pub async fn end_other_sessions(&self, user: User, kept: &SessionId) -> Result<(), Error> {
        let mut current = user;
        let mut backoff = Backoff::new();
        loop {
            let others: Vec<_> = current.sessions.keys().filter(|id| *id != kept).collect();
            if others.is_empty() {
                return Ok(());
            }
            let write = Write::update(keys::user(current.id))
                .exists(&path(kept))
                .has_size("sessions", current.sessions.len())
                .remove("change");
            let write = others
                .iter()
                .fold(write, |write, id| write.exists(&path(id)).remove(&path(id)));
            let Outcome::Lost(lost) = self.commit(&[write]).await? else {
                return Ok(());
            };
            let existing = lost.item(0).map(user_in).transpose()?.flatten();
            let existing = existing.filter(|user| user.sessions.contains_key(kept));
            current = existing.ok_or(Error::Unauthenticated)?;
            backoff.wait().await?;
        }
    }

    async fn end_sessions(
        &self,
        user: UserId,
        ids: impl Iterator<Item = &SessionId>,
    ) -> Result<(), Error> {
        let write = Write::update(keys::user(user)).remove("change");
        let write = ids.fold(write, |write, id| write.remove(&path(id)));
        match self.commit(&[write]).await? {
            Outcome::Done | Outcome::Lost(_) => Ok(()),
        }
    }

    /// Clears the least recently used sessions beyond the limit, and those that expired more than `EXPIRED_KEPT` ago. Until then,
    /// a refresh answers that the session has expired.
    pub(super) async fn trim_sessions(&self, user: &User, now: Timestamp) -> Result<(), Error> {
        let mut sessions: Vec<_> = user.sessions.iter().collect();
        sessions.sort_by_key(|(_, session)| std::cmp::Reverse(session.last_used_at));
        let over = sessions.iter().enumerate().filter(|(place, (_, session))| {
            *place >= MOST_SESSIONS || session.end().plus_seconds(EXPIRED_KEPT) <= now
        });
        let over: Vec<_> = over.map(|(_, (id, _))| *id).collect();
        if over.is_empty() {
            return Ok(());
        }
        self.end_sessions(user.id, over.into_iter()).await
    }
}

/// A person's new authentication in a session of theirs.
#[derive(Clone, Debug)]
pub struct Reauthentication<'a> {
    /// The session.
    pub session: &'a SessionId,
    /// The number of the password that was right.
    pub credential: u64,
    /// When the person authenticated.
    pub at: Timestamp,
    /// All methods of the session from now on.
    pub methods: Methods,
}

/// What replaces a refresh token.
#[derive(Clone, Debug)]
pub struct Replacement {
    /// The hash of the next token.
    pub digest: Digest,
    /// The input that the next token is derived from.
    pub nonce: [u8; 16],
    /// A hash of the user agent that asked.
    pub client: [u8; 16],
    /// When it was asked for.
    pub at: Timestamp,
    /// The new end of the session.
    pub expires_at: Timestamp,
}

pub(super) fn path(id: &SessionId) -> String {
    format!("sessions.{id}")
}

pub(super) fn binary(bytes: &[u8]) -> aws_sdk_dynamodb::types::AttributeValue {
    aws_sdk_dynamodb::types::AttributeValue::B(bytes.to_vec().into())
}
