//! What a list can be filtered, ordered and selected by (contract, *Lists*).

use super::account::Account;
use super::member::Member;
use crate::odata::{Listable, Schema, Type, UnixMillis, Value};
use crate::values::{Country, Description, EmailAddress, MemberStatus, Role};

impl Listable for Account {
    const SCHEMA: &'static Schema = &Schema(&[
        ("id", Type::Number),
        ("name", Type::String),
        ("description", Type::String),
        ("primaryContact", Type::String),
        ("status", Type::String),
        ("ownerId", Type::Number),
        ("country", Type::String),
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
        ("email", Type::String),
        ("firstName", Type::String),
        ("lastName", Type::String),
        ("roles", Type::StringCollection),
        ("status", Type::String),
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
    use crate::domain::{NewAccount, User};
    use crate::values::{AccountId, AccountName, PersonalName, Roles, Timestamp, UserId};

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
}
