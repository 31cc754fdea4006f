//! `POST /api/accounts/{id}/users/{userId}`

use axum::extract::State;
use serde::Serialize;
use shared::model::{ChangeKind, Error, Member, MemberStatus, Missing, Roles};
use shared::store::{Existing, NewMemberRows};
use shared::{Early, FromBody, Listing, MemberPath, Reader, Reply, Signed};

use crate::allowance::Allowance;
use crate::joining::Joining;

pub(crate) struct Body {
    roles: Roles,
}

impl FromBody for Body {
    const IDEMPOTENT: bool = true;

    fn read(reader: &mut Reader) -> Option<Self> {
        let roles = reader.roles()?;
        Some(Self { roles })
    }
}

/// A proven user becomes an active member at once, and a notice is mailed. An unproven one is invited: what is given to an address
/// waits for its holder.
pub(crate) async fn add(
    State(listing): State<Listing>,
    request: Signed<MemberPath, Body>,
) -> Result<Reply, Early> {
    let MemberPath { account, user } = request.path;
    let app = &listing.app;
    let access = request.access(app, account).user(user).read().await?;
    let joining = Joining::new(app, &access, &request.body.roles)?;
    let user = access.snapshot.user(user)?.ok_or(Missing::User)?;
    let rows = |existing: &Existing| -> Result<NewMemberRows, Error> {
        let replaced = existing.member.as_ref();
        let (change, member) = if user.verified {
            let change = joining.change(ChangeKind::MemberAdded, user.id);
            (change, joining.active(&user, replaced)?)
        } else {
            let change = joining.change(ChangeKind::MemberInvited, user.id);
            let member = joining.invited(&user, None, replaced, &change)?;
            (change, member)
        };
        Ok(NewMemberRows {
            answer: answer(&member).to_saved(),
            member,
            change,
            person: None,
        })
    };
    let saving = access.saving.as_ref();
    let work = app.store.add_member(Existing::default(), saving, rows);
    let allowance = Allowance::new(&listing, &access).await?;
    let added = Box::pin(allowance.spend(work)).await?;
    Ok(Reply::to(added, |member| answer(&member))?)
}

#[derive(Serialize)]
struct AddedResponse {
    success: bool,
    message: &'static str,
    status: Option<MemberStatus>,
}

fn answer(member: &Member) -> Reply {
    let answer = AddedResponse {
        success: true,
        message: "User added to account",
        status: member.status(),
    };
    Reply::ok(&answer).etag(member.version)
}
