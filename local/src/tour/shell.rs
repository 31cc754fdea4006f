//! One bash that runs the lines one after the other, so that a later line knows the names of an earlier one.

use std::io;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

/// Stands before the status that ends a command's output. No answer of the API has it.
const MARK: char = '\u{1}';

/// A running bash. It ends when it is dropped.
#[derive(Debug)]
pub(super) struct Shell {
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
    _process: Child,
}

impl Shell {
    pub(super) fn start() -> io::Result<Self> {
        let mut process = bash()
            .args(["-u", "-o", "pipefail", "-s"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (Some(input), Some(output)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(io::Error::other("bash has no pipes"));
        };
        Ok(Self {
            input,
            output: BufReader::new(output).lines(),
            _process: process,
        })
    }

    /// Runs `command`, and hands each line of its output to `show` as it comes. Answers its status, or `None` where the shell
    /// ended.
    pub(super) async fn run(
        &mut self,
        command: &str,
        mut show: impl FnMut(&str) -> io::Result<()>,
    ) -> io::Result<Option<i32>> {
        // A command must not read the lines that follow it.
        let text = format!("{{ {command}\n}} </dev/null; printf '\\n\\001%s\\n' \"$?\"\n");
        match self.input.write_all(text.as_bytes()).await {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(None),
            written => written?,
        }
        self.input.flush().await?;
        while let Some(line) = self.output.next_line().await? {
            match line.strip_prefix(MARK) {
                Some(status) => {
                    return Ok(status.parse().ok());
                }
                None if line.is_empty() => {}
                None => show(&line)?,
            }
        }
        Ok(None)
    }
}

/// Whether bash finds `program`.
pub(super) async fn knows(program: &str) -> io::Result<bool> {
    let script = format!("command -v {program}");
    let asked = bash()
        .args(["-c", &script])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .await;
    match asked {
        Ok(status) => Ok(status.success()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let reason = "the tour runs the README's lines in bash, which is not installed";
            Err(io::Error::new(io::ErrorKind::NotFound, reason))
        }
        Err(error) => Err(error),
    }
}

fn bash() -> Command {
    let mut command = Command::new("bash");
    command.kill_on_drop(true);
    command
}

#[cfg(test)]
mod tests {
    use super::{Shell, knows};

    async fn outputs(shell: &mut Shell, command: &str) -> (Option<i32>, Vec<String>) {
        let mut lines = Vec::new();
        let status = shell.run(command, |line| {
            lines.push(line.to_owned());
            Ok(())
        });
        (status.await.unwrap(), lines)
    }

    #[tokio::test]
    async fn names_last_and_statuses_are_of_the_whole_pipe() {
        let mut shell = Shell::start().unwrap();
        let said = |status, lines: &[&str]| {
            let lines = lines.iter().map(ToString::to_string);
            (Some(status), lines.collect::<Vec<_>>())
        };
        assert_eq!(outputs(&mut shell, "a='x y'").await, said(0, &[]));
        assert_eq!(
            outputs(&mut shell, r#"printf '%s\n' "$a" z"#).await,
            said(0, &["x y", "z"])
        );
        assert_eq!(outputs(&mut shell, "false | cat").await, said(1, &[]));
        assert_eq!(outputs(&mut shell, "cat").await, said(0, &[]));
        // A name that is not set ends the shell.
        assert_eq!(outputs(&mut shell, "echo $unknown").await, (None, vec![]));
        assert_eq!(outputs(&mut shell, "true").await, (None, vec![]));
    }

    #[tokio::test]
    async fn a_program_is_looked_for() {
        assert!(knows("cat").await.unwrap());
        assert!(!knows("no-such-program").await.unwrap());
    }
}
