//! `invitations`: links that wait for an answer.

use clap::Subcommand;
use model::{ChangeKind, Error, Missing};
use serde::Serialize;
use store::{Committed, MailCounter, ReadSet};

use super::accounts::{Which, account};
use super::users::{Who, person};
use crate::{Connection, Failure, Output};

/// What to do with invitations.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Mail a new link in the name of the same inviter; the old one stops working. The limits of the API hold
    Resend {
        /// The account: its id or its name
        account: Which,
        /// The invited person: their id or their mail address
        #[arg(value_name = "USER")]
        who: Who,
    },
}

/// An invitation that was mailed again.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Resent {
    account_id: u64,
    user_id: u64,
    email: String,
    expires_at: String,
    sent_count: u32,
}

/// Runs the command.
pub(crate) async fn run(
    command: Command,
    connection: &Connection,
    output: &mut Output,
) -> Result<(), Failure> {
    let Command::Resend {
        account: which,
        who,
    } = command;
    let account = account(&which, connection).await?;
    let user = person(&who, connection).await?.id;
    let (store, audit) = (&connection.store, connection.audit());
    let limits = &connection.config.limits;
    let read = store
        .read(ReadSet::default().member(account.id, user))
        .await?;
    let member = read.member(account.id, user)?;
    let member = member.filter(|member| member.status().is_some());
    let member = member.ok_or(Error::from(Missing::User))?;
    // Refused for another reason, it takes no mail of the account's allowance.
    member.invitation_again(None, limits, audit.at())?;
    let change = audit.on_user(ChangeKind::InvitationResent, user);
    let work = async {
        let resent = store.update_member(member, &change, |member| {
            let invitation = member.invitation_again(None, limits, audit.at())?;
            Ok(Some(member.invited(invitation, &change, audit.at())))
        });
        Ok(Committed::Done(resent.await?))
    };
    let per_day = limits.invitation_mails_per_account_and_day;
    let counters = [(MailCounter::Account(account.id), per_day)];
    let resent = store.spend_invitation_mail(&counters, audit.at(), work);
    let Committed::Done(member) = Box::pin(resent).await? else {
        return Ok(());
    };
    let invitation = member.invitation.as_ref();
    let resent = Resent {
        account_id: member.account.get(),
        user_id: member.user.get(),
        email: member.email.to_string(),
        expires_at: invitation
            .map(|invitation| invitation.link.expires_at.to_string())
            .unwrap_or_default(),
        sent_count: invitation.map_or(0, |invitation| invitation.mails),
    };
    output.answer(&resent, || {
        format!(
            "a new link is mailed to {}, until {}",
            resent.email, resent.expires_at
        )
    })
}
