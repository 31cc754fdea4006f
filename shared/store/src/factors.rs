//! Second factors: parts of their user's item, so that one condition of one write decides whether a session begins.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use model::{
    Authentication, Change, Conflict, Error, Factors, Session, SessionId, Timestamp, User,
};

use super::Store;
use super::backoff::Backoff;
use super::keys::{self, Item};
use super::rows::{self, SessionRow, UserRow, replace_factors};
use super::sessions::{STATUS, binary, path};
use super::table_error::TableError;
use super::users::attribute;
use super::write::{Outcome, Write, number};

/// A person and their item, as it is in the table.
#[derive(Clone, Debug)]
pub struct StoredUser {
    /// The person.
    pub user: User,
    item: Item,
}

/// A change of a person's second factors, or a use of one.
#[derive(Debug)]
pub struct FactorChange {
    /// The factors after it.
    pub factors: Factors,
    /// What becomes of the sessions.
    pub sessions: SessionChange,
    /// The record of it.
    pub change: Option<Change>,
}

/// What becomes of a person's sessions.
#[derive(Debug)]
pub enum SessionChange {
    /// Nothing.
    Keep,
    /// One begins, unless the person is suspended. `decide` refuses that.
    Begin(SessionId, Box<Session>),
    /// The person authenticated again in one.
    Again(SessionId, Authentication),
    /// The same, and every other ends.
    Alone(SessionId, Authentication),
    /// Every one ends.
    End,
}

impl Store {
    /// Makes of `current`'s second factors what `decide` says, and decides again if something of them changed meanwhile. The password
    /// that `decide` saw is that of the write. Answers the person after it; `None` once they are gone.
    ///
    /// # Errors
    ///
    /// What `decide` refuses; [`Error::UserSuspended`] where a session would begin; [`Conflict::PasskeyRegistered`] if a new passkey
    /// is another person's; [`Conflict::Contended`].
    pub async fn change_factors(
        &self,
        current: StoredUser,
        mut decide: impl FnMut(&User) -> Result<FactorChange, Error>,
    ) -> Result<Option<User>, Error> {
        let mut current = current;
        let mut backoff = Backoff::new();
        loop {
            let next = decide(&current.user)?;
            if matches!(next.sessions, SessionChange::Begin(..)) && current.user.is_suspended() {
                return Err(Error::UserSuspended);
            }
            let credentials = current.credentials(&next)?;
            let existing = if credentials.is_empty() {
                match self.update_and_read(&current.changed(&next)?).await? {
                    Ok(item) => {
                        let user = StoredUser::read(item)?.map(|stored| stored.user);
                        return self.begun(&next, user).await;
                    }
                    Err(item) => StoredUser::read(item)?,
                }
            } else {
                let write = std::iter::once(current.changed(&next)?);
                let writes: Vec<_> = write.chain(credentials).collect();
                match self.commit(&writes).await? {
                    Outcome::Done => return Ok(Some(current.after(next))),
                    Outcome::Lost(lost) => {
                        let item = lost.item(0).ok_or(Conflict::PasskeyRegistered)?;
                        StoredUser::read(item.clone())?
                    }
                }
            };
            match existing {
                // An earlier try took place, and its answer was lost.
                Some(existing) if existing.has(&next) => {
                    return self.begun(&next, Some(existing.user)).await;
                }
                Some(existing) => current = existing,
                None => return Ok(None),
            }
            backoff.wait().await?;
        }
    }

    async fn begun(&self, next: &FactorChange, user: Option<User>) -> Result<Option<User>, Error> {
        if let (SessionChange::Begin(_, session), Some(user)) = (&next.sessions, &user) {
            self.trim_sessions(user, session.created_at).await?;
        }
        Ok(user)
    }

    /// Notes that guesses at `user`'s codes are refused until `until`, with the record of it, unless that was noted before.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn note_codes_locked(
        &self,
        user: &User,
        until: Timestamp,
        change: &Change,
    ) -> Result<(), Error> {
        const LOCKED_UNTIL: &str = "totp.lockedUntil";
        let write = Write::update(keys::user(user.id))
            .exists("totp")
            .absent_or_below(LOCKED_UNTIL, number(change.at().millis()))
            .set(LOCKED_UNTIL, number(until.millis()))
            .set("change", attribute(change)?);
        self.commit(&[write]).await.map(drop)
    }
}

