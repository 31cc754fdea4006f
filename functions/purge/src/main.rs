//! The Lambda bootstrap, nothing else.

use purge::Purge;
use shared::lambda::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    shared::lambda::log();
    let purge = Purge::new(shared::App::from_env()?);
    let handler = lambda_runtime::service_fn(|event| purge.handle(event));
    lambda_runtime::run(handler).await
}
