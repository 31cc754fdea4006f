//! The known state of a mail: it is being sent, SES has taken it, SES has refused it for good, or `mailer` has given it up. Also
//! what has become of it, recorded on the membership that it is about.
//!
//! SES takes no token that would make a repeated call idempotent. So a sender claims the mail first, if there is no other claim.
//! A claim with a known outcome is settled at once: the mail was taken, or refused for good, or may be tried again. With an
//! unknown outcome (a time-out, a broken connection, a crash in between), the claim holds until SES's own event reports that the
//! mail was taken, or for [`DOUBT`]. SES reports within seconds. A mail without a report by then was not taken, and is claimed
//! again.

use aws_sdk_dynamodb::types::AttributeValue;
use model::{AccountId, Change, DeliveryState, Error, Role, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::backoff::Backoff;
use super::keys::{Item, Key};
use super::rows::{self, DELIVERY};
use super::table_error::TableError;
use super::users::text;
use super::write::{Outcome, Write, number};
use super::{Store, keys};

/// How long a sending with an unknown outcome keeps others from sending the same mail, in seconds: longer than an invocation of
/// `mailer` continues after a claim, and than SES takes to report.
const DOUBT: i64 = 60;
/// How long the state of a mail is kept, in seconds: longer than the stream and its failure destination deliver a change again
/// without an operator.
const LIFETIME: i64 = 7 * 24 * 60 * 60;

/// The pages of an account's members that are read for its managers, of 1 MB each.
const MANAGER_PAGES: usize = 10;

/// The right to send a mail.
#[derive(Debug)]
pub struct Claim {
    change: String,
    token: String,
}

/// An active member who manages an account.
#[derive(Clone, Copy, Debug)]
pub struct Manager {
    /// The member.
    pub user: UserId,
    /// The time when they were added or invited.
    pub created_at: Timestamp,
}

/// Whether a mail may be sent.
#[derive(Debug)]
pub enum Claiming {
    /// Yes: the caller has the only claim.
    Ours(Claim),
    /// SES has taken it before.
    Sent,
    /// SES has refused it for good.
    Refused,
    /// SES has not taken it for a day.
    GivenUp,
    /// A recent try may have succeeded: check again later.
    Doubtful,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MailRow {
    entity: String,
    state: MailState,
    /// The last claimant.
    token: String,
    /// When, in milliseconds since 1970.
    at: i64,
    attempt: u32,
    ttl: i64,
}

#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum MailState {
    /// Claimed, with an outcome that is not known yet.
    Sending,
    /// Tried without success: the next sender may try.
    Open,
    Sent,
    Refused,
    Abandoned,
}

impl MailState {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Sending => "sending",
            Self::Open => "open",
            Self::Sent => "sent",
            Self::Refused => "refused",
            Self::Abandoned => "abandoned",
        }
    }
}

