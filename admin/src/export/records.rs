//! Rows of the table as parts of lines, with keys in whose order the lines are written: people, accounts, memberships; each by id.

use model::{Account, EmailAddress, Member, MemberState, PersonalName, Role, Roles, User, UserId};
use serde::{Deserialize, Serialize};
use store::{Credential, StoredRow};
use tokens::factors::FactorKeys;
use tokens::totp::base32;

use crate::Failure;
use crate::lines::{
    AccountForm, InvitationForm, LineStatus, MembershipForm, OwnerForm, Reference, TotpForm,
    UserForm, shown,
};

/// Whether lines have secrets.
pub(crate) enum Secrets {
    /// With the keys that open those of authenticator apps, if they are known.
    With(Option<Box<FactorKeys>>),
    Without,
}

/// What an export has of a row.
pub(crate) enum Exported {
    User(Box<User>),
    Credential(Box<Credential>),
    Account(Box<Account>),
    Member(Box<Member>),
}

impl Exported {
    /// What an export has of `row`; `None` of rows of other kinds, of deleted accounts and of removed members.
    pub(crate) fn of(row: StoredRow) -> Option<Self> {
        match row {
            StoredRow::User(person) => Some(Self::User(Box::new(person.user))),
            StoredRow::Address(credential) => Some(Self::Credential(credential)),
            StoredRow::Account(account) => Some(Self::Account(Box::new(account.row))),
            StoredRow::Member(member) => Some(member.row)
                .filter(|member| member.status().is_some())
                .map(|member| Self::Member(Box::new(member))),
            _ => None,
        }
    }
}

/// A part of a line. A person's line has two: the person and the credential; an account's the account and the owner.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Part {
    User(UserForm),
    Credential { hash: Option<String>, reset: bool },
    Account(Box<AccountForm>),
    Owner(OwnerForm),
    Membership(MembershipForm),
    Invitation(InvitationForm),
}

/// What `row` adds to the export, as a text in whose order the lines are written.
pub(crate) fn record(row: Exported, secrets: &Secrets) -> Result<String, Failure> {
    let (key, part) = match row {
        Exported::User(user) => {
            let totp = totp(&user, secrets)?;
            let form = UserForm {
                totp,
                ..user_form(&user)
            };
            (user_key(user.id, 0), Part::User(form))
        }
        Exported::Credential(credential) => {
            let Credential { user, hash, .. } = *credential;
            let left_out = matches!(secrets, Secrets::Without) && hash.is_some();
            let reset = credential.reset_due || left_out;
            let hash = hash.filter(|_| !reset);
            (user_key(user, 1), Part::Credential { hash, reset })
        }
        Exported::Account(account) => (
            format!("1{}0", account.id.padded()),
            Part::Account(Box::new(account_form(&account))),
        ),
        Exported::Member(member) if member.owner => (
            format!("1{}1", member.account.padded()),
            Part::Owner(owner_form(&member)),
        ),
        Exported::Member(member) => (
            format!("2{}{}", member.account.padded(), member.user.padded()),
            member_part(&member),
        ),
    };
    let part = serde_json::to_string(&part);
    let part = part.map_err(|error| Failure::unreachable("a row", &error))?;
    Ok(format!("{key}\t{part}"))
}

/// The secret of the person's authenticator app.
fn totp(user: &User, secrets: &Secrets) -> Result<Option<TotpForm>, Failure> {
    let (Some(totp), Secrets::With(keys)) = (&user.factors.totp, secrets) else {
        return Ok(None);
    };
    let Some(keys) = keys else {
        let reason = "a table alone has no key of authenticator apps: name the stack with --stack";
        return Err(Failure::Usage(reason.into()));
    };
    let opened = keys.open(&totp.sealed, user.id);
    let opened = opened.ok_or_else(|| {
        Failure::Refused(format!(
            "the authenticator app of user {} does not open",
            user.id
        ))
    })?;
    Ok(Some(TotpForm {
        secret: base32(opened.secret.as_ref()),
    }))
}

/// The part that `text` has.
pub(crate) fn part(text: &str) -> Option<Part> {
    serde_json::from_str(text.split_once('\t')?.1).ok()
}

fn user_key(user: UserId, place: u8) -> String {
    format!("0{}{place}", user.padded())
}

fn name(name: &PersonalName) -> Option<String> {
    (!name.is_unknown()).then(|| name.as_str().to_owned())
}

/// A person without secrets.
pub(super) fn user_form(user: &User) -> UserForm {
    UserForm {
        id: user.id.into(),
        email: user.email.as_str().to_owned(),
        first_name: name(&user.first_name),
        last_name: name(&user.last_name),
        country: user
            .country
            .as_ref()
            .map(|country| country.as_str().to_owned()),
        verified: user.verified,
        status: if user.is_suspended() {
            LineStatus::Suspended
        } else {
            LineStatus::Active
        },
        password_hash: None,
        password_reset: false,
        totp: None,
        created_at: Some(shown(user.created_at)),
    }
}

fn account_form(account: &Account) -> AccountForm {
    AccountForm {
        id: account.id.into(),
        name: account.name.as_str().to_owned(),
        description: account
            .description
            .as_ref()
            .map(|text| text.as_str().to_owned()),
        primary_contact: account.primary_contact.as_ref().map(text_of),
        country: account
            .country
            .as_ref()
            .map(|country| country.as_str().to_owned()),
        status: if account.is_active() {
            LineStatus::Active
        } else {
            LineStatus::Suspended
        },
        suspended_by: account.suspended_by,
        require_second_factor: account.require_second_factor,
        owner: OwnerForm {
            user: account.owner.into(),
            roles: Vec::new(),
            created_at: None,
            updated_at: None,
        },
        creator: account.creator.map(Reference::from),
        created_at: Some(shown(account.created_at)),
        updated_at: Some(shown(account.updated_at)),
    }
}

fn text_of(address: &EmailAddress) -> String {
    address.as_str().to_owned()
}

fn owner_form(member: &Member) -> OwnerForm {
    OwnerForm {
        user: member.user.into(),
        roles: roles(&member.roles),
        created_at: Some(shown(member.created_at)),
        updated_at: Some(shown(member.updated_at)),
    }
}

fn member_part(member: &Member) -> Part {
    let (account, user) = (member.account.into(), member.user.into());
    let roles = roles(&member.roles);
    let created_at = Some(shown(member.created_at));
    let updated_at = Some(shown(member.updated_at));
    if member.state != MemberState::Invited {
        return Part::Membership(MembershipForm {
            account,
            user,
            roles,
            status: if member.is_active() {
                LineStatus::Active
            } else {
                LineStatus::Suspended
            },
            created_at,
            updated_at,
        });
    }
    let invitation = member.invitation.as_ref();
    Part::Invitation(InvitationForm {
        account,
        user,
        roles,
        inviter: invitation
            .and_then(|invitation| invitation.inviter)
            .map(Reference::from),
        first_name: member.first_name.as_ref().and_then(name),
        last_name: member.last_name.as_ref().and_then(name),
        expires_at: invitation.map(|invitation| shown(invitation.link.expires_at)),
        mail: false,
        created_at,
        updated_at,
    })
}

/// In the order of the roles, whatever the order in which they were given.
fn roles(roles: &Roles) -> Vec<String> {
    let held = Role::ALL.into_iter().filter(|role| roles.contains(*role));
    held.map(|role| role.as_str().to_owned()).collect()
}
