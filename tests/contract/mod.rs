//! What is said in several places is the same in all of them. What is missing anywhere fails by its name.

mod codes;
mod documents;
mod environment;
mod recording;
mod routes;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use local::sam::Template;
use regex_lite::Regex;

/// The project's folder.
fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// The text of a file of the project.
pub(crate) fn text(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The files of a folder of the project that have this ending.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join(folder)).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.extension().is_some_and(|found| found == ending))
        .collect()
}

/// What the first group of `pattern` matches in `text`.
fn all(pattern: &str, text: &str) -> BTreeSet<String> {
    let pattern = Regex::new(pattern).unwrap();
    let found = pattern.captures_iter(text);
    found.map(|captures| captures[1].to_owned()).collect()
}

fn template() -> Template {
    Template::embedded(&BTreeMap::new()).unwrap()
}

/// Fails with the names that only one of two sets has.
#[track_caller]
fn assert_same(
    (left, mut ours): (&str, BTreeSet<String>),
    (right, mut theirs): (&str, BTreeSet<String>),
) {
    assert!(!ours.is_empty(), "nothing was compared");
    let both: BTreeSet<_> = ours.intersection(&theirs).cloned().collect();
    ours.retain(|name| !both.contains(name));
    theirs.retain(|name| !both.contains(name));
    assert!(
        ours.is_empty() && theirs.is_empty(),
        "only in {left}: {ours:#?}\nonly in {right}: {theirs:#?}"
    );
}
