//! `GET /api/users/me/invitations`, and `POST .../{id}/accept` and `.../decline` with the account's id.
//!
//! Only for persons who have proved the address: what was given to an address is not for those who merely say that it is theirs.

use std::collections::BTreeSet;

use axum::extract::State;
use serde::Serialize;
use serde_json::json;
use shared::model::{
    AccountId, AccountName, Answerable, ChangeKind, Denied, Error, MemberState, Missing, Roles,
    Timestamp, User, UserId,
};
use shared::store::{Acceptance, ReadSet, Snapshot};
use shared::{App, Early, FromBody, InvitationPath, NoBody, NoPath, Reader, Reply, Signed};

use crate::invitations::{Invited, accepted};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    account_id: AccountId,
    account_name: AccountName,
    roles: Roles,
    /// `None` once the inviter is erased.
    inviter_name: Option<String>,
    #[serde(skip)]
    inviter: Option<UserId>,
    expires_at: Timestamp,
}

/// Accounts whose invitations one read looks at: two items each, of a hundred that DynamoDB takes.
const READ_TOGETHER: usize = 50;

/// The caller's pending invitations, the first to expire first.
pub(crate) async fn list(
    State(app): State<App>,
    request: Signed<NoPath, NoBody>,
) -> Result<Reply, Early> {
    let (person, memberships) = tokio::join!(
        request.person(&app).read(),
        app.store.memberships(request.caller.user)
    );
    let (person, memberships) = (person?, memberships?);
    require_proven(&person.user)?;
    let pending = memberships.iter();
    let pending = pending.filter(|membership| membership.state == MemberState::Invited);
    let accounts: Vec<_> = pending.map(|membership| membership.account).collect();
    let mut answers = Vec::new();
    for accounts in accounts.chunks(READ_TOGETHER) {
        let reads = accounts.iter().fold(ReadSet::default(), |reads, account| {
            reads.account(*account).member(*account, person.user.id)
        });
        let snapshot = app.store.read(reads).await?;
        for account in accounts {
            answers.extend(answer(&snapshot, *account, &person.user, person.now)?);
        }
    }
    let inviters: BTreeSet<_> = answers
        .iter()
        .filter_map(|answer: &Answer| answer.inviter)
        .collect();
    let inviters: Vec<_> = inviters.into_iter().collect();
    let names = app.store.known_names(&inviters).await?;
    for answer in &mut answers {
        answer.inviter_name = answer
            .inviter
            .and_then(|inviter| names.get(&inviter).cloned());
    }
    answers.sort_by_key(|answer| (answer.expires_at, answer.account_id));
    Ok(Reply::ok(&json!({ "value": answers })))
}

/// The invitation to `account`, unless it was answered or revoked since the index told of it, or has expired.
fn answer(
    snapshot: &Snapshot,
    account: AccountId,
    user: &User,
    now: Timestamp,
) -> Result<Option<Answer>, Error> {
    let (Some(account), Some(member)) = (
        snapshot.account(account)?,
        snapshot.member(account, user.id)?,
    ) else {
        return Ok(None);
    };
    let Ok(answerable) = Answerable::by_holder(Some(&member), now) else {
        return Ok(None);
    };
    let invitation = answerable.invitation();
    Ok(Some(Answer {
        account_id: account.id,
        account_name: account.name,
        roles: member.roles.clone(),
        inviter_name: None,
        inviter: invitation.inviter,
        expires_at: invitation.link.expires_at,
    }))
}

/// No body, but perhaps a name for the request.
pub(crate) struct Named;

impl FromBody for Named {
    const EXPECTED: bool = false;
    const IDEMPOTENT: bool = true;

    fn read(_: &mut Reader) -> Option<Self> {
        Some(Self)
    }
}

/// Makes the caller an active member.
pub(crate) async fn accept(
    State(app): State<App>,
    request: Signed<InvitationPath, Named>,
) -> Result<Reply, Early> {
    let account = request.path.account;
    let person = request.person(&app).account(account).membership(account);
    let person = person.read().await?;
    let (audit, saving, now) = (person.audit, person.saving, person.now);
    let reads = ReadSet::standing(&request.caller, account).saved(saving.as_ref());
    let accepted_ = app
        .store
        .accept(person.snapshot, &reads, saving.as_ref(), |snapshot| {
            let user = snapshot.live_user(&request.caller, now)?;
            let invited = invited(snapshot, user, account, now)?.acceptable()?;
            let next = invited.member.accepted(&invited.user, now);
            Ok(Acceptance {
                answer: accepted(&invited.account, &next).to_saved(),
                account: invited.account,
                current: invited.member,
                next,
                proven: None,
                change: audit.on_user(ChangeKind::InvitationAccepted, invited.user.id),
            })
        })
        .await?;
    Ok(Reply::to(accepted_, |done| {
        accepted(&done.account, &done.next)
    })?)
}

/// The membership is gone then, and the caller may be invited again.
pub(crate) async fn decline(
    State(app): State<App>,
    request: Signed<InvitationPath, NoBody>,
) -> Result<Reply, Early> {
    let account = request.path.account;
    let person = request.person(&app).account(account).membership(account);
    let person = person.read().await?;
    let (user, now) = (person.user, person.now);
    let change = person
        .audit
        .on_user(ChangeKind::InvitationDeclined, user.id);
    let invited = invited(&person.snapshot, user, account, now)?;
    app.store
        .decline(invited.member, &change, |member| {
            Answerable::by_holder(Some(member), now).map(drop)
        })
        .await?;
    Ok(Reply::no_content())
}

fn invited(
    snapshot: &Snapshot,
    user: User,
    account: AccountId,
    now: Timestamp,
) -> Result<Invited, Error> {
    require_proven(&user)?;
    let member = snapshot.member(account, user.id)?;
    let account = snapshot.account(account)?.ok_or(Missing::Invitation)?;
    Answerable::by_holder(member.as_ref(), now)?;
    Ok(Invited {
        account,
        member: member.ok_or(Missing::Invitation)?,
        user,
    })
}

fn require_proven(user: &User) -> Result<(), Denied> {
    if user.verified {
        Ok(())
    } else {
        Err(Denied::Unverified)
    }
}
