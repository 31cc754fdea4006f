//! `GET /api/accounts/{id}/events`

use std::collections::{BTreeSet, HashMap};

use axum::extract::State;
use serde::Serialize;
use serde_json::json;
use shared::model::{
    AccountId, Actor, ChangeKind, Differences, EmailAddress, Target, Timestamp, UserId,
};
use shared::store::{Event, ReadSet};
use shared::{AccountPath, Early, Listing, NoBody, Reply, Signed, TrailQuery};

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

/// Who did what to whom, when, from which request: for managers, also of a suspended account, and for platform administrators.
pub(crate) async fn list(
    State(Listing { app, cursors }): State<Listing>,
    request: Signed<AccountPath, NoBody>,
) -> Result<Reply, Early> {
    let now = app.clock.now();
    let (caller, id) = (&request.caller, request.path.account);
    let reading = app.store.read(ReadSet::standing(caller, id));
    let query = match TrailQuery::parse(id, caller, &request.query, &cursors) {
        Ok(query) => query,
        Err(mistakes) => {
            reading.await?.live_user(caller, now)?;
            return Err(mistakes.into());
        }
    };
    let (snapshot, first) = tokio::try_join!(reading, app.store.events(id, query.first()))?;
    let standing = snapshot.standing(caller, id, &app.config.policy, now)?;
    standing.may_audit()?;
    let page = query
        .page(id, first, &app.store, &request.origin, now)
        .await?;
    let actors: BTreeSet<_> = page
        .events
        .iter()
        .filter_map(|event| event.actor?.user())
        .collect();
    let actors: Vec<_> = actors.into_iter().collect();
    let addresses = app.store.addresses(&actors).await?;
    let events = page.events.iter();
    let value: Vec<_> = events
        .map(|event| EventReply::new(event, &addresses))
        .collect();
    Ok(Reply::ok(
        &json!({ "value": value, "nextLink": page.next_link }),
    ))
}
