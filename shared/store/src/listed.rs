//! The rows of lists, and the properties that a query may name (contract, *Lists*).

use model::{
    Account, AccountId, AccountName, AccountStatus, Country, Description, EmailAddress, Member,
    MemberStatus, PersonalName, Role, Timestamp, UserId,
};
use odata::{Listable, Schema, Type, UnixMillis, Value};

/// Characters of the longest status.
const STATUS_CHARACTERS: usize = 9;
/// Characters of the longest role.
const ROLE_CHARACTERS: usize = 6;

/// An account as a list shows it: without its version, which the index does not project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedAccount {
    /// Its id.
    pub id: AccountId,
    /// Its name.
    pub name: AccountName,
    /// What it is for.
    pub description: Option<Description>,
    /// Who answers questions about it.
    pub primary_contact: Option<EmailAddress>,
    /// Whether it is suspended.
    pub status: AccountStatus,
    /// Its owner.
    pub owner: UserId,
    /// Its country.
    pub country: Option<Country>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A member as a list shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct ListedMember(pub Member);

impl From<Account> for ListedAccount {
    fn from(account: Account) -> Self {
        Self {
            id: account.id,
            name: account.name,
            description: account.description,
            primary_contact: account.primary_contact,
            status: account.status,
            owner: account.owner,
            country: account.country,
            created_at: account.created_at,
            updated_at: account.updated_at,
        }
    }
}

impl Listable for ListedAccount {
    const SCHEMA: &'static Schema = &Schema(&[
        ("id", Type::Number),
        ("name", Type::String(AccountName::MAX_CHARACTERS)),
        ("description", Type::String(Description::MAX_CHARACTERS)),
        ("primaryContact", Type::String(EmailAddress::MAX_BYTES)),
        ("status", Type::String(STATUS_CHARACTERS)),
        ("ownerId", Type::Number),
        ("country", Type::String(2)),
        ("createdAt", Type::DateTime),
        ("updatedAt", Type::DateTime),
    ]);

    fn property(&self, name: &'static str) -> Value<'_> {
        match name {
            "id" => id(self.id.get()),
            "name" => self.name.as_str().into(),
            "description" => self.description.as_ref().map(Description::as_str).into(),
            "primaryContact" => self
                .primary_contact
                .as_ref()
                .map(EmailAddress::as_str)
                .into(),
            "status" => self.status.as_str().into(),
            "ownerId" => id(self.owner.get()),
            "country" => self.country.as_ref().map(Country::as_str).into(),
            "createdAt" => instant(self.created_at),
            "updatedAt" => instant(self.updated_at),
            _ => Value::Null,
        }
    }
}

impl Listable for ListedMember {
    const SCHEMA: &'static Schema = &Schema(&[
        ("id", Type::Number),
        ("email", Type::String(EmailAddress::MAX_BYTES)),
        ("firstName", Type::String(PersonalName::MAX_CHARACTERS)),
        ("lastName", Type::String(PersonalName::MAX_CHARACTERS)),
        (
            "roles",
            Type::StringCollection {
                most: Role::ALL.len(),
                characters: ROLE_CHARACTERS,
            },
        ),
        ("status", Type::String(STATUS_CHARACTERS)),
        ("owner", Type::Boolean),
        ("createdAt", Type::DateTime),
        ("updatedAt", Type::DateTime),
    ]);

    fn property(&self, name: &'static str) -> Value<'_> {
        match name {
            "id" => id(self.0.user.get()),
            "email" => self.0.email.as_str().into(),
            "firstName" => self.0.first_name.as_ref().map(PersonalName::as_str).into(),
            "lastName" => self.0.last_name.as_ref().map(PersonalName::as_str).into(),
            "roles" => Value::Strings(self.0.roles.iter().map(Role::as_str).collect()),
            "status" => self.0.status().map(MemberStatus::as_str).into(),
            "owner" => Value::Boolean(self.0.owner),
            "createdAt" => instant(self.0.created_at),
            "updatedAt" => instant(self.0.updated_at),
            _ => Value::Null,
        }
    }
}

