//! What the browser says about the ceremony (`CollectedClientData`, section 5.8.1).

use serde::Deserialize;

use super::{Rejected, RelyingParty};
use crate::encode;

/// Which of the two ceremonies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ceremony {
    Registration,
    Assertion,
}

/// Members that later versions add are ignored (section 5.8.1).
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    pub(super) challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
    top_origin: Option<String>,
}

impl ClientData {
    /// Reads `json`, as the browser serialized it (steps 5 and 6; 8 to 10).
    pub(super) fn read(json: &[u8]) -> Result<Self, Rejected> {
        // "UTF-8 decode" of the Encoding Standard takes a byte order mark off.
        let json = json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json);
        // An array would be taken for the members in their order.
        if json.first() != Some(&b'{') {
            return Err(Rejected::Malformed("clientDataJSON"));
        }
        serde_json::from_slice(json).map_err(|_| Rejected::Malformed("clientDataJSON"))
    }

    /// Steps 7 to 11 of a registration, 11 to 15 of an assertion.
    pub(super) fn check(
        &self,
        ceremony: Ceremony,
        relying_party: RelyingParty<'_>,
        challenge: &[u8],
    ) -> Result<(), Rejected> {
        let kind = match ceremony {
            Ceremony::Registration => "webauthn.create",
            Ceremony::Assertion => "webauthn.get",
        };
        if self.kind != kind {
            return Err(Rejected::Type);
        }
        if self.challenge != encode(challenge) {
            return Err(Rejected::Challenge);
        }
        if !relying_party.origins.contains(&self.origin) {
            return Err(Rejected::Origin);
        }
        if self.cross_origin || self.top_origin.is_some() {
            return Err(Rejected::CrossOrigin);
        }
        Ok(())
    }
}
