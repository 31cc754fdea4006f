//! What lines mean: values that cannot be wrong.

use model::{
    AccountId, AccountName, Country, DecidedBy, Description, EmailAddress, Invalid, Mistake,
    PasswordHash, PersonalName, Role, Roles, Timestamp, UserId,
};

use tokens::totp::{TotpSecret, parse_secret};

use super::forms::{AccountForm, InvitationForm, LineStatus, MembershipForm, OwnerForm, UserForm};
use super::{Reference, instant};

/// A line that has no mistake.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "each is its name")]
pub enum Line {
    User(UserLine),
    Account(AccountLine),
    Membership(MembershipLine),
    Invitation(InvitationLine),
}

/// A person.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the schema describes them")]
pub struct UserLine {
    pub id: UserId,
    pub email: EmailAddress,
    pub first_name: PersonalName,
    pub last_name: PersonalName,
    pub country: Option<Country>,
    pub verified: bool,
    pub status: LineStatus,
    pub password_hash: Option<String>,
    pub password_reset: bool,
    pub totp: Option<TotpSecret>,
    pub created_at: Option<Timestamp>,
}

/// An account.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the schema describes them")]
pub struct AccountLine {
    pub id: AccountId,
    pub name: AccountName,
    pub description: Option<Description>,
    pub primary_contact: Option<EmailAddress>,
    pub country: Option<Country>,
    pub suspended_by: Option<DecidedBy>,
    pub require_second_factor: bool,
    pub owner: OwnerLine,
    pub creator: Option<UserId>,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
}

/// The owner's membership.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the schema describes them")]
pub struct OwnerLine {
    pub user: UserId,
    pub roles: Roles,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
}

/// A membership.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the schema describes them")]
pub struct MembershipLine {
    pub account: AccountId,
    pub user: UserId,
    pub roles: Roles,
    pub status: LineStatus,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
}

/// An invitation.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the schema describes them")]
pub struct InvitationLine {
    pub account: AccountId,
    pub user: UserId,
    pub roles: Roles,
    pub inviter: Option<UserId>,
    pub first_name: Option<PersonalName>,
    pub last_name: Option<PersonalName>,
    pub expires_at: Option<Timestamp>,
    pub mail: bool,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
}

/// Collects the mistakes of a line.
#[derive(Default)]
struct Reading(Vec<Mistake>);

impl Reading {
    fn take<T>(&mut self, pointer: &str, value: Result<T, Invalid>) -> Option<T> {
        value
            .map_err(|invalid| self.0.push(Mistake::at(pointer, invalid)))
            .ok()
    }

    /// A member that may be missing.
    fn optional<I, T>(
        &mut self,
        pointer: &str,
        given: Option<&I>,
        parse: impl Fn(&I) -> Result<T, Invalid>,
    ) -> Option<T> {
        given.and_then(|given| self.take(pointer, parse(given)))
    }

    fn text<T>(
        &mut self,
        pointer: &str,
        given: Option<&String>,
        parse: impl Fn(&str) -> Result<T, Invalid>,
    ) -> Option<T> {
        self.optional(pointer, given, |text| parse(text))
    }

    fn roles(&mut self, pointer: &str, names: &[String]) -> Option<Roles> {
        let roles = Roles::parse(names).map_err(|mut mistakes| mistakes.swap_remove(0).1);
        self.take(pointer, roles)
    }

    /// The line, if there is no mistake in it.
    fn finish<T>(self, line: Option<T>) -> Result<T, Vec<Mistake>> {
        line.filter(|_| self.0.is_empty()).ok_or(self.0)
    }
}

impl UserForm {
    /// What it means.
    ///
    /// # Errors
    ///
    /// Every mistake in it.
    pub fn read(&self) -> Result<UserLine, Vec<Mistake>> {
        let mut reading = Reading::default();
        if self.verified && self.password_hash.is_none() && !self.password_reset {
            let detail =
                "A verified person has a password: give `passwordHash` or `passwordReset`.";
            let invalid = Invalid::new("PASSWORD_MISSING", detail);
            reading.take::<()>("/verified", Err(invalid));
        }
        let id = reading.take("/id", self.id.user());
        let email = reading.take("/email", EmailAddress::parse(&self.email));
        let first = reading.text("/firstName", self.first_name.as_ref(), PersonalName::parse);
        let last = reading.text("/lastName", self.last_name.as_ref(), PersonalName::parse);
        let country = reading.text("/country", self.country.as_ref(), Country::parse);
        let hash = reading.text("/passwordHash", self.password_hash.as_ref(), |hash| {
            PasswordHash::parse(hash).map(|_| hash.to_owned())
        });
        let totp = reading.optional("/totp/secret", self.totp.as_ref(), |totp| {
            let detail = "This is no secret of 10 to 20 bytes in base32.";
            let secret = parse_secret(&totp.secret);
            secret.ok_or_else(|| Invalid::new("INVALID_SECRET", detail))
        });
        if self.totp.is_some() && self.password_hash.is_none() && !self.password_reset {
            let detail = "A second factor needs a password beside it.";
            reading.take::<()>("/totp", Err(Invalid::new("PASSWORD_MISSING", detail)));
        }
        let created = reading.text("/createdAt", self.created_at.as_ref(), instant);
        let line = || {
            Some(UserLine {
                id: id?,
                email: email?,
                first_name: first.unwrap_or_else(PersonalName::unknown),
                last_name: last.unwrap_or_else(PersonalName::unknown),
                country,
                verified: self.verified,
                status: self.status,
                password_hash: hash,
                password_reset: self.password_reset,
                totp,
                created_at: created,
            })
        };
        let line = line();
        reading.finish(line)
    }
}

