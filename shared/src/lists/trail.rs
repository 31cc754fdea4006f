//! An audit trail: from a query's options to a page of events and the link to the next one.
//!
//! The table keeps events by time. What a filter says of `at` decides where reading begins and ends; the rest of it is asked of
//! each event that is read.

use model::{AccountId, Caller, Error, Origin, Timestamp};
use odata::{
    Binary, Comparison, Conjunct, Direction, Filter, Listable, Literal, Query, UnixMillis,
};
use serde::{Deserialize, Serialize};
use store::{Event, EventPage, EventPlace, Events, Store, place};
use tokens::{CursorKeys, cursor as sealed};

use super::collection::Collection;
use super::cursor;
use super::query::{invalid_query, link, refused, uncomputable};

/// Events that one request may read (design, *Budget*).
const BOUND: usize = 10_000;
/// What a filter lets through is unknown, so this many are read at a time.
const FILTERED: usize = 400;
/// Behind every event: a millisecond of thirteen digits, and the next one.
const END: i64 = 9_999_999_999_999;

/// What a caller asks of a trail.
#[derive(Clone, Debug)]
pub struct TrailQuery {
    query: Query,
    wanted: Events,
    collection: Collection,
    options: Vec<(String, String)>,
    scope: Vec<u8>,
    keys: CursorKeys,
}

/// A page of a trail.
#[derive(Clone, Debug)]
pub struct TrailPage {
    /// The events.
    pub events: Vec<Event>,
    /// The link to the next page.
    pub next_link: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct After {
    #[serde(rename = "e")]
    after: EventPlace,
}

impl TrailQuery {
    /// The options that `caller` gives for the trail of `account`.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidQuery`] with every mistake, or for a cursor that is not of ours.
    pub fn parse(
        account: AccountId,
        caller: &Caller,
        options: &[(String, String)],
        keys: &CursorKeys,
    ) -> Result<Self, Error> {
        let query = Query::parse(options, Event::SCHEMA).map_err(invalid_query)?;
        let absent = "Position 1: a trail has no such option.";
        if query.select.is_some() || query.count {
            let option = if query.count { "$count" } else { "$select" };
            return Err(refused(option, absent));
        }
        if query.skip > 0 {
            return Err(refused(
                "$skip",
                "Position 1: a trail is paged by its links.",
            ));
        }
        let collection = Collection::Events(account);
        let scope = cursor::scope(caller.user, collection, options);
        let after = match &query.skiptoken {
            None => None,
            Some(token) => {
                let payload = sealed::open(token, &scope, keys);
                let after: Option<After> =
                    payload.and_then(|payload| serde_json::from_slice(&payload).ok());
                let detail = "Position 1: this is not a link of ours to a next page of this list.";
                Some(after.ok_or_else(|| refused("$skiptoken", detail))?.after)
            }
        };
        let (from, until) = range(&query);
        let limit = match query.filter {
            None => query.top + 1,
            Some(_) => FILTERED,
        };
        Ok(Self {
            wanted: Events {
                from,
                until,
                ascending: ascending(&query)?,
                after,
                limit,
            },
            query,
            collection,
            options: options.to_vec(),
            scope,
            keys: keys.clone(),
        })
    }

    /// What to read before anything else.
    #[must_use]
    pub fn first(&self) -> &Events {
        &self.wanted
    }

    /// The page, given what was read first.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidQuery`] if the filter cannot be computed; what reading on fails with.
    pub async fn page(
        mut self,
        account: AccountId,
        first: EventPage,
        store: &Store,
        origin: &Origin,
        now: Timestamp,
    ) -> Result<TrailPage, Error> {
        let (mut page, mut scanned) = (first, 0);
        let mut found: Vec<Event> = Vec::new();
        // Where the next page begins, should this one end before the trail does.
        let after = loop {
            let last = page.events.last().map(place);
            scanned += page.events.len();
            for event in page.events {
                if self.passes(&event, now)? {
                    found.push(event);
                }
            }
            if found.len() > self.query.top {
                found.truncate(self.query.top);
                break found.last().map(place);
            }
            if page.end {
                break None;
            }
            if scanned >= BOUND {
                break last;
            }
            self.wanted.after = last;
            page = store.events(account, &self.wanted).await?;
        };
        let next_link = after.map(|after| {
            let payload = serde_json::to_vec(&After { after }).unwrap_or_default();
            let token = sealed::seal(&payload, &self.scope, &self.keys);
            link(
                &self.collection.path(),
                &self.options,
                ("$skiptoken", &token),
                origin,
            )
        });
        Ok(TrailPage {
            events: found,
            next_link,
        })
    }

