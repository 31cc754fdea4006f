//! Where a command's answer goes: text for people or JSON for programs on the one stream, everything else on the other.

use std::io::{self, BufRead, IsTerminal as _, Write};

use serde::Serialize;

use crate::{Exit, Failure, Interrupt, Progress};

/// The streams of a command, and the person at them, if there is one.
pub struct Output {
    out: Box<dyn Write + Send>,
    err: Box<dyn Write + Send>,
    /// Where answers to questions come from.
    person: Option<Box<dyn BufRead + Send>>,
    progress: bool,
    json: bool,
    yes: bool,
    interrupt: Interrupt,
}

impl Output {
    /// The terminal that the process runs in; Ctrl-C is heard from now on.
    #[must_use]
    pub fn terminal() -> Self {
        let interrupt = Interrupt::new();
        interrupt.hear();
        let person = io::stdin().is_terminal() && io::stderr().is_terminal();
        Self {
            person: person.then(|| Box::new(io::BufReader::new(io::stdin())) as _),
            progress: io::stderr().is_terminal(),
            interrupt,
            ..Self::to(io::stdout(), io::stderr())
        }
    }

    /// These streams, with nobody to ask and no progress bars.
    #[must_use]
    pub fn to(out: impl Write + Send + 'static, err: impl Write + Send + 'static) -> Self {
        Self {
            out: Box::new(out),
            err: Box::new(err),
            person: None,
            progress: false,
            json: false,
            yes: false,
            interrupt: Interrupt::new(),
        }
    }

    /// The same with a person who answers questions with the lines of `person`.
    #[must_use]
    pub fn asking(self, person: impl BufRead + Send + 'static) -> Self {
        Self {
            person: Some(Box::new(person)),
            ..self
        }
    }

    pub(crate) fn configure(&mut self, json: bool, yes: bool) {
        (self.json, self.yes) = (json, yes);
    }

    /// Whether the answer is for a program.
    #[must_use]
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// What Ctrl-C sets.
    #[must_use]
    pub fn interrupt(&self) -> Interrupt {
        self.interrupt.clone()
    }

    /// A progress bar of a task, of `total` steps where that is known. It shows on a terminal only.
    #[must_use]
    pub fn progress(&self, task: &str, total: Option<u64>) -> Progress {
        Progress::new(task, total, self.progress)
    }

    /// The progress of something that AWS does. It shows on a terminal only.
    #[must_use]
    pub fn waiting(&self, task: &str) -> Progress {
        Progress::waiting(task, self.progress)
    }

    /// The answer of a command: `value` as one JSON document, or the text of `people`.
    ///
    /// # Errors
    ///
    /// [`Failure::Unreachable`]: nobody reads it any more.
    pub fn answer(
        &mut self,
        value: &impl Serialize,
        people: impl FnOnce() -> String,
    ) -> Result<(), Failure> {
        let text = if self.json {
            json(serde_json::to_string_pretty(value))?
        } else {
            people()
        };
        self.line(&text)
    }

    /// One of many answers: `value` as a line of JSON, or the text of `people`.
    ///
    /// # Errors
    ///
    /// [`Failure::Unreachable`]: nobody reads it any more.
    pub fn one_of_many(
        &mut self,
        value: &impl Serialize,
        people: impl FnOnce() -> String,
    ) -> Result<(), Failure> {
        let text = if self.json {
            json(serde_json::to_string(value))?
        } else {
            people()
        };
        self.line(&text)
    }

    /// The last of many answers, for people: a program needs no such line.
    ///
    /// # Errors
    ///
    /// [`Failure::Unreachable`]: nobody reads it any more.
    pub fn closing(&mut self, text: &str) -> Result<(), Failure> {
        if self.json {
            return Ok(());
        }
        self.line(text)
    }

    /// A remark for people beside the answer.
    pub fn remark(&mut self, text: &str) {
        let _ = writeln!(self.err, "{text}");
    }

    /// Asks the person whether to do what cannot be undone, or not by everybody.
    ///
    /// # Errors
    ///
    /// [`Failure::Refused`] if they do not say yes; [`Failure::Usage`] without a person and without `--yes`.
    pub fn confirm(&mut self, what: &str) -> Result<(), Failure> {
        if self.yes {
            return Ok(());
        }
        let Some(person) = &mut self.person else {
            let reason = format!("{what}: nobody is here to confirm it, so add --yes");
            return Err(Failure::Usage(reason));
        };
        let _ = write!(self.err, "{what}. Continue? [y/N] ");
        let _ = self.err.flush();
        let mut line = String::new();
        let _ = person.read_line(&mut line);
        match line.trim().to_ascii_lowercase().as_str() {
            "y" | "yes" => Ok(()),
            _ => Err(Failure::Refused("nothing was done".into())),
        }
    }

    /// The raw text of a command that has no JSON.
    pub(crate) fn line(&mut self, text: &str) -> Result<(), Failure> {
        let written = writeln!(self.out, "{}", text.trim_end_matches('\n'));
        written
            .and_then(|()| self.out.flush())
            .map_err(|error| Failure::unreachable("the output", &error))
    }

    pub(crate) fn usage(&mut self, shown: &clap::Error) -> Exit {
        if shown.use_stderr() {
            let _ = write!(self.err, "{shown}");
            Exit::Usage
        } else {
            let _ = write!(self.out, "{shown}");
            Exit::Done
        }
    }

    pub(crate) fn failure(&mut self, failure: &Failure) -> Exit {
        let text = failure.to_string().replace('\n', " ");
        let _ = writeln!(self.err, "error: {text}");
        failure.exit()
    }
}

fn json(text: serde_json::Result<String>) -> Result<String, Failure> {
    text.map_err(|error| Failure::unreachable("the answer", &error))
}
