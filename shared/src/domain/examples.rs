//! People, accounts and memberships to test with.

use super::{
    Account, Change, ChangeKind, Differences, Invitation, Mail, Member, MemberState, NewAccount,
    PendingLink, Target, User,
};
use crate::tokens::link::{Link, Purpose};
use crate::values::{
    AccountId, AccountName, Country, Description, EmailAddress, PersonalName, Role, Roles,
    Timestamp, UserId,
};

/// 2026-06-02T10:30:00.500Z: between two seconds, so that rounding shows.
pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_780_396_200_500);

pub(crate) fn after(milliseconds: i64) -> Timestamp {
    Timestamp::from_millis(NOW.millis() + milliseconds)
}

pub(crate) fn email(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

pub(crate) fn person(text: &str) -> PersonalName {
    PersonalName::parse(text).unwrap()
}

pub(crate) fn account_id(number: u64) -> AccountId {
    AccountId::try_from(number).unwrap()
}

pub(crate) fn user_id(number: u64) -> UserId {
    UserId::try_from(number).unwrap()
}

pub(crate) fn roles(names: &[&str]) -> Roles {
    Roles::parse(names).unwrap()
}

/// Ada Lovelace, user 7.
pub(crate) fn ada() -> User {
    let names = (person("Ada"), person("Lovelace"));
    User::new(user_id(7), email("Ada@Example.com"), names, NOW)
}

/// Acme, account 42, of user 1.
pub(crate) fn acme() -> Account {
    let new = NewAccount {
        name: AccountName::parse("Acme").unwrap(),
        description: Some(Description::parse("Anvils").unwrap()),
        primary_contact: Some(email("desk@acme.example")),
        country: Some(Country::parse("GB").unwrap()),
    };
    Account::new(account_id(42), new, user_id(1), NOW)
}

/// Ada in Acme, an active `user`.
pub(crate) fn member() -> Member {
    Member::new(account_id(42), &ada(), Roles::only(Role::User), NOW)
}

/// The same as far as `state`.
pub(crate) fn member_in(state: MemberState) -> Member {
    let invitation = (state == MemberState::Invited).then(invitation);
    Member {
        state,
        invitation,
        ..member()
    }
}

/// An invitation of a week, mailed just now.
pub(crate) fn invitation() -> Invitation {
    Invitation {
        link: PendingLink {
            nonce: [9; 16],
            expires_at: Timestamp::from_seconds(NOW.seconds() + 7 * 24 * 60 * 60),
        },
        inviter_name: "Grace Hopper".into(),
        mailed_at: vec![NOW],
        mails: 1,
    }
}

/// The change that asks for an invitation's mail.
pub(crate) fn asking() -> Change {
    Change {
        id: "AAECAwQFBgcICQoL".into(),
        kind: ChangeKind::InvitationResent,
        at: NOW.millis(),
        actor: None,
        target: Target {
            r#type: "user".into(),
            id: 7,
        },
        request_id: "req-1".into(),
        source_ip: "192.0.2.1".into(),
        version: 0,
        changes: Differences::default(),
        mail: Some(Mail::Invitation),
        account_name: None,
        sender_name: None,
    }
    .naming("Acme", "Grace Hopper")
}

/// The link that answers [`invitation`].
pub(crate) fn link() -> Link {
    let PendingLink { nonce, expires_at } = invitation().link;
    Link {
        purpose: Purpose::Invitation,
        account: 42,
        user: 7,
        expires_at,
        nonce,
    }
}
