//! Erasure: the person, their address and their memberships end in one write.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use model::{
    Account, AuditContext, Change, ChangeKind, Conflict, Error, Member, MemberState, Missing, User,
    UserId,
};

use super::Store;
use super::address_changes::ADDRESSES;
use super::backoff::Backoff;
use super::credentials::Credential;
use super::factors::delete_credential;
use super::held_addresses::HeldAddress;
use super::keys;
use super::members::replace_member;
use super::owned::OWNED;
use super::read_set::ReadSet;
use super::rows::{self, FACTORS, unchanged_factors};
use super::sessions::STATUS;
use super::table_error::TableError;
use super::users::{text, user_in};
use super::write::{Lost, Outcome, Write, number};

/// Who erases a person.
#[derive(Clone, Copy, Debug)]
pub enum ErasedBy<'a> {
    /// The person, who knows the password of this credential.
    Themselves(&'a Credential),
    /// The platform, under any password.
    Platform,
}

/// Writes that take place together. A transaction holds a hundred. Further memberships end before.
const MOST_TOGETHER: usize = 96;
/// Accounts that one batch read takes, with the membership in each.
const READ_TOGETHER: usize = 50;
/// The place of the user among the writes.
const USER: usize = 0;

impl Store {
    /// Erases `user`: profile, sessions, address and memberships. The record takes the user's place until it is processed.
    ///
    /// Pending invitations of a person who never proved the address are not theirs: they stay, and so does the user that they
    /// invite, without anything that the person said of themselves.
    ///
    /// # Errors
    ///
    /// [`Conflict::OwnerRequired`] while the user owns an account; [`Error::InvalidCredentials`] if their password changed meanwhile;
    /// [`Missing::User`] if the platform finds them gone; [`Conflict::Contended`].
    pub async fn erase(
        &self,
        user: &User,
        by: ErasedBy<'_>,
        audit: &AuditContext,
    ) -> Result<(), Error> {
        let change = audit.on_user(ChangeKind::UserErased, user.id);
        // The source is for the last mail only; `trail` removes it from the record after a moment.
        let audit = audit.clone().without_source_ip();
        let mut user = user.clone();
        let mut taken = BTreeSet::new();
        let mut backoff = Backoff::new();
        loop {
            let memberships = self.current_memberships(user.id).await?;
            let owns =
                |(account, member): &(Option<Account>, Member)| account.is_some() && member.owner;
            if memberships.iter().any(owns) {
                return Err(Conflict::OwnerRequired.into());
            }
            let members = memberships.into_iter().map(|(_, member)| member);
            let (stay, go): (Vec<_>, Vec<_>) =
                members.partition(|member| !user.verified && member.state == MemberState::Invited);
            let erasure = Erasure {
                user: &user,
                credential: by.credential(&user),
                stays_invited: !stay.is_empty(),
                change: &change,
            };
            let mut writes = erasure.writes()?;
            let first_former = writes.len();
            let former = former_addresses(&user, &taken);
            writes.extend(former.values().cloned());
            for member in &go {
                let left = audit.on_user(ChangeKind::MemberRemoved, user.id).unmailed();
                let write = replace_member(member, &member.erased(change.at()), &left)?;
                if writes.len() < MOST_TOGETHER {
                    writes.push(write);
                } else {
                    drop(self.commit(&[write]).await?);
                }
            }
            match self.commit(&writes).await? {
                Outcome::Done => return Ok(()),
                Outcome::Lost(lost) => {
                    let places = former.into_keys().zip(first_former..);
                    let others = places.filter(|(_, place)| lost.at(*place));
                    taken.extend(others.map(|(address, _)| address));
                    user = erasable(&lost, by)?.unwrap_or(user);
                }
            }
            backoff.wait().await?;
        }
    }

    /// The memberships of `user` that the index knows, as they are now, each with its account unless that is deleted.
    async fn current_memberships(
        &self,
        user: UserId,
    ) -> Result<Vec<(Option<Account>, Member)>, Error> {
        let listed = self.every_membership(user).await?;
        let mut current = Vec::with_capacity(listed.len());
        for listed in listed.chunks(READ_TOGETHER) {
            let reads = listed.iter().fold(ReadSet::default(), |reads, listed| {
                reads.account(listed.account).member(listed.account, user)
            });
            let snapshot = self.read(reads).await?;
            for listed in listed {
                let member = snapshot.member(listed.account, user)?;
                if let Some(member) = member.filter(|member| member.status().is_some()) {
                    current.push((snapshot.account(listed.account)?, member));
                }
            }
        }
        Ok(current)
    }
}

