//! Letters about the ownership of an account.

use super::{Mailing, Sender, Unwritable};
use crate::message::Words;
use crate::names::plain;

/// An offer, to the nominee.
pub(super) fn offered(mailing: &Mailing<'_>) -> Result<Words, Unwritable> {
    let page = format!("ownership#account={}", mailing.existing_account()?.id);
    Ok(Words {
        subject: format!(
            "{} offers you the ownership of {}",
            mailing.short_sender(),
            mailing.short_account()?
        ),
        lead: format!(
            "{} wants to hand {} on {} over to you. An owner holds every right in the account, and answers for it.",
            mailing.sender(),
            mailing.account()?,
            mailing.brand()
        ),
        facts: vec![mailing.when()],
        action: Some(mailing.page("Answer the offer", &page)?),
        closing: "The offer ends by itself after 7 days. If you do not answer, nothing changes."
            .into(),
    })
}

/// A new owner: to that owner, and to the one before.
pub(super) fn transferred(mailing: &Mailing<'_>) -> Result<Words, Unwritable> {
    let [_, owner] = mailing.change().changes.owners();
    let account = mailing.account()?;
    let (subject, lead) = if owner == Some(mailing.recipient.user) {
        (
            format!("You own {} now", mailing.short_account()?),
            format!("You are the owner of {account} on {} now.", mailing.brand()),
        )
    } else {
        let owner = match mailing.owner {
            Sender::Person(name) => plain(name),
            Sender::Unknown | Sender::Platform => "Another member".into(),
        };
        (
            format!("{} has a new owner", mailing.short_account()?),
            format!(
                "{owner} is the owner of {account} on {} now. You stay a member with the role admin.",
                mailing.brand()
            ),
        )
    };
    Ok(Words {
        subject,
        lead,
        facts: vec![mailing.when()],
        action: None,
        closing: "If you did not expect this, ask the other managers of the account, and set a new password.".into(),
    })
}
