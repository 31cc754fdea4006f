//! From a change to the letter that it asks for: one function a letter.

mod accounts;
mod addresses;
mod examples;
mod invitations;
mod mailing;
mod ownership;
mod platform;
mod security;

use runtime::model::Mail;

use crate::message::{Letter, Words};

pub use examples::Sample;
pub(crate) use mailing::{Account, Mailing, Part, Recipient, Sender, Unwritable};

/// The letter of `mailing`.
pub(crate) fn letter(mailing: &Mailing<'_>) -> Result<Letter, Unwritable> {
    let name = mailing.recipient.greeting.as_deref();
    Ok(Letter::new(mailing.config, name, &words(mailing)?)?)
}

fn words(mailing: &Mailing<'_>) -> Result<Words, Unwritable> {
    match mailing.asked.mail {
        Mail::Invitation => invitations::invitation(mailing),
        Mail::AddedToAccount => invitations::added(mailing),
        Mail::Verification => security::verification(mailing),
        Mail::EmailChangeRequested => addresses::requested(mailing),
        Mail::EmailChanged => addresses::changed(mailing),
        Mail::EmailChangeUndone => addresses::undone(mailing),
        Mail::PasswordReset => security::reset(mailing),
        Mail::PasswordChanged => security::password_changed(mailing),
        Mail::NewSignIn => security::sign_in(mailing),
        Mail::RefreshReused => security::refresh_reused(mailing),
        Mail::FactorAdded => security::factor_added(mailing),
        Mail::FactorRemoved => security::factor_removed(mailing),
        Mail::RecoveryCodeUsed => security::recovery_code_used(mailing),
        Mail::FactorLocked => security::factor_locked(mailing),
        Mail::SessionsEnded => platform::sessions_ended(mailing),
        Mail::UserSuspended => Ok(platform::suspended(mailing)),
        Mail::UserReactivated => Ok(platform::reactivated(mailing)),
        Mail::PersonErased if mailing.sender == &Sender::Platform => Ok(platform::erased(mailing)),
        Mail::PersonErased => Ok(security::erased(mailing)),
        Mail::OwnershipOffered => ownership::offered(mailing),
        Mail::OwnershipTransferred => ownership::transferred(mailing),
        Mail::RolesChanged => accounts::roles_changed(mailing),
        Mail::RemovedFromAccount => accounts::removed(mailing),
        Mail::AccountDeleted => accounts::deleted(mailing),
        Mail::AccountSuspended => accounts::suspended(mailing),
    }
}

#[cfg(test)]
mod tests;
