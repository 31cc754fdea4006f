//! `POST /api/invitations/accept`

use axum::extract::State;
use serde::Serialize;
use shared::model::{
    Account, AccountId, AccountName, AuditContext, ChangeKind, Denied, Error, Invalid, Member,
    Mistake, Password, PersonalName, Roles, Timestamp, User, UserId,
};
use shared::store::{Acceptance, ProvenUser};
use shared::{Early, FromBody, Public, Reader, Reply};

use super::link::{Invited, open};
use crate::identity::Identity;

pub(crate) struct Body {
    token: String,
    password: Option<Password>,
    first_name: Option<PersonalName>,
    last_name: Option<PersonalName>,
}

impl FromBody for Body {
    const IDEMPOTENT: bool = true;

    fn read(reader: &mut Reader) -> Option<Self> {
        let token = reader.text("token", |text| Ok(text.to_owned()));
        let password = reader.optional("password", Password::parse);
        let first_name = reader.optional("firstName", PersonalName::parse);
        let last_name = reader.optional("lastName", PersonalName::parse);
        Some(Self {
            token: token?,
            password: password?,
            first_name: first_name?,
            last_name: last_name?,
        })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AcceptedMembership<'a> {
    account_id: AccountId,
    account_name: &'a AccountName,
    user_id: UserId,
    roles: &'a Roles,
}

/// Makes the invited person an active member. The mail has proved the address: a user who never proved it before sets a new
/// password, and all earlier passwords and sessions are void. A verified user keeps password and names.
pub(crate) async fn accept(
    State(identity): State<Identity>,
    request: Public<Body>,
) -> Result<Reply, Early> {
    let body = request.body;
    let opened = open(&identity, &body.token).await?;
    let keys = identity.keyring.keys().await;
    let named = request.repeatable;
    let saving = named.map(|named| named.by_anybody(&keys.links));
    let store = &identity.app.store;
    let now = identity.app.clock.now();
    let reads = opened.reads().saved(saving.as_ref());
    let snapshot = store.read(reads.clone()).await?;
    if let Some(saved) = snapshot.replay(saving.as_ref(), now)? {
        return Ok(Reply::replayed(&saved)?);
    }
    let invited = opened.invited(&snapshot, now)?.acceptable()?;
    let hash = if invited.user.verified {
        None
    } else {
        Some(body.hash(&identity, &invited, now).await?)
    };
    let accepted = store
        .accept(snapshot, &reads, saving.as_ref(), |snapshot| {
            let invited = opened.invited(snapshot, now)?.acceptable()?;
            let audit = AuditContext::new(&request.origin, Some(invited.user.actor()), now);
            let change = audit.on_user(ChangeKind::InvitationAccepted, invited.user.id);
            let proven = if invited.user.verified {
                None
            } else {
                Some(ProvenUser {
                    user: body.named(&invited, now)?,
                    hash: hash.clone().ok_or_else(password_required)?,
                })
            };
            let user = proven.as_ref().map_or(&invited.user, |proven| &proven.user);
            let next = invited.member.accepted(user, now);
            Ok(Acceptance {
                answer: answer(&invited.account, &next).to_saved(),
                account: invited.account,
                current: invited.member,
                next,
                proven,
                change,
            })
        })
        .await?;
    Ok(Reply::to(accepted, |accepted| {
        answer(&accepted.account, &accepted.next)
    })?)
}

fn password_required() -> Error {
    let required = "The address was never verified: set a password for it.";
    Error::invalid("/password", Invalid::new("REQUIRED", required))
}

impl Body {
    /// The user under the names in the request, else under those of the invitation. Names from a stranger's sign-up with the
    /// address are not used.
    fn named(&self, invited: &Invited, now: Timestamp) -> Result<User, Error> {
        let Invited { user, member, .. } = invited;
        let first = self.first_name.as_ref().or(member.first_name.as_ref());
        let last = self.last_name.as_ref().or(member.last_name.as_ref());
        let (first, last) = (
            first.unwrap_or(&user.first_name),
            last.unwrap_or(&user.last_name),
        );
        let required = |(pointer, name): (&str, &PersonalName)| {
            let sentence = "Nobody has given this name yet.";
            let mistake = Mistake::at(pointer, Invalid::new("REQUIRED", sentence));
            name.is_unknown().then_some(mistake)
        };
        let names = [("/firstName", first), ("/lastName", last)];
        let missing: Vec<_> = names.into_iter().filter_map(required).collect();
        if !missing.is_empty() {
            return Err(Error::Invalid(missing));
        }
        Ok(user.named(first, last, now))
    }

    async fn hash(
        &self,
        identity: &Identity,
        invited: &Invited,
        now: Timestamp,
    ) -> Result<String, Error> {
        let password = self.password.as_ref().ok_or_else(password_required)?;
        let known = identity.known(&self.named(invited, now)?);
        let known = known.account(&invited.account.name);
        let differs = password.differs_from(&known);
        differs.map_err(|invalid| Error::invalid("/password", invalid))?;
        identity.passwords.hash(password.clone()).await
    }
}

impl Invited {
    /// The same, if the account can be joined.
    pub(crate) fn acceptable(self) -> Result<Self, Error> {
        if self.account.is_active() {
            Ok(self)
        } else {
            Err(Denied::Suspended.into())
        }
    }
}

/// The answer to an acceptance.
pub(crate) fn answer(account: &Account, member: &Member) -> Reply {
    Reply::ok(&AcceptedMembership {
        account_id: account.id,
        account_name: &account.name,
        user_id: member.user,
        roles: &member.roles,
    })
}
