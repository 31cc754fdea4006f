//! The tour of the README against a stack in memory, with what happened behind each line.

mod behind;
mod script;
mod shell;

use std::io::{self, Write};

use crate::{Options, Stack, StartError};
use behind::Behind;
use script::{Block, blocks};
use shell::Shell;

const README: &str = include_str!("../../../README.md");
/// The address that the README's lines go to.
const ADDRESS: &str = "http://127.0.0.1:3000";
/// What every part of the tour needs.
const NEEDED: [&str; 3] = ["curl", "sed", "grep"];
/// What one part of the tour needs: that part is left out without it.
const OPTIONAL: &str = "oathtool";
/// The most characters of a line of output. The mailbox has mails as HTML.
const LONGEST: usize = 600;

/// Why the tour ended early.
#[derive(Debug, thiserror::Error)]
pub enum TourError {
    /// The stack does not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// A program that the lines use is not installed.
    #[error("the tour runs the README's lines, which need {0}: install it first")]
    Missing(&'static str),
    /// A line failed.
    #[error("README.md, line {line}: the command ends with status {status}")]
    Failed {
        /// Its number in the README.
        line: usize,
        /// The status of the shell.
        status: i32,
    },
    /// The shell ended by itself, as it does at a name that is not set.
    #[error("README.md, line {0}: the shell ended")]
    Ended(usize),
    /// The shell or the terminal does not answer.
    #[error("the tour cannot go on: {0}")]
    Io(#[from] io::Error),
}

/// Takes the tour, and writes each line, its output and what happened behind it to `out`.
///
/// # Errors
///
/// The stack does not start, a program is missing, or a line of the README fails.
pub async fn take(out: &mut (impl Write + Send)) -> Result<(), TourError> {
    for program in NEEDED {
        if !shell::knows(program).await? {
            return Err(TourError::Missing(program));
        }
    }
    let with_optional = shell::knows(OPTIONAL).await?;
    let stack = Stack::start(Options::memory().recorded()).await?;
    writeln!(
        out,
        "The tour of README.md, on a stack in memory at {}.\n\
         Below each command: its output, and then, indented, the requests with their DynamoDB calls, the changes and the mails.",
        stack.url()
    )?;
    let mut skipped = false;
    let mut shell = Shell::start()?;
    let mut behind = Behind::new(&stack);
    for (place, block) in blocks(README).iter().enumerate() {
        // The first text says how to take the tour by hand.
        if place > 0 {
            writeln!(out, "\n{}", block.prose)?;
        }
        if !with_optional && block.needs(OPTIONAL) {
            skipped = true;
            writeln!(out, "\nSKIPPED: {OPTIONAL} is not installed.")?;
            continue;
        }
        take_block(block, &stack, &mut shell, &mut behind, out).await?;
    }
    let skipped = if skipped {
        format!(", without the part that needs {OPTIONAL}")
    } else {
        String::new()
    };
    writeln!(out, "\nThe tour is complete{skipped}.")?;
    stack.stop().await;
    Ok(())
}

async fn take_block(
    block: &Block<'_>,
    stack: &Stack,
    shell: &mut Shell,
    behind: &mut Behind,
    out: &mut (impl Write + Send),
) -> Result<(), TourError> {
    for (line, command) in &block.lines {
        let command = command.replace(ADDRESS, stack.url());
        writeln!(out, "\n$ {command}")?;
        let status = shell
            .run(&command, |output| writeln!(out, "{}", shortened(output)))
            .await?;
        match status {
            Some(0) => behind.show(stack, out).await?,
            Some(status) => {
                behind.show(stack, out).await?;
                return Err(TourError::Failed {
                    line: *line,
                    status,
                });
            }
            None => return Err(TourError::Ended(*line)),
        }
    }
    Ok(())
}

fn shortened(output: &str) -> String {
    match output.char_indices().nth(LONGEST) {
        Some((end, _)) => {
            let more = output[end..].chars().count();
            format!("{} ... and {more} characters more", &output[..end])
        }
        None => output.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, OPTIONAL, README, blocks, shortened};

    #[test]
    fn the_readme_has_a_tour_whose_lines_begin_with_the_address() {
        let blocks = blocks(README);
        assert!(blocks.len() > 10);
        assert!(
            blocks[0].lines[0]
                .1
                .starts_with("url=http://127.0.0.1:3000")
        );
        assert_eq!(
            blocks.iter().filter(|block| block.needs(OPTIONAL)).count(),
            1
        );
    }

    #[test]
    fn a_long_line_is_cut_between_characters() {
        assert_eq!(shortened("ä"), "ä");
        let long = "ä".repeat(LONGEST + 2);
        assert!(shortened(&long).ends_with("ä ... and 2 characters more"));
    }
}