/// The deletions of `user`'s former addresses, without those that are `taken` by others since.
fn former_addresses(user: &User, taken: &BTreeSet<String>) -> BTreeMap<String, Write> {
    let former = user.addresses.former.iter();
    let own = former.filter(|former| !taken.contains(former.email.normal_form()));
    own.map(|former| {
        let delete = HeldAddress::delete(&former.email, user.id);
        (former.email.normal_form().to_owned(), delete)
    })
    .collect()
}

/// The user for the next try, if it is the user that changed.
fn erasable(lost: &Lost, by: ErasedBy<'_>) -> Result<Option<User>, Error> {
    let Some(item) = lost.item(USER) else {
        return Ok(None);
    };
    let user = user_in(item)?.ok_or_else(|| by.gone())?;
    if user.credential != by.credential(&user) {
        return Err(Error::InvalidCredentials);
    }
    let owned = item.get(OWNED).and_then(|owned| owned.as_n().ok());
    if owned.is_some_and(|owned| owned != "0") {
        return Err(Conflict::OwnerRequired.into());
    }
    Ok(Some(user))
}

impl ErasedBy<'_> {
    /// The number of the password under which `user` is erased.
    fn credential(self, user: &User) -> u64 {
        match self {
            Self::Themselves(credential) => credential.version,
            Self::Platform => user.credential,
        }
    }

    /// The refusal once the person is gone.
    fn gone(self) -> Error {
        match self {
            Self::Themselves(_) => Error::InvalidCredentials,
            Self::Platform => Missing::User.into(),
        }
    }
}

struct Erasure<'a> {
    user: &'a User,
    credential: u64,
    stays_invited: bool,
    change: &'a Change,
}

impl Erasure<'_> {
    fn writes(&self) -> Result<Vec<Write>, TableError> {
        let [user, address] = if self.stays_invited {
            self.invited_again()
        } else {
            [
                Write::delete(keys::user(self.user.id)),
                Write::delete(keys::email(&self.user.email)),
            ]
        };
        let user = user
            .equals("credential", number(self.credential))
            .absent_or_at_most(OWNED, number(0));
        let own = vec![
            // A passkey that is registered meanwhile would leave its item behind.
            unchanged_factors(user, &self.user.factors),
            address
                .equals("userId", number(self.user.id))
                .equals("credential", number(self.credential)),
            Write::delete(keys::failures(&self.user.email)),
            Write::put(rows::erased(self.user.id, self.change)?),
        ];
        // Without a factor there are no guesses, but for those of a first enrolment. They expire within a day, and tell nothing.
        let factors = &self.user.factors;
        let guesses =
            (factors.version > 0).then(|| Write::delete(keys::code_guesses(self.user.id)));
        let passkeys = factors.passkeys.values();
        let credentials = passkeys.map(|passkey| delete_credential(&passkey.credential));
        Ok(own.into_iter().chain(guesses).chain(credentials).collect())
    }

    /// The user and the address as an invitation makes them: no password, no session, no proof, no names.
    fn invited_again(&self) -> [Write; 2] {
        let unknown = || text(model::PersonalName::unknown().as_str());
        let version = self.credential + 1;
        let user = Write::update(keys::user(self.user.id))
            .equals("verified", AttributeValue::Bool(false))
            .set("firstName", unknown())
            .set("lastName", unknown())
            .set("namesAt", number(self.change.at().millis()))
            .set("credential", number(version))
            .set("sessions", AttributeValue::M(HashMap::new()));
        let user = [
            "country",
            "verification",
            OWNED,
            STATUS,
            ADDRESSES,
            "change",
        ]
        .iter()
        .chain(&FACTORS)
        .fold(user, |user, name| user.remove(name));
        let address = Write::update(keys::email(&self.user.email))
            .set("firstName", unknown())
            .set("lastName", unknown())
            .set("credential", number(version));
        let address = ["passwordHash", "reset", "change"]
            .iter()
            .fold(address, |address, name| address.remove(name));
        [user, address]
    }
}
