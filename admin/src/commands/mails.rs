//! `mails`: what the table knows of mails, and the local stack's mailbox.

use clap::{Args, Subcommand};
use model::{AccountId, DeliveryState, EmailAddress, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use store::{ReadRange, WaitingMail};

use super::accounts::{Which, id};
use crate::connection::Place;
use crate::text::{columns, optional};
use crate::{Connection, Failure, Output};

/// What to do with mails.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// The mails that wait for SES; with an account, what has become of its invitations; on the local stack, the mailbox
    Show(Show),
}

/// Which mails.
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The mails of the invitations of this account, by its id or its name
    #[arg(long)]
    account: Option<Which>,
    /// The local mailbox's mails to this address
    #[arg(long, value_name = "ADDRESS", conflicts_with = "account")]
    to: Option<String>,
    /// The most mails
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
}

/// What is known.
#[derive(Default, Serialize)]
struct Mails {
    waiting: Vec<Waiting>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mailbox: Option<Vec<Caught>>,
}

/// A mail that SES has not taken yet.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Waiting {
    since: Timestamp,
    next_try: Timestamp,
    attempts: u32,
    item: String,
}

/// A mail that the local stack has caught.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Caught {
    id: String,
    to: String,
    subject: String,
    sent_at: String,
}

/// The mail of an invitation.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invited {
    account_id: AccountId,
    user_id: UserId,
    email: EmailAddress,
    sent_at: Option<Timestamp>,
    sent_count: u32,
    expires_at: Timestamp,
    delivery: Option<DeliveryState>,
}

/// Runs the command.
pub(crate) async fn run(
    Command::Show(show): &Command,
    connection: &Connection,
    output: &mut Output,
) -> Result<(), Failure> {
    if let Some(account) = &show.account {
        let account = id(account, connection).await?;
        let invited = invited(account, show.limit, connection).await?;
        return output.answer(&invited, || invitations(&invited));
    }
    let mails = Mails {
        waiting: waiting(show.limit, connection).await?,
        mailbox: mailbox(show, connection).await?,
    };
    output.answer(&mails, || text(&mails))
}

/// The mails that wait, the next one to be tried first.
async fn waiting(limit: usize, connection: &Connection) -> Result<Vec<Waiting>, Failure> {
    let store = &connection.store;
    let far = connection.clock.now().plus_seconds(7 * 24 * 60 * 60);
    let mut seen = std::collections::HashSet::new();
    let (mut found, mut from) = (Vec::new(), None);
    loop {
        let lanes = store.due_lanes(far, from).await?;
        for lane in lanes.rows {
            if !seen.insert(lane.clone()) {
                continue;
            }
            let mails = store.waiting_mails(&lane).await?;
            found.extend(mails.iter().map(|mail| Waiting::new(mail, lane.item())));
            if found.len() >= limit {
                found.truncate(limit);
                return Ok(found);
            }
        }
        from = lanes.next;
        if from.is_none() {
            return Ok(found);
        }
    }
}

impl Waiting {
    fn new(mail: &WaitingMail, item: &str) -> Self {
        Self {
            since: mail.since,
            next_try: mail.due,
            attempts: mail.attempts,
            item: item.to_owned(),
        }
    }
}

async fn mailbox(show: &Show, connection: &Connection) -> Result<Option<Vec<Caught>>, Failure> {
    let Place::Local(stack) = &connection.place else {
        return match show.to {
            None => Ok(None),
            Some(_) => Err(Failure::Usage(
                "--to asks the local stack's mailbox: SES keeps no mails".into(),
            )),
        };
    };
    let mut path = format!("/_local/mailbox.json?limit={}", show.limit);
    if let Some(to) = &show.to {
        path = format!("{path}&to={}", crate::connection::encoded(to));
    }
    Ok(Some(stack.get(&path).await?))
}

async fn invited(
    account: AccountId,
    limit: usize,
    connection: &Connection,
) -> Result<Vec<Invited>, Failure> {
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let range = ReadRange {
            after,
            backwards: false,
            limit: 1000,
        };
        let page = connection.store.members(account, range, None).await?;
        for member in page.rows {
            let pending = member.state == model::MemberState::Invited;
            let Some(invitation) = member.invitation.filter(|_| pending) else {
                continue;
            };
            found.push(Invited {
                account_id: member.account,
                user_id: member.user,
                email: member.email,
                sent_at: invitation.sent_at,
                sent_count: invitation.mails,
                expires_at: invitation.expires_at,
                delivery: invitation.delivery,
            });
        }
        if page.end || found.len() >= limit {
            found.truncate(limit);
            return Ok(found);
        }
        after = page.last;
    }
}

fn invitations(invited: &[Invited]) -> String {
    if invited.is_empty() {
        return "no pending invitation".into();
    }
    let rows = invited.iter().map(|mail| {
        vec![
            mail.user_id.to_string(),
            mail.email.to_string(),
            optional(mail.sent_at.as_ref()),
            mail.sent_count.to_string(),
            optional(mail.delivery.map(DeliveryState::as_str).as_ref()),
            mail.expires_at.to_string(),
        ]
    });
    let titles = ["user", "address", "sent", "mails", "delivery", "expires"];
    columns(&titles, &rows.collect::<Vec<_>>())
}

fn text(mails: &Mails) -> String {
    let waiting = mails.waiting.iter().map(|mail| {
        vec![
            mail.since.to_string(),
            mail.next_try.to_string(),
            mail.attempts.to_string(),
            mail.item.clone(),
        ]
    });
    let titles = ["since", "next try", "tries", "for the change of"];
    let text = list("no mail waits for SES", &titles, waiting);
    let Some(mailbox) = &mails.mailbox else {
        return text;
    };
    let caught = mailbox
        .iter()
        .map(|mail| vec![mail.sent_at.clone(), mail.to.clone(), mail.subject.clone()]);
    let caught = list("the mailbox is empty", &["caught", "to", "subject"], caught);
    format!("{text}\n\n{caught}")
}

/// The rows, or `none` if there is none.
fn list(none: &str, titles: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let rows: Vec<_> = rows.collect();
    if rows.is_empty() {
        none.to_owned()
    } else {
        columns(titles, &rows)
    }
}
