//! Every letter with example data, for a page that shows them all.

use std::collections::BTreeMap;

use runtime::Config;
use runtime::model::{
    AccountId, Actor, Change, ChangeKind, Differences, EmailAddress, Mail, Role, Roles,
    Stored as _, Target, Timestamp, UserId,
};
use runtime::tokens::LinkKeys;

use super::{Account, Mailing, Part, Recipient, Sender, Unwritable, letter};
use crate::Mailer;
use crate::message::Letter;
use crate::record::{Addresses, Asked, Former, Image, Link, Requested, Session, Undone};

/// A mail with example data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The name of its kind in stored changes, as in `passwordReset`, with the case if the kind has several.
    pub kind: &'static str,
    /// The subject line.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

const FIREFOX: &str =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:150.0) Gecko/20100101 Firefox/150.0";
/// The time of every sample: 2026-06-02T10:30:00Z.
const SAMPLED_AT: Timestamp = Timestamp::from_millis(1_780_396_200_000);
const RECIPIENT: u64 = 42;
const OTHER: u64 = 43;

impl Mailer {
    /// Every mail in the brand of this deployment. Its links work nowhere.
    ///
    /// # Errors
    ///
    /// The deployment lacks something that a mail needs.
    pub async fn samples(&self) -> Result<Vec<Sample>, runtime::Error> {
        let keys = self.links.keys(&self.app).await;
        samples(&self.app.config, &keys, SAMPLED_AT)
    }
}

pub(super) fn samples(
    config: &Config,
    keys: &LinkKeys,
    now: Timestamp,
) -> Result<Vec<Sample>, runtime::Error> {
    let samples = Case::all().into_iter().map(|case| {
        let letter = case.letter(config, keys, now)?;
        Ok(Sample {
            kind: case.name,
            subject: letter.subject,
            text: letter.text,
            html: letter.html,
        })
    });
    samples.collect()
}

/// A letter and who it goes to and comes from.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) mail: Mail,
    pub(super) kind: ChangeKind,
    pub(super) sender: Sender,
    pub(super) account: String,
    pub(super) greeting: Option<String>,
    pub(super) user: u64,
    pub(super) part: Part,
}

impl Case {
    pub(super) fn new(mail: Mail) -> Self {
        Self {
            name: name(mail),
            mail,
            kind: kind(mail),
            sender: if by_platform(mail) {
                Sender::Platform
            } else {
                Sender::Person("Ada Lovelace".into())
            },
            account: "Acme Corporation".into(),
            greeting: (!matches!(mail, Mail::Verification | Mail::EmailChangeRequested))
                .then(|| "Grace".into()),
            user: RECIPIENT,
            part: match mail {
                Mail::EmailChangeRequested | Mail::EmailChanged => Part::NewAddress,
                _ => Part::Only,
            },
        }
    }

