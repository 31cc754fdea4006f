//! Every kind of mail with the data of an example, to look at without causing it. Their links are of nobody.

use std::collections::BTreeMap;

use runtime::Error;
use runtime::model::{Change, ChangeKind, Differences, Mail, Target, Timestamp};

use crate::Mailer;
use crate::letter::letter;
use crate::record::{Asked, Image, Link, Session};

/// A mail as it would be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Its name in the stored changes, as in `passwordReset`.
    pub kind: &'static str,
    /// The subject line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The HTML.
    pub html: String,
}

impl Mailer {
    /// One mail of every kind, in the brand of this deployment.
    ///
    /// # Errors
    ///
    /// A mail cannot be written.
    pub async fn samples(&self) -> Result<Vec<Sample>, Error> {
        let keys = self.links.keys(&self.app).await;
        let now = self.app.clock.now();
        let samples = Mail::ALL.into_iter().map(|mail| {
            let letter = letter(&asked(mail, now), &self.app.config, &keys)?;
            Ok(Sample {
                kind: name(mail),
                subject: letter.subject,
                text: letter.text,
                html: letter.html,
            })
        });
        samples.collect()
    }
}

fn name(mail: Mail) -> &'static str {
    match mail {
        Mail::Invitation => "invitation",
        Mail::AddedToAccount => "addedToAccount",
        Mail::Verification => "verification",
        Mail::PasswordReset => "passwordReset",
        Mail::PasswordChanged => "passwordChanged",
        Mail::NewSignIn => "newSignIn",
    }
}

/// A change that asks for `mail`, with all that any mail needs.
fn asked(mail: Mail, now: Timestamp) -> Asked {
    let link = Link {
        nonce: vec![0; 16],
        expires_at: now.plus_seconds(24 * 60 * 60).seconds(),
    };
    let session = Session {
        user_agent:
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:150.0) Gecko/20100101 Firefox/150.0"
                .into(),
        expires_at: now.plus_seconds(60).millis(),
    };
    Asked {
        before: BTreeMap::new(),
        image: Image {
            pk: "ACCOUNT#1".into(),
            change: Change {
                id: "sample".into(),
                kind: ChangeKind::UserChanged,
                at: now.millis(),
                actor: None,
                target: Target {
                    r#type: "user".into(),
                    id: 1,
                },
                request_id: "sample".into(),
                version: 1,
                source_ip: "203.0.113.7".into(),
                changes: Differences::default(),
                mail: Some(mail),
                account_name: Some("Example & Co".into()),
                sender_name: Some("Ada Lovelace".into()),
            },
            email: "grace@example.com".into(),
            first_name: Some("Grace".into()),
            invitation: Some(link.clone()),
            verification: Some(link.clone()),
            reset: Some(link),
            sessions: BTreeMap::from([("sample".to_owned(), session)]),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use runtime::model::Mail;

    use super::name;

    #[test]
    fn a_kind_is_called_as_changes_store_it() {
        let names: BTreeSet<_> = Mail::ALL.into_iter().map(name).collect();
        assert_eq!(names.len(), Mail::ALL.len());
        for mail in Mail::ALL {
            let stored = serde_json::to_value(mail).unwrap();
            assert_eq!(stored, name(mail));
        }
    }
}
