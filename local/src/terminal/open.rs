//! Opens an address in the browser of the person.

use std::process::{Command, Stdio};

/// The program that opens addresses.
const OPENER: &str = if cfg!(target_os = "macos") {
    "open"
} else if cfg!(windows) {
    "explorer"
} else {
    "xdg-open"
};

/// Opens `url`; says so where nothing opens it.
pub fn open(url: &str) {
    let opened = Command::new(OPENER)
        .arg(url)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    if let Err(error) = opened {
        eprintln!("{OPENER} does not start ({error}): open {url}");
    }
}
