//! `GET /api/accounts`

use axum::extract::State;
use shared::model::{Caller, EmailAddress};
use shared::store::{EveryAccount, ListedAccount, OwnAccounts};
use shared::{App, Early, List, NoPath, Reply};

use crate::reply::AccountReply;

/// The accounts that the caller is an active member of; for platform administrators, every account.
pub(crate) async fn list(
    State(app): State<App>,
    request: List<NoPath, ListedAccount>,
) -> Result<Reply, Early> {
    let policy = &app.config.policy;
    if may_administer(&app, &request.caller) {
        let person = request.person(&app).read();
        let accounts = EveryAccount(&app.store);
        let (person, accounts) = request.open(&app, person, accounts).await?;
        if policy.is_platform_admin(&person.user) {
            return Ok(accounts.page().await?.reply(AccountReply::from)?);
        }
    }
    let own = OwnAccounts {
        store: &app.store,
        user: request.caller.user,
    };
    let person = request.person(&app).read();
    let (person, accounts) = request.open(&app, person, own).await?;
    policy.require_verified(&person.user)?;
    let accounts = accounts.only(|account| account.admits(&person.user));
    Ok(accounts.page().await?.reply(AccountReply::from)?)
}

/// Whether the address in the caller's token is a platform administrator's. It decides what is read, not what is shown: the token
/// does not know whether the address is verified.
fn may_administer(app: &App, caller: &Caller) -> bool {
    let address = EmailAddress::parse(&caller.email);
    let admins = &app.config.policy.platform_admins;
    address.is_ok_and(|address| admins.contains(address.normal_form()))
}
