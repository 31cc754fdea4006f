//! The Lambda bootstrap, nothing else.

use shared::lambda::Error;
use trail::Trail;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    shared::lambda::log();
    let trail = Trail::new(shared::App::from_env()?);
    let handler = lambda_runtime::service_fn(|event| trail.handle(event));
    lambda_runtime::run(handler).await
}
