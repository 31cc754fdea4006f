use std::fmt::Write as _;

use expect_test::{Expect, expect};

use super::*;
use crate::error::Conflict;
use crate::examples::{acme, ada, member, member_in, roles, session};
use crate::rules::{AccountPatch, MemberState};
use crate::values::{AccountName, AccountStatus, DecidedBy, Role};

/// Every kind of caller, by name.
fn everybody() -> Vec<(String, Standing)> {
    let standing = |member: Option<Member>| Standing {
        user: User {
            verified: true,
            ..ada()
        },
        account: Account {
            owner: match &member {
                Some(member) if member.owner => ada().id,
                _ => acme().owner,
            },
            ..acme()
        },
        session: session(),
        member,
        platform_admin: false,
        held_back: false,
    };
    let with = |role, owner| Member {
        roles: Roles::only(role),
        owner,
        ..member()
    };
    let mut everybody = Vec::new();
    for role in Role::ALL {
        everybody.push((role.to_string(), standing(Some(with(role, false)))));
    }
    for role in Role::ALL {
        everybody.push((format!("owner, {role}"), standing(Some(with(role, true)))));
    }
    for state in [
        MemberState::Invited,
        MemberState::Suspended,
        MemberState::Removed,
    ] {
        let member = Member {
            roles: roles(&["admin"]),
            ..member_in(state)
        };
        let name = format!("{state:?} admin").to_lowercase();
        everybody.push((name, standing(Some(member))));
    }
    everybody.push(("stranger".into(), standing(None)));
    let platform_admin = |member| Standing {
        platform_admin: true,
        ..standing(member)
    };
    everybody.push(("platform admin".into(), platform_admin(None)));
    let viewer = Some(with(Role::Viewer, false));
    everybody.push(("platform admin, viewer".into(), platform_admin(viewer)));
    everybody
}

fn described<T>(right: Result<T, Denied>, granted: impl FnOnce(T) -> String) -> String {
    match right {
        Ok(value) => granted(value),
        Err(Denied::Role) => "-".into(),
        Err(Denied::Suspended) => "suspended".into(),
        Err(Denied::Unverified) => "unverified".into(),
        Err(Denied::SecondFactor) => "second factor".into(),
    }
}

fn leaving(standing: &Standing) -> String {
    match standing
        .membership()
        .map_err(Error::from)
        .and_then(|member| Ok(member.may_go()?))
    {
        Ok(()) => "yes".into(),
        Err(Error::Conflict(Conflict::OwnerRequired)) => "owner".into(),
        Err(Error::Unauthorized) => "-".into(),
        Err(other) => other.to_string(),
    }
}

/// One line for each caller, with one word for each right.
fn check(everybody: Vec<(String, Standing)>, expected: &Expect) {
    let renaming = AccountPatch {
        name: Some(AccountName::parse("Globex").unwrap()),
        ..AccountPatch::default()
    };
    let suspending = AccountPatch {
        status: Some(AccountStatus::Suspended),
        ..AccountPatch::default()
    };
    let activating = AccountPatch {
        status: Some(AccountStatus::Active),
        ..AccountPatch::default()
    };
    let mut table = String::from(
        "who                    | read       manage     change     suspend    activate   delete     withdraw   accept     decline    restore    leave\n",
    );
    for (who, standing) in everybody {
        let yes = |()| "yes".to_owned();
        let by = |by| format!("{by:?}").to_lowercase();
        let member = |_: &Member| "yes".to_owned();
        let rights = [
            described(standing.may_read(), yes),
            described(standing.may_manage(), |far| format!("{far:?}")),
            described(standing.may_change(&renaming), by),
            described(standing.may_change(&suspending), by),
            described(standing.may_change(&activating), by),
            described(standing.may_delete(), by),
            described(standing.may_withdraw(), yes),
            described(standing.may_accept_ownership(), member),
            described(standing.may_decline_ownership(), member),
            described(standing.may_restore(), yes),
            leaving(&standing),
        ];
        let rights = rights.map(|right| format!("{right:10}")).join(" ");
        writeln!(table, "{who:22} | {}", rights.trim_end()).unwrap();
    }
    expected.assert_eq(&table);
}

