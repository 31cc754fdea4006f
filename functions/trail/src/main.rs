//! The Lambda bootstrap, nothing else.

use runtime::Error;
use trail::Trail;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    runtime::log();
    let trail = Trail::new(runtime::App::from_env()?);
    let handler = lambda_runtime::service_fn(|event| trail.handle(event));
    lambda_runtime::run(handler).await
}
