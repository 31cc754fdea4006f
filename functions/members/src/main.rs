//! The Lambda bootstrap, nothing else.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), shared::lambda::Error> {
    shared::lambda::log();
    let app = shared::App::from_env()?;
    app.store.connect().await;
    shared::lambda::serve(members::router(app)).await
}
