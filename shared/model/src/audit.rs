//! The context of a change, from which its record is made.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::device::device;
use crate::origin::Origin;
use crate::random::random;
use crate::rules::{Actor, Change, ChangeKind, Differences, Target};
use crate::values::{AccountId, DecidedBy, Timestamp, UserId};

/// The actor, the time and the request of a change.
#[derive(Clone, Debug)]
pub struct AuditContext {
    actor: Option<Actor>,
    at: Timestamp,
    request_id: String,
    source_ip: String,
    device: String,
    operator: String,
}

impl AuditContext {
    /// The context of `actor`'s change at `at` in the request from `origin`.
    #[must_use]
    pub fn new(origin: &Origin, actor: Option<Actor>, at: Timestamp) -> Self {
        Self {
            actor,
            at,
            request_id: origin.request_id.clone(),
            source_ip: origin.source_ip.clone(),
            device: device(&origin.user_agent),
            operator: String::new(),
        }
    }

    /// The context of a command at `at` that `operator` runs on the service itself: an act of the platform. Who it was is kept
    /// beside the record, for operators; tenants see the platform. The command's random id takes the place of a request's.
    #[must_use]
    pub fn by_operator(operator: &str, at: Timestamp) -> Self {
        Self {
            actor: Some(Actor::Platform),
            request_id: format!("admin-{}", URL_SAFE_NO_PAD.encode(random::<12>())),
            operator: operator.to_owned(),
            ..Self::by_system(at)
        }
    }

    /// The id of the request, or of the command.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// The time of the change.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// The same context with another actor.
    #[must_use]
    pub fn by(self, actor: Actor) -> Self {
        Self {
            actor: Some(actor),
            ..self
        }
    }

    /// The same context as an act of the platform: neither the person nor the source IP.
    #[must_use]
    pub fn by_platform(self) -> Self {
        self.by(Actor::Platform).without_source_ip()
    }

    /// The context of what `by` decides.
    #[must_use]
    pub fn decided_by(&self, by: DecidedBy) -> Self {
        match by {
            DecidedBy::Account => self.clone(),
            DecidedBy::Platform => self.clone().by_platform(),
        }
    }

    /// The context of an act of the service itself at `at`, without a request.
    #[must_use]
    pub fn by_system(at: Timestamp) -> Self {
        Self {
            actor: Some(Actor::System),
            at,
            request_id: String::new(),
            source_ip: String::new(),
            device: String::new(),
            operator: String::new(),
        }
    }

    /// The same context without the source IP and the device.
    #[must_use]
    pub fn without_source_ip(self) -> Self {
        Self {
            source_ip: String::new(),
            device: String::new(),
            ..self
        }
    }

    /// The record of a change of an account.
    #[must_use]
    pub fn on_account(&self, kind: ChangeKind, account: AccountId) -> Change {
        self.record(kind, "account", account.get())
    }

    /// The record of a change of a user.
    #[must_use]
    pub fn on_user(&self, kind: ChangeKind, user: UserId) -> Change {
        self.record(kind, "user", user.get())
    }

    fn record(&self, kind: ChangeKind, target: &str, id: u64) -> Change {
        let mail = kind.mail();
        Change {
            id: URL_SAFE_NO_PAD.encode(random::<12>()),
            kind,
            at: self.at.millis(),
            actor: self.actor,
            target: Target {
                r#type: target.to_owned(),
                id,
            },
            request_id: self.request_id.clone(),
            version: 0,
            source_ip: self.source_ip.clone(),
            changes: Differences::default(),
            mail,
            device: match mail {
                Some(mail) if mail.names_device() => self.device.clone(),
                _ => String::new(),
            },
            operator: self.operator.clone(),
        }
    }
}
