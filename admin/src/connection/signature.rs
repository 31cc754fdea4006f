//! The signature of a call: AWS Signature Version 4.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningParams,
    SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;

use super::http::Request;
use super::signed::Service;
use crate::Failure;
use crate::exit::causes;

/// The headers that sign `request`.
pub(super) fn headers(
    request: &Request,
    service: Service,
    region: &str,
    credentials: Credentials,
    at: SystemTime,
) -> Result<Vec<(String, String)>, Failure> {
    let failed = |error: &(dyn std::error::Error + 'static)| {
        Failure::Unreachable(format!("the signature: {}", causes(error)))
    };
    let identity = credentials.into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name(service.name)
        .time(at)
        .settings(settings(service))
        .build()
        .map_err(|error| failed(&error))?;
    let url = format!("{}{}", request.base, request.path);
    let headers = request.headers.iter();
    let signable = SignableRequest::new(
        request.method,
        &url,
        headers.map(|(name, value)| (name.as_str(), value.as_str())),
        SignableBody::Bytes(&request.body),
    );
    let signable = signable.map_err(|error| failed(&error))?;
    let signed = sign(signable, &SigningParams::from(parameters));
    let (instructions, _) = signed.map_err(|error| failed(&error))?.into_parts();
    let headers = instructions.headers();
    Ok(headers
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect())
}

/// S3 takes a path as it is, and the hash of the body as a header (its API reference, *Signature Calculations for the
/// Authorization Header*).
fn settings(service: Service) -> SigningSettings {
    let mut settings = SigningSettings::default();
    if service.name == "s3" {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    }
    settings
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::connection::s3::S3;

    /// The examples of S3's API reference (*Signature Calculations for the Authorization Header*): the signature of `request`.
    fn signature(request: Request) -> String {
        let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
        let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", secret, None, None, "test");
        let at = datetime!(2013-05-24 0:00 UTC).into();
        let request = Request {
            base: "https://examplebucket.s3.amazonaws.com".into(),
            ..request
        };
        let signed = headers(&request, S3, "us-east-1", credentials, at).unwrap();
        let (_, authorization) = signed
            .iter()
            .find(|(name, _)| name == "authorization")
            .unwrap();
        authorization.rsplit_once('=').unwrap().1.to_owned()
    }

    fn named(headers: &[(&str, &str)]) -> Vec<(String, String)> {
        let owned = headers.iter();
        owned
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn an_object_of_s3_is_read_with_the_signature_of_the_reference() {
        let request = Request {
            method: "GET",
            path: "/test.txt".into(),
            headers: named(&[("range", "bytes=0-9")]),
            ..Request::default()
        };
        let expected = "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41";
        assert_eq!(signature(request), expected);
    }

    #[test]
    fn a_path_of_s3_is_signed_as_it_is_sent() {
        let request = Request {
            method: "PUT",
            path: "/test%24file.text".into(),
            headers: named(&[
                ("date", "Fri, 24 May 2013 00:00:00 GMT"),
                ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
            ]),
            body: b"Welcome to Amazon S3.".to_vec(),
            ..Request::default()
        };
        let expected = "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd";
        assert_eq!(signature(request), expected);
    }

    #[test]
    fn a_list_of_s3_is_read_with_the_signature_of_the_reference() {
        let request = Request {
            method: "GET",
            path: "/?max-keys=2&prefix=J".into(),
            ..Request::default()
        };
        let expected = "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7";
        assert_eq!(signature(request), expected);
    }
}
