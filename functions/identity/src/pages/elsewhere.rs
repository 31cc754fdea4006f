//! `GET` of any other path. Mail filters rewrite the addresses of pages: those lead to the page. A browser is answered a page in
//! any case, and every other client a problem document.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::header::{ACCEPT, LOCATION};
use http::{HeaderMap, HeaderValue, StatusCode};
use shared::model::{Error, Missing};
use shared::{Early, NoBody, PagePath, Public};

use super::{files, page, render};
use crate::identity::Identity;

/// The pages that mailed links lead to.
const PAGES: [&str; 6] = [
    "invitation",
    "verify-email",
    "reset-password",
    "ownership",
    "change-email",
    "security",
];
/// What the fragments of their links hold.
const FRAGMENTS: [&str; 2] = ["token=", "account="];
/// What answers in JSON alone.
const MACHINES: [&str; 3] = ["api", ".well-known", "_local"];
/// More than a link's token has.
const LONGEST_TOKEN: usize = 200;

/// `GET /` and `GET /{page+}`
pub(crate) async fn elsewhere(
    State(identity): State<Identity>,
    PagePath(path): PagePath,
    headers: HeaderMap,
    request: Public<NoBody>,
) -> Result<Response, Early> {
    let base = &request.origin.base_url;
    if let Some(target) = rewritten(&path) {
        let location = HeaderValue::try_from(format!("{base}/{target}"));
        let location = location.map_err(Error::internal)?;
        return Ok((StatusCode::FOUND, [(LOCATION, location)]).into_response());
    }
    if !is_for_people(&path, &headers) {
        return Err(Missing::Route.into());
    }
    let html = render::missing(files(&identity)?, base).map_err(Error::internal)?;
    let mut response = page(&html.into());
    *response.status_mut() = StatusCode::NOT_FOUND;
    Ok(response)
}

/// The page that `path` was before a filter rewrote it, with the token or the account's id in its fragment if the path has it: the fragment's `#`
/// arrives as `%23` in the path, once decoded here, or twice encoded.
fn rewritten(path: &str) -> Option<String> {
    let end = path.find('#').or_else(|| path.find("%23"));
    let (name, fragment) = path.split_at(end.unwrap_or(path.len()));
    let name = name.trim_end_matches(|end| "/.,;:)>\"' ".contains(end));
    let page = PAGES.iter().find(|page| page.eq_ignore_ascii_case(name))?;
    let mut held = FRAGMENTS
        .iter()
        .filter_map(|name| Some((name, value(fragment, name)?)));
    Some(match held.next() {
        Some((name, value)) => format!("{page}#{name}{value}"),
        None => (*page).to_owned(),
    })
}

/// What follows `name` in a fragment, up to the first letter that no token and no id has.
fn value<'a>(fragment: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = fragment.split_once(name)?;
    let part = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
    let end = rest.find(|letter| !part(letter)).unwrap_or(rest.len());
    (1..=LONGEST_TOKEN).contains(&end).then(|| &rest[..end])
}

fn is_for_people(path: &str, headers: &HeaderMap) -> bool {
    let first = path.split('/').next().unwrap_or_default();
    let accepts = headers.get_all(ACCEPT).iter();
    let mut accepts = accepts.filter_map(|accept| accept.to_str().ok());
    !MACHINES.contains(&first) && accepts.any(|accept| accept.contains("text/html"))
}

#[cfg(test)]
mod tests {
    use super::rewritten;

    #[test]
    fn a_rewritten_address_leads_to_its_page() {
        for (path, expected) in [
            ("invitation#token=a-_9", Some("invitation#token=a-_9")),
            ("invitation%23token=a9", Some("invitation#token=a9")),
            ("invitation/#token=a9", Some("invitation#token=a9")),
            ("invitation#token=a9.", Some("invitation#token=a9")),
            ("invitation#token=", Some("invitation")),
            ("ownership%23account=77.", Some("ownership#account=77")),
            ("invitation#", Some("invitation")),
            ("invitation/", Some("invitation")),
            ("change-email%23token=a9", Some("change-email#token=a9")),
            ("verify-email.", Some("verify-email")),
            ("Reset-Password>", Some("reset-password")),
            ("invitation#token=a9\r\nX: y", Some("invitation#token=a9")),
            ("invitations", None),
            ("x/invitation", None),
            ("", None),
            ("/evil.example/invitation", None),
        ] {
            assert_eq!(rewritten(path).as_deref(), expected, "{path}");
        }
        let long = format!("invitation#token={}", "a".repeat(201));
        assert_eq!(rewritten(&long).as_deref(), Some("invitation"));
    }
}
