//! Lists over HTTP: the language, its errors, pages and their links, and what large lists cost.

mod cursors;
mod filters;
mod large;
mod narrow;
mod options;
mod oracle;
mod refused;
pub(crate) mod rows;
mod sessions;
use serde_json::Value;

use crate::support::{Answer, Person};

/// The list at `path` with these options.
async fn ask(person: &Person, path: &str, options: &[(&str, &str)]) -> Answer {
    let request = person.request(reqwest::Method::GET, path);
    request.query(options).send().await
}

/// The page's values of `property`.
#[track_caller]
fn column(page: &Value, property: &str) -> Vec<Value> {
    let rows = page["value"].as_array().unwrap();
    rows.iter().map(|row| row[property].clone()).collect()
}

/// The names of the page's accounts.
#[track_caller]
fn names(page: &Value) -> Vec<String> {
    let names = column(page, "name").into_iter();
    names
        .map(|name| name.as_str().unwrap().to_owned())
        .collect()
}

/// Path and query of a link.
#[track_caller]
fn target(person: &Person, link: &Value) -> String {
    let link = link.as_str().unwrap();
    let rest = link.strip_prefix(person.base_url());
    rest.unwrap_or_else(|| panic!("{link} is not of this service"))
        .to_owned()
}

/// Every page from the one with these options on, by their links.
async fn walk(person: &Person, path: &str, options: &[(&str, &str)]) -> Vec<Value> {
    let mut pages = vec![ask(person, path, options).await.expect(200)];
    loop {
        let page = pages.last().unwrap();
        if page["nextLink"].is_null() {
            return pages;
        }
        assert!(pages.len() < 500, "a walk without an end");
        let next = target(person, &page["nextLink"]);
        pages.push(person.get(&next).await.expect(200));
    }
}
