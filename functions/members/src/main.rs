//! The Lambda bootstrap, nothing else.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), shared::lambda::Error> {
    shared::lambda::log();
    let app = shared::App::from_env()?;
    shared::lambda::serve(members::start(app).await?).await
}
