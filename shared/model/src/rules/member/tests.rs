use super::*;
use crate::examples::{NOW, ada, asking, email, invitation, member, member_in, person};
use crate::values::Role;

const LATER: Timestamp = Timestamp::from_millis(NOW.millis() + 5000);

const STATES: [MemberState; 4] = [
    MemberState::Invited,
    MemberState::Active,
    MemberState::Suspended,
    MemberState::Removed,
];

fn setting(status: MemberStatus) -> MemberPatch {
    MemberPatch {
        roles: None,
        status: Some(status),
    }
}

fn patched(member: &Member, patch: &MemberPatch) -> Result<MemberState, Conflict> {
    match member.patched(patch, LATER) {
        Ok(next) => Ok(next.map_or(member.state, |next| next.state)),
        Err(Error::Conflict(conflict)) => Err(conflict),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn a_status_is_set_only_where_the_state_allows_it() {
    use MemberState::{Active, Invited, Suspended};
    for (from, to, expected) in [
        (
            Invited,
            MemberStatus::Active,
            Err(Conflict::MemberNotActive),
        ),
        (Invited, MemberStatus::Suspended, Ok(Invited)),
        (Active, MemberStatus::Active, Ok(Active)),
        (Active, MemberStatus::Suspended, Ok(Suspended)),
        (Suspended, MemberStatus::Active, Ok(Active)),
        (Suspended, MemberStatus::Suspended, Ok(Suspended)),
    ] {
        let result = patched(&member_in(from), &setting(to));
        assert_eq!(result, expected, "{from:?} to {to}");
    }
}

#[test]
fn a_change_of_roles_keeps_the_state() {
    let patch = MemberPatch {
        roles: Some(Roles::only(Role::Manage)),
        status: None,
    };
    for state in STATES {
        let next = member_in(state).patched(&patch, LATER).unwrap().unwrap();
        let differences = Member::differences(Some(&member_in(state)), Some(&next));
        assert_eq!((next.state, next.roles), (state, Roles::only(Role::Manage)));
        // A removed member has no delivery.
        assert_eq!(differences.is_empty(), state == MemberState::Removed);
    }
}

#[test]
fn the_owner_cannot_be_suspended() {
    let owner = Member {
        owner: true,
        ..member()
    };
    let suspended = patched(&owner, &setting(MemberStatus::Suspended));
    assert_eq!(suspended, Err(Conflict::OwnerRequired));
    let active = patched(&owner, &setting(MemberStatus::Active));
    assert_eq!(active, Ok(MemberState::Active));
}

#[test]
fn a_change_to_the_same_changes_nothing() {
    let same = MemberPatch {
        roles: Some(member().roles),
        status: Some(MemberStatus::Active),
    };
    assert_eq!(member().patched(&same, LATER).unwrap(), None);
}

#[test]
fn every_change_counts_and_says_when() {
    let member = Member {
        version: 41,
        ..member_in(MemberState::Invited)
    };
    let roles = MemberPatch {
        roles: Some(Roles::only(Role::Admin)),
        status: None,
    };
    let changed = [
        member.patched(&roles, LATER).unwrap().unwrap(),
        member.accepted(&ada(), LATER),
        member.removed(LATER),
        member.owning(true, LATER),
        member.invited(invitation(), &asking(), LATER),
    ];
    for next in changed {
        assert_eq!((next.version, next.updated_at), (42, LATER), "{next:?}");
        assert_eq!(next.created_at, NOW);
    }
}

#[test]
fn an_accepted_invitation_is_kept_and_takes_the_names_that_the_user_has_now() {
    let user = User {
        email: email("countess@example.com"),
        first_name: person("Augusta"),
        last_name: person("King"),
        ..ada()
    };
    let invited = member_in(MemberState::Invited);
    let expected = Member {
        email: user.email.clone(),
        verified: true,
        first_name: Some(user.first_name.clone()),
        last_name: Some(user.last_name.clone()),
        state: MemberState::Active,
        version: 2,
        updated_at: LATER,
        ..invited.clone()
    };
    assert_eq!(invited.accepted(&user, LATER), expected);
    assert!(expected.invitation.is_some());
}

#[test]
fn until_an_invitation_is_accepted_the_member_shows_what_the_inviter_typed() {
    let proven = User {
        verified: true,
        ..ada()
    };
    let given = || Member::new(member().account, &proven, member().roles, NOW);
    let typed = (person("Bob"), person("Jones"));
    let named = given().awaiting(invitation(), Some(typed.clone()), &asking());
    assert_eq!(
        named.first_name.clone().zip(named.last_name.clone()),
        Some(typed)
    );
    assert_eq!((named.state, named.verified), (MemberState::Invited, false));
    let nameless = given().awaiting(invitation(), None, &asking());
    assert_eq!((nameless.first_name, nameless.last_name), (None, None));
    let accepted = named.accepted(&proven, LATER);
    assert_eq!(accepted.first_name, Some(proven.first_name));
    assert!(accepted.verified);
}

#[test]
fn a_removed_member_shows_no_status() {
    let removed = member().removed(LATER);
    assert_eq!((removed.status(), removed.is_active()), (None, false));
}

#[test]
fn a_place_is_vacant_once_removed_or_from_the_instant_the_invitation_expires() {
    let invited = member_in(MemberState::Invited);
    let expires_at = invitation().link.expires_at;
    let just_before = Timestamp::from_millis(expires_at.millis() - 1);
    for (state, before, at) in [
        (MemberState::Invited, false, true),
        (MemberState::Active, false, false),
        (MemberState::Suspended, false, false),
        (MemberState::Removed, true, true),
    ] {
        let member = Member {
            state,
            ..invited.clone()
        };
        let replaced = [just_before, expires_at].map(|now| member.is_replaceable(now));
        assert_eq!(replaced, [before, at], "{state:?}");
    }
}

#[test]
fn only_an_active_member_has_rights() {
    let active = STATES.map(|state| member_in(state).is_active());
    assert_eq!(active, [false, true, false, false]);
}
