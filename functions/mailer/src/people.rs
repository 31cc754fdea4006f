//! The persons and the account of a mail, read when it is written: no copy of a name is older than that, or outlives its person.

use runtime::model::{Actor, EmailAddress, Error, Mail, Stored as _, User, UserId};
use runtime::store::{ReadSet, Snapshot};

use crate::Mailer;
use crate::letter::{Account, Part, Recipient, Sender};
use crate::record::Asked;

/// Managers of an account that are mailed at most. The owner of a larger board tells the others.
const MOST_MANAGERS: usize = 100;
/// The age from which a membership is not recent, in milliseconds.
const DAY: i64 = 24 * 60 * 60 * 1000;
/// Persons that one batch read takes beside the account and the causes.
const BATCH: usize = 90;

/// The persons and the account of a mail.
#[derive(Debug)]
pub(crate) struct People {
    pub(crate) sender: Sender,
    pub(crate) owner: Sender,
    pub(crate) account: Option<Account>,
    pub(crate) recipients: Vec<Recipient>,
}

/// A person to whom a mail goes, before they are read.
#[derive(Clone, Copy)]
struct Addressee {
    user: UserId,
    recent: bool,
}

impl Mailer {
    /// The persons and the account of `asked`. An erased person gets no mail, and a deleted account is not mailed about, except that
    /// it was deleted.
    pub(crate) async fn people(&self, asked: &Asked) -> Result<People, Error> {
        if matches!(asked.mail, Mail::EmailChangeRequested | Mail::EmailChanged) {
            return self.both_addresses(asked).await;
        }
        let change = &asked.image.change;
        let addressees = self.addressees(asked).await?;
        let actor = change.actor.and_then(Actor::user);
        let [_, owner] = change.changes.owners();
        let (first, rest) = addressees.split_at(addressees.len().min(BATCH));
        let mut reads = first
            .iter()
            .fold(ReadSet::default(), |reads, one| reads.user(one.user));
        reads = [actor, owner]
            .into_iter()
            .flatten()
            .fold(reads, ReadSet::user);
        if let Some(account) = asked.image.account() {
            reads = reads.account(account);
        }
        let snapshot = self.app.store.read(reads).await?;
        let person = |user: Option<UserId>| -> Result<Sender, Error> {
            let user = user.map(|user| snapshot.user(user)).transpose()?.flatten();
            Ok(Sender::person(user.as_ref()))
        };
        let account = account(asked, &snapshot)?;
        let mut recipients = Vec::new();
        if account.is_some() || asked.image.account().is_none() {
            recipients.extend(read(asked, first, &snapshot)?);
            for rest in rest.chunks(BATCH) {
                let reads = rest
                    .iter()
                    .fold(ReadSet::default(), |reads, one| reads.user(one.user));
                recipients.extend(read(asked, rest, &self.app.store.read(reads).await?)?);
            }
        }
        Ok(People {
            sender: match change.actor {
                Some(Actor::Platform) => Sender::Platform,
                _ => person(actor)?,
            },
            owner: person(owner)?,
            account,
            recipients,
        })
    }

