//! The Lambda bootstrap, nothing else.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), shared::runtime::Error> {
    shared::runtime::log();
    let app = shared::App::from_env()?;
    app.connect().await;
    shared::serve(accounts::routes(app)).await
}
