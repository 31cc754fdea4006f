//! `GET /api/accounts/{id}/events`

use std::collections::{BTreeSet, HashMap};

use axum::extract::State;
use serde::Serialize;
use shared::model::{
    AccountId, Actor, ChangeKind, Differences, EmailAddress, Target, Timestamp, UserId,
};
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
    r#type: &'static str,
    /// The person's id; `None` for other actors.
    id: Option<UserId>,
    /// `None` for an erased person.
    email: Option<&'a EmailAddress>,
}

impl<'a> EventReply<'a> {
    fn new(event: &'a Event, addresses: &'a HashMap<UserId, EmailAddress>) -> Self {
        let actor = |actor: Actor| ActorReply {
            r#type: actor.kind(),
            id: actor.user(),
            email: actor.user().and_then(|id| addresses.get(&id)),
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
    let actors = page.rows.iter();
    let actors: BTreeSet<_> = actors.filter_map(|event| event.actor?.user()).collect();
    let actors: Vec<_> = actors.into_iter().collect();
    let addresses = app.store.addresses(&actors).await?;
    Ok(page.reply(|event| EventReply::new(event, &addresses))?)
}
