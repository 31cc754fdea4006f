//! Letters that invite to an account or add to one.

use runtime::model::Purpose;

use super::{Mailing, Unwritable};
use crate::message::Words;

/// An invitation.
pub(super) fn invitation(mailing: &Mailing<'_>) -> Result<Words, Unwritable> {
    let link = mailing.asked.image.invitation.as_ref();
    Ok(Words {
        subject: format!(
            "{} invites you to {}",
            mailing.short_sender(),
            mailing.short_account()?
        ),
        lead: format!(
            "{} invites you to join {} on {}.",
            mailing.sender(),
            mailing.account()?,
            mailing.brand()
        ),
        facts: Vec::new(),
        action: Some(mailing.link("Answer the invitation", Purpose::Invitation, link)?),
        closing: "If you did not expect this mail, you can ignore it: nothing happens.".into(),
    })
}

/// A notice to a new member, with a link that leaves the account again.
pub(super) fn added(mailing: &Mailing<'_>) -> Result<Words, Unwritable> {
    let link = mailing.asked.image.invitation.as_ref();
    // A membership from before such links were made has one that is over.
    let link = link.filter(|link| link.expires_at > mailing.change().at().seconds());
    let leave = |link| mailing.link("Leave the account", Purpose::Invitation, Some(link));
    Ok(Words {
        subject: format!("You are a member of {} now", mailing.short_account()?),
        lead: format!(
            "{} has added you to {} on {}.",
            mailing.sender(),
            mailing.account()?,
            mailing.brand()
        ),
        facts: Vec::new(),
        action: link.map(leave).transpose()?,
        closing: "If you do not want to be a member, you can leave at any time.".into(),
    })
}
