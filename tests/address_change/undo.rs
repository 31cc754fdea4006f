//! `POST /api/users/me/email/undo`

use serde_json::json;

use super::{ADA, DAY, NEW, ada, change, confirm, notice, profile, request, reset, undo};
use crate::support::{PASSWORD, TestApp};

const OWN: &str = "ada chose this herself";

#[tokio::test]
async fn a_change_is_undone_and_everybody_is_signed_out() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    change(&ada, NEW).await;
    let thief = app.sign_in(NEW, PASSWORD).await;
    let token = notice(&app, ADA).await;
    app.stack.advance(3 * DAY - 60);
    undo(&app, &token).await.expect(204);
    for person in [&ada, &thief] {
        person
            .get("/api/users/me")
            .await
            .refused(401, "UNAUTHENTICATED");
        let refresh = json!({ "refreshToken": person.refresh_token });
        app.post("/api/auth/refresh", &refresh).await.expect(401);
    }
    for email in [ADA, NEW] {
        let void = app.try_sign_in(email, PASSWORD).await;
        void.refused(401, "INVALID_CREDENTIALS");
    }
    reset(&app, ADA, OWN).await.expect(204);
    let back = app.sign_in(ADA, OWN).await;
    assert_eq!(
        (profile(&back).await["email"].as_str(), back.id),
        (Some(ADA), ada.id)
    );
    app.check_invariants().await;
    // The other address is free at once.
    app.try_sign_up(NEW, "Thiefs").await.expect(201);
    app.check_invariants().await;
}

#[tokio::test]
async fn the_notice_of_the_request_stops_it() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let token = request(&ada, NEW).await;
    let stop = app.link_tokens(ADA, "was requested", 1).await.remove(0);
    undo(&app, &stop).await.expect(204);
    confirm(&app, &token).await.refused(400, "INVALID_TOKEN");
    ada.get("/api/users/me")
        .await
        .refused(401, "UNAUTHENTICATED");
    app.try_sign_in(ADA, PASSWORD)
        .await
        .refused(401, "INVALID_CREDENTIALS");
    reset(&app, ADA, OWN).await.expect(204);
    app.sign_in(ADA, OWN).await;
    app.check_invariants().await;
}

#[tokio::test]
async fn the_notice_of_the_request_undoes_the_change_too() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    change(&ada, NEW).await;
    let token = app.link_tokens(ADA, "was requested", 1).await.remove(0);
    undo(&app, &token).await.expect(204);
    reset(&app, ADA, OWN).await.expect(204);
    app.sign_in(ADA, OWN).await;
}

#[tokio::test]
async fn the_first_notice_is_as_good_as_the_last() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    request(&ada, "one@example.com").await;
    let first = app.link_tokens(ADA, "was requested", 1).await.remove(0);
    change(&ada, NEW).await;
    undo(&app, &first).await.expect(204);
    reset(&app, ADA, OWN).await.expect(204);
    app.sign_in(ADA, OWN).await;
}

#[tokio::test]
async fn the_link_works_once_and_is_answered_the_same_until_something_else_happens() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    change(&ada, NEW).await;
    let token = notice(&app, ADA).await;
    for _ in 0..2 {
        undo(&app, &token).await.expect(204);
    }
    app.at_rest().await;
    let mails = app.stack.mails_to(ADA);
    let links = mails
        .iter()
        .filter(|mail| mail.subject.contains("Set a new password"));
    assert_eq!(links.count(), 1);
    reset(&app, ADA, OWN).await.expect(204);
    undo(&app, &token).await.refused(400, "INVALID_TOKEN");
    app.sign_in(ADA, OWN).await;
}

#[tokio::test]
async fn a_link_that_is_too_old_or_forged_undoes_nothing() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    change(&ada, NEW).await;
    let token = notice(&app, ADA).await;
    app.stack.advance(3 * DAY + 1);
    undo(&app, &token).await.refused(410, "TOKEN_EXPIRED");
    for token in ["", "forged", &"A".repeat(98)] {
        undo(&app, token).await.refused(400, "INVALID_TOKEN");
    }
    app.sign_in(NEW, PASSWORD).await;
}

#[tokio::test]
async fn an_undone_change_takes_the_later_ones_along_and_their_links() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    change(&ada, NEW).await;
    change(&ada, "third@example.com").await;
    let (first, second) = (notice(&app, ADA).await, notice(&app, NEW).await);
    undo(&app, &first).await.expect(204);
    // A thief reads the mails of the address between.
    undo(&app, &second).await.refused(400, "INVALID_TOKEN");
    reset(&app, ADA, OWN).await.expect(204);
    app.sign_in(ADA, OWN).await;
    app.check_invariants().await;
}

#[tokio::test]
async fn nobody_signs_up_over_a_person_whose_password_is_void() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    change(&ada, NEW).await;
    let token = notice(&app, ADA).await;
    undo(&app, &token).await.expect(204);
    app.try_sign_up(ADA, "Evil")
        .await
        .refused(409, "USER_ALREADY_EXISTS");
}

#[tokio::test]
async fn an_undoing_is_no_sign_in_for_the_suspended() {
    let options = local::Options::memory().parameter("PlatformAdminEmails", "root@example.com");
    let app = TestApp::with(options).await;
    let root = app.proven_owner("root@example.com", "Platform").await.owner;
    let ada = ada(&app).await;
    let token = request(&ada, NEW).await;
    let stop = app.link_tokens(ADA, "was requested", 1).await.remove(0);
    let suspended = json!({ "status": "suspended" });
    let path = format!("/api/users/{}", ada.id);
    root.put(&path, &suspended).await.expect(200);
    confirm(&app, &token).await.refused(403, "USER_SUSPENDED");
    undo(&app, &stop).await.expect(204);
    reset(&app, ADA, OWN).await.expect(204);
    app.try_sign_in(ADA, OWN)
        .await
        .refused(403, "USER_SUSPENDED");
}
