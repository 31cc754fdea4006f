//! The commands of `docs/import.md` run, one after the other.

use crate::support::{Site, text};

const PAGE: &str = include_str!("../../../docs/import.md");

/// The arguments of each command of the page, and the file that its output goes to.
fn commands() -> Vec<(Vec<String>, Option<String>)> {
    let blocks = PAGE.split("```sh\n").skip(1);
    let lines = blocks.flat_map(|block| block.split("```").next().unwrap().lines());
    lines
        .filter_map(|line| line.strip_prefix("cargo run -p admin -- "))
        .map(|line| line.split(" #").next().unwrap())
        .map(|line| {
            let (command, file) = match line.split_once(" > ") {
                Some((command, file)) => (command, Some(file.trim().to_owned())),
                None => (line, None),
            };
            let words = command.split_whitespace().map(str::to_owned);
            (words.collect(), file)
        })
        .collect()
}

#[tokio::test]
async fn every_command_of_the_page_runs() {
    let site = Site::start().await;
    let here = |word: &str| match word {
        "users.csv" => format!("{}/tests/data/clerk.csv", env!("CARGO_MANIFEST_DIR")),
        file if file.contains(".ndjson") => text(&site.path(file)),
        other => other.to_owned(),
    };
    let commands = commands();
    assert!(commands.len() >= 5);
    for (words, file) in commands {
        let words: Vec<String> = words.iter().map(|word| here(word)).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let ended = site.run(&words).await;
        assert_eq!(ended.exit, admin::Exit::Done, "{words:?}: {}", ended.err);
        if let Some(file) = file {
            std::fs::write(here(&file), ended.out).unwrap();
        }
    }
}

#[tokio::test]
async fn the_lines_of_the_page_are_right() {
    let site = Site::start().await;
    let lines = PAGE.split("```json\n").nth(1).unwrap();
    site.import(lines.split("```").next().unwrap()).await.done();
}

#[tokio::test]
async fn each_command_explains_itself() {
    let site = Site::start().await;
    for command in ["import", "export", "convert", "pull"] {
        let help = site.run(&[command, "--help"]).await.done();
        assert!(help.contains("Usage:"), "{help}");
    }
}
