//! The roles of a member.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::invalid::Invalid;

/// A role of a member. A greater role has every right of a lesser one (contract, *Who may do what*).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// May read.
    Viewer,
    /// May use the product.
    User,
    /// May change the account and its members.
    Manage,
    /// May also give and take this role.
    Admin,
}

impl Role {
    /// Every role, the least first.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::User, Self::Manage, Self::Admin];

    /// Parses a name in lower case.
    ///
    /// # Errors
    ///
    /// `INVALID_ROLE` for every other text.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let role = Self::ALL.into_iter().find(|role| role.as_str() == text);
        role.ok_or_else(|| {
            Invalid::new(
                "INVALID_ROLE",
                "A role is `viewer`, `user`, `manage` or `admin`.",
            )
        })
    }

    /// The role's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::User => "user",
            Self::Manage => "manage",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The roles of a member: at least one, no duplicates, in the given order.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<Role>")]
pub struct Roles(Vec<Role>);

impl Roles {
    /// Parses `names`.
    ///
    /// # Errors
    ///
    /// Every mistake, with the index of the element or `None` for the list itself: `INVALID_ROLES` for an empty list,
    /// `INVALID_ROLE` for an unknown name, `DUPLICATE_ROLE` for each repetition.
    pub fn parse(names: &[impl AsRef<str>]) -> Result<Self, Vec<(Option<usize>, Invalid)>> {
        let mut roles = Vec::new();
        let mut mistakes = Vec::new();
        for (index, name) in names.iter().enumerate() {
            match Role::parse(name.as_ref()) {
                Ok(role) if roles.contains(&role) => {
                    let repeated = Invalid::new("DUPLICATE_ROLE", "This role is given twice.");
                    mistakes.push((Some(index), repeated));
                }
                Ok(role) => roles.push(role),
                Err(invalid) => mistakes.push((Some(index), invalid)),
            }
        }
        if names.is_empty() {
            let empty = Invalid::new("INVALID_ROLES", "A member has at least one role.");
            mistakes.push((None, empty));
        }
        if mistakes.is_empty() {
            Ok(Self(roles))
        } else {
            Err(mistakes)
        }
    }

    /// Exactly one role.
    #[must_use]
    pub fn only(role: Role) -> Self {
        Self(vec![role])
    }

    /// These roles and `role`.
    #[must_use]
    pub fn with(&self, role: Role) -> Self {
        let mut roles = self.clone();
        if !roles.contains(role) {
            roles.0.push(role);
        }
        roles
    }

    /// Whether `role` itself is among them.
    #[must_use]
    pub fn contains(&self, role: Role) -> bool {
        self.0.contains(&role)
    }

    /// Whether they hold `manage` or `admin`.
    #[must_use]
    pub fn can_manage(&self) -> bool {
        self.contains(Role::Manage) || self.has_admin()
    }

    /// Whether they hold `admin`.
    #[must_use]
    pub fn has_admin(&self) -> bool {
        self.contains(Role::Admin)
    }

    /// The roles, in the order given.
    pub fn iter(&self) -> impl Iterator<Item = Role> + '_ {
        self.0.iter().copied()
    }
}

impl TryFrom<Vec<Role>> for Roles {
    type Error = Invalid;

    fn try_from(roles: Vec<Role>) -> Result<Self, Invalid> {
        let names: Vec<&str> = roles.into_iter().map(Role::as_str).collect();
        Self::parse(&names).map_err(|mut mistakes| mistakes.swap_remove(0).1)
    }
}

#[cfg(test)]
mod tests {
    use super::{Role, Roles};

    fn mistakes(names: &[&str]) -> Vec<(Option<usize>, &'static str)> {
        let mistakes = Roles::parse(names).unwrap_err();
        mistakes
            .into_iter()
            .map(|(index, invalid)| (index, invalid.code))
            .collect()
    }

    #[test]
    fn roles_keep_the_order_given() {
        let roles = Roles::parse(&["user", "viewer"]).unwrap();
        assert_eq!(
            serde_json::to_string(&roles).unwrap(),
            r#"["user","viewer"]"#
        );
        assert_eq!(
            serde_json::from_str::<Roles>(r#"["user","viewer"]"#).unwrap(),
            roles
        );
    }

    #[test]
    fn each_wrong_element_is_named() {
        assert_eq!(mistakes(&[]), [(None, "INVALID_ROLES")]);
        assert_eq!(
            mistakes(&["Admin", "user", "", "user"]),
            [
                (Some(0), "INVALID_ROLE"),
                (Some(2), "INVALID_ROLE"),
                (Some(3), "DUPLICATE_ROLE")
            ]
        );
    }

    #[test]
    fn manage_and_admin_manage() {
        for (role, manages) in Role::ALL.into_iter().zip([false, false, true, true]) {
            assert_eq!(Roles::only(role).can_manage(), manages, "{role}");
        }
        assert!(Roles::parse(&["viewer", "admin"]).unwrap().has_admin());
        assert!(!Roles::only(Role::Manage).has_admin());
    }

    #[test]
    fn roles_are_ordered_by_their_rights() {
        assert!(Role::ALL.is_sorted());
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()).unwrap(), role);
        }
    }

    #[test]
    fn a_wrong_list_cannot_be_read() {
        for list in ["[]", r#"["root"]"#, r#"["user","user"]"#] {
            assert!(serde_json::from_str::<Roles>(list).is_err(), "{list}");
        }
    }
}
