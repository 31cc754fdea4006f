//! `docs/admin.md` says what the command does: each of its command lines runs, and it knows each kind of finding. Those for a deployed
//! stack exist; `tools/deploy/` runs them. So do those of the other pages.

use admin::Exit;
use admin::check::Kind;

use crate::support::{Desk, run, words_of};

const DOCUMENT: &str = include_str!("../../../docs/admin.md");
const OTHERS: [&str; 3] = [
    include_str!("../../../docs/operations.md"),
    include_str!("../../../docs/first-deployment.md"),
    include_str!("../../../docs/rebuild.md"),
];
const COMMAND: &str = "cargo run -p admin --";

/// The command lines of the shell blocks of `document`, without comments.
fn lines(document: &'static str) -> Vec<&'static str> {
    let blocks = document.split("```sh\n").skip(1);
    let blocks = blocks.map(|rest| rest.split("```").next().unwrap());
    let lines = blocks.flat_map(str::lines);
    let lines = lines.filter_map(|line| line.trim().strip_prefix(COMMAND));
    lines
        .map(|line| line.split(" # ").next().unwrap().trim())
        .collect()
}

/// Whether a command line is about AWS, and not about the local stack.
fn is_deployed(line: &str) -> bool {
    line.contains("--stack") || line.contains("--bucket")
}

#[tokio::test]
async fn every_command_line_for_a_deployed_stack_exists() {
    let lines: Vec<_> = std::iter::once(DOCUMENT)
        .chain(OTHERS)
        .flat_map(lines)
        .filter(|line| is_deployed(line))
        .collect();
    assert!(lines.len() > 14, "{lines:?}");
    for line in lines {
        // What stands before it is read, and nothing runs.
        let ran = run(words_of(&format!("admin {line} --help")), None).await;
        assert_eq!(ran.exit, Exit::Done, "{line}: {ran:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_command_line_of_the_documentation_runs() {
    let desk = Desk::start().await;
    let (_, acme, token) = desk.owner("ada@example.com", "Acme").await;
    desk.member(acme, &token, "grace@example.com").await;
    desk.member(acme, &token, "kate@example.com").await;
    desk.invite(acme, &token, "invited@example.com").await;
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("check.json");
    let lines: Vec<_> = lines(DOCUMENT)
        .into_iter()
        .filter(|line| !is_deployed(line))
        .collect();
    assert!(lines.len() > 25, "{lines:?}");
    // A transferred account is deleted and restored by its id, in the order of the page; what follows names it anew.
    let mut name = "Acme";
    for line in lines {
        let deletes = line.contains("accounts restore");
        let words = words_of(line).into_iter().map(|word| match word.as_str() {
            "42" => acme.to_string(),
            "check.json" => state.display().to_string(),
            "Acme" => name.to_owned(),
            _ => word,
        });
        let quoted: Vec<_> = words.map(|word| format!("\"{word}\"")).collect();
        let ran = desk.run(&quoted.join(" ")).await;
        assert_eq!(ran.exit, Exit::Done, "{line}: {ran:?}");
        assert!(!ran.out.is_empty(), "{line}: {ran:?}");
        if deletes {
            name = "Acme Again";
        }
    }
}

#[test]
fn every_kind_of_finding_is_documented_as_it_is() {
    for kind in Kind::ALL {
        let mended = if kind.is_repairable() {
            " mends it"
        } else {
            ""
        };
        let row = format!("| `{}` | {} |{mended} |", kind.code(), kind.meaning());
        assert!(DOCUMENT.contains(&row), "docs/admin.md lacks {row}");
    }
}
