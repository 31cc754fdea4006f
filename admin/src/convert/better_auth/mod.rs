//! better-auth: its tables as one JSON object, with those of its organization plugin.

mod tables;

use std::collections::{HashMap, HashSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::Value;

use tables::{Invitation, Member, Organization, Tables, TwoFactor};

use super::person::{Person, since_1970};
use super::{Converted, document};
use crate::lines::{
    AccountForm, Form, InvitationForm, LineStatus, MembershipForm, OwnerForm, Reference, UserForm,
    instant, shown,
};

pub(super) fn convert(text: &str) -> Result<Converted, String> {
    let tables: Tables = document(text)?;
    let mut converted = Converted::default();
    let by_password = tables
        .account
        .iter()
        .filter(|account| account.provider_id == "credential");
    let hashes: HashMap<_, _> = by_password
        .filter_map(|account| Some((account.user_id.as_str(), account.password.as_deref()?)))
        .collect();
    let mut people = HashMap::new();
    let mut proven = HashSet::new();
    for user in &tables.user {
        let person = Person {
            id: user.id.clone(),
            email: user.email.clone(),
            verified: user.email_verified,
            suspended: user.banned == Some(true),
            hash: hashes.get(user.id.as_str()).map(|hash| phc(hash)),
            created_at: time(user.created_at.as_ref()),
            ..Person::default()
        };
        if person.named(&user.name).add_to(&mut converted) {
            let email = user.email.as_deref().unwrap_or_default().to_lowercase();
            people.insert(email, user.id.clone());
            if user.email_verified {
                proven.insert(user.id.as_str());
            }
        }
    }
    for TwoFactor { user_id } in &tables.two_factor {
        converted.lost(user_id, "the authenticator app has to be enrolled again");
    }
    let mut owners = HashMap::new();
    for organization in &tables.organization {
        match account(organization, &tables.member) {
            Some(form) => {
                owners.insert(organization.id.as_str(), form.owner.user.clone());
                converted.lines.push(Form::Account(form));
            }
            None => converted.lost(&organization.id, "left out, because it has no owner"),
        }
    }
    for one in &tables.member {
        let owner = owners.get(one.organization_id.as_str());
        let other = owner.is_some_and(|owner| *owner != Reference::from(one.user_id.as_str()));
        if other && proven.contains(one.user_id.as_str()) {
            converted.lines.push(member(one));
        } else if other {
            converted.lines.push(Form::Invitation(invitation(
                &one.organization_id,
                Reference::from(one.user_id.as_str()),
                &one.role,
            )));
            let what = "invited and no member, because the address is not proved";
            converted.lost(&one.user_id, what);
        }
    }
    let pending = tables
        .invitation
        .iter()
        .filter(|one| one.status == "pending");
    for one in pending.filter(|one| owners.contains_key(one.organization_id.as_str())) {
        invite(one, &mut people, &mut converted);
    }
    Ok(converted)
}

/// The account of an organization, whose owner is the first that it has.
fn account(organization: &Organization, members: &[Member]) -> Option<AccountForm> {
    let mut own = members
        .iter()
        .filter(|member| member.organization_id == organization.id);
    let owner = own.find(|member| member.role.split(',').any(|role| role == "owner"))?;
    Some(AccountForm {
        id: Reference::from(organization.id.as_str()),
        name: organization.name.clone(),
        description: None,
        primary_contact: None,
        country: None,
        status: LineStatus::Active,
        suspended_by: None,
        require_second_factor: false,
        owner: OwnerForm {
            user: Reference::from(owner.user_id.as_str()),
            roles: vec!["admin".into()],
            created_at: time(owner.created_at.as_ref()),
            updated_at: None,
        },
        creator: None,
        created_at: time(organization.created_at.as_ref()),
        updated_at: None,
    })
}

fn member(member: &Member) -> Form {
    Form::Membership(MembershipForm {
        account: Reference::from(member.organization_id.as_str()),
        user: Reference::from(member.user_id.as_str()),
        roles: roles(&member.role),
        status: LineStatus::Active,
        created_at: time(member.created_at.as_ref()),
        updated_at: None,
    })
}

fn invitation(organization: &str, user: Reference, role: &str) -> InvitationForm {
    InvitationForm {
        account: Reference::from(organization),
        user,
        roles: roles(role),
        inviter: None,
        first_name: None,
        last_name: None,
        expires_at: None,
        mail: false,
        created_at: None,
        updated_at: None,
    }
}

/// An invitation is for a person, who may not exist yet.
fn invite(pending: &Invitation, people: &mut HashMap<String, String>, converted: &mut Converted) {
    let email = pending.email.to_lowercase();
    let user = people.entry(email).or_insert_with_key(|email| {
        let id = format!("invited {email}");
        converted.lines.push(Form::User(UserForm {
            id: Reference::from(id.as_str()),
            email: pending.email.clone(),
            first_name: None,
            last_name: None,
            country: None,
            verified: false,
            status: LineStatus::Active,
            password_hash: None,
            password_reset: false,
            totp: None,
            created_at: None,
        }));
        id
    });
    let role = pending.role.as_deref().unwrap_or("member");
    let user = Reference::from(user.as_str());
    converted.lines.push(Form::Invitation(InvitationForm {
        inviter: pending.inviter_id.as_deref().map(Reference::from),
        expires_at: time(pending.expires_at.as_ref()),
        ..invitation(&pending.organization_id, user, role)
    }));
}

/// Its own roles; all others are those of members.
fn roles(given: &str) -> Vec<String> {
    let manages = given
        .split(',')
        .any(|role| role == "owner" || role == "admin");
    vec![if manages { "admin" } else { "user" }.to_owned()]
}

/// Its hash is `salt:key` in hexadecimal digits, where the digits themselves are the salt: N = 16384, r = 16, p = 1. Others come from
/// functions that its user has put in.
fn phc(hash: &str) -> String {
    let own = || {
        let (salt, key) = hash.split_once(':')?;
        let key = hexadecimal(key)?;
        let (salt, key) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(key));
        Some(format!("$scrypt$ln=14,r=16,p=1${salt}${key}"))
    };
    own().unwrap_or_else(|| hash.to_owned())
}

fn hexadecimal(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

/// A text, or milliseconds, as databases differ.
fn time(at: Option<&Value>) -> Option<String> {
    match at? {
        Value::String(text) => instant(text).ok().map(shown),
        Value::Number(milliseconds) => milliseconds.as_i64().map(since_1970),
        _ => None,
    }
}
