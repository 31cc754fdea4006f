//! This deployment as a relying party of Web Authentication.

use http::Uri;
use shared::model::{Error, Missing, Origin};
use shared::runtime::Config;
use shared::tokens::webauthn;

/// The domain that passkeys are for, and the origins of the pages that may use them.
pub(crate) struct RelyingParty {
    pub(crate) id: String,
    origins: Vec<String>,
}

impl RelyingParty {
    /// The relying party that answers a request to `origin`.
    ///
    /// # Errors
    ///
    /// [`Missing::Route`] where the deployment has no passkeys.
    pub(crate) fn new(config: &Config, origin: &Origin) -> Result<Self, Error> {
        let id = config.passkey_domain.clone().ok_or(Missing::Route)?;
        let origins = if config.passkey_origins.is_empty() {
            let pages = [Some(origin.base_url.as_str()), config.app_url.as_deref()];
            pages.into_iter().flatten().filter_map(origin_of).collect()
        } else {
            config.passkey_origins.clone()
        };
        Ok(Self { id, origins })
    }

    pub(crate) fn view(&self) -> webauthn::RelyingParty<'_> {
        webauthn::RelyingParty {
            id: &self.id,
            origins: &self.origins,
        }
    }
}

/// The origin of `url` (RFC 6454 section 6.2), as browsers write it: without a path and without the scheme's own port.
fn origin_of(url: &str) -> Option<String> {
    let uri: Uri = url.parse().ok()?;
    let (scheme, host) = (uri.scheme_str()?, uri.host()?);
    let usual = match scheme {
        "https" => Some(443),
        "http" => Some(80),
        _ => None,
    };
    let host = host.to_ascii_lowercase();
    Some(match uri.port_u16().filter(|port| Some(*port) != usual) {
        Some(port) => format!("{scheme}://{host}:{port}"),
        None => format!("{scheme}://{host}"),
    })
}

#[cfg(test)]
mod tests {
    use super::origin_of;

    #[test]
    fn an_origin_has_no_path_and_no_usual_port() {
        for (url, origin) in [
            ("https://Example.com/prod", Some("https://example.com")),
            ("https://example.com:443", Some("https://example.com")),
            ("http://localhost:3000/a", Some("http://localhost:3000")),
            ("http://localhost:80", Some("http://localhost")),
            ("example.com", None),
            ("/a", None),
        ] {
            assert_eq!(origin_of(url).as_deref(), origin, "{url}");
        }
    }
}
