//! Letters about what the platform does to a person. They name neither the administrator nor a network address.

use super::{Mailing, Unwritable};
use crate::message::Words;

/// The end of every session.
pub(super) fn sessions_ended(mailing: &Mailing<'_>) -> Result<Words, Unwritable> {
    let brand = mailing.brand();
    Ok(Words {
        subject: format!("You are signed out of {brand}"),
        lead: format!("{brand} has ended all of your sessions, on every device."),
        facts: vec![mailing.when()],
        action: Some(mailing.reset_page()?),
        closing: "You can sign in again. If you do not know why, set a new password first.".into(),
    })
}

/// A suspended person.
pub(super) fn suspended(mailing: &Mailing<'_>) -> Words {
    let brand = mailing.brand();
    Words {
        subject: format!("You are suspended from {brand}"),
        lead: format!(
            "{brand} has suspended you. You are signed out on every device and cannot sign in. Your memberships stay."
        ),
        facts: vec![mailing.when()],
        action: None,
        closing: format!("If you think that this is a mistake, ask {brand}."),
    }
}

/// A person who is not suspended any more.
pub(super) fn reactivated(mailing: &Mailing<'_>) -> Words {
    let brand = mailing.brand();
    Words {
        subject: format!("You can sign in to {brand} again"),
        lead: format!("{brand} has lifted your suspension. Your memberships are as they were."),
        facts: vec![mailing.when()],
        action: None,
        closing: "There is nothing to do.".into(),
    }
}

/// A person whom the platform erased.
pub(super) fn erased(mailing: &Mailing<'_>) -> Words {
    let brand = mailing.brand();
    Words {
        subject: format!("You are erased from {brand}"),
        lead: format!(
            "{brand} has erased your profile, your memberships and your sessions. This is the last mail to you."
        ),
        facts: vec![mailing.when()],
        action: None,
        closing: format!("If you think that this is a mistake, ask {brand}."),
    }
}