    /// The two addresses of a change of the address: the person's, and the one that they want or have got. If a proven person holds the
    /// wanted address, they get a notice and no link.
    async fn both_addresses(&self, asked: &Asked) -> Result<People, Error> {
        let image = &asked.image;
        let address = |text: &String| EmailAddress::from_stored(text.clone());
        let addresses = image.addresses.clone().unwrap_or_default();
        let present = image.email.as_ref().map(address);
        let requested = addresses.requested.as_ref();
        let last = addresses.former.last();
        let (old, new) = match asked.mail {
            Mail::EmailChangeRequested => (
                present,
                requested.map(|requested| address(&requested.email)),
            ),
            _ => (last.map(|former| address(&former.email)), present),
        };
        let mut people = People {
            sender: Sender::Unknown,
            owner: Sender::Unknown,
            account: None,
            recipients: Vec::new(),
        };
        let (Ok(id), Some(old), Some(new)) = (UserId::try_from(image.change.target.id), old, new)
        else {
            return Ok(people);
        };
        let store = &self.app.store;
        let snapshot = store.read(ReadSet::default().user(id)).await?;
        let Some(user) = snapshot.user(id)? else {
            return Ok(people);
        };
        let taken = asked.mail == Mail::EmailChangeRequested
            && requested.is_some_and(|requested| requested.taken);
        let greeting = user.first_name.as_str().to_owned();
        let proven = match asked.mail {
            Mail::EmailChangeRequested => user.verified,
            _ => last.is_some_and(|former| former.proven),
        };
        let recipient = |address, part, greets: bool| Recipient {
            user: id,
            address,
            greeting: greets.then(|| greeting.clone()),
            recent: false,
            part,
        };
        let part = if taken {
            Part::TakenAddress
        } else {
            Part::NewAddress
        };
        people.recipients = vec![
            recipient(old, Part::OldAddress, proven),
            recipient(new, part, asked.mail == Mail::EmailChanged),
        ];
        Ok(people)
    }

    async fn addressees(&self, asked: &Asked) -> Result<Vec<Addressee>, Error> {
        let change = &asked.image.change;
        let recent = |since: i64| change.at - since < DAY;
        Ok(match (asked.mail, asked.image.account()) {
            (Mail::AccountDeleted | Mail::AccountSuspended, Some(account)) => {
                let managers = self.app.store.managers(account, MOST_MANAGERS).await?;
                let addressee = |manager: runtime::store::Manager| Addressee {
                    user: manager.user,
                    recent: recent(manager.created_at.millis()),
                };
                managers.into_iter().map(addressee).collect()
            }
            (Mail::OwnershipTransferred, _) => {
                let owners = change.changes.owners().into_iter().flatten();
                let addressee = |user| Addressee {
                    user,
                    recent: false,
                };
                owners.map(addressee).collect()
            }
            (mail, _) => {
                let nominee = change.changes.users("pendingOwnerId")[1];
                let user = match mail {
                    Mail::OwnershipOffered => nominee,
                    _ => UserId::try_from(change.target.id).ok(),
                };
                let addressee = |user| Addressee {
                    user,
                    recent: asked.image.created_at.is_some_and(recent),
                };
                user.map(addressee).into_iter().collect()
            }
        })
    }
}

/// The account of `asked` by its name: the item's own, or the one that was read.
fn account(asked: &Asked, snapshot: &Snapshot) -> Result<Option<Account>, Error> {
    let Some(id) = asked.image.account() else {
        return Ok(None);
    };
    let name = if let Some(name) = &asked.image.name {
        Some(name.clone())
    } else {
        let account = snapshot.account(id)?;
        account.map(|account| account.name.as_str().to_owned())
    };
    Ok(name.map(|name| Account { id, name }))
}

fn read(
    asked: &Asked,
    addressees: &[Addressee],
    snapshot: &Snapshot,
) -> Result<Vec<Recipient>, Error> {
    let mut recipients = Vec::with_capacity(addressees.len());
    for addressee in addressees {
        if let Some(user) = snapshot.user(addressee.user)? {
            recipients.push(recipient(asked, &user, addressee.recent));
        }
    }
    Ok(recipients)
}

/// An invitation goes to the address that was invited and greets with the name that the inviter typed. Another mail goes to the
/// person, and greets them by name once the address is proven: before that, a stranger may have chosen the name.
fn recipient(asked: &Asked, user: &User, recent: bool) -> Recipient {
    let image = &asked.image;
    let invited = image
        .email
        .clone()
        .filter(|_| asked.mail == Mail::Invitation);
    let (address, greeting) = match invited {
        Some(address) => (EmailAddress::from_stored(address), image.first_name.clone()),
        None => (
            user.email.clone(),
            user.verified.then(|| user.first_name.as_str().to_owned()),
        ),
    };
    Recipient {
        user: user.id,
        address,
        greeting,
        recent,
        part: Part::Only,
    }
}
