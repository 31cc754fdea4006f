//! Letters about a person's own address, password and sessions.

use runtime::model::{Actor, ChangeKind, Purpose, device};

use super::{Mailing, Unwritable};
use crate::message::Words;

/// The proof of an address. Its recipient may not be the person who signed up, so it greets without a name.
pub(super) fn verification(mailing: &Mailing<'_>) -> Result<Words, Unwritable> {
    let brand = mailing.brand();
    let link = mailing.asked.image.verification.as_ref();
    let cause = if mailing.change().kind == ChangeKind::UserSignedUp {
        format!("An account on {brand} was created with this address.")
    } else {
        format!("A new link was requested to verify this address on {brand}.")
    };
    Ok(Words {
        subject: format!("Verify your e-mail address for {brand}"),
        lead: format!("{cause} If it was you, please verify that the address is yours."),
        facts: mailing.origin(),
        action: Some(mailing.link("Verify the address", Purpose::Verification, link)?),
        closing: "If it was not you, do not verify the address. You can ignore this mail, or take the address back on the page \
                  behind the link."
            .into(),
    })
}

/// A link to set a new password.
pub(super) fn reset(mailing: &Mailing<'_>) -> Result<Words, Unwritable> {
    let brand = mailing.brand();
    let link = mailing.asked.image.reset.as_ref();
    Ok(Words {
        subject: format!("Set a new password for {brand}"),
        lead: format!("A new password was requested for your address on {brand}."),
        facts: mailing.origin(),
        action: Some(mailing.link("Set a new password", Purpose::Reset, link)?),
        closing: "If it was not you, you can ignore this mail: your password stays as it is."
            .into(),
    })
}

/// A changed password.
pub(super) fn password_changed(mailing: &Mailing<'_>) -> Result<Words, Unwritable> {
    Ok(Words {
        subject: format!("Your password for {} was changed", mailing.brand()),
        lead: "Your password was changed, and every other device is signed out.".into(),
        facts: mailing.origin(),
        action: Some(mailing.reset_page()?),
        closing: "If it was you, there is nothing to do. If not, set a new password at once."
            .into(),
    })
}

/// A session on a new device.
pub(super) fn sign_in(mailing: &Mailing<'_>) -> Result<Words, Unwritable> {
    let brand = mailing.brand();
    let begun = mailing
        .asked
        .begun()
        .ok_or(Unwritable::Missing("session"))?;
    Ok(Words {
        subject: format!("New sign-in to {brand}"),
        lead: format!("Somebody signed in to {brand} as you, on a new device."),
        facts: vec![
            mailing.when(),
            ("Device", device(&begun.user_agent)),
            ("Network address", mailing.change().source_ip.clone()),
        ],
        action: Some(mailing.reset_page()?),
        closing: "If it was you, there is nothing to do. If not, set a new password at once: it signs every device out.".into(),
    })
}

/// A session that ended because one of its refresh tokens was used twice.
pub(super) fn refresh_reused(mailing: &Mailing<'_>) -> Result<Words, Unwritable> {
    let brand = mailing.brand();
    Ok(Words {
        subject: format!("A session on {brand} was ended"),
        lead: format!(
            "A token of one of your sessions on {brand} was used twice. Two devices may have had it, so the session was ended."
        ),
        facts: mailing.origin(),
        action: Some(mailing.reset_page()?),
        closing: "If a device of yours asks you to sign in again, that is all. If you do not know the device above, set a new \
                  password: it signs every device out."
            .into(),
    })
}

/// A new second factor.
pub(super) fn factor_added(mailing: &Mailing<'_>) -> Result<Words, Unwritable> {
    let brand = mailing.brand();
    Ok(Words {
        subject: format!("A second factor was added on {brand}"),
        lead: format!(
            "From now on, signing in to {brand} takes your password and a second factor. Keep your recovery codes where you find them \
             without your phone."
        ),
        facts: mailing.origin(),
        action: Some(mailing.reset_page()?),
        closing: "If it was you, there is nothing to do. If not, somebody knows your password: set a new one at once, and ask us to \
                  remove the second factor."
            .into(),
    })
}

/// A second factor that is gone. The platform removes those of a person who has lost them.
pub(super) fn factor_removed(mailing: &Mailing<'_>) -> Result<Words, Unwritable> {
    let brand = mailing.brand();
    let by_platform = mailing.change().actor == Some(Actor::Platform);
    let lead = if by_platform {
        format!(
            "{brand} removed your second factors, and every device is signed out. Your password alone signs you in until you add a \
             second factor again."
        )
    } else {
        format!("One of your second factors on {brand} was removed.")
    };
    Ok(Words {
        subject: format!("A second factor was removed on {brand}"),
        lead,
        facts: mailing.origin(),
        action: Some(mailing.reset_page()?),
        closing: "If you wanted this, there is nothing to do. If not, set a new password at once: it signs every device out."
            .into(),
    })
}

/// A recovery code that was used.
pub(super) fn recovery_code_used(mailing: &Mailing<'_>) -> Result<Words, Unwritable> {
    let brand = mailing.brand();
    Ok(Words {
        subject: format!("A recovery code was used on {brand}"),
        lead: format!(
            "One of your recovery codes for {brand} was used in the place of your second factor. It does not work again."
        ),
        facts: mailing.origin(),
        action: Some(mailing.reset_page()?),
        closing: "If it was you, there is nothing to do. If not, set a new password at once, and get new recovery codes: the old ones \
                  are void then."
            .into(),
    })
}

/// Codes that are refused for a while.
pub(super) fn factor_locked(mailing: &Mailing<'_>) -> Result<Words, Unwritable> {
    let brand = mailing.brand();
    Ok(Words {
        subject: format!("Too many codes were tried on {brand}"),
        lead: format!(
            "Somebody who knows your password tried many codes of your authenticator app on {brand}. Codes are refused for a while. \
             Recovery codes work."
        ),
        facts: mailing.origin(),
        action: Some(mailing.reset_page()?),
        closing: "If it was you, wait and try again. If not, set a new password at once.".into(),
    })
}

/// An erased person.
pub(super) fn erased(mailing: &Mailing<'_>) -> Words {
    let brand = mailing.brand();
    Words {
        subject: format!("You are erased from {brand}"),
        lead: format!(
            "Your profile, your memberships and your sessions on {brand} are erased. This is the last mail to you."
        ),
        facts: mailing.origin(),
        action: None,
        closing: format!(
            "If it was not you, somebody has your password: change it wherever else you use it. You can sign up for {brand} again \
             with this address."
        ),
    }
}