/// What was given to an address is not for a person who has not read a mail there.
#[test]
fn an_unproven_person_has_rights_only_in_accounts_that_they_created() {
    let unproven = |(who, standing)| {
        (
            who,
            Standing {
                user: ada(),
                ..standing
            },
        )
    };
    let others: Vec<_> = everybody().into_iter().map(unproven).collect();
    let rights = |standing: &Standing| {
        [
            standing.may_read().is_ok(),
            standing.may_manage().is_ok(),
            standing.may_audit().is_ok(),
            standing.membership().is_ok(),
        ]
    };
    // The second part tries the owners.
    let owns = |standing: &Standing| standing.account.owner == ada().id;
    for (who, standing) in others.iter().filter(|(_, standing)| !owns(standing)) {
        let platform = standing.platform_admin;
        assert_eq!(
            rights(standing),
            [platform, false, platform, false],
            "{who}"
        );
    }
    for account in [
        Account {
            owner: ada().id,
            creator: None,
            ..acme()
        },
        Account {
            creator: Some(ada().id),
            ..acme()
        },
    ] {
        for ((who, proven), (_, other)) in everybody().into_iter().zip(&others) {
            let own = |standing: &Standing| Standing {
                account: account.clone(),
                ..standing.clone()
            };
            assert_eq!(rights(&own(other)), rights(&own(&proven)), "{who}");
        }
    }
}