impl StoredUser {
    /// The person in `item`; none if there is no item.
    pub(super) fn read(item: Item) -> Result<Option<Self>, TableError> {
        if item.is_empty() {
            return Ok(None);
        }
        let user = rows::row::<UserRow>(&item)?.try_into()?;
        Ok(Some(Self { user, item }))
    }

    /// A session as it is stored, with what other releases wrote into it.
    fn session(&self, id: &SessionId) -> Option<HashMap<String, AttributeValue>> {
        let sessions = self.item.get("sessions")?.as_m().ok()?;
        let session = sessions.get(&id.to_string())?.as_m().ok()?;
        Some(session.clone())
    }

    /// The sessions without all but `id`, as they are stored.
    pub(super) fn only(
        &self,
        id: &SessionId,
        changed: impl IntoIterator<Item = (String, AttributeValue)>,
    ) -> Result<AttributeValue, TableError> {
        let mut session = self.session(id).ok_or(TableError::Damaged("session"))?;
        session.extend(changed);
        let only = HashMap::from([(id.to_string(), AttributeValue::M(session))]);
        Ok(AttributeValue::M(only))
    }

    /// Whether the item has the record of `next`.
    fn has(&self, next: &FactorChange) -> bool {
        let change = self.item.get("change");
        let change = change.and_then(|change| change.as_m().ok());
        let id = change.and_then(|change| change.get("id")?.as_s().ok());
        let ours = next.change.as_ref().map(|change| &change.id);
        ours.is_some() && id == ours
    }

    /// The person after `next`. A change that adds or removes passkeys begins no session.
    fn after(self, next: FactorChange) -> User {
        User {
            factors: next.factors,
            ..self.user
        }
    }

    /// The items that say whose a credential is: those that `next` creates and deletes.
    fn credentials(&self, next: &FactorChange) -> Result<Vec<Write>, TableError> {
        let (before, after) = (&self.user.factors.passkeys, &next.factors.passkeys);
        let added = after.iter().filter(|(id, _)| !before.contains_key(*id));
        let created = added.map(|(_, passkey)| {
            let item = rows::credential(&passkey.credential, self.user.id)?;
            Ok(Write::create(item))
        });
        let removed = before.iter().filter(|(id, _)| !after.contains_key(*id));
        let deleted = removed.map(|(_, passkey)| Ok(delete_credential(&passkey.credential)));
        created.chain(deleted).collect()
    }

    fn changed(&self, next: &FactorChange) -> Result<Write, TableError> {
        let user = &self.user;
        let write = Write::update(keys::user(user.id))
            .equals("credential", number(user.credential))
            .equals("verified", AttributeValue::Bool(user.verified));
        let write = replace_factors(write, &user.factors, &next.factors)?;
        let write = match &next.change {
            Some(change) => write.set("change", attribute(change)?),
            None => write.remove("change"),
        };
        Ok(match &next.sessions {
            SessionChange::Keep => write,
            SessionChange::Begin(id, session) => write
                .absent(STATUS)
                .set(&path(id), attribute(&SessionRow::from(&**session))?),
            SessionChange::Again(id, authentication) => {
                let values = authenticated(authentication)?.into_iter();
                values.fold(write.exists(&path(id)), |write, (name, value)| {
                    write.set(&format!("{}.{name}", path(id)), value)
                })
            }
            SessionChange::Alone(id, authentication) => {
                let session = user.sessions.get(id);
                let session = session.ok_or(TableError::Damaged("session"))?;
                // A refresh in the meantime would be lost.
                write
                    .equals(&format!("{}.digest", path(id)), binary(&session.digest))
                    .set("sessions", self.only(id, authenticated(authentication)?)?)
            }
            SessionChange::End => write.set("sessions", AttributeValue::M(HashMap::new())),
        })
    }
}

/// The deletion of the item that says whose the credential `id` is. The write of its person beside it has the condition.
pub(super) fn delete_credential(id: &[u8]) -> Write {
    Write::delete(keys::passkey(id))
}

/// The members of a session that say how its person authenticated.
fn authenticated(
    authentication: &Authentication,
) -> Result<Vec<(String, AttributeValue)>, TableError> {
    let mut values = vec![
        (
            "authenticatedAt".to_owned(),
            number(authentication.at.millis()),
        ),
        ("methods".to_owned(), attribute(&authentication.methods)?),
    ];
    if let Some(factor) = &authentication.factor {
        values.push(("factor".to_owned(), attribute(factor)?));
    }
    Ok(values)
}
