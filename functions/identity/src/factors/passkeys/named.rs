//! A passkey as its person sees it.

use serde::Serialize;
use shared::model::{FactorId, Factors, Passkey, PasskeyName, Timestamp};

/// A passkey in answers.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Named {
    id: FactorId,
    name: PasskeyName,
    created_at: Timestamp,
    last_used_at: Option<Timestamp>,
    backed_up: bool,
}

impl Named {
    /// The passkey `id`.
    pub(crate) fn new(id: FactorId, passkey: &Passkey) -> Self {
        Self {
            id,
            name: passkey.name.clone(),
            created_at: passkey.created_at,
            last_used_at: passkey.last_used_at,
            backed_up: passkey.backed_up,
        }
    }

    /// The passkeys among `factors`, the oldest first.
    pub(crate) fn all(factors: &Factors) -> Vec<Self> {
        let passkeys = factors.passkeys.iter();
        let mut named: Vec<_> = passkeys
            .map(|(id, passkey)| Self::new(*id, passkey))
            .collect();
        named.sort_by_key(|named| (named.created_at, named.id));
        named
    }
}
