//! The Lambda bootstrap, nothing else.

use authorizer::Authorizer;
use runtime::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    runtime::log();
    let authorizer = Authorizer::new(runtime::App::from_env()?);
    authorizer.connect().await;
    let handler = lambda_runtime::service_fn(|event| authorizer.handle(event));
    lambda_runtime::run(handler).await
}
