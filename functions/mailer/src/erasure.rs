//! The last mail to an erased person. Only the stream record of the deletion still has the address.

use std::collections::BTreeMap;

use runtime::model::{EmailAddress, Mail, Stored as _};
use runtime::store::StreamRecord;

use crate::Mailer;
use crate::deliver::Unsent;
use crate::letter::{Recipient, Sender};
use crate::people::People;
use crate::record::{Asked, Image, erased};

impl Mailer {
    /// The mail about the deletion of a user, if `record` deletes one whose address was proven. An address that was never proven
    /// may belong to another person, who must not learn of the deletion.
    pub(crate) async fn erasure(
        &self,
        record: &StreamRecord,
    ) -> Result<Option<(Asked, People)>, Unsent> {
        let Some(user) = erased(record)?.filter(|user| user.verified) else {
            return Ok(None);
        };
        let Some(change) = self.app.store.erasure(user.id).await? else {
            return Ok(None);
        };
        let asked = Asked {
            mail: Mail::PersonErased,
            image: Image {
                pk: record.pk.clone(),
                change,
                email: None,
                first_name: None,
                name: None,
                created_at: None,
                invitation: None,
                verification: None,
                reset: None,
                sessions: BTreeMap::new(),
            },
            before: BTreeMap::new(),
        };
        let people = People {
            sender: Sender::Unknown,
            owner: Sender::Unknown,
            account: None,
            recipients: vec![Recipient {
                user: user.id,
                address: EmailAddress::from_stored(user.email),
                greeting: Some(user.first_name),
                recent: false,
            }],
        };
        Ok(Some((asked, people)))
    }
}
