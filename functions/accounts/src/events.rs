//! `GET /api/accounts/{id}/events`

use std::collections::{BTreeSet, HashMap};

use axum::extract::State;
use serde::Serialize;
use shared::model::{AccountId, ChangeKind, Differences, EmailAddress, Target, Timestamp, UserId};
use shared::store::{Event, Trail};
use shared::{AccountPath, App, Early, List, Reply};

/// An event as it is answered.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EventReply<'a> {
    id: &'a str,
    kind: ChangeKind,
    summary: &'static str,
    at: Timestamp,
    account_id: AccountId,
    actor: Option<ActorReply<'a>>,
    target: &'a Target,
    request_id: &'a str,
    source_ip: Option<&'a str>,
    changes: &'a Differences,
}

#[derive(Serialize)]
struct ActorReply<'a> {
    id: UserId,
    /// None if the user is erased.
    email: Option<&'a EmailAddress>,
}

impl<'a> EventReply<'a> {
    fn new(event: &'a Event, addresses: &'a HashMap<UserId, EmailAddress>) -> Self {
        let actor = |id| ActorReply {
            id,
            email: addresses.get(&id),
        };
        Self {
            id: &event.id,
            kind: event.kind,
            summary: event.kind.wording(),
            at: event.at,
            account_id: event.account,
            actor: event.actor.map(actor),
            target: &event.target,
            request_id: &event.request_id,
            source_ip: event.source_ip.as_deref(),
            changes: &event.changes,
        }
    }
}

/// The audit trail, for managers and platform administrators, also of a suspended account.
pub(crate) async fn list(
    State(app): State<App>,
    request: List<AccountPath, Event>,
) -> Result<Reply, Early> {
    let account = request.path.account;
    let trail = Trail {
        store: &app.store,
        account,
    };
    let access = request.access(&app, account).read();
    let (access, trail) = request.open(&app, access, trail).await?;
    access.standing.may_audit()?;
    let page = trail.page().await?;
    let actors: BTreeSet<_> = page.rows.iter().filter_map(|event| event.actor).collect();
    let actors: Vec<_> = actors.into_iter().collect();
    let addresses = app.store.addresses(&actors).await?;
    Ok(page.reply(|event| EventReply::new(event, &addresses))?)
}
