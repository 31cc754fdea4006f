//! `events`: what happened, as the audit trails keep it.

use std::time::Duration;

use clap::{Args, Subcommand};
use model::{Actor, ChangeKind, Differences, Target, Timestamp};
use serde::Serialize;
use store::{Event, EventPlace, ReadRange, place};

use super::accounts::{Which, id};
use crate::{Connection, Failure, Output};

/// How often a followed trail is read.
const PERIOD: Duration = Duration::from_secs(1);

/// What to do with events.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// The newest events of an account's audit trail, the oldest of them first; with --follow, also those to come
    Tail(Tail),
}

/// The end of a trail.
#[derive(Debug, Args)]
pub(crate) struct Tail {
    /// The account: its id or its name
    account: Which,
    /// The number of events
    #[arg(long, short = 'n', value_name = "N", default_value_t = 20)]
    lines: usize,
    /// Go on with events as they come, until Ctrl-C
    #[arg(long, short)]
    follow: bool,
}

/// An event as the operator sees it: with the operator whose command it was.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EventShown<'a> {
    id: &'a str,
    kind: ChangeKind,
    summary: &'static str,
    at: Timestamp,
    actor: Option<ActorShown>,
    target: &'a Target,
    request_id: &'a str,
    source_ip: Option<&'a str>,
    changes: &'a Differences,
    operator: Option<&'a str>,
}

#[derive(Serialize)]
struct ActorShown {
    r#type: &'static str,
    id: Option<u64>,
}

/// Runs the command.
pub(crate) async fn run(
    Command::Tail(tail): &Command,
    connection: &Connection,
    output: &mut Output,
) -> Result<(), Failure> {
    let account = id(&tail.account, connection).await?;
    let newest = ReadRange {
        after: None,
        backwards: true,
        limit: tail.lines,
    };
    let store = &connection.store;
    let mut rows = store.events(account, newest, None).await?.rows;
    rows.reverse();
    let mut last: Option<EventPlace> = None;
    for event in &rows {
        show(event, output)?;
        last = Some(place(event));
    }
    let interrupt = output.interrupt();
    while tail.follow && !interrupt.is_pressed() {
        tokio::select! {
            () = interrupt.pressed() => break,
            () = tokio::time::sleep(PERIOD) => {}
        }
        let later = ReadRange {
            after: last.clone(),
            backwards: false,
            limit: 1000,
        };
        for event in &store.events(account, later, None).await?.rows {
            show(event, output)?;
            last = Some(place(event));
        }
    }
    Ok(())
}

fn show(event: &Event, output: &mut Output) -> Result<(), Failure> {
    let shown = EventShown {
        id: &event.id,
        kind: event.kind,
        summary: event.kind.wording(),
        at: event.at,
        actor: event.actor.map(|actor| ActorShown {
            r#type: actor.kind(),
            id: actor.user().map(model::UserId::get),
        }),
        target: &event.target,
        request_id: &event.request_id,
        source_ip: event.source_ip.as_deref(),
        changes: &event.changes,
        operator: Some(event.operator.as_str()).filter(|operator| !operator.is_empty()),
    };
    output.one_of_many(&shown, || text(event))
}

fn text(event: &Event) -> String {
    let by = match event.actor {
        Some(Actor::User(id)) => format!("by {id}"),
        Some(actor) if event.operator.is_empty() => format!("by the {}", actor.kind()),
        Some(actor) => format!("by the {} ({})", actor.kind(), event.operator),
        None => "by a public request".to_owned(),
    };
    let Target { r#type, id } = &event.target;
    let changes = serde_json::to_string(&event.changes).unwrap_or_default();
    let changes = if event.changes.is_empty() {
        ""
    } else {
        &changes
    };
    let line = format!(
        "{}  {}  {} {id} {by}  {changes}",
        event.at,
        event.kind.name(),
        r#type
    );
    line.trim_end().to_owned()
}
