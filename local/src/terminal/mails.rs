//! The mails in the terminal, as they are caught.

use std::io::Write as _;

use serde_json::json;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::LogForm;
use super::format::time;
use crate::Mail;

/// Writes each mail and its links to the standard error, until the stack ends.
pub async fn show_mails(mut mails: Receiver<Mail>, form: LogForm) {
    loop {
        match mails.recv().await {
            Ok(mail) => {
                // The reader of the log may have gone.
                let _ = writeln!(std::io::stderr(), "{}", shown(&mail, form));
            }
            Err(RecvError::Lagged(missed)) => {
                tracing::warn!(missed, "some mails are in the mailbox only");
            }
            Err(RecvError::Closed) => return,
        }
    }
}

fn shown(mail: &Mail, form: LogForm) -> String {
    let Mail { to, subject, .. } = mail;
    let links = links(mail.text.as_deref().unwrap_or_default());
    match form {
        LogForm::Json => {
            json!({ "timestamp": mail.sent_at, "level": "INFO", "message": "mail", "to": to, "subject": subject, "links": links })
                .to_string()
        }
        LogForm::Text => {
            let links = links.iter().map(|link| format!("\n         {link}"));
            format!(
                "{} mail to {to}: {subject}{}",
                time(),
                links.collect::<String>()
            )
        }
    }
}

/// The addresses of pages in a text.
fn links(text: &str) -> Vec<&str> {
    let words = text.split_whitespace();
    words
        .filter(|word| word.starts_with("http://") || word.starts_with("https://"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{LogForm, shown};
    use crate::Mail;

    #[test]
    fn a_mail_is_shown_with_its_links() {
        let mail = Mail {
            to: "ada@example.com".into(),
            subject: "Verify".into(),
            text: Some("Hello,\n\nhttp://127.0.0.1/verify-email#token=x\n\nBye.".into()),
            ..Mail::default()
        };
        let text = shown(&mail, LogForm::Text);
        assert!(text.ends_with(
            " mail to ada@example.com: Verify\n         http://127.0.0.1/verify-email#token=x"
        ));
        let json = shown(&mail, LogForm::Json);
        assert!(
            json.contains(r#""links":["http://127.0.0.1/verify-email#token=x"]"#),
            "{json}"
        );
    }
}
