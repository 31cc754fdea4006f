//! `POST /api/users/me/invitations/{id}/accept` and `.../decline`, with the account's id.
//!
//! Only for persons who have proved the address: what was given to an address is not for those who merely say that it is theirs.

use axum::extract::State;
use shared::model::{AccountId, Answerable, ChangeKind, Denied, Error, Missing, Timestamp, User};
use shared::store::{Acceptance, ReadSet, Snapshot};
use shared::{App, Early, FromBody, InvitationPath, NoBody, Reader, Reply, Signed};

use crate::invitations::{Invited, accepted};

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
    let outcome = app
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
    Ok(Reply::to(outcome, |done| {
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
    let member = member.filter(|member| member.is_for(&user, now));
    Ok(Invited {
        account,
        member: member.ok_or(Missing::Invitation)?,
        user,
    })
}

/// Refuses persons who have not proved their address.
pub(super) fn require_proven(user: &User) -> Result<(), Denied> {
    if user.verified {
        Ok(())
    } else {
        Err(Denied::Unverified)
    }
}
