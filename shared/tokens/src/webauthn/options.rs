//! What browsers take: `PublicKeyCredentialCreationOptionsJSON` and `PublicKeyCredentialRequestOptionsJSON` (section 5.1).

use serde::Serialize;

use super::cose::ALGORITHMS;
use crate::encode;

/// The type of every credential.
const PUBLIC_KEY: &str = "public-key";

/// Options for `navigator.credentials.create()`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreationOptions {
    rp: RelyingPartyEntity,
    user: UserEntity,
    challenge: String,
    pub_key_cred_params: Vec<Parameters>,
    timeout: i64,
    exclude_credentials: Vec<Descriptor>,
    authenticator_selection: AuthenticatorSelection,
    attestation: &'static str,
}

/// Options for `navigator.credentials.get()`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestOptions {
    challenge: String,
    timeout: i64,
    rp_id: String,
    allow_credentials: Vec<Descriptor>,
    user_verification: &'static str,
}

/// Whom a credential is made for.
#[derive(Clone, Copy, Debug)]
pub struct Holder<'a> {
    /// The user handle.
    pub handle: &'a [u8],
    /// The name to sign in with, which authenticators show.
    pub name: &'a str,
    /// The person's name.
    pub display_name: &'a str,
}

#[derive(Clone, Debug, Serialize)]
struct RelyingPartyEntity {
    id: String,
    name: String,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct UserEntity {
    id: String,
    name: String,
    display_name: String,
}

#[derive(Clone, Debug, Serialize)]
struct Parameters {
    #[serde(rename = "type")]
    kind: &'static str,
    alg: i64,
}

#[derive(Clone, Debug, Serialize)]
struct Descriptor {
    #[serde(rename = "type")]
    kind: &'static str,
    id: String,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct AuthenticatorSelection {
    resident_key: &'static str,
    require_resident_key: bool,
    user_verification: &'static str,
}

fn descriptors<'a>(ids: impl IntoIterator<Item = &'a [u8]>) -> Vec<Descriptor> {
    let descriptor = |id: &[u8]| Descriptor {
        kind: PUBLIC_KEY,
        id: encode(id),
    };
    ids.into_iter().map(descriptor).collect()
}

impl CreationOptions {
    /// Options for a credential that signs in by itself, for the relying party `id` that people know as `brand`. `existing` are
    /// the ids of the holder's credentials, so that no authenticator makes a second one. `timeout` is in milliseconds.
    pub fn new<'a>(
        id: &str,
        brand: &str,
        holder: Holder<'_>,
        challenge: String,
        timeout: i64,
        existing: impl IntoIterator<Item = &'a [u8]>,
    ) -> Self {
        let parameters = |alg| Parameters {
            kind: PUBLIC_KEY,
            alg,
        };
        Self {
            rp: RelyingPartyEntity {
                id: id.to_owned(),
                name: brand.to_owned(),
            },
            user: UserEntity {
                id: encode(holder.handle),
                name: holder.name.to_owned(),
                display_name: holder.display_name.to_owned(),
            },
            challenge,
            pub_key_cred_params: ALGORITHMS.map(parameters).to_vec(),
            timeout,
            exclude_credentials: descriptors(existing),
            authenticator_selection: AuthenticatorSelection {
                resident_key: "required",
                // For browsers that know Level 1 only.
                require_resident_key: true,
                user_verification: "required",
            },
            attestation: "none",
        }
    }
}

impl RequestOptions {
    /// Options for the use of a credential of the relying party `id`: one of `allowed`, or any that the browser finds if there is
    /// none. `timeout` is in milliseconds.
    pub fn new<'a>(
        id: &str,
        challenge: String,
        timeout: i64,
        allowed: impl IntoIterator<Item = &'a [u8]>,
    ) -> Self {
        Self {
            challenge,
            timeout,
            rp_id: id.to_owned(),
            allow_credentials: descriptors(allowed),
            user_verification: "required",
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    fn shown(options: &impl Serialize) -> String {
        serde_json::to_string_pretty(options).unwrap() + "\n"
    }

    #[test]
    fn options_are_what_browsers_take() {
        let holder = Holder {
            handle: &7_u64.to_be_bytes(),
            name: "ada@example.com",
            display_name: "Ada L",
        };
        let creation = CreationOptions::new(
            "example.com",
            "Accounts",
            holder,
            "Y2hhbGxlbmdl".into(),
            300_000,
            [&[1, 2, 3][..]],
        );
        expect![[r#"
            {
              "rp": {
                "id": "example.com",
                "name": "Accounts"
              },
              "user": {
                "id": "AAAAAAAAAAc",
                "name": "ada@example.com",
                "displayName": "Ada L"
              },
              "challenge": "Y2hhbGxlbmdl",
              "pubKeyCredParams": [
                {
                  "type": "public-key",
                  "alg": -7
                },
                {
                  "type": "public-key",
                  "alg": -8
                },
                {
                  "type": "public-key",
                  "alg": -257
                }
              ],
              "timeout": 300000,
              "excludeCredentials": [
                {
                  "type": "public-key",
                  "id": "AQID"
                }
              ],
              "authenticatorSelection": {
                "residentKey": "required",
                "requireResidentKey": true,
                "userVerification": "required"
              },
              "attestation": "none"
            }
        "#]]
        .assert_eq(&shown(&creation));
        let request = RequestOptions::new("example.com", "Y2hhbGxlbmdl".into(), 300_000, []);
        expect![[r#"
            {
              "challenge": "Y2hhbGxlbmdl",
              "timeout": 300000,
              "rpId": "example.com",
              "allowCredentials": [],
              "userVerification": "required"
            }
        "#]]
        .assert_eq(&shown(&request));
    }
}