#[test]
fn rights_follow_role_ownership_and_membership() {
    check(
        everybody(),
        &expect![[r#"
            who                    | read       manage     change     suspend    activate   delete     withdraw   accept     decline    restore    leave
            viewer                 | yes        -          -          -          -          -          -          yes        yes        -          yes
            user                   | yes        -          -          -          -          -          -          yes        yes        -          yes
            manage                 | yes        Manage     account    account    account    -          -          yes        yes        -          yes
            admin                  | yes        Admin      account    account    account    -          -          yes        yes        -          yes
            owner, viewer          | yes        Owner      account    account    account    account    yes        yes        yes        yes        owner
            owner, user            | yes        Owner      account    account    account    account    yes        yes        yes        yes        owner
            owner, manage          | yes        Owner      account    account    account    account    yes        yes        yes        yes        owner
            owner, admin           | yes        Owner      account    account    account    account    yes        yes        yes        yes        owner
            invited admin          | -          -          -          -          -          -          -          -          -          -          yes
            suspended admin        | -          -          -          -          -          -          -          -          -          -          yes
            removed admin          | -          -          -          -          -          -          -          -          -          -          -
            stranger               | -          -          -          -          -          -          -          -          -          -          -
            platform admin         | yes        -          -          platform   platform   platform   -          -          -          yes        -
            platform admin, viewer | yes        -          -          platform   platform   platform   -          yes        yes        yes        yes
        "#]],
    );
}

#[test]
fn a_suspended_account_is_read_by_its_members_and_changed_by_its_managers_and_nothing_else() {
    let mut everybody = everybody();
    for (_, standing) in &mut everybody {
        standing.account.status = AccountStatus::Suspended;
    }
    check(
        everybody,
        &expect![[r#"
            who                    | read       manage     change     suspend    activate   delete     withdraw   accept     decline    restore    leave
            viewer                 | yes        -          -          -          -          -          -          suspended  yes        -          yes
            user                   | yes        -          -          -          -          -          -          suspended  yes        -          yes
            manage                 | yes        suspended  account    account    account    -          -          suspended  yes        -          yes
            admin                  | yes        suspended  account    account    account    -          -          suspended  yes        -          yes
            owner, viewer          | yes        suspended  account    account    account    suspended  yes        suspended  yes        yes        owner
            owner, user            | yes        suspended  account    account    account    suspended  yes        suspended  yes        yes        owner
            owner, manage          | yes        suspended  account    account    account    suspended  yes        suspended  yes        yes        owner
            owner, admin           | yes        suspended  account    account    account    suspended  yes        suspended  yes        yes        owner
            invited admin          | -          -          -          -          -          -          -          -          -          -          yes
            suspended admin        | -          -          -          -          -          -          -          -          -          -          yes
            removed admin          | -          -          -          -          -          -          -          -          -          -          -
            stranger               | -          -          -          -          -          -          -          -          -          -          -
            platform admin         | yes        -          -          platform   platform   platform   -          -          -          yes        -
            platform admin, viewer | yes        -          -          platform   platform   platform   -          suspended  yes        yes        yes
        "#]],
    );
}

#[test]
fn what_the_platform_has_suspended_the_platform_reactivates() {
    let mut everybody = everybody();
    for (_, standing) in &mut everybody {
        standing.account.status = AccountStatus::Suspended;
        standing.account.suspended_by = Some(DecidedBy::Platform);
    }
    check(
        everybody,
        &expect![[r#"
        who                    | read       manage     change     suspend    activate   delete     withdraw   accept     decline    restore    leave
        viewer                 | yes        -          -          -          -          -          -          suspended  yes        -          yes
        user                   | yes        -          -          -          -          -          -          suspended  yes        -          yes
        manage                 | yes        suspended  account    account    suspended  -          -          suspended  yes        -          yes
        admin                  | yes        suspended  account    account    suspended  -          -          suspended  yes        -          yes
        owner, viewer          | yes        suspended  account    account    suspended  suspended  yes        suspended  yes        yes        owner
        owner, user            | yes        suspended  account    account    suspended  suspended  yes        suspended  yes        yes        owner
        owner, manage          | yes        suspended  account    account    suspended  suspended  yes        suspended  yes        yes        owner
        owner, admin           | yes        suspended  account    account    suspended  suspended  yes        suspended  yes        yes        owner
        invited admin          | -          -          -          -          -          -          -          -          -          -          yes
        suspended admin        | -          -          -          -          -          -          -          -          -          -          yes
        removed admin          | -          -          -          -          -          -          -          -          -          -          -
        stranger               | -          -          -          -          -          -          -          -          -          -          -
        platform admin         | yes        -          -          platform   platform   platform   -          -          -          yes        -
        platform admin, viewer | yes        -          -          platform   platform   platform   -          suspended  yes        yes        yes
    "#]],
    );
}

#[test]
fn an_unverified_address_holds_every_right_back_but_that_to_leave() {
    let mut everybody = everybody();
    // A platform administrator needs a verified address.
    everybody.retain(|(_, standing)| !standing.platform_admin);
    for (_, standing) in &mut everybody {
        standing.held_back = true;
    }
    check(
        everybody,
        &expect![[r#"
            who                    | read       manage     change     suspend    activate   delete     withdraw   accept     decline    restore    leave
            viewer                 | unverified unverified unverified unverified unverified unverified unverified unverified unverified unverified yes
            user                   | unverified unverified unverified unverified unverified unverified unverified unverified unverified unverified yes
            manage                 | unverified unverified unverified unverified unverified unverified unverified unverified unverified unverified yes
            admin                  | unverified unverified unverified unverified unverified unverified unverified unverified unverified unverified yes
            owner, viewer          | unverified unverified unverified unverified unverified unverified unverified unverified unverified unverified owner
            owner, user            | unverified unverified unverified unverified unverified unverified unverified unverified unverified unverified owner
            owner, manage          | unverified unverified unverified unverified unverified unverified unverified unverified unverified unverified owner
            owner, admin           | unverified unverified unverified unverified unverified unverified unverified unverified unverified unverified owner
            invited admin          | unverified unverified unverified unverified unverified unverified unverified unverified unverified unverified yes
            suspended admin        | unverified unverified unverified unverified unverified unverified unverified unverified unverified unverified yes
            removed admin          | unverified unverified unverified unverified unverified unverified unverified unverified unverified unverified -
            stranger               | unverified unverified unverified unverified unverified unverified unverified unverified unverified unverified -
        "#]],
    );
}

#[test]
fn a_denial_becomes_the_error_of_its_reason() {
    assert!(matches!(Denied::Role.into(), Error::Unauthorized));
    assert!(matches!(Denied::Suspended.into(), Error::AccountSuspended));
    assert!(matches!(Denied::Unverified.into(), Error::EmailNotVerified));
}

#[test]
fn nobody_gives_admin_from_below_admin() {
    for (authority, role, allowed) in [
        (Authority::Manage, Role::Viewer, true),
        (Authority::Manage, Role::User, true),
        (Authority::Manage, Role::Manage, true),
        (Authority::Manage, Role::Admin, false),
        (Authority::Admin, Role::Admin, true),
        (Authority::Owner, Role::Admin, true),
    ] {
        let given = authority.may_give(&Roles::only(role)).is_ok();
        assert_eq!(given, allowed, "{authority:?} {role}");
    }
    let among_others = roles(&["viewer", "admin", "user"]);
    assert!(Authority::Manage.may_give(&among_others).is_err());
}

#[test]
fn nobody_touches_a_member_above_themselves() {
    let all = [Authority::Manage, Authority::Admin, Authority::Owner];
    for state in [
        MemberState::Invited,
        MemberState::Active,
        MemberState::Suspended,
    ] {
        for role in Role::ALL {
            let member = Member {
                roles: Roles::only(role),
                ..member_in(state)
            };
            let touching = all.map(|authority| authority.may_touch(&member).is_ok());
            let from_manage = role != Role::Admin;
            assert_eq!(touching, [from_manage, true, true], "{state:?} {role}");
        }
    }
}

#[test]
fn nobody_but_the_owner_touches_the_owner_whatever_the_roles() {
    for role in Role::ALL {
        let owner = Member {
            roles: Roles::only(role),
            owner: true,
            ..member()
        };
        let all = [Authority::Manage, Authority::Admin, Authority::Owner];
        let touching = all.map(|authority| authority.may_touch(&owner).is_ok());
        assert_eq!(touching, [false, false, true], "{role}");
    }
}

/// An account that requires a second factor, for callers whose sessions have one.
#[test]
fn a_session_with_one_factor_may_only_leave_where_two_are_required() {
    let required = |(who, standing): (String, Standing)| {
        let account = Account {
            require_second_factor: true,
            ..standing.account
        };
        (
            who,
            Standing {
                account,
                ..standing
            },
        )
    };
    let everybody = everybody().into_iter().map(required).collect();
    check(
        everybody,
        &expect![[r#"
        who                    | read       manage     change     suspend    activate   delete     withdraw   accept     decline    restore    leave
        viewer                 | second factor second factor second factor second factor second factor -          -          second factor second factor -          yes
        user                   | second factor second factor second factor second factor second factor -          -          second factor second factor -          yes
        manage                 | second factor second factor second factor second factor second factor -          -          second factor second factor -          yes
        admin                  | second factor second factor second factor second factor second factor -          -          second factor second factor -          yes
        owner, viewer          | second factor second factor second factor second factor second factor second factor second factor second factor second factor second factor owner
        owner, user            | second factor second factor second factor second factor second factor second factor second factor second factor second factor second factor owner
        owner, manage          | second factor second factor second factor second factor second factor second factor second factor second factor second factor second factor owner
        owner, admin           | second factor second factor second factor second factor second factor second factor second factor second factor second factor second factor owner
        invited admin          | -          -          -          -          -          -          -          -          -          -          yes
        suspended admin        | -          -          -          -          -          -          -          -          -          -          yes
        removed admin          | -          -          -          -          -          -          -          -          -          -          -
        stranger               | -          -          -          -          -          -          -          -          -          -          -
        platform admin         | second factor -          -          second factor second factor second factor -          -          -          second factor -
        platform admin, viewer | second factor second factor second factor second factor second factor second factor -          second factor second factor second factor yes
    "#]],
    );
}
