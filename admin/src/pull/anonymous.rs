//! Lines with inventions in the place of what says who a person is. They follow from the id alone, so each pull has the same ones.

use super::inventions::{account_name, first_name, last_name};
use crate::lines::{AccountForm, Form, InvitationForm, Reference, UserForm};

/// The password of everybody who has one. It is no secret: it works in local stacks.
pub(super) const PASSWORD: &str = "a stand-in for the password";

/// Our hash of [`PASSWORD`].
const HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$RQXVoX45S5duZACpNT4vKg$CBIQtHED6OYoUqmbqGW98f3C9s8TMFMF7tzUfLNpGjE";

/// `form` without anything that names a person or an organization. Ids, instants, roles and countries stay.
pub(super) fn form(form: Form) -> Form {
    match form {
        Form::User(form) => Form::User(user(form)),
        Form::Account(form) => Form::Account(account(form)),
        Form::Invitation(form) => Form::Invitation(invitation(form)),
        Form::Membership(form) => Form::Membership(form),
    }
}

fn number(id: &Reference) -> u64 {
    match id {
        Reference::Number(number) => *number,
        // An export has numbers only.
        Reference::Foreign(_) => 0,
    }
}

fn user(form: UserForm) -> UserForm {
    let id = number(&form.id);
    UserForm {
        email: format!("person-{id}@example.com"),
        first_name: form.first_name.map(|_| first_name(id)),
        last_name: form.last_name.map(|_| last_name(id)),
        password_hash: form.password_reset.then(|| HASH.to_owned()),
        password_reset: false,
        totp: None,
        ..form
    }
}

fn account(form: AccountForm) -> AccountForm {
    let id = number(&form.id);
    AccountForm {
        name: account_name(id),
        description: form
            .description
            .map(|_| "An invented description.".to_owned()),
        primary_contact: form
            .primary_contact
            .map(|_| format!("contact-{id}@example.com")),
        ..form
    }
}

fn invitation(form: InvitationForm) -> InvitationForm {
    let id = number(&form.user);
    InvitationForm {
        first_name: form.first_name.map(|_| first_name(id)),
        last_name: form.last_name.map(|_| last_name(id)),
        ..form
    }
}
