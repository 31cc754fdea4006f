//! Users: profile and verification of the address.

use aws_sdk_dynamodb::types::AttributeValue;
use model::{Change, Error, PendingLink, SessionId, User};

use super::Store;
use super::backoff::Backoff;
use super::keys::{self, Item};
use super::rows::{self, LinkRow, UserRow};
use super::table_error::TableError;
use super::write::{Outcome, Write, number};

/// What shows that the reader of a mail is the holder of the person's credentials.
#[derive(Clone, Copy, Debug)]
pub enum Holder<'a> {
    /// The password with this number.
    Password(u64),
    /// A live session.
    Session(&'a SessionId),
}

impl Store {
    /// Makes of `user`'s profile what `decide` says, in the user's item and beside the address, and decides again where a
    /// concurrent writer was faster. Answers the user as they are then.
    ///
    /// # Errors
    ///
    /// [`Error::Unauthenticated`] once the user is gone; [`model::Conflict::Contended`].
    pub async fn update_profile(
        &self,
        user: User,
        change: &Change,
        decide: impl Fn(&User) -> User,
    ) -> Result<User, Error> {
        let mut current = user;
        let mut backoff = Backoff::new();
        loop {
            let next = decide(&current);
            if next == current {
                return Ok(current);
            }
            match self.commit(&profile(&current, &next, change)?).await? {
                Outcome::Done => return Ok(next),
                Outcome::Lost(lost) => {
                    let existing = lost.item(0).map(user_in).transpose()?.flatten();
                    current = existing.ok_or(Error::Unauthenticated)?;
                }
            }
            backoff.wait().await?;
        }
    }

    /// Makes `link` the verification link that works. `false` if the user is gone, or verified already.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn request_verification(
        &self,
        user: &User,
        link: &PendingLink,
        change: &Change,
    ) -> Result<bool, Error> {
        let write = Write::update(keys::user(user.id))
            .equals("verified", AttributeValue::Bool(false))
            .set("verification", attribute(&LinkRow::from(link))?)
            .set("change", attribute(change)?);
        Ok(matches!(self.commit(&[write]).await?, Outcome::Done))
    }

    /// Marks `user`'s address as verified by `link`, if `holder` still holds the person's credentials. The link stays in the
    /// item, so that following it again does no harm. `false` if the link, the credentials or the user changed meanwhile.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn verify_email(
        &self,
        user: &User,
        holder: Holder<'_>,
        link: &PendingLink,
        change: &Change,
    ) -> Result<bool, Error> {
        let write = Write::update(keys::user(user.id))
            .equals("verification", attribute(&LinkRow::from(link))?)
            .equals("verified", AttributeValue::Bool(false))
            .set("verified", AttributeValue::Bool(true))
            .set("change", attribute(change)?);
        let write = match holder {
            Holder::Password(version) => write.equals("credential", number(version)),
            Holder::Session(id) => write.exists(&format!("sessions.{id}")),
        };
        Ok(match self.commit(&[write]).await? {
            Outcome::Done => true,
            Outcome::Lost(lost) => {
                let existing = lost.item(0).map(user_in).transpose()?.flatten();
                existing.is_some_and(|user| user.verified && user.verification == Some(*link))
            }
        })
    }
}

/// The names and the country of `next` in the place of `current`'s.
fn profile(current: &User, next: &User, change: &Change) -> Result<[Write; 2], TableError> {
    let change = change.clone().with(User::differences(current, next));
    let person = Write::update(keys::user(next.id))
        .equals("email", text(current.email.as_str()))
        .equals("firstName", text(current.first_name.as_str()))
        .equals("lastName", text(current.last_name.as_str()));
    let person = match &current.country {
        Some(country) => person.equals("country", text(country.as_str())),
        None => person.absent("country"),
    };
    let person = with_names(person, next).set("change", attribute(&change)?);
    let address = Write::update(keys::email(&next.email))
        .equals("userId", number(next.id))
        .set("firstName", text(next.first_name.as_str()))
        .set("lastName", text(next.last_name.as_str()))
        .remove("change");
    Ok([person, address])
}

/// The user that `item` holds; none if it is empty.
pub(super) fn user_in(item: &Item) -> Result<Option<User>, TableError> {
    if item.is_empty() {
        return Ok(None);
    }
    Ok(Some(rows::row::<UserRow>(item)?.try_into()?))
}

pub(super) fn with_names(write: Write, user: &User) -> Write {
    let write = write
        .set("firstName", text(user.first_name.as_str()))
        .set("lastName", text(user.last_name.as_str()))
        .set("namesAt", number(user.names_at.millis()));
    match &user.country {
        Some(country) => write.set("country", text(country.as_str())),
        None => write.remove("country"),
    }
}

pub(super) fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

pub(super) fn attribute(value: &impl serde::Serialize) -> Result<AttributeValue, TableError> {
    Ok(serde_dynamo::to_attribute_value(value)?)
}