impl AccountForm {
    /// What it means.
    ///
    /// # Errors
    ///
    /// Every mistake in it.
    pub fn read(&self) -> Result<AccountLine, Vec<Mistake>> {
        let mut reading = Reading::default();
        let id = reading.take("/id", self.id.account());
        let name = reading.take("/name", AccountName::parse(&self.name));
        let description = reading.text(
            "/description",
            self.description.as_ref(),
            Description::parse,
        );
        let contact = reading.text(
            "/primaryContact",
            self.primary_contact.as_ref(),
            EmailAddress::parse,
        );
        let country = reading.text("/country", self.country.as_ref(), Country::parse);
        let owner = self.owner.read(&mut reading);
        let creator = reading.optional("/creator", self.creator.as_ref(), Reference::user);
        let created = reading.text("/createdAt", self.created_at.as_ref(), instant);
        let updated = reading.text("/updatedAt", self.updated_at.as_ref(), instant);
        let line = || {
            Some(AccountLine {
                id: id?,
                name: name?,
                description,
                primary_contact: contact,
                country,
                suspended_by: match self.status {
                    LineStatus::Active => None,
                    LineStatus::Suspended => Some(self.suspended_by.unwrap_or(DecidedBy::Account)),
                },
                require_second_factor: self.require_second_factor,
                owner: owner?,
                creator,
                created_at: created,
                updated_at: updated,
            })
        };
        let line = line();
        reading.finish(line)
    }
}

impl OwnerForm {
    fn read(&self, reading: &mut Reading) -> Option<OwnerLine> {
        let user = reading.take("/owner/user", self.user.user());
        let roles = if self.roles.is_empty() {
            Some(Roles::only(Role::Admin))
        } else {
            reading.roles("/owner/roles", &self.roles)
        };
        let created = reading.text("/owner/createdAt", self.created_at.as_ref(), instant);
        let updated = reading.text("/owner/updatedAt", self.updated_at.as_ref(), instant);
        Some(OwnerLine {
            user: user?,
            roles: roles?,
            created_at: created,
            updated_at: updated,
        })
    }
}

impl MembershipForm {
    /// What it means.
    ///
    /// # Errors
    ///
    /// Every mistake in it.
    pub fn read(&self) -> Result<MembershipLine, Vec<Mistake>> {
        let mut reading = Reading::default();
        let account = reading.take("/account", self.account.account());
        let user = reading.take("/user", self.user.user());
        let roles = reading.roles("/roles", &self.roles);
        let created = reading.text("/createdAt", self.created_at.as_ref(), instant);
        let updated = reading.text("/updatedAt", self.updated_at.as_ref(), instant);
        let line = || {
            Some(MembershipLine {
                account: account?,
                user: user?,
                roles: roles?,
                status: self.status,
                created_at: created,
                updated_at: updated,
            })
        };
        let line = line();
        reading.finish(line)
    }
}

impl InvitationForm {
    /// What it means.
    ///
    /// # Errors
    ///
    /// Every mistake in it.
    pub fn read(&self) -> Result<InvitationLine, Vec<Mistake>> {
        let mut reading = Reading::default();
        let account = reading.take("/account", self.account.account());
        let user = reading.take("/user", self.user.user());
        let roles = reading.roles("/roles", &self.roles);
        let inviter = reading.optional("/inviter", self.inviter.as_ref(), Reference::user);
        let first = reading.text("/firstName", self.first_name.as_ref(), PersonalName::parse);
        let last = reading.text("/lastName", self.last_name.as_ref(), PersonalName::parse);
        let expires = reading.text("/expiresAt", self.expires_at.as_ref(), instant);
        let created = reading.text("/createdAt", self.created_at.as_ref(), instant);
        let updated = reading.text("/updatedAt", self.updated_at.as_ref(), instant);
        let line = || {
            Some(InvitationLine {
                account: account?,
                user: user?,
                roles: roles?,
                inviter,
                first_name: first,
                last_name: last,
                expires_at: expires,
                mail: self.mail,
                created_at: created,
                updated_at: updated,
            })
        };
        let line = line();
        reading.finish(line)
    }
}