    fn passes(&self, event: &Event, now: Timestamp) -> Result<bool, Error> {
        match &self.query.filter {
            None => Ok(true),
            Some(filter) => filter
                .matches(event, UnixMillis(now.millis()))
                .map_err(uncomputable),
        }
    }
}

/// The newest first, unless the oldest are asked for.
fn ascending(query: &Query) -> Result<bool, Error> {
    if !query.orderby.is_given() {
        return Ok(false);
    }
    // What orders ties comes behind it by itself.
    let by_time = match query.orderby.keys() {
        [key, tie] if key.property == "at" && tie.direction == Direction::Ascending => Some(key),
        _ => None,
    };
    let detail = "Position 1: a trail is ordered by `at` only, `asc` or `desc`.";
    let key = by_time.ok_or_else(|| refused("$orderby", detail))?;
    Ok(key.direction == Direction::Ascending)
}

/// The milliseconds that the filter leaves: from the first on, before the second.
fn range(query: &Query) -> (i64, i64) {
    let (mut from, mut until) = (0, END);
    let conjuncts = query.filter.as_ref().map(Filter::conjuncts);
    for conjunct in conjuncts.unwrap_or_default() {
        let Conjunct::Comparison(Comparison {
            property: "at",
            operator,
            literal: Literal::DateTime(instant) | Literal::Date(instant),
        }) = conjunct
        else {
            continue;
        };
        // Instants compare in whole seconds.
        let begins = instant.seconds.saturating_mul(1000);
        let ends = begins.saturating_add(1000);
        match operator {
            Binary::Eq => (from, until) = (from.max(begins), until.min(ends)),
            Binary::Gt => from = from.max(ends),
            Binary::Ge => from = from.max(begins),
            Binary::Lt => until = until.min(begins),
            Binary::Le => until = until.min(ends),
            _ => {}
        }
    }
    let until = until.clamp(0, END);
    (from.clamp(0, until), until)
}

#[cfg(test)]
mod tests {
    use model::{Actor, ChangeKind, Differences, Target, UserId};
    use proptest::prelude::*;

    use super::*;

    fn query(options: &[(&str, &str)]) -> Result<Query, Vec<String>> {
        let options: Vec<_> = options
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect();
        let shown =
            |mistakes: Vec<odata::Mistake>| mistakes.iter().map(ToString::to_string).collect();
        Query::parse(&options, Event::SCHEMA).map_err(shown)
    }

    fn event(at: i64) -> Event {
        Event {
            id: "AAECAwQFBgcICQoL".into(),
            kind: ChangeKind::MemberChanged,
            at: Timestamp::from_millis(at),
            account: AccountId::try_from(42).unwrap(),
            version: 1,
            actor: UserId::try_from(7).ok().map(Actor::User),
            target: Target {
                r#type: "user".into(),
                id: 8,
            },
            request_id: "r".into(),
            source_ip: None,
            changes: Differences::default(),
        }
    }

    #[test]
    fn a_property_of_a_complex_type_is_reached_by_its_path() {
        let passes = |text: &str| {
            let query = query(&[("$filter", text)]).unwrap();
            query
                .filter
                .unwrap()
                .matches(&event(0), UnixMillis(0))
                .unwrap()
        };
        assert!(passes("actor/id eq 7 and target/id in (8, 9)"));
        assert!(passes("target/type eq 'user' and not (actor/id eq null)"));
        assert!(!passes("actor/id eq 8"));
        let text = "target/id  add 1 eq 9";
        let parsed = query(&[("$filter", text)]).unwrap().filter.unwrap();
        assert_eq!(parsed.to_string(), "target/id add 1 eq 9");
    }

    #[test]
    fn a_path_that_leads_nowhere_is_told_with_its_place() {
        for (text, described) in [
            ("actor eq 1", "Position 1: `actor` is not a property here"),
            ("id eq 'a' and actor/name eq 'b'", "Position 21: "),
            ("actor/", "Position 7: "),
            ("actor/id/id eq 1", "Position 9: "),
            ("kind/id eq 1", "Position 1: `kind` is not a collection"),
        ] {
            let mistakes = query(&[("$filter", text)]).unwrap_err();
            assert!(mistakes[0].starts_with(described), "{text}: {mistakes:?}");
        }
    }

    #[test]
    fn only_the_time_orders_a_trail() {
        let way = |text: &str| {
            query(&[("$orderby", text)])
                .ok()
                .and_then(|query| ascending(&query).ok())
        };
        let ways = ["at", "at asc", "at desc", "at,id desc", "kind", "id"].map(way);
        let expected = [Some(true), Some(true), Some(false), None, None, None];
        assert_eq!(ways, expected);
        assert_eq!(ascending(&query(&[]).unwrap()).ok(), Some(false));
    }

    proptest! {
        #[test]
        fn what_is_not_read_would_not_have_passed(
            at in 1_780_396_190_000_i64..1_780_396_210_000,
            operators in prop::collection::vec(
                (prop::sample::select(vec!["eq", "ne", "gt", "ge", "lt", "le"]), 0..20_i64),
                1..4,
            ),
        ) {
            let compared = operators.iter().map(|(operator, second)| {
                let instant = Timestamp::from_seconds(1_780_396_190 + second);
                format!("at {operator} {instant}")
            });
            let text = compared.collect::<Vec<_>>().join(" and ");
            let query = query(&[("$filter", &text)]).unwrap();
            let (from, until) = range(&query);
            let passes = query.filter.unwrap().matches(&event(at), UnixMillis(0));
            prop_assert!(from <= until);
            prop_assert!(!passes.unwrap() || (from <= at && at < until), "{text} {at}");
        }
    }
}
