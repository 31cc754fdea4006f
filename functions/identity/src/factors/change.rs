//! Changes of the caller's own factors.

use shared::model::{
    Authentication, ChangeKind, Denied, Error, FactorId, Factors, Method, Missing, RECOVERY_CODES,
    RecoveryCodes, Session, SessionId, Timestamp, User,
};
use shared::store::{FactorChange, SessionChange};
use shared::tokens::recovery::NewCodes;
use shared::{App, Early, NoBody, Person, Reply, Signed};

use crate::identity::Identity;

/// Makes of `person`'s factors what `decide` says of the person and of the session `id`, which they ask in.
///
/// # Errors
///
/// What `decide` refuses; [`Error::Unauthenticated`] once the session has ended.
pub(crate) async fn change_own(
    app: &App,
    person: &Person,
    id: &SessionId,
    mut decide: impl FnMut(&User, &Session) -> Result<FactorChange, Error>,
) -> Result<User, Error> {
    let stored = person.snapshot.stored_user(person.user.id)?;
    let stored = stored.ok_or(Error::Unauthenticated)?;
    let changed = app.store.change_factors(stored, |user| {
        let live = user.live_session(id, person.now);
        decide(user, live.ok_or(Error::Unauthenticated)?)
    });
    Box::pin(changed).await?.ok_or(Error::Unauthenticated)
}

/// Refuses where factors are turned off, persons who have not proved their address, and sessions without step-up.
pub(crate) fn may_enrol(identity: &Identity, person: &Person) -> Result<(), Error> {
    if !identity.app.config.policy.second_factors {
        return Err(Missing::Route.into());
    }
    if !person.user.verified {
        return Err(Denied::Unverified.into());
    }
    person.require_recent()
}

/// Removes one of the caller's factors, after step-up.
pub(crate) async fn remove_own<P: Send + Sync>(
    app: &App,
    request: &Signed<P, NoBody>,
    without: impl Fn(&Factors) -> Result<Factors, Error>,
) -> Result<Reply, Early> {
    let person = request.person(app).read().await?;
    let change = person
        .audit
        .on_user(ChangeKind::SecondFactorRemoved, person.user.id);
    let removed = change_own(app, &person, &request.caller.session, |user, live| {
        let factors = without(&user.factors)?;
        user.require_recent(live, person.now)?;
        Ok(FactorChange {
            factors,
            sessions: SessionChange::Keep,
            change: Some(change.clone()),
        })
    });
    removed.await?;
    Ok(Reply::no_content())
}

/// A factor that a person adds in a session of theirs.
pub(crate) struct Added<'a> {
    pub(crate) factor: FactorId,
    pub(crate) method: Method,
    pub(crate) session: &'a SessionId,
    pub(crate) at: Timestamp,
}

impl Added<'_> {
    /// What becomes of `user`'s sessions: the `live` one has two factors, and the first factor ends every other.
    pub(crate) fn sessions(&self, user: &User, live: &Session) -> SessionChange {
        let authentication = Authentication {
            at: self.at,
            methods: live.methods.clone().and(self.method),
            factor: Some(self.factor),
        };
        let session = self.session.clone();
        if user.factors.exist() {
            SessionChange::Again(session, authentication)
        } else {
            SessionChange::Alone(session, authentication)
        }
    }
}

/// New recovery codes, and what is stored of them.
pub(crate) fn new_codes() -> (NewCodes, RecoveryCodes) {
    let new = NewCodes::random(RECOVERY_CODES);
    let stored = RecoveryCodes {
        id: FactorId::random(),
        salt: new.salt,
        digests: new.digests.clone(),
    };
    (new, stored)
}
