//! `DELETE /api/users/{id}/factors`: the way back for a person who has lost every factor.

use local::Options;
use serde_json::json;

use super::{ADA, FACTORS, enrolled, item};
use crate::support::{PASSWORD, Person, TestApp};

const ROOT: &str = "root@example.com";

async fn start() -> (TestApp, Person) {
    let options = Options::memory().parameter("PlatformAdminEmails", ROOT);
    let app = TestApp::with(options).await;
    let root = app.proven_owner(ROOT, "Platform").await.owner;
    (app, root)
}

fn path(id: u64) -> String {
    format!("/api/users/{id}/factors")
}

#[tokio::test]
async fn the_platform_removes_every_factor_and_session() {
    let (app, root) = start().await;
    let (ada, _) = enrolled(&app).await;
    root.enrol_totp().await;
    root.delete(&path(ada.id)).await.expect(204);
    ada.get(FACTORS).await.refused(401, "UNAUTHENTICATED");
    let again = app.sign_in(ADA, PASSWORD).await;
    assert!(again.get(FACTORS).await.expect(200)["totp"].is_null());
    let mail = app.mail(ADA, "second factor was removed").await;
    let text = mail.text.unwrap();
    for hidden in ["Network address", "Device", ROOT] {
        assert!(!text.contains(hidden), "{hidden}");
    }
    let change = item(&app, &ada).await;
    assert_eq!(change["change"]["M"]["kind"]["S"], "SignedIn");
    // Nothing is left to remove.
    root.delete(&path(ada.id)).await.expect(204);
    again.get(FACTORS).await.expect(200);
}

#[tokio::test]
async fn it_takes_two_factors_and_a_recent_use() {
    let (app, root) = start().await;
    let (ada, _) = enrolled(&app).await;
    let refused = root.delete(&path(ada.id)).await;
    let problem = refused.refused(401, "REAUTHENTICATION_REQUIRED");
    assert!(
        problem["detail"]
            .as_str()
            .unwrap()
            .contains("second factor")
    );
    let authenticator = root.enrol_totp().await;
    app.stack.advance(601);
    let old = root.delete(&path(ada.id)).await;
    old.refused(401, "REAUTHENTICATION_REQUIRED");
    let code = authenticator.code(&app, 0);
    root.step_up(&json!({ "code": code })).await.expect(200);
    root.delete(&path(ada.id)).await.expect(204);
}

#[tokio::test]
async fn nobody_else_learns_whether_the_person_exists() {
    let (app, root) = start().await;
    let (ada, _) = enrolled(&app).await;
    let bob = app.proven_owner("bob@example.com", "Globex").await.owner;
    for id in [ada.id, bob.id, root.id, 4] {
        bob.delete(&path(id)).await.refused(403, "UNAUTHORIZED");
    }
    root.enrol_totp().await;
    root.delete(&path(4)).await.refused(404, "USER_NOT_FOUND");
}
