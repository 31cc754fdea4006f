//! The Lambda bootstrap, nothing else.

use mailer::Mailer;
use shared::lambda::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    shared::lambda::log();
    let mailer = Mailer::start(shared::App::from_env()?).await?;
    let handler = lambda_runtime::service_fn(|event| mailer.handle(event));
    lambda_runtime::run(handler).await
}
