//! `cargo run -- tour`

#![expect(
    clippy::unwrap_used,
    reason = "what the tests have in common fails where the mistake is, as the tests do"
)]

use std::process::{Command, Output};

fn tour(path: Option<&str>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_local"));
    command.arg("tour").env_remove("RUST_LOG");
    if let Some(path) = path {
        command.env("PATH", path);
    }
    command.output().unwrap()
}

#[test]
fn the_tour_shows_what_happens_behind_each_line() {
    let output = tour(None);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}");
    for expected in [
        "POST /api/accounts/signup 201, IdentityFunction, ",
        "Put EMAIL#ada@example.com | EMAIL if attribute_not_exists(pk)",
        "change InvitationAccepted",
        "mail to grace@example.com: ",
        "412 PRECONDITION_FAILED, AccountsFunction, ",
        "restore 200, AccountsFunction, ",
        "The tour is complete",
    ] {
        assert!(said.contains(expected), "{expected:?} is not in\n{said}");
    }
    // Either the part with the authenticator app was taken, or its absence is said.
    let with_app = said.contains("POST /api/auth/login/second-factor 200");
    assert_ne!(
        with_app,
        said.contains("SKIPPED: oathtool is not installed."),
        "{said}"
    );
}

#[test]
fn a_program_that_is_missing_is_named() {
    let empty = tempfile::tempdir().unwrap();
    let output = tour(Some(empty.path().to_str().unwrap()));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(
        said.starts_with("error: ") && said.contains("bash, which is not installed"),
        "{said}"
    );
    let bash = ["/bin/bash", "/usr/bin/bash"];
    let bash = bash
        .iter()
        .find(|place| std::path::Path::new(place).exists());
    #[cfg(unix)]
    std::os::unix::fs::symlink(bash.unwrap(), empty.path().join("bash")).unwrap();
    let output = tour(Some(empty.path().to_str().unwrap()));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("need curl: install it first"), "{said}");
}
