//! `POST /api/invitations/accept`

use axum::extract::State;
use serde::Serialize;
use shared::model::{
    AccountId, AccountName, AuditContext, ChangeKind, Denied, Error, Invalid, Member, PersonalName,
    Roles, Timestamp, User, UserId,
};
use shared::store::{Acceptance, Accepted, Backoff, Credential};
use shared::{Early, FromBody, Public, Reader, Reply};

use super::link::{Invited, open};
use crate::auth::ChosenPassword;
use crate::identity::Identity;

pub(crate) struct Body {
    token: String,
    password: Option<ChosenPassword>,
    first_name: Option<PersonalName>,
    last_name: Option<PersonalName>,
}

impl FromBody for Body {
    const IDEMPOTENT: bool = true;

    fn read(reader: &mut Reader) -> Option<Self> {
        let token = reader.text("token", |text| Ok(text.to_owned()));
        let password = reader.optional("password", ChosenPassword::parse);
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
struct Answer<'a> {
    account_id: AccountId,
    account_name: &'a AccountName,
    user_id: UserId,
    roles: &'a Roles,
}

/// Makes the invited an active member. The mail has proved the address: a user who never proved it before sets a new
/// password, and whatever password or session there was is void. A verified user keeps password and names.
pub(crate) async fn accept(
    State(identity): State<Identity>,
    request: Public<Body>,
) -> Result<Reply, Early> {
    let body = request.body;
    let opened = open(&identity, &body.token).await?;
    let keys = identity.keyring.keys().await;
    let saving = request
        .repeatable
        .map(|named| named.by_anybody(&keys.links));
    let store = &identity.app.store;
    let now = identity.app.clock.now();
    let mut hash: Option<String> = None;
    let mut backoff = Backoff::new();
    loop {
        let snapshot = store.read(opened.lookup().saved(saving.as_ref())).await?;
        if let Some(saved) = snapshot.replay(saving.as_ref(), now)? {
            return Ok(Reply::replayed(&saved)?);
        }
        let invited = opened.invited(&snapshot, now)?;
        if !invited.account.is_active() {
            return Err(Denied::Suspended.into());
        }
        let user = if invited.user.verified {
            invited.user.clone()
        } else {
            named(&invited, &body, now)
        };
        let act = AuditContext::new(&request.origin, Some(user.actor()), now);
        let next = invited.member.accepted(&user, now);
        let reply = answer(&invited, &next);
        let acceptance = Acceptance {
            current: &invited.member,
            next: &next,
            change: &act.on_user(ChangeKind::InvitationAccepted, user.id),
            saving: saving.as_ref(),
            answer: &reply.to_saved(),
        };
        let accepted = if user.verified {
            store.accept(&acceptance).await?
        } else {
            let hash = match &hash {
                Some(hash) => hash,
                None => hash.insert(hash_of(&identity, &body, &user).await?),
            };
            let held = held(&user);
            let next = Credential {
                hash: Some(hash.clone()),
                version: held.version + 1,
                ..held.clone()
            };
            store
                .accept_as_new(&acceptance, &user, (&held, &next))
                .await?
        };
        match accepted {
            Accepted::Done => return Ok(reply),
            Accepted::Replay(saved) => return Ok(Reply::replayed(&saved)?),
            Accepted::Raced => backoff.wait().await?,
        }
    }
}

/// The user under the names they give themselves, else under those of the invitation.
fn named(invited: &Invited, body: &Body, now: Timestamp) -> User {
    let Invited { user, member, .. } = invited;
    let first = body.first_name.as_ref().or(member.first_name.as_ref());
    let last = body.last_name.as_ref().or(member.last_name.as_ref());
    user.named(
        first.unwrap_or(&user.first_name),
        last.unwrap_or(&user.last_name),
        now,
    )
}

async fn hash_of(identity: &Identity, body: &Body, user: &User) -> Result<String, Error> {
    let required = "The address was never verified: set a password for it.";
    let missing = || Error::invalid("/password", Invalid::new("REQUIRED", required));
    let chosen = body.password.as_ref().ok_or_else(missing)?;
    let password = chosen.of(&user.email, "/password")?;
    identity.passwords.hash(password).await
}

/// The address as the user's item tells of it: its own item is written on the condition that this is still so.
fn held(user: &User) -> Credential {
    Credential {
        user: user.id,
        hash: None,
        version: user.credential,
        first_name: user.first_name.clone(),
        last_name: user.last_name.clone(),
        email: user.email.clone(),
        reset: None,
        reset_mails: Vec::new(),
    }
}

/// The answer to an acceptance.
pub(crate) fn answer(invited: &Invited, member: &Member) -> Reply {
    Reply::ok(&Answer {
        account_id: invited.account.id,
        account_name: &invited.account.name,
        user_id: member.user,
        roles: &member.roles,
    })
}