impl Store {
    /// Claims the mail that the change with the id `change` asks for.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn claim_mail(&self, change: &str, now: Timestamp) -> Result<Claiming, Error> {
        let token = tokens::encode(&tokens::random::<12>());
        let first = MailRow {
            entity: "mail".into(),
            state: MailState::Sending,
            token: token.clone(),
            at: now.millis(),
            attempt: 1,
            ttl: now.seconds() + LIFETIME,
        };
        let mut write = Write::create(rows::item(&keys::mail(change), &first, None)?);
        let mut backoff = Backoff::new();
        loop {
            let claim = || Claim {
                change: change.to_owned(),
                token: token.clone(),
            };
            let Outcome::Lost(lost) = self.commit(&[write]).await? else {
                return Ok(Claiming::Ours(claim()));
            };
            let standing = lost.item(0).filter(|item| !item.is_empty());
            write = match standing.map(rows::row::<MailRow>).transpose()? {
                None => Write::create(rows::item(&keys::mail(change), &first, None)?),
                // The answer to an earlier try of this very call was lost.
                Some(row) if row.token == token => return Ok(Claiming::Ours(claim())),
                Some(row) => match row.state {
                    MailState::Sent => return Ok(Claiming::Sent),
                    MailState::Refused => return Ok(Claiming::Refused),
                    MailState::Abandoned => return Ok(Claiming::GivenUp),
                    MailState::Sending
                        if now < Timestamp::from_millis(row.at).plus_seconds(DOUBT) =>
                    {
                        return Ok(Claiming::Doubtful);
                    }
                    MailState::Sending | MailState::Open => Write::update(keys::mail(change))
                        .equals("token", text(&row.token))
                        .equals("state", text(row.state.as_str()))
                        .set("state", text(MailState::Sending.as_str()))
                        .set("token", text(&token))
                        .set("at", number(now.millis()))
                        .set("attempt", number(row.attempt.saturating_add(1))),
                },
            };
            backoff.wait().await?;
        }
    }

    /// Records that SES has taken the mail, as `message`, for any sender and any outcome of its call.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn mail_sent(&self, change: &str, message: &str) -> Result<(), Error> {
        let write = Write::update(keys::mail(change))
            .set("state", text(MailState::Sent.as_str()))
            .set("message", text(message));
        self.commit(&[write]).await.map(drop)
    }

    /// Records that SES has refused the mail for good, with the error `code`.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn mail_refused(&self, claim: &Claim, code: &str) -> Result<(), Error> {
        let write = settle(claim, MailState::Refused).set("code", text(code));
        self.commit(&[write]).await.map(drop)
    }

    /// Records that the mail of the change `change` is not tried any more. `false` if it was sent or refused meanwhile.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn give_mail_up(&self, change: &str) -> Result<bool, Error> {
        let unsettled = [MailState::Sending, MailState::Open];
        let write = Write::update(keys::mail(change))
            .among("state", unsettled.map(|state| text(state.as_str())))
            .set("state", text(MailState::Abandoned.as_str()));
        Ok(matches!(self.commit(&[write]).await?, Outcome::Done))
    }

    /// Lets others claim the mail, since SES has certainly not taken it.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn release_mail(&self, claim: &Claim) -> Result<(), Error> {
        let write = settle(claim, MailState::Open);
        self.commit(&[write]).await.map(drop)
    }

    /// The managers of `account`, live or deleted, `limit` of them at most, from the first `MANAGER_PAGES` pages of its members.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn managers(&self, account: AccountId, limit: usize) -> Result<Vec<Manager>, Error> {
        let query = self
            .query("pk = :pk AND begins_with(sk, :members)")
            .filter_expression(
                "#status = :active AND (#owner = :yes OR contains(#roles, :admin) OR contains(#roles, :manage))",
            )
            .projection_expression("pk, sk, createdAt")
            .expression_attribute_names("#status", "status")
            .expression_attribute_names("#owner", "owner")
            .expression_attribute_names("#roles", "roles")
            .expression_attribute_values(":pk", text(&keys::account_partition(account)))
            .expression_attribute_values(":members", text(keys::MEMBER_PREFIX))
            .expression_attribute_values(":active", text("active"))
            .expression_attribute_values(":yes", AttributeValue::Bool(true))
            .expression_attribute_values(":admin", text(Role::Admin.as_str()))
            .expression_attribute_values(":manage", text(Role::Manage.as_str()));
        let mut managers = Vec::new();
        let mut start = None;
        for _ in 0..MANAGER_PAGES {
            let page = query.clone().set_exclusive_start_key(start).send().await;
            let page = page.map_err(TableError::from)?;
            for item in page.items() {
                managers.push(manager(item).ok_or(TableError::Damaged("member"))?);
            }
            start = page.last_evaluated_key;
            if start.is_none() || managers.len() >= limit {
                break;
            }
        }
        managers.truncate(limit);
        Ok(managers)
    }

    /// The record of the erasure of `user`, if it is not deleted yet.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn erasure(&self, user: UserId) -> Result<Option<Change>, Error> {
        let item = self.standing_item(&keys::erased(user)).await?;
        let change = item.as_ref().and_then(|item| item.get("change"));
        Ok(change.map(rows::attribute).transpose()?)
    }

    /// Records on the membership of `user` in `account` what has become of the mail that the change with the id `change` asked
    /// for. Does nothing if another mail was asked for since, if the invitation is not pending any more, or if a later state is
    /// recorded. The membership's version stays the same: no decision depends on this attribute.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn tell_delivery(
        &self,
        (account, user): (AccountId, UserId),
        change: &str,
        state: DeliveryState,
        now: Timestamp,
    ) -> Result<(), Error> {
        let of = |name| format!("{DELIVERY}.{name}");
        let earlier = state.follows().map(|state| text(state.as_str()));
        let write = Write::update(keys::member(account, user))
            .equals(&of("change"), text(change))
            .among(&of("state"), earlier)
            .set(&of("state"), text(state.as_str()))
            .set(&of("at"), number(now.millis()));
        self.commit(&[write]).await.map(drop)
    }
}

fn manager(item: &Item) -> Option<Manager> {
    let created_at = item.get("createdAt")?.as_n().ok()?.parse().ok()?;
    Some(Manager {
        user: keys::member_id(&Key::of(item)?.sk)?,
        created_at: Timestamp::from_millis(created_at),
    })
}

/// `state`, if the claim is still valid.
fn settle(claim: &Claim, state: MailState) -> Write {
    Write::update(keys::mail(&claim.change))
        .equals("token", text(&claim.token))
        .equals("state", text(MailState::Sending.as_str()))
        .set("state", text(state.as_str()))
}
