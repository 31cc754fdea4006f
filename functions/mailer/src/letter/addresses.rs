//! Letters about a change of a person's own address.

use runtime::model::Purpose;

use super::{Mailing, Part, Unwritable};
use crate::message::Words;
use crate::record::Addresses;

/// What the holder of the old address does if the change was not theirs.
const UNDO: &str = "If it was you, there is nothing to do. If not, undo it: your password stops working, every device is \
                    signed out, and you get a link to set a new password.";

/// A requested change: a link to the new address, a notice to the old one.
pub(super) fn requested(mailing: &Mailing<'_>) -> Result<Words, Unwritable> {
    let brand = mailing.brand();
    let requested = addresses(mailing)?.requested.as_ref();
    let requested = requested.ok_or(Unwritable::Missing("requested address"))?;
    Ok(match mailing.recipient.part {
        Part::OldAddress => Words {
            subject: format!("A new e-mail address for {brand} was requested"),
            lead: format!(
                "A change of your e-mail address on {brand} was requested. It takes effect once the new address is confirmed."
            ),
            facts: mailing.origin(),
            action: Some(mailing.link("Undo it", Purpose::AddressUndo, Some(&requested.undo))?),
            closing: UNDO.into(),
        },
        Part::TakenAddress => Words {
            subject: format!("Your e-mail address on {brand}"),
            lead: format!(
                "Somebody who is signed in to {brand} asked for this address. It is yours already, so nothing has changed."
            ),
            facts: mailing.origin(),
            action: None,
            closing: "You can ignore this mail. If it was you, you have two profiles: sign in with this address to use the other \
                      one, and erase it first if you want the address here."
                .into(),
        },
        Part::NewAddress | Part::Only => Words {
            subject: format!("Confirm your new e-mail address for {brand}"),
            lead: format!(
                "Somebody on {brand} asked for this address as their own. If it was you, please confirm that it is yours."
            ),
            facts: mailing.origin(),
            action: Some(mailing.link(
                "Confirm the address",
                Purpose::AddressChange,
                Some(&requested.link),
            )?),
            closing: "If it was not you, do not confirm it. You can ignore this mail: nothing changes.".into(),
        },
    })
}

/// A changed address: a notice to both.
pub(super) fn changed(mailing: &Mailing<'_>) -> Result<Words, Unwritable> {
    let brand = mailing.brand();
    let undo = addresses(mailing)?.last_undo();
    Ok(match mailing.recipient.part {
        Part::OldAddress => Words {
            subject: format!("Your e-mail address for {brand} was changed"),
            lead: format!("Your e-mail address on {brand} was changed. You sign in with the new one from now on."),
            facts: mailing.origin(),
            action: Some(mailing.link("Undo the change", Purpose::AddressUndo, undo.as_ref())?),
            closing: UNDO.into(),
        },
        _ => Words {
            subject: format!("This is your e-mail address for {brand} now"),
            lead: format!("Your e-mail address on {brand} was changed to this one. You sign in with it from now on."),
            facts: mailing.origin(),
            action: None,
            closing: "If it was not you, set a new password at once, and look into the mailbox of your former address: a mail \
                      there undoes the change."
                .into(),
        },
    })
}

/// An undone change: a link to set a new password, since the present one is void.
pub(super) fn undone(mailing: &Mailing<'_>) -> Result<Words, Unwritable> {
    let brand = mailing.brand();
    let undone = addresses(mailing)?.undone.as_ref();
    let reset = undone.map(|undone| &undone.reset);
    Ok(Words {
        subject: format!("Set a new password for {brand}"),
        lead: format!(
            "The change of your e-mail address on {brand} was undone. Your password does not work any more, and every device is \
             signed out."
        ),
        facts: mailing.origin(),
        action: Some(mailing.link("Set a new password", Purpose::Reset, reset)?),
        closing: "If it was not you, set one all the same: the old one is void. Once the link is too old, ask for another one on the page \
                  behind it."
            .into(),
    })
}

fn addresses<'a>(mailing: &Mailing<'a>) -> Result<&'a Addresses, Unwritable> {
    let addresses = mailing.asked.image.addresses.as_ref();
    addresses.ok_or(Unwritable::Missing("addresses"))
}
