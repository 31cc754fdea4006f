//! What does not need a stack, or finds none.

use admin::Exit;

use crate::support::{run, words_of};

async fn ran(line: &str) -> crate::support::Ran {
    run(words_of(line), None).await
}

#[tokio::test]
async fn every_command_explains_itself() {
    for line in [
        "admin --help",
        "admin help users",
        "admin users erase --help",
        "admin --version",
    ] {
        let ran = ran(line).await;
        assert_eq!(ran.exit, Exit::Done, "{line}: {ran:?}");
        assert!(ran.out.contains("admin") && ran.err.is_empty(), "{ran:?}");
    }
}

#[tokio::test]
async fn a_wrong_command_line_is_refused_before_any_stack_is_asked() {
    for line in [
        "admin",
        "admin persons find",
        "admin users show grace",
        "admin accounts show 0/1",
        "admin --stack a --table b users show 1",
        "admin --local=http://127.0.0.1:1 --stack a users show 1",
        "admin redrive",
        "admin --local redrive --list",
        "admin --table a redrive",
        "admin --stack a redrive --bucket b",
        "admin --table a redrive --bucket b",
        "admin --stack a redrive --list --dry-run",
        "admin table restore a",
        "admin --table a table use b",
        "admin --stack a table restore b --at yesterday",
    ] {
        let ran = ran(line).await;
        assert_eq!(ran.exit, Exit::Usage, "{line}: {ran:?}");
        assert!(ran.out.is_empty() && !ran.err.is_empty(), "{ran:?}");
    }
}

#[tokio::test]
async fn without_a_stack_the_command_says_how_to_get_one() {
    let ran = ran("admin --local=http://127.0.0.1:1 users show 1").await;
    assert_eq!(ran.exit, Exit::Unreachable);
    assert!(ran.err.starts_with("error: no local stack: "), "{ran:?}");
    assert!(ran.err.contains("cargo run") && ran.err.lines().count() == 1);
}

#[tokio::test]
async fn every_shell_gets_its_completions() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = ran(&format!("admin completions {shell}")).await;
        assert_eq!(ran.exit, Exit::Done);
        assert!(ran.out.contains("sign-out"), "{shell}: {ran:?}");
    }
}
