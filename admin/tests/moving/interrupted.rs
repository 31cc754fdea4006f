//! An import that is killed anywhere goes on: nothing is lost, nothing is there twice.

use std::process::{Command, Stdio};
use std::time::Duration;

use local::Options;

use crate::generated::{Numbers, lines};
use crate::support::Site;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_that_is_killed_goes_on() {
    let lines = lines(400, 19);
    let options = Options::memory().parameter("AccountsPerOwner", "10000");
    let site = Site::with(options).await;
    let file = site.file(&lines);
    let mut numbers = Numbers::new(20);
    let mut killed = 0;
    loop {
        let mut process = Command::new(env!("CARGO_BIN_EXE_admin"))
            .arg(format!("--local={}", site.stack.url()))
            .args(["import", &file, "--rate", "500"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Later each time, so that it gets further also where it starts slowly.
        let until = 100 + 40 * killed + numbers.below(400);
        tokio::time::sleep(Duration::from_millis(until)).await;
        if let Some(status) = process.try_wait().unwrap() {
            assert!(status.success());
            break;
        }
        // SIGKILL.
        process.kill().unwrap();
        process.wait().unwrap();
        killed += 1;
        assert!(killed < 200, "it gets nowhere");
    }
    assert!(killed > 0, "it was never killed");
    assert!(
        site.export().await == lines,
        "something is lost or there twice"
    );
    assert!(!site.path("lines.ndjson.import").exists());
}
