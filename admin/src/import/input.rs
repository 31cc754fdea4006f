//! The file of an import: checked as a whole, then read once for each kind of line.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{Context, SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use model::{AccountId, UserId};

use super::kind_of;
use crate::lines::{Checker, Line, LineMistake};
use crate::{Failure, Output};

/// Mistakes that are shown.
const SHOWN: usize = 100;

/// The kinds of lines, in the order in which they are written: each refers to those before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    Users,
    Accounts,
    Memberships,
    Invitations,
}

impl Kind {
    pub(crate) const ALL: [Self; 4] = [
        Self::Users,
        Self::Accounts,
        Self::Memberships,
        Self::Invitations,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Accounts => "accounts",
            Self::Memberships => "memberships",
            Self::Invitations => "invitations",
        }
    }
}

/// A file without mistakes.
pub(crate) struct Input {
    path: PathBuf,
    checker: Checker,
    lines: u64,
    digest: String,
    secrets: bool,
    /// Whom and what the file itself has.
    users: HashMap<UserId, Person>,
    accounts: HashMap<AccountId, Founders>,
}

/// What a line says of a person that decides what they may have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Person {
    pub(crate) verified: bool,
    pub(crate) has_password: bool,
}

/// Who may be a member of an account without a proven address.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Founders {
    pub(crate) owner: UserId,
    pub(crate) creator: Option<UserId>,
}

/// What may be there once in a file, with the line that has it.
#[derive(Default)]
struct Unique {
    users: HashMap<UserId, u64>,
    addresses: HashMap<String, u64>,
    accounts: HashMap<AccountId, u64>,
    names: HashMap<String, u64>,
    memberships: HashMap<(AccountId, UserId), u64>,
}

impl Input {
    /// Checks the file at `path`, and shows its mistakes.
    ///
    /// # Errors
    ///
    /// [`Failure::Usage`] for a file that cannot be read; [`Failure::Refused`] if it has mistakes.
    pub(crate) fn check(path: &Path, output: &mut Output) -> Result<Self, Failure> {
        let mut input = Self {
            path: path.to_owned(),
            checker: Checker::new(),
            lines: 0,
            digest: String::new(),
            secrets: false,
            users: HashMap::new(),
            accounts: HashMap::new(),
        };
        let progress = output.progress("checking", None);
        let mut unique = Unique::default();
        let mut hashed = Context::new(&SHA256);
        let mut mistakes = 0;
        for text in texts(path)? {
            let (number, text) = text?;
            progress.advance(1);
            input.lines += 1;
            hashed.update(text.as_bytes());
            hashed.update(b"\n");
            if text.trim().is_empty() {
                continue;
            }
            let read = input.checker.read(number, &text);
            let found = match read {
                Ok(line) => {
                    input.note(&line);
                    unique.note(number, &line)
                }
                Err(found) => found,
            };
            for mistake in found {
                mistakes += 1;
                if mistakes <= SHOWN {
                    output.remark(&mistake.to_string());
                }
            }
        }
        if mistakes > SHOWN {
            output.remark(&format!("and {} more", mistakes - SHOWN));
        }
        if mistakes > 0 {
            let reason = format!("the file has {mistakes} mistakes, so nothing was written");
            return Err(Failure::Refused(reason));
        }
        let digest = hashed.finish();
        input.digest = STANDARD_NO_PAD.encode(digest);
        Ok(input)
    }

    fn note(&mut self, line: &Line) {
        match line {
            Line::User(user) => {
                self.secrets |= user.totp.is_some();
                let person = Person {
                    verified: user.verified,
                    has_password: user.password_hash.is_some() || user.password_reset,
                };
                self.users.insert(user.id, person);
            }
            Line::Account(account) => {
                let founders = Founders {
                    owner: account.owner.user,
                    creator: account.creator,
                };
                self.accounts.insert(account.id, founders);
            }
            Line::Membership(_) | Line::Invitation(_) => {}
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The number of lines.
    pub(crate) fn lines(&self) -> u64 {
        self.lines
    }

    /// What tells the file from another one.
    pub(crate) fn digest(&self) -> &str {
        &self.digest
    }

    /// Whether there are secrets of authenticator apps in it.
    pub(crate) fn has_secrets(&self) -> bool {
        self.secrets
    }

    /// The person `id`, if the file has them.
    pub(crate) fn person(&self, id: UserId) -> Option<Person> {
        self.users.get(&id).copied()
    }

    /// The founders of the account `id`, if the file has it.
    pub(crate) fn founders(&self, id: AccountId) -> Option<Founders> {
        self.accounts.get(&id).copied()
    }

    /// The lines of `kind` from the line `from` on, with their numbers.
    pub(crate) fn read(
        &self,
        kind: Kind,
        from: u64,
    ) -> Result<impl Iterator<Item = Result<(u64, Line), Failure>> + '_, Failure> {
        let marker = match kind {
            Kind::Users => "\"user\"",
            Kind::Accounts => "\"account\"",
            Kind::Memberships => "\"membership\"",
            Kind::Invitations => "\"invitation\"",
        };
        Ok(texts(&self.path)?.filter_map(move |text| {
            let (number, text) = match text {
                Ok(text) => text,
                Err(failure) => return Some(Err(failure)),
            };
            // A line of another kind is not parsed, unless its type may be written with escapes.
            if number < from || !(text.contains(marker) || text.contains('\\')) {
                return None;
            }
            match self.checker.read(number, &text) {
                Ok(line) => (kind_of(&line) == kind).then_some(Ok((number, line))),
                Err(_) => Some(Err(failed(&self.path, "it changed while it was read"))),
            }
        }))
    }
}

/// The lines of the file at `path` with their numbers, from 1.
fn texts(
    path: &Path,
) -> Result<impl Iterator<Item = Result<(u64, String), Failure>> + use<>, Failure> {
    let file = File::open(path).map_err(|error| failed(path, error))?;
    let path = path.to_owned();
    let lines = BufReader::new(file).lines().zip(1..);
    Ok(lines.map(move |(line, number)| {
        let text = line.map_err(|error| failed(&path, format!("line {number}: {error}")))?;
        Ok((number, text))
    }))
}

fn failed(path: &Path, reason: impl std::fmt::Display) -> Failure {
    Failure::Usage(format!("{}: {reason}", path.display()))
}

impl Unique {
    /// What of `line` was there before.
    fn note(&mut self, number: u64, line: &Line) -> Vec<LineMistake> {
        let mut mistakes = Vec::new();
        let mut once = |pointer: &str, before: Option<u64>| {
            if let Some(before) = before {
                mistakes.push(LineMistake {
                    line: number,
                    pointer: pointer.to_owned(),
                    detail: format!("it is in line {before} already"),
                });
            }
        };
        match line {
            Line::User(user) => {
                once("/id", self.users.insert(user.id, number));
                let address = user.email.normal_form().to_string();
                once("/email", self.addresses.insert(address, number));
            }
            Line::Account(account) => {
                once("/id", self.accounts.insert(account.id, number));
                let name = account.name.normal_form().to_string();
                once("/name", self.names.insert(name, number));
                let owner = (account.id, account.owner.user);
                once("/owner", self.memberships.insert(owner, number));
            }
            Line::Membership(line) => {
                once(
                    "",
                    self.memberships.insert((line.account, line.user), number),
                );
            }
            Line::Invitation(line) => {
                once(
                    "",
                    self.memberships.insert((line.account, line.user), number),
                );
            }
        }
        mistakes
    }
}
