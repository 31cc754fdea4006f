//! The objects of a bucket.

use super::http::{Answer, Request};
use super::signed::{Caller, Service, encoded, refused};
use super::xml;
use crate::Failure;

/// The service.
pub(crate) const S3: Service = Service {
    name: "s3",
    id: "S3",
    version: "2006-03-01",
};

/// A bucket.
#[derive(Clone, Debug)]
pub(crate) struct Bucket {
    caller: Caller,
    /// Its address, without a slash at its end.
    url: String,
    /// Scheme and host of that address.
    base: String,
}

/// An object, and the tag of this version of it.
#[derive(Debug)]
pub(crate) struct Object {
    pub(crate) tag: String,
    pub(crate) body: String,
}

impl Bucket {
    /// The bucket `name`.
    pub(crate) fn new(caller: &Caller, name: &str) -> Result<Self, Failure> {
        let endpoint = caller.endpoint(S3)?;
        // No certificate is for a bucket with a dot in its name, and an endpoint of one's own may know no other hosts.
        let (base, url) = if endpoint.is_own || name.contains('.') {
            let url = format!("{}/{name}", endpoint.url);
            (endpoint.url, url)
        } else {
            let url = endpoint
                .url
                .replacen("https://", &format!("https://{name}."), 1);
            (url.clone(), url)
        };
        Ok(Self {
            caller: caller.clone(),
            url,
            base,
        })
    }

    /// The address of the object `key`.
    pub(crate) fn address(&self, key: &str) -> String {
        let segments: Vec<_> = key.split('/').map(encoded).collect();
        format!("{}/{}", self.url, segments.join("/"))
    }

    /// The keys that begin with `prefix`.
    pub(crate) async fn keys(&self, prefix: &str) -> Result<Vec<String>, Failure> {
        let mut keys = Vec::new();
        let mut next = String::new();
        loop {
            let mut url = format!("{}/?list-type=2&prefix={}", self.url, encoded(prefix));
            if !next.is_empty() {
                url = format!("{url}&continuation-token={}", encoded(&next));
            }
            let answer = self.send(self.request("GET", &url)).await?;
            if answer.status != 200 {
                return Err(failure("ListObjectsV2", &answer));
            }
            let (page, after) = listed(&answer.body)?;
            keys.extend(page);
            match after {
                Some(token) => next = token,
                None => return Ok(keys),
            }
        }
    }

    /// The object `key`. `None`: there is none.
    pub(crate) async fn get(&self, key: &str) -> Result<Option<Object>, Failure> {
        let answer = self.send(self.request("GET", &self.address(key))).await?;
        match answer.status {
            200 => Ok(Some(Object {
                tag: answer.header("etag").unwrap_or_default().to_owned(),
                body: answer.body,
            })),
            404 if code(&answer).as_deref() == Some("NoSuchKey") => Ok(None),
            _ => Err(failure("GetObject", &answer)),
        }
    }

    /// Writes the object `key`, with `tag` only over that version of it. Whether it was written.
    pub(crate) async fn put(
        &self,
        key: &str,
        body: String,
        tag: Option<&str>,
    ) -> Result<bool, Failure> {
        let mut request = self.request("PUT", &self.address(key));
        let kind = ("content-type".to_owned(), "application/json".to_owned());
        request.headers.push(kind);
        let condition = tag.map(|tag| ("if-match".to_owned(), tag.to_owned()));
        request.headers.extend(condition);
        request.body = body.into_bytes();
        let answer = self.send(request).await?;
        match (answer.status, tag) {
            (200, _) => Ok(true),
            // Another one has removed it, is writing it, or has written it.
            (404 | 409 | 412, Some(_)) => Ok(false),
            _ => Err(failure("PutObject", &answer)),
        }
    }

    /// Removes the object `key`.
    pub(crate) async fn delete(&self, key: &str) -> Result<(), Failure> {
        let request = self.request("DELETE", &self.address(key));
        let answer = self.send(request).await?;
        match answer.status {
            200 | 204 => Ok(()),
            _ => Err(failure("DeleteObject", &answer)),
        }
    }

    fn request(&self, method: &'static str, url: &str) -> Request {
        Request {
            method,
            base: self.base.clone(),
            path: url.strip_prefix(&self.base).unwrap_or(url).to_owned(),
            repeatable: true,
            ..Request::default()
        }
    }

    async fn send(&self, request: Request) -> Result<Answer, Failure> {
        self.caller.call(S3, request).await
    }
}

/// The keys of a page, and the token of the next one.
fn listed(body: &str) -> Result<(Vec<String>, Option<String>), Failure> {
    let document = xml::read(S3, body)?;
    let entries = document.root_element().children();
    let entries = entries.filter(|node| node.tag_name().name() == "Contents");
    let keys = entries.filter_map(|entry| xml::text(entry, "Key").map(str::to_owned));
    let next = xml::text(document.root(), "NextContinuationToken");
    Ok((keys.collect(), next.map(str::to_owned)))
}

fn code(answer: &Answer) -> Option<String> {
    let document = xml::read(S3, &answer.body).ok()?;
    xml::text(document.root(), "Code").map(str::to_owned)
}

fn failure(action: &str, answer: &Answer) -> Failure {
    let document = xml::read(S3, &answer.body).ok();
    let message = document
        .as_ref()
        .and_then(|document| xml::text(document.root(), "Message"));
    refused(S3, action, answer.status, message.unwrap_or(&answer.body))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::caller_of_tests;

    #[test]
    fn a_bucket_has_a_host_of_its_own_where_there_can_be_one() {
        let own = "http://127.0.0.1:4566";
        for (endpoint, bucket, address) in [
            (
                None,
                "a-1",
                "https://a-1.s3.eu-west-1.amazonaws.com/x%20y/z%2B",
            ),
            (
                None,
                "a.1",
                "https://s3.eu-west-1.amazonaws.com/a.1/x%20y/z%2B",
            ),
            (Some(own), "a-1", "http://127.0.0.1:4566/a-1/x%20y/z%2B"),
        ] {
            let bucket = Bucket::new(&caller_of_tests(endpoint), bucket).unwrap();
            assert_eq!(bucket.address("x y/z+"), address);
        }
    }

    #[test]
    fn keys_are_read_as_they_are_and_pages_are_followed() {
        let body = r#"<?xml version="1.0" encoding="UTF-8"?>
            <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name><IsTruncated>true</IsTruncated>
            <Contents><Key>aws/lambda/a&amp;b&#x20;&lt;1&gt;</Key><ETag>&quot;1&quot;</ETag></Contents>
            <Contents><Key>aws/lambda/2</Key></Contents>
            <NextContinuationToken>1ueGcxLPRx1Tr/XYExHnhbYLgveDs2J/wm36Hy4vbOwM=</NextContinuationToken></ListBucketResult>"#;
        let (keys, next) = listed(body).unwrap();
        assert_eq!(keys, ["aws/lambda/a&b <1>", "aws/lambda/2"]);
        assert!(next.unwrap().ends_with("bOwM="));
        let (keys, next) = listed("<ListBucketResult><Prefix/></ListBucketResult>").unwrap();
        assert_eq!((keys.len(), next), (0, None));
    }
}
