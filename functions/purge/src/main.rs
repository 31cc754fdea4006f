//! The Lambda bootstrap, nothing else.

use purge::Purge;
use runtime::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    runtime::log();
    let purge = Purge::new(runtime::App::from_env()?);
    let handler = lambda_runtime::service_fn(|event| purge.handle(event));
    lambda_runtime::run(handler).await
}
