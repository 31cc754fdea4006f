//! Auth0: NDJSON of the job that exports users, and of the export of password hashes that its support makes.

use serde_json::Value;

use super::Converted;
use super::person::{Person, text};

pub(super) fn convert(texts: &[String]) -> Result<Converted, String> {
    let mut people: Vec<Person> = Vec::new();
    let mut places = std::collections::HashMap::new();
    let lines = texts.iter().flat_map(|text| text.lines().zip(1..));
    for (line, number) in lines {
        if line.trim().is_empty() {
            continue;
        }
        let row: Value =
            serde_json::from_str(line).map_err(|error| format!("line {number}: {error}"))?;
        let id = id(&row).ok_or_else(|| format!("line {number}: neither `user_id` nor `_id`"))?;
        let place = *places.entry(id.clone()).or_insert_with(|| {
            people.push(Person {
                id,
                ..Person::default()
            });
            people.len() - 1
        });
        note(&mut people[place], &row);
    }
    let mut converted = Converted::default();
    for person in people {
        person.add_to(&mut converted);
    }
    Ok(converted)
}

/// The export of hashes has the database's id alone.
fn id(row: &Value) -> Option<String> {
    let of_database = || Some(format!("auth0|{}", row.get("_id")?.get("$oid")?.as_str()?));
    text(row, "user_id").or_else(of_database)
}

/// Adds what `row` knows.
fn note(person: &mut Person, row: &Value) {
    let known = |member: &str, alias: &str| text(row, member).or_else(|| text(row, alias));
    let keep = |before: &mut Option<String>, now: Option<String>| {
        if let Some(now) = now.filter(|now| !now.is_empty()) {
            *before = Some(now);
        }
    };
    let is = |member: &str| row.get(member).and_then(Value::as_bool) == Some(true);
    keep(&mut person.email, known("email", "Email"));
    keep(&mut person.first_name, known("given_name", "Given Name"));
    keep(&mut person.last_name, known("family_name", "Family Name"));
    keep(&mut person.hash, text(row, "passwordHash"));
    keep(&mut person.created_at, text(row, "created_at"));
    person.verified |= is("email_verified");
    person.suspended |= is("blocked");
}
