//! The mail of an invitation.

use local::Options;
use serde_json::json;

use crate::support::{TestApp, token_in};

#[tokio::test]
async fn an_invitation_names_who_invites_whom_into_what() {
    let options = Options::memory()
        .parameter("AppUrl", "https://app.example.com")
        .parameter("BrandName", "Ledger")
        .parameter("MailFrom", "desk@ledger.example");
    let app = TestApp::with(options).await;
    let acme = app.proven_owner_of("Acme").await;
    acme.invite("Grace@Example.com", &["user"]).await;
    let mail = app.mail("Grace@Example.com", "invites you").await;
    assert_eq!(mail.subject, "Ada Lovelace invites you to Acme");
    assert!(mail.from.contains("desk@ledger.example"), "{}", mail.from);
    let link = format!(
        "https://app.example.com/invitation#token={}",
        token_in(&mail)
    );
    let (text, html) = (mail.text.unwrap(), mail.html.unwrap());
    for body in [&text, &html] {
        assert!(body.contains("Hello Grace,"), "{body}");
        assert!(
            body.contains("Ada Lovelace invites you to join Acme on Ledger."),
            "{body}"
        );
    }
    assert!(text.contains(&format!("\n{link}\n")), "{text}");
    assert!(html.contains(&format!("href=\"{link}\"")), "{html}");
}

#[tokio::test]
async fn names_are_escaped_in_html_and_left_alone_in_text() {
    let app = TestApp::start().await;
    let acme = app.proven_owner("ada@example.com", "Acme <b>&\"Co\"").await;
    let name = json!({ "firstName": "<script>alert(1)</script>", "lastName": "O'Hara & \"Sons\"" });
    acme.owner.patch("/api/users/me", &name).await.expect(200);
    acme.owner.prove().await;
    let body = json!({
        "email": "grace@example.com", "firstName": "<img src=x>", "lastName": "Hopper", "roles": ["user"],
    });
    acme.owner.post(&acme.users(), &body).await.expect(201);
    let mail = app.mail("grace@example.com", "invites you").await;
    let (text, html) = (mail.text.unwrap(), mail.html.unwrap());
    // A line may end within a name of several words.
    let text = text.replace('\n', " ");
    for name in [
        "<script>alert(1)</script> O'Hara & \"Sons\"",
        "Acme <b>&\"Co\"",
        "<img src=x>",
    ] {
        assert!(text.contains(name), "{text}");
        assert!(!html.contains(name), "{html}");
    }
    for forbidden in ["<script", "<img", "<b>"] {
        assert!(!html.contains(forbidden), "{html}");
    }
    assert!(
        mail.subject
            .contains("<script>alert(1)</script> O'Hara & \"Sons\" invites you to Acme <b>")
    );
}

#[tokio::test]
async fn a_long_name_in_any_script_arrives_whole_but_for_the_subject() {
    let app = TestApp::start().await;
    let name = "株式会社".repeat(25);
    let acme = app.proven_owner("ada@example.com", &name).await;
    acme.invite("grace@example.com", &["user"]).await;
    let mail = app.mail("grace@example.com", "invites you").await;
    let short: String = name.chars().take(50).collect();
    let subject = format!("Ada Lovelace invites you to {short}…");
    assert_eq!(mail.subject, subject);
    assert!(mail.text.unwrap().contains(&name));
}

#[tokio::test]
async fn an_unproven_inviter_is_named_by_their_address() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let name = json!({ "firstName": "Security team:", "lastName": "confirm within 24h" });
    acme.owner.patch("/api/users/me", &name).await.expect(200);
    acme.invite("grace@example.com", &["user"]).await;
    let mail = app.mail("grace@example.com", "invites you").await;
    // No program makes a link of it.
    let subject = mail.subject.replace('\u{202f}', "");
    assert_eq!(subject, "owner@acme.example invites you to Acme");
    let token = json!({ "token": token_in(&mail) });
    let text = mail.text.unwrap();
    assert!(!text.contains("Security"), "{text}");
    let looked = app
        .post("/api/invitations/lookup", &token)
        .await
        .expect(200);
    assert_eq!(looked["inviterName"], "owner@acme.example");
}

#[tokio::test]
async fn a_link_leads_to_the_stack_itself_unless_told_otherwise() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    acme.invite("grace@example.com", &["user"]).await;
    let mail = app.mail("grace@example.com", "invites you").await;
    let link = format!("{}/invitation#token=", app.stack.url());
    assert!(mail.text.unwrap().contains(&link), "{link}");
}
