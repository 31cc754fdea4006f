//! `POST /api/accounts`

use axum::extract::State;
use shared::model::{
    Account, AccountId, AccountName, ChangeKind, Country, Description, EmailAddress, Member,
    NewAccount, Origin, Role, Roles,
};
use shared::store::NewAccountRows;
use shared::{App, Early, FromBody, NoPath, Reader, Reply, Signed};

use crate::reply::created;

pub(crate) struct Body(NewAccount);

impl FromBody for Body {
    const IDEMPOTENT: bool = true;

    fn read(reader: &mut Reader) -> Option<Self> {
        let name = reader.text("name", AccountName::parse);
        let description = reader.optional("description", Description::parse);
        let primary_contact = reader.optional("primaryContact", EmailAddress::parse);
        let country = reader.optional("country", Country::parse);
        Some(Self(NewAccount {
            name: name?,
            description: description?,
            primary_contact: primary_contact?,
            country: country?,
        }))
    }
}

/// The caller becomes the owner, with role `admin`.
pub(crate) async fn create(
    State(app): State<App>,
    request: Signed<NoPath, Body>,
) -> Result<Reply, Early> {
    let person = request.person(&app).read().await?;
    app.config.policy.require_verified(&person.user)?;
    let limit = app.config.limits.accounts_per_owner;
    let committed = app
        .store
        .create_account(person.saving.as_ref(), limit, || {
            let (new, now) = (request.body.0.clone(), person.now);
            let account = Account::new(AccountId::random(), new, person.user.id, now);
            NewAccountRows {
                owner: Member {
                    owner: true,
                    ..Member::new(account.id, &person.user, Roles::only(Role::Admin), now)
                },
                change: person
                    .audit
                    .on_account(ChangeKind::AccountCreated, account.id),
                answer: answer(&account, &request.origin).to_saved(),
                account,
            }
        })
        .await?;
    Ok(Reply::to(committed, |account| {
        answer(&account, &request.origin)
    })?)
}

fn answer(account: &Account, origin: &Origin) -> Reply {
    let location = format!("{}/api/accounts/{}", origin.base_url, account.id);
    created(account, location)
}
