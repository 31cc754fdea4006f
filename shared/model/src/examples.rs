//! People, accounts and memberships for tests, of this crate and of those that build on it.

#![expect(
    missing_docs,
    clippy::missing_panics_doc,
    clippy::unwrap_used,
    clippy::must_use_candidate,
    reason = "tests alone use it"
)]

use crate::{
    Account, AccountId, AccountName, Change, ChangeKind, Country, Description, Differences,
    EmailAddress, Invitation, Link, Mail, Member, MemberState, Method, Methods, NewAccount,
    PendingLink, PersonalName, Purpose, Role, Roles, Session, Target, Timestamp, User, UserId,
};

/// 2026-06-02T10:30:00.500Z. It is between two seconds, so that tests see rounding.
pub const NOW: Timestamp = Timestamp::from_millis(1_780_396_200_500);

pub fn after(milliseconds: i64) -> Timestamp {
    Timestamp::from_millis(NOW.millis() + milliseconds)
}

pub fn email(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

pub fn person(text: &str) -> PersonalName {
    PersonalName::parse(text).unwrap()
}

pub fn account_id(number: u64) -> AccountId {
    AccountId::try_from(number).unwrap()
}

pub fn user_id(number: u64) -> UserId {
    UserId::try_from(number).unwrap()
}

pub fn roles(names: &[&str]) -> Roles {
    Roles::parse(names).unwrap()
}

/// Ada Lovelace, user 7.
pub fn ada() -> User {
    let names = (person("Ada"), person("Lovelace"));
    User::new(user_id(7), email("Ada@Example.com"), names, NOW)
}

/// A session that began now by password.
pub fn session() -> Session {
    Session {
        family: [1; 16],
        digest: [2; 32],
        previous: None,
        nonce: [3; 16],
        last_used_at: NOW,
        client: [4; 16],
        created_at: NOW,
        expires_at: after(1000),
        ends_at: after(3000),
        user_agent: "curl/8".into(),
        authenticated_at: NOW,
        methods: Methods::only(Method::Password),
        factor: None,
    }
}

/// Acme, account 42, of user 1.
pub fn acme() -> Account {
    let new = NewAccount {
        name: AccountName::parse("Acme").unwrap(),
        description: Some(Description::parse("Anvils").unwrap()),
        primary_contact: Some(email("desk@acme.example")),
        country: Some(Country::parse("GB").unwrap()),
    };
    Account::new(account_id(42), new, user_id(1), NOW)
}

/// Ada in Acme, an active `user`.
pub fn member() -> Member {
    Member::new(account_id(42), &ada(), Roles::only(Role::User), NOW)
}

/// The same member in `state`.
pub fn member_in(state: MemberState) -> Member {
    let invitation = (state == MemberState::Invited).then(invitation);
    Member {
        state,
        invitation,
        ..member()
    }
}

/// An invitation for a week, mailed at this moment.
pub fn invitation() -> Invitation {
    Invitation {
        link: PendingLink {
            nonce: [9; 16],
            expires_at: Timestamp::from_seconds(NOW.seconds() + 7 * 24 * 60 * 60),
        },
        inviter: Some(user_id(7)),
        mailed_at: vec![NOW],
        mails: 1,
        notice: false,
    }
}

/// The change that asks for an invitation's mail.
pub fn asking() -> Change {
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
        device: String::new(),
        operator: String::new(),
    }
}

/// The link that answers [`invitation`].
pub fn link() -> Link {
    let PendingLink { nonce, expires_at } = invitation().link;
    Link {
        purpose: Purpose::Invitation,
        account: 42,
        user: 7,
        expires_at,
        nonce,
    }
}
