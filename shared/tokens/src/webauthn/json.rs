//! What browsers make of a credential: `RegistrationResponseJSON` and `AuthenticationResponseJSON` (section 5.1).

use serde::{Deserialize, Deserializer};

use super::Rejected;
use super::client_data::ClientData;
use crate::decode;

/// A new credential, as `PublicKeyCredential.toJSON()` writes it.
#[derive(Clone, Debug)]
pub struct Registration {
    /// The credential's id.
    pub id: Vec<u8>,
    pub(super) client_data: Vec<u8>,
    pub(super) attestation_object: Vec<u8>,
}

/// A use of a credential, in the same form.
#[derive(Clone, Debug)]
pub struct Assertion {
    /// The credential's id.
    pub id: Vec<u8>,
    /// Whose credential it is, as the authenticator says.
    pub user_handle: Option<Vec<u8>>,
    pub(super) client_data: Vec<u8>,
    pub(super) authenticator_data: Vec<u8>,
    pub(super) signature: Vec<u8>,
}

/// Members that are not needed, and those that later versions add, are ignored.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Credential<R> {
    id: Bytes,
    raw_id: Bytes,
    #[serde(rename = "type")]
    kind: String,
    response: R,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AttestationResponse {
    #[serde(rename = "clientDataJSON")]
    client_data: Bytes,
    attestation_object: Bytes,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AssertionResponse {
    #[serde(rename = "clientDataJSON")]
    client_data: Bytes,
    authenticator_data: Bytes,
    signature: Bytes,
    user_handle: Option<Bytes>,
}

/// Bytes in base64url.
#[derive(PartialEq, Eq)]
struct Bytes(Vec<u8>);

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        let bytes = decode(&text).ok_or_else(|| serde::de::Error::custom("not base64url"))?;
        Ok(Self(bytes))
    }
}

impl<R> Credential<R> {
    fn id(self) -> Result<(Vec<u8>, R), Rejected> {
        if self.id != self.raw_id || self.kind != "public-key" {
            return Err(Rejected::Malformed("the credential"));
        }
        Ok((self.id.0, self.response))
    }
}

fn credential<'a, R: Deserialize<'a>>(
    json: &'a serde_json::Value,
) -> Result<(Vec<u8>, R), Rejected> {
    let malformed = |_| Rejected::Malformed("the credential");
    // An array would be taken for the members in their order.
    if !json.is_object() || !json["response"].is_object() {
        return Err(Rejected::Malformed("the credential"));
    }
    Credential::deserialize(json).map_err(malformed)?.id()
}

impl Registration {
    /// Reads a credential.
    ///
    /// # Errors
    ///
    /// [`Rejected::Malformed`].
    pub fn read(json: &serde_json::Value) -> Result<Self, Rejected> {
        let (id, response) = credential::<AttestationResponse>(json)?;
        Ok(Self {
            id,
            client_data: response.client_data.0,
            attestation_object: response.attestation_object.0,
        })
    }

    /// The challenge that the browser was given. Nothing is checked yet.
    ///
    /// # Errors
    ///
    /// [`Rejected::Malformed`].
    pub fn challenge(&self) -> Result<String, Rejected> {
        Ok(ClientData::read(&self.client_data)?.challenge)
    }
}

impl Assertion {
    /// Reads a credential.
    ///
    /// # Errors
    ///
    /// [`Rejected::Malformed`].
    pub fn read(json: &serde_json::Value) -> Result<Self, Rejected> {
        let (id, response) = credential::<AssertionResponse>(json)?;
        Ok(Self {
            id,
            user_handle: response.user_handle.map(|handle| handle.0),
            client_data: response.client_data.0,
            authenticator_data: response.authenticator_data.0,
            signature: response.signature.0,
        })
    }

    /// The challenge that the browser was given. Nothing is checked yet.
    ///
    /// # Errors
    ///
    /// [`Rejected::Malformed`].
    pub fn challenge(&self) -> Result<String, Rejected> {
        Ok(ClientData::read(&self.client_data)?.challenge)
    }
}
