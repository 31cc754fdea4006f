//! The last mail to an erased person. Only the stream record of the deletion still has the address.

use std::collections::BTreeMap;

use runtime::model::{Actor, EmailAddress, Mail, Stored as _};

use crate::Mailer;
use crate::deliver::Unsent;
use crate::letter::{Part, Recipient, Sender};
use crate::people::People;
use crate::record::{Asked, ErasedUser, Image};

impl Mailer {
    /// The mail about the deletion of `user`, while the record of the deletion exists.
    pub(crate) async fn erasure(
        &self,
        user: &ErasedUser,
    ) -> Result<Option<(Asked, People)>, Unsent> {
        let Some(change) = self.app.store.erasure(user.id).await? else {
            return Ok(None);
        };
        let sender = match change.actor {
            Some(Actor::Platform) => Sender::Platform,
            _ => Sender::Unknown,
        };
        let asked = Asked {
            mail: Mail::PersonErased,
            image: Image {
                pk: user.pk.clone(),
                change,
                email: None,
                first_name: None,
                name: None,
                created_at: None,
                invitation: None,
                verification: None,
                reset: None,
                addresses: None,
                sessions: BTreeMap::new(),
            },
            before: BTreeMap::new(),
        };
        let people = People {
            sender,
            owner: Sender::Unknown,
            account: None,
            recipients: vec![Recipient {
                user: user.id,
                address: EmailAddress::from_stored(user.email.clone()),
                greeting: Some(user.first_name.clone()),
                recent: false,
                part: Part::Only,
            }],
        };
        Ok(Some((asked, people)))
    }
}
