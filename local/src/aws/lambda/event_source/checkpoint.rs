//! How far a function has come in each shard, kept so that a change made just before a crash is still delivered after it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::data::Data;

/// The last sequence numbers that are done with, by shard.
#[derive(Debug)]
pub(super) struct Checkpoints {
    data: Data,
    name: String,
    reached: Reached,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Reached {
    stream: String,
    shards: BTreeMap<String, String>,
}

impl Checkpoints {
    /// The checkpoints of `stream`; those of another stream are worth nothing.
    pub(super) fn load(data: &Data, name: &str, stream: &str) -> Self {
        let mut reached: Reached = data.load(name).unwrap_or_else(|error| {
            tracing::warn!(%error, "the stream is read from its beginning");
            Reached::default()
        });
        if reached.stream != stream {
            reached = Reached {
                stream: stream.to_owned(),
                shards: BTreeMap::new(),
            };
        }
        Self {
            data: data.clone(),
            name: name.to_owned(),
            reached,
        }
    }

    pub(super) fn of(&self, shard: &str) -> Option<&str> {
        self.reached.shards.get(shard).map(String::as_str)
    }

    pub(super) fn reached(&mut self, shard: &str, sequence: &str) {
        self.reached
            .shards
            .insert(shard.to_owned(), sequence.to_owned());
    }

    pub(super) fn save(&self) {
        if let Err(error) = self.data.store(&self.name, &self.reached) {
            tracing::warn!(%error, "the place in the stream is not kept");
        }
    }
}
