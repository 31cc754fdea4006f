//! What the platform does to a person: suspension, and the end of all sessions.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use model::{Change, Error, Missing, UserId, UserStatus};

use super::Store;
use super::keys;
use super::sessions::STATUS;
use super::users::{attribute, text};
use super::write::{Outcome, Write};

impl Store {
    /// Suspends `user` and ends every session, in one write. No session begins from then on. Nothing happens to a person who is
    /// suspended.
    ///
    /// # Errors
    ///
    /// [`Missing::User`].
    pub async fn suspend(&self, user: UserId, change: &Change) -> Result<(), Error> {
        let write = without_sessions(user, change)?
            .absent(STATUS)
            .set(STATUS, text(UserStatus::Suspended.as_str()));
        self.commit_to_person(write).await
    }

    /// Lets `user` sign in again. Nothing happens to a person who is not suspended.
    ///
    /// # Errors
    ///
    /// [`Missing::User`].
    pub async fn reactivate(&self, user: UserId, change: &Change) -> Result<(), Error> {
        let write = Write::update(keys::user(user))
            .exists(STATUS)
            .remove(STATUS)
            .set("change", attribute(change)?);
        self.commit_to_person(write).await
    }

    /// Ends every session of `user`.
    ///
    /// # Errors
    ///
    /// [`Missing::User`].
    pub async fn end_all_sessions(&self, user: UserId, change: &Change) -> Result<(), Error> {
        self.commit_to_person(without_sessions(user, change)?).await
    }

    async fn commit_to_person(&self, write: Write) -> Result<(), Error> {
        match self.commit(&[write]).await? {
            Outcome::Lost(lost) if lost.item(0).is_none_or(HashMap::is_empty) => {
                Err(Missing::User.into())
            }
            Outcome::Done | Outcome::Lost(_) => Ok(()),
        }
    }
}

fn without_sessions(user: UserId, change: &Change) -> Result<Write, Error> {
    Ok(Write::update(keys::user(user))
        .set("sessions", AttributeValue::M(HashMap::new()))
        .set("change", attribute(change)?))
}