/// An instant as a filter compares it.
pub(super) fn instant(at: Timestamp) -> Value<'static> {
    Value::DateTime(UnixMillis(at.millis()))
}

/// Ids are below 2^53.
fn id(number: u64) -> Value<'static> {
    Value::Number(i64::try_from(number).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use model::{MemberState, NewAccount, Roles, User};

    use super::*;

    #[test]
    fn every_property_of_the_schema_has_a_value_where_the_row_has_one() {
        let now = Timestamp::from_seconds(0);
        let new = NewAccount {
            name: AccountName::parse("Acme").unwrap(),
            description: None,
            primary_contact: Some(EmailAddress::parse("a@b.example").unwrap()),
            country: None,
        };
        let account: ListedAccount =
            Account::new(AccountId::random(), new, UserId::random(), now).into();
        let ada = PersonalName::parse("Ada").unwrap();
        let email = EmailAddress::parse("a@b.example").unwrap();
        let user = User::new(UserId::random(), email, (ada.clone(), ada), now);
        let member = ListedMember(Member::new(account.id, &user, Roles::only(Role::User), now));

        let null = |row: &dyn Fn(&'static str) -> bool, schema: &Schema| {
            let nulls = schema.0.iter().filter(|(name, _)| row(name));
            nulls.map(|(name, _)| *name).collect::<Vec<_>>()
        };
        let accounts = null(
            &|name| account.property(name) == Value::Null,
            ListedAccount::SCHEMA,
        );
        assert_eq!(accounts, ["description", "country"]);
        let members = null(
            &|name| member.property(name) == Value::Null,
            ListedMember::SCHEMA,
        );
        assert!(members.is_empty(), "{members:?}");
    }

    /// What a filter may cost is worked out from these lengths.
    #[test]
    fn the_longest_values_are_as_long_as_the_schema_says() {
        let now = Timestamp::from_seconds(0);
        let local = "a".repeat(64);
        let label = "b".repeat(63);
        let address = format!("{local}@{label}.{label}.{}", "c".repeat(61));
        let email = EmailAddress::parse(&address).unwrap();
        let name = PersonalName::parse(&"é".repeat(100)).unwrap();
        let new = NewAccount {
            name: AccountName::parse(&"é".repeat(100)).unwrap(),
            description: Description::parse(&"é".repeat(1000)).ok(),
            primary_contact: Some(email.clone()),
            country: Country::parse("NZ").ok(),
        };
        let mut account = Account::new(AccountId::random(), new, UserId::random(), now);
        account.status = AccountStatus::Suspended;
        let user = User::new(UserId::random(), email, (name.clone(), name), now);
        let roles = Roles::parse(&Role::ALL.map(Role::as_str)).unwrap();
        let mut member = Member::new(account.id, &user, roles, now);
        member.state = MemberState::Suspended;

        fits(&ListedAccount::from(account));
        fits(&ListedMember(member));
    }

    /// Whether each text of `row` has the most characters that its type allows.
    fn fits<R: Listable>(row: &R) {
        let characters = |text: &str| text.chars().count();
        for (name, kind) in R::SCHEMA.0 {
            match (row.property(name), kind) {
                (Value::String(text), Type::String(most)) => {
                    assert_eq!(characters(text), *most, "{name}");
                }
                (
                    Value::Strings(texts),
                    Type::StringCollection {
                        most,
                        characters: longest,
                    },
                ) => {
                    assert_eq!(texts.len(), *most, "{name}");
                    let found = texts.iter().map(|text| characters(text)).max();
                    assert_eq!(found, Some(*longest), "{name}");
                }
                (value, kind) => assert!(!matches!(kind, Type::String(_)), "{name}: {value:?}"),
            }
        }
    }
}