    /// Every kind, and the cases in which a kind has other words.
    fn all() -> Vec<Self> {
        let mut cases: Vec<_> = Mail::ALL.into_iter().map(Self::new).collect();
        let mut other = |mail, name: &'static str, change: fn(&mut Self)| {
            let mut other = Self::new(mail);
            other.name = name;
            change(&mut other);
            cases.push(other);
        };
        other(Mail::Invitation, "invitationByErased", |case| {
            case.sender = Sender::Unknown;
        });
        other(Mail::Invitation, "invitationByUnproven", |case| {
            case.sender = Sender::Person("ada@example.com".into());
        });
        other(Mail::Verification, "verificationAgain", |case| {
            case.kind = ChangeKind::EmailVerificationRequested;
        });
        other(
            Mail::OwnershipTransferred,
            "ownershipTransferredFrom",
            |case| {
                case.user = OTHER;
            },
        );
        other(Mail::AccountDeleted, "accountDeletedByPlatform", |case| {
            case.sender = Sender::Platform;
        });
        other(
            Mail::EmailChangeRequested,
            "emailChangeRequestedNotice",
            |case| {
                case.part = Part::OldAddress;
            },
        );
        other(
            Mail::EmailChangeRequested,
            "emailChangeRequestedTaken",
            |case| {
                case.part = Part::TakenAddress;
            },
        );
        other(Mail::EmailChanged, "emailChangedNotice", |case| {
            case.part = Part::OldAddress;
        });
        other(Mail::PersonErased, "personErasedByPlatform", |case| {
            case.sender = Sender::Platform;
        });
        cases
    }

    pub(super) fn letter(
        &self,
        config: &Config,
        keys: &LinkKeys,
        now: Timestamp,
    ) -> Result<Letter, Unwritable> {
        let user = |id| UserId::try_from(id).map_err(|_| Unwritable::Missing("user"));
        let account = Account {
            id: AccountId::try_from(7).map_err(|_| Unwritable::Missing("account"))?,
            name: self.account.clone(),
        };
        letter(&Mailing {
            config,
            keys,
            asked: &self.asked(now, user(RECIPIENT)?, user(OTHER)?),
            sender: &self.sender,
            owner: &self.sender,
            account: Some(&account),
            recipient: &Recipient {
                user: user(self.user)?,
                address: EmailAddress::from_stored("grace@example.com".into()),
                greeting: self.greeting.clone(),
                recent: false,
                part: self.part,
            },
        })
    }

    pub(super) fn asked(&self, now: Timestamp, recipient: UserId, other: UserId) -> Asked {
        let link = Some(Link {
            nonce: vec![7; 16],
            expires_at: now.seconds() + 60 * 60,
        });
        let session = |user_agent: &str| Session {
            user_agent: user_agent.to_owned(),
            expires_at: now.millis() + 1,
        };
        let old = ("a".to_owned(), session("curl/8.14.1"));
        let new = ("b".to_owned(), session(FIREFOX));
        let mut changes = Differences::default();
        changes.note("ownerId", &other, &recipient);
        changes.note("roles", &Roles::only(Role::User), &Roles::only(Role::Admin));
        Asked {
            mail: self.mail,
            before: BTreeMap::from([old.clone()]),
            image: Image {
                pk: "ACCOUNT#7".into(),
                change: Change {
                    id: "change".into(),
                    kind: self.kind,
                    at: now.millis(),
                    actor: Some(Actor::User(other)),
                    target: Target {
                        r#type: "user".into(),
                        id: recipient.get(),
                    },
                    request_id: "request".into(),
                    version: 1,
                    source_ip: "203.0.113.7".into(),
                    changes,
                    mail: Some(self.mail),
                    operator: String::new(),
                    device: if self.mail.names_device() {
                        runtime::model::device(FIREFOX)
                    } else {
                        String::new()
                    },
                },
                email: None,
                first_name: None,
                name: None,
                created_at: None,
                invitation: link.clone(),
                verification: link.clone(),
                addresses: link.clone().map(|link| addresses(&link)),
                reset: link,
                sessions: BTreeMap::from([old, new]),
            },
        }
    }
}

/// Changes of an address with `link` in every place.
fn addresses(link: &Link) -> Addresses {
    Addresses {
        requested: Some(Requested {
            email: "new@example.com".into(),
            link: link.clone(),
            undo: link.clone(),
            taken: false,
        }),
        former: vec![Former {
            email: "old@example.com".into(),
            held_until: link.expires_at * 1000,
            proven: true,
            undo: Some(link.nonce.clone()),
        }],
        undone: Some(Undone {
            reset: link.clone(),
        }),
    }
}

/// Whether the platform alone causes `mail`.
fn by_platform(mail: Mail) -> bool {
    matches!(
        mail,
        Mail::AccountSuspended | Mail::SessionsEnded | Mail::UserSuspended | Mail::UserReactivated
    )
}

/// The change that asks for `mail`.
fn kind(mail: Mail) -> ChangeKind {
    let mut kinds = ChangeKind::ALL.into_iter();
    kinds
        .find(|kind| kind.mail() == Some(mail))
        .unwrap_or(ChangeKind::UserChanged)
}

/// The name of `mail` in stored changes.
fn name(mail: Mail) -> &'static str {
    match mail {
        Mail::Invitation => "invitation",
        Mail::AddedToAccount => "addedToAccount",
        Mail::Verification => "verification",
        Mail::EmailChangeRequested => "emailChangeRequested",
        Mail::EmailChanged => "emailChanged",
        Mail::EmailChangeUndone => "emailChangeUndone",
        Mail::PasswordReset => "passwordReset",
        Mail::PasswordChanged => "passwordChanged",
        Mail::NewSignIn => "newSignIn",
        Mail::RefreshReused => "refreshReused",
        Mail::FactorAdded => "factorAdded",
        Mail::FactorRemoved => "factorRemoved",
        Mail::RecoveryCodeUsed => "recoveryCodeUsed",
        Mail::FactorLocked => "factorLocked",
        Mail::SessionsEnded => "sessionsEnded",
        Mail::UserSuspended => "userSuspended",
        Mail::UserReactivated => "userReactivated",
        Mail::PersonErased => "personErased",
        Mail::OwnershipOffered => "ownershipOffered",
        Mail::OwnershipTransferred => "ownershipTransferred",
        Mail::RolesChanged => "rolesChanged",
        Mail::RemovedFromAccount => "removedFromAccount",
        Mail::AccountDeleted => "accountDeleted",
        Mail::AccountSuspended => "accountSuspended",
    }
}
