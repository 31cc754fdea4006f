//! The Lambda bootstrap, nothing else.

use mailer::Mailer;
use runtime::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    runtime::log();
    let mailer = Mailer::start(runtime::App::from_env()?).await?;
    let handler = lambda_runtime::service_fn(|event| mailer.handle(event));
    lambda_runtime::run(handler).await
}
