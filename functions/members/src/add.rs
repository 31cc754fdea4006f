//! `POST /api/accounts/{id}/users/{userId}`

use axum::extract::State;
use shared::model::{ChangeKind, Error, Member, Missing, Roles};
use shared::store::{Existing, NewMemberRows};
use shared::{App, Early, FromBody, MemberPath, Reader, Reply, Signed};

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

/// An existing user becomes an active member at once, and a notice is mailed.
pub(crate) async fn add(
    State(app): State<App>,
    request: Signed<MemberPath, Body>,
) -> Result<Reply, Early> {
    let MemberPath { account, user } = request.path;
    let access = request.access(&app, account).user(user).read().await?;
    let joining = Joining::new(&app, &access, &request.body.roles)?;
    let user = access.snapshot.user(user)?.ok_or(Missing::User)?;
    let rows = |existing: &Existing| -> Result<NewMemberRows, Error> {
        let member = joining.active(&user, existing.member.as_ref())?;
        Ok(NewMemberRows {
            answer: answer(&member).to_saved(),
            member,
            change: joining.change(ChangeKind::MemberAdded, user.id),
            person: None,
        })
    };
    let saving = access.saving.as_ref();
    let added = app.store.add_member(Existing::default(), saving, rows);
    Ok(Reply::to(added.await?, |member| answer(&member))?)
}

fn answer(member: &Member) -> Reply {
    Reply::success("User added to account").etag(member.version)
}
