//! `GET /api/users/me/invitations`

use std::collections::BTreeSet;

use axum::extract::State;
use serde::Serialize;
use shared::model::{
    AccountId, AccountName, Answerable, Error, MemberState, Role, Roles, Timestamp, User, UserId,
};
use shared::odata::{Listable, Schema, Type, UnixMillis, Value};
use shared::store::{ReadSet, Snapshot};
use shared::{App, Early, InMemoryList, NoPath, Reply};

use super::invitations::require_proven;

/// An invitation as it is answered.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Listed {
    account_id: AccountId,
    account_name: AccountName,
    roles: Roles,
    /// `None` once the inviter is erased.
    inviter_name: Option<String>,
    #[serde(skip)]
    inviter: Option<UserId>,
    expires_at: Timestamp,
}

/// Characters of the longest role.
const ROLE_CHARACTERS: usize = 6;
/// Characters of an inviter's first and last name, and the space between them.
const INVITER_CHARACTERS: usize = 201;

impl Listable for Listed {
    const SCHEMA: &'static Schema = &Schema(&[
        ("accountId", Type::Number),
        ("accountName", Type::String(AccountName::MAX_CHARACTERS)),
        (
            "roles",
            Type::StringCollection {
                most: Role::ALL.len(),
                characters: ROLE_CHARACTERS,
            },
        ),
        ("inviterName", Type::String(INVITER_CHARACTERS)),
        ("expiresAt", Type::DateTime),
    ]);

    fn property(&self, name: &'static str) -> Value<'_> {
        match name {
            "accountId" => Value::Number(i64::try_from(self.account_id.get()).unwrap_or(i64::MAX)),
            "accountName" => self.account_name.as_str().into(),
            "roles" => Value::Strings(self.roles.iter().map(Role::as_str).collect()),
            "inviterName" => self.inviter_name.as_deref().into(),
            "expiresAt" => Value::DateTime(UnixMillis(self.expires_at.millis())),
            _ => Value::Null,
        }
    }
}

/// The accounts whose invitations one read takes: two items each, of a hundred that DynamoDB takes.
const READ_TOGETHER: usize = 50;

/// The caller's pending invitations, the first to expire first.
pub(crate) async fn list(
    State(app): State<App>,
    request: InMemoryList<NoPath, Listed>,
) -> Result<Reply, Early> {
    let (person, memberships) = tokio::join!(
        request.person(&app).read(),
        app.store.memberships(request.caller.user),
    );
    let person = person?;
    require_proven(&person.user)?;
    let pending = memberships?
        .into_iter()
        .filter(|membership| membership.state == MemberState::Invited);
    let accounts: Vec<_> = pending.map(|membership| membership.account).collect();
    let mut rows = Vec::with_capacity(accounts.len());
    for accounts in accounts.chunks(READ_TOGETHER) {
        let reads = accounts.iter().fold(ReadSet::default(), |reads, account| {
            reads.account(*account).member(*account, person.user.id)
        });
        let snapshot = app.store.read(reads).await?;
        for account in accounts {
            rows.extend(row(&snapshot, *account, &person.user, person.now)?);
        }
    }
    name_inviters(&app, &mut rows).await?;
    rows.sort_by_key(|row| (row.expires_at, row.account_id));
    let page = request.page(rows, person.now)?;
    Ok(page.reply(|invitation| invitation)?)
}

/// The inviters' names as they are now.
async fn name_inviters(app: &App, rows: &mut [Listed]) -> Result<(), Error> {
    let inviters: BTreeSet<_> = rows.iter().filter_map(|row| row.inviter).collect();
    let inviters: Vec<_> = inviters.into_iter().collect();
    let names = app.store.known_names(&inviters).await?;
    for row in rows {
        row.inviter_name = row.inviter.and_then(|inviter| names.get(&inviter).cloned());
    }
    Ok(())
}

/// The invitation of `user` to `account`, unless it was answered or revoked since the index was read, or has expired.
fn row(
    snapshot: &Snapshot,
    account: AccountId,
    user: &User,
    now: Timestamp,
) -> Result<Option<Listed>, Error> {
    let account = snapshot.account(account)?;
    let member = account
        .as_ref()
        .map(|account| snapshot.member(account.id, user.id));
    let (Some(account), Some(member)) = (account, member.transpose()?.flatten()) else {
        return Ok(None);
    };
    let own = Some(&member).filter(|member| member.is_for(user, now));
    let Ok(answerable) = Answerable::by_holder(own, now) else {
        return Ok(None);
    };
    let invitation = answerable.invitation();
    Ok(Some(Listed {
        account_id: account.id,
        account_name: account.name,
        roles: member.roles.clone(),
        inviter_name: None,
        inviter: invitation.inviter,
        expires_at: invitation.link.expires_at,
    }))
}
