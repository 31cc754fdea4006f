//! `convert`: makes lines for `import` of what other services export.

mod auth0;
mod better_auth;
mod clerk;
mod cognito;
mod keycloak;
mod person;

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::export::line;
use crate::lines::Form;
use crate::{Exit, Failure, Output};

/// What to convert.
#[derive(Debug, Args)]
pub(crate) struct Command {
    /// Whose export it is
    #[arg(value_enum)]
    vendor: Vendor,
    /// The export; for auth0 the export of users and, if there is one, that of password hashes
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// A service whose exports are known.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Vendor {
    /// The CSV file of the dashboard
    Clerk,
    /// NDJSON of the export of users and of the export of password hashes
    Auth0,
    /// JSON of `aws cognito-idp list-users`, which has no password hashes
    Cognito,
    /// Its tables as one JSON object, each an array of rows
    BetterAuth,
    /// The JSON file of a realm with its users
    Keycloak,
}

/// The lines that were made, and what was lost on the way.
#[derive(Debug, Default)]
pub(crate) struct Converted {
    pub(crate) lines: Vec<Form>,
    pub(crate) losses: Vec<String>,
}

impl Converted {
    /// Notes what a person, or whatever `whose` names, loses.
    pub(crate) fn lost(&mut self, whose: &str, what: &str) {
        self.losses.push(format!("{whose}: {what}"));
    }
}

/// Runs the command.
pub(crate) fn run(command: &Command, output: &mut Output) -> Result<Exit, Failure> {
    let texts = command.files.iter().map(|path| read(path));
    let texts = texts.collect::<Result<Vec<_>, _>>()?;
    let (first, one) = (&texts[0], texts.len() == 1);
    if !one && !matches!(command.vendor, Vendor::Auth0) {
        return Err(Failure::Usage("give one file".into()));
    }
    let converted = match command.vendor {
        Vendor::Clerk => clerk::convert(first),
        Vendor::Auth0 => auth0::convert(&texts),
        Vendor::Cognito => cognito::convert(first),
        Vendor::BetterAuth => better_auth::convert(first),
        Vendor::Keycloak => keycloak::convert(first),
    };
    let converted = converted.map_err(Failure::Refused)?;
    for form in &converted.lines {
        output.line(&line(form)?)?;
    }
    for loss in &converted.losses {
        output.remark(loss);
    }
    Ok(Exit::Done)
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))
}

/// `text` as one JSON document.
fn document<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| format!("this is no such export: {error}"))
}
