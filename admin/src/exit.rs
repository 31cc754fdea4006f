//! How a command ends.

use std::process::ExitCode;

use model::Error;

/// How a command ended: its exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: it is done.
    Done,
    /// 1: the rules refuse it, or `check` found something.
    Refused,
    /// 2: the command line is wrong.
    Usage,
    /// 3: what it is about does not exist.
    NotFound,
    /// 4: the stack cannot be reached, or fails.
    Unreachable,
    /// 130: Ctrl-C, with nothing half done.
    Interrupted,
}

/// Why a command did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The rules refuse it.
    #[error("{0}")]
    Refused(String),
    /// The command line cannot be right.
    #[error("{0}")]
    Usage(String),
    /// What it is about does not exist.
    #[error("{0}")]
    NotFound(String),
    /// The stack cannot be reached, or fails.
    #[error("{0}")]
    Unreachable(String),
    /// Ctrl-C.
    #[error("{0}")]
    Interrupted(String),
}

impl Exit {
    /// The number.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Refused => 1,
            Self::Usage => 2,
            Self::NotFound => 3,
            Self::Unreachable => 4,
            Self::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}

impl Failure {
    /// How the command ends.
    #[must_use]
    pub const fn exit(&self) -> Exit {
        match self {
            Self::Refused(_) => Exit::Refused,
            Self::Usage(_) => Exit::Usage,
            Self::NotFound(_) => Exit::NotFound,
            Self::Unreachable(_) => Exit::Unreachable,
            Self::Interrupted(_) => Exit::Interrupted,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Missing(missing) => Self::NotFound(missing.to_string()),
            Error::Unavailable(_) | Error::Internal(_) => Self::Unreachable(causes(&error)),
            Error::Invalid(mistakes) => {
                let details = mistakes.iter().map(|mistake| mistake.detail.to_string());
                Self::Refused(details.collect::<Vec<_>>().join("; "))
            }
            refused => Self::Refused(refused.to_string()),
        }
    }
}

/// An error and what caused it, in one line.
pub(crate) fn causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let mut texts: Vec<String> = Vec::new();
    for cause in causes.map(ToString::to_string) {
        if !texts.contains(&cause) {
            texts.push(cause);
        }
    }
    texts.join(": ").replace('\n', " ")
}

impl Failure {
    /// The stack does not answer as it should, because of `error`.
    pub fn unreachable(what: &str, error: &(dyn std::error::Error + 'static)) -> Self {
        Self::Unreachable(format!("{what}: {}", causes(error)))
    }
}
