//! Notices to members about what others do to their membership or to their account.

use runtime::model::{Role, Roles};

use super::{Mailing, Unwritable};
use crate::message::Words;

/// A member holds `manage` or `admin` now, or does not any more.
pub(super) fn roles_changed(mailing: &Mailing<'_>) -> Result<Words, Unwritable> {
    let changes = &mailing.change().changes;
    let named = |roles: Option<Roles>| {
        let roles = roles.ok_or(Unwritable::Missing("roles"))?;
        let names: Vec<_> = roles.iter().map(Role::as_str).collect();
        Ok::<_, Unwritable>(names.join(", "))
    };
    Ok(Words {
        subject: format!("Your roles in {} have changed", mailing.short_account()?),
        lead: format!(
            "{} has changed your roles in {} on {}.",
            mailing.sender(),
            mailing.account()?,
            mailing.brand()
        ),
        facts: vec![
            ("Roles before", named(changes.roles_from())?),
            ("Roles now", named(changes.roles_to())?),
            mailing.when(),
        ],
        action: None,
        closing: "If you did not expect this, ask the managers of the account.".into(),
    })
}

/// A member was removed.
pub(super) fn removed(mailing: &Mailing<'_>) -> Result<Words, Unwritable> {
    Ok(Words {
        subject: format!(
            "You are not a member of {} any more",
            mailing.short_account()?
        ),
        lead: format!(
            "{} has removed you from {} on {}.",
            mailing.sender(),
            mailing.account()?,
            mailing.brand()
        ),
        facts: vec![mailing.when()],
        action: None,
        closing: "If you did not expect this, ask the managers of the account.".into(),
    })
}

/// An account was deleted.
pub(super) fn deleted(mailing: &Mailing<'_>) -> Result<Words, Unwritable> {
    let days = mailing.config.purging.restore_window / (24 * 60 * 60);
    let closing = if mailing.sender == &super::Sender::Platform {
        format!("Only {} can restore it.", mailing.brand())
    } else if days > 0 {
        format!("Its owner can restore it, with everybody in it, for {days} days.")
    } else {
        "It cannot be restored.".into()
    };
    Ok(Words {
        subject: format!("{} was deleted", mailing.short_account()?),
        lead: format!(
            "{} has deleted {} on {}. Nobody has access to it any more.",
            mailing.sender(),
            mailing.account()?,
            mailing.brand()
        ),
        facts: vec![mailing.when()],
        action: None,
        closing,
    })
}

/// The platform has suspended an account.
pub(super) fn suspended(mailing: &Mailing<'_>) -> Result<Words, Unwritable> {
    Ok(Words {
        subject: format!("{} is suspended", mailing.short_account()?),
        lead: format!(
            "{} has suspended {}. Its members can read it and change nothing.",
            mailing.sender(),
            mailing.account()?
        ),
        facts: vec![mailing.when()],
        action: None,
        closing: format!("Only {} can lift the suspension.", mailing.brand()),
    })
}
