//! The rows of lists, and the properties that a query may name (contract, *Lists*).

mod account;
mod member;

use model::Timestamp;
use odata::{UnixMillis, Value};

pub use account::ListedAccount;
pub use member::{ListedInvitation, ListedMember};

/// Characters of the longest status.
const STATUS_CHARACTERS: usize = 9;

/// An instant as a filter compares it.
pub(super) fn instant(at: Timestamp) -> Value<'static> {
    Value::DateTime(UnixMillis(at.millis()))
}

/// Ids are below 2^53.
pub(super) fn id(number: u64) -> Value<'static> {
    Value::Number(i64::try_from(number).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use model::{
        Account, AccountId, AccountName, AccountStatus, Country, Description, EmailAddress, Member,
        MemberState, NewAccount, PersonalName, Role, Roles, User, UserId,
    };
    use odata::{Listable, Schema, Type};

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
        let member =
            ListedMember::from(Member::new(account.id, &user, Roles::only(Role::User), now));

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
        fits(&ListedMember::from(member));
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
