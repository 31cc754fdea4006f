//! The events that were caught, kept over a restart.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use crate::StartError;
use crate::data::Data;

/// The events of a stack.
#[derive(Clone, Debug)]
pub(crate) struct Caught {
    data: Data,
    /// Oldest first.
    events: Arc<Mutex<Vec<Value>>>,
}

const FILE: &str = "events.json";
/// The oldest events go beyond this many.
const MANY: usize = 1000;

impl Caught {
    pub(crate) fn load(data: &Data) -> Result<Self, StartError> {
        Ok(Self {
            events: Arc::new(Mutex::new(data.load(FILE)?)),
            data: data.clone(),
        })
    }

    /// Keeps `caught`, in their order.
    pub(crate) fn catch(&self, caught: Vec<Value>) -> std::io::Result<()> {
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.extend(caught);
        let beyond = events.len().saturating_sub(MANY);
        events.drain(..beyond);
        self.data.store(FILE, &*events)
    }

    /// Changes with every event.
    pub(crate) fn revision(&self) -> String {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = events.last().and_then(|event| event["id"].as_str());
        format!("{} {}", events.len(), newest.unwrap_or_default())
    }

    /// The events of `kind`, or all of them, newest first.
    pub(crate) fn of(&self, kind: Option<&str>) -> Vec<Value> {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = |event: &&Value| kind.is_none_or(|kind| event["detail-type"] == kind);
        events.iter().rev().filter(wanted).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Caught, MANY};
    use crate::data::Data;

    #[test]
    fn the_newest_come_first_and_the_oldest_go() {
        let caught = Caught::load(&Data::default()).unwrap();
        let event =
            |number: usize| json!({ "detail-type": format!("Kind{}", number % 2), "id": number });
        caught.catch((0..MANY + 3).map(event).collect()).unwrap();
        let all = caught.of(None);
        assert_eq!((all.len(), &all[0]["id"]), (MANY, &(MANY + 2).into()));
        assert!(
            caught
                .of(Some("Kind1"))
                .iter()
                .all(|event| event["id"].as_u64().unwrap() % 2 == 1)
        );
        assert!(caught.of(Some("Kind")).is_empty());
    }
}
