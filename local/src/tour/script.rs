//! The tour's lines in the README.

/// A shell block, and the text above it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Block<'a> {
    pub(super) prose: String,
    /// Each with its number in the README, counted from 1.
    pub(super) lines: Vec<(usize, &'a str)>,
}

impl Block<'_> {
    /// Whether a line of it uses `program`.
    pub(super) fn needs(&self, program: &str) -> bool {
        self.lines.iter().any(|(_, line)| line.contains(program))
    }
}

/// The blocks below the heading *Tour*, up to the next heading of its level. Each line is a command of its own.
pub(super) fn blocks(readme: &str) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    let mut block = Block::default();
    let mut place = Place::Outside;
    for (number, line) in (1..).zip(readme.lines()) {
        place = match place {
            Place::Outside if line == "## Tour" => Place::Prose,
            Place::Prose if line.starts_with("## ") => Place::Outside,
            Place::Prose if line == "```sh" => Place::Shell,
            Place::Prose if line.starts_with("```") => Place::Other,
            Place::Prose => {
                block.prose.push_str(line);
                block.prose.push('\n');
                Place::Prose
            }
            Place::Shell if line.starts_with("```") => {
                block.prose = block.prose.trim().to_owned();
                found.push(std::mem::take(&mut block));
                Place::Prose
            }
            Place::Shell => {
                if !line.trim().is_empty() {
                    block.lines.push((number, line));
                }
                Place::Shell
            }
            // An answer that is shown.
            Place::Other if line.starts_with("```") => Place::Prose,
            other => other,
        };
    }
    found
}

enum Place {
    Outside,
    Prose,
    Shell,
    Other,
}

#[cfg(test)]
mod tests {
    use super::{Block, blocks};

    #[test]
    fn only_shell_blocks_of_the_tour_count() {
        let readme = "## Start\n```sh\ncargo run\n```\n## Tour\nAda\nsigns up:\n\n```sh\na=1\n\necho $a\n```\n\n\
                      ```json\n{}\n```\nThen:\n```sh\ntrue\n```\n## More\n```sh\nfalse\n```\n";
        let expected = [
            Block {
                prose: "Ada\nsigns up:".into(),
                lines: vec![(10, "a=1"), (12, "echo $a")],
            },
            Block {
                prose: "Then:".into(),
                lines: vec![(20, "true")],
            },
        ];
        assert_eq!(blocks(readme), expected);
    }
}
