//! Clerk: the CSV file of the dashboard.

use std::collections::HashMap;

use super::Converted;
use super::person::Person;

/// Columns without which it is another file.
const NEEDED: [&str; 2] = ["id", "primary_email_address"];

pub(super) fn convert(text: &str) -> Result<Converted, String> {
    let mut converted = Converted::default();
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let titles = rows.headers().map_err(|error| error.to_string())?.clone();
    for needed in NEEDED {
        if !titles.iter().any(|title| title == needed) {
            return Err(format!(
                "this is no such export: it has no column `{needed}`"
            ));
        }
    }
    for row in rows.records() {
        let row = row.map_err(|error| error.to_string())?;
        let cells: HashMap<_, _> = titles.iter().zip(row.iter()).collect();
        let cell = |title: &str| cells.get(title).copied().filter(|cell| !cell.is_empty());
        let listed = |title: &str| cell(title).unwrap_or_default().split(['|', ',', ' ']);
        let unproven = || listed("unverified_email_addresses").find(|email| !email.is_empty());
        let email = cell("primary_email_address").or_else(unproven);
        let proven = listed("verified_email_addresses").any(|proven| Some(proven) == email);
        let id = cell("id").unwrap_or_default().to_owned();
        let person = Person {
            email: email.map(str::to_owned),
            first_name: cell("first_name").map(str::to_owned),
            last_name: cell("last_name").map(str::to_owned),
            verified: proven,
            hash: cell("password_digest").map(str::to_owned),
            totp: cell("totp_secret").map(str::to_owned),
            id,
            ..Person::default()
        };
        person.add_to(&mut converted);
    }
    Ok(converted)
}
