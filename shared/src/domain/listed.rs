//! What a list can be filtered, ordered and selected by (contract, *Lists*).

use super::account::Account;
use super::member::Member;
use crate::odata::{Listable, Schema, Type, UnixMillis, Value};
use crate::values::{
    AccountName, Country, Description, EmailAddress, MemberStatus, PersonalName, Role,
};

/// Characters of the longest status.
const STATUS_CHARACTERS: usize = 9;
/// Characters of the longest role.
const ROLE_CHARACTERS: usize = 6;

impl Listable for Account {
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
            "createdAt" => Value::DateTime(UnixMillis(self.created_at.millis())),
            "updatedAt" => Value::DateTime(UnixMillis(self.updated_at.millis())),
            _ => Value::Null,
        }
    }
}

impl Listable for Member {
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
            "id" => id(self.user.get()),
            "email" => self.email.as_str().into(),
            "firstName" => self.first_name.as_str().into(),
            "lastName" => self.last_name.as_str().into(),
            "roles" => Value::Strings(self.roles.iter().map(Role::as_str).collect()),
            "status" => self.status().map(MemberStatus::as_str).into(),
            "owner" => Value::Boolean(self.owner),
            "createdAt" => Value::DateTime(UnixMillis(self.created_at.millis())),
            "updatedAt" => Value::DateTime(UnixMillis(self.updated_at.millis())),
            _ => Value::Null,
        }
    }
}

/// Ids are below 2^53.
fn id(number: u64) -> Value<'static> {
    Value::Number(i64::try_from(number).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{MemberState, NewAccount, User};
    use crate::values::{AccountId, AccountStatus, Roles, Timestamp, UserId};

    #[test]
    fn every_property_of_the_schema_has_a_value_where_the_row_has_one() {
        let now = Timestamp::from_seconds(0);
        let new = NewAccount {
            name: AccountName::parse("Acme").unwrap(),
            description: None,
            primary_contact: Some(EmailAddress::parse("a@b.example").unwrap()),
            country: None,
        };
        let account = Account::new(AccountId::random(), new, UserId::random(), now);
        let ada = PersonalName::parse("Ada").unwrap();
        let email = EmailAddress::parse("a@b.example").unwrap();
        let user = User::new(UserId::random(), email, (ada.clone(), ada), now);
        let member = Member::new(account.id, &user, Roles::only(Role::User), now);

        let null = |row: &dyn Fn(&'static str) -> bool, schema: &Schema| {
            let nulls = schema.0.iter().filter(|(name, _)| row(name));
            nulls.map(|(name, _)| *name).collect::<Vec<_>>()
        };
        let accounts = null(
            &|name| account.property(name) == Value::Null,
            Account::SCHEMA,
        );
        assert_eq!(accounts, ["description", "country"]);
        let members = null(&|name| member.property(name) == Value::Null, Member::SCHEMA);
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

        fits(&account);
        fits(&member);
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
