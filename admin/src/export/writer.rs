//! Puts the parts of lines together, and writes the lines.

use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use super::records::{Part, part};
use super::sorted::Sorted;
use crate::Failure;
use crate::lines::{Form, Reference};

/// The part of a line that waits for the other one.
enum Waiting {
    User(crate::lines::UserForm),
    Account(Box<crate::lines::AccountForm>),
}

/// Writes the lines of `records`, and says how many memberships were left out.
pub(crate) fn write_lines(
    records: Sorted,
    mut write: impl FnMut(Form) -> Result<(), Failure>,
) -> Result<u64, Failure> {
    let mut assembly = Assembly::default();
    for record in records {
        let record = record?;
        let part = part(&record).ok_or_else(|| Failure::Unreachable("a damaged record".into()))?;
        for form in assembly.add(part) {
            write(form)?;
        }
    }
    for form in assembly.rest() {
        write(form)?;
    }
    Ok(assembly.skipped)
}

/// `form` as a line.
pub(crate) fn line(form: &Form) -> Result<String, Failure> {
    serde_json::to_string(form).map_err(|error| Failure::unreachable("a line", &error))
}

#[derive(Default)]
struct Assembly {
    waiting: Option<Waiting>,
    users: HashSet<Reference>,
    accounts: HashSet<Reference>,
    skipped: u64,
}

impl Assembly {
    /// The lines that are whole with `part`.
    fn add(&mut self, part: Part) -> Vec<Form> {
        match part {
            Part::User(form) => {
                let before = self.rest();
                self.waiting = Some(Waiting::User(form));
                before
            }
            Part::Credential { hash, reset } => {
                // Without its person: erased while the table was read.
                if let Some(Waiting::User(form)) = &mut self.waiting {
                    form.password_hash = hash;
                    form.password_reset = reset;
                }
                self.rest()
            }
            Part::Account(form) => {
                let before = self.rest();
                self.waiting = Some(Waiting::Account(form));
                before
            }
            Part::Owner(owner) => {
                match &mut self.waiting {
                    Some(Waiting::Account(form)) if form.owner.user == owner.user => {
                        form.owner = owner;
                    }
                    _ => self.skipped += 1,
                }
                self.rest()
            }
            Part::Membership(form) => {
                let mut whole = self.rest();
                if self.knows(&form.account, &form.user) {
                    whole.push(Form::Membership(form));
                }
                whole
            }
            Part::Invitation(form) => {
                let mut whole = self.rest();
                if self.knows(&form.account, &form.user) {
                    whole.push(Form::Invitation(form));
                }
                whole
            }
        }
    }

    /// What waits for nothing any more.
    fn rest(&mut self) -> Vec<Form> {
        let whole = self.waiting.take().map(|waiting| match waiting {
            Waiting::User(form) => {
                self.users.insert(form.id.clone());
                Form::User(form)
            }
            Waiting::Account(form) => {
                self.accounts.insert(form.id.clone());
                Form::Account(*form)
            }
        });
        whole.into_iter().collect()
    }

    fn knows(&mut self, account: &Reference, user: &Reference) -> bool {
        let known = self.accounts.contains(account) && self.users.contains(user);
        self.skipped += u64::from(!known);
        known
    }
}

/// A new file at `path` that only its owner may read.
pub(crate) fn private_file(path: &Path) -> Result<BufWriter<File>, Failure> {
    let mut options = OpenOptions::new();
    let opened = options.write(true).create_new(true).mode(0o600).open(path);
    opened
        .map(BufWriter::new)
        .map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))
}

/// Writes `line` at the end of `file`.
pub(crate) fn append(file: &mut BufWriter<File>, path: &Path, line: &str) -> Result<(), Failure> {
    writeln!(file, "{line}").map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))
}
