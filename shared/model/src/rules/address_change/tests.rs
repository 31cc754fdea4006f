use super::*;
use crate::examples::{NOW, ada, after, email};
use crate::rules::Purpose;

const HOUR: i64 = 60 * 60 * 1000;

fn proven() -> User {
    User {
        verified: true,
        credential: 3,
        ..ada()
    }
}

fn link(purpose: Purpose, nonce: Nonce) -> Link {
    Link {
        purpose,
        account: 0,
        user: 7,
        expires_at: NOW,
        nonce,
    }
}

fn reset() -> PendingLink {
    PendingLink::new(60, NOW)
}

/// `user` at `address`, and the nonce that undoes it.
fn changed(user: &User, address: &str, now: Timestamp) -> (User, Nonce) {
    let asking = user.requesting(email(address), false, now).unwrap();
    let requested = asking.addresses.requested.clone().unwrap();
    (asking.readdressed(&requested, now), requested.undo.nonce)
}

fn undo(user: &User, nonce: Nonce, now: Timestamp) -> Result<Undoing, Error> {
    user.undoing(&link(Purpose::AddressUndo, nonce), reset(), now)
}

#[track_caller]
fn restored(user: &User, nonce: Nonce, now: Timestamp) -> User {
    match undo(user, nonce, now).unwrap() {
        Undoing::Restores(user) => *user,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_confirmed_address_is_proven_and_the_old_one_is_held() {
    let (user, _) = changed(&ada(), "new@example.com", NOW);
    assert_eq!(
        (user.email.as_str(), user.verified),
        ("new@example.com", true)
    );
    assert_eq!(user.credential, 1);
    assert!(user.names_at > NOW);
    let former = &user.addresses.former[0];
    assert_eq!(former.held_until, after(72 * HOUR));
    assert!(!former.proven);
}

#[test]
fn a_link_confirms_once_and_is_answered_the_same_again() {
    let asking = proven()
        .requesting(email("new@example.com"), false, NOW)
        .unwrap();
    let requested = asking.addresses.requested.clone().unwrap();
    let link = link(Purpose::AddressChange, requested.link.nonce);
    let day = Timestamp::from_seconds(NOW.seconds() + 24 * 60 * 60);
    let expired = asking.confirmation(&link, day).unwrap_err();
    assert!(matches!(expired, Error::TokenExpired));
    let changes = asking.confirmation(&link, NOW).unwrap();
    assert_eq!(changes, Confirmation::Changes(requested.clone()));
    let user = asking.readdressed(&requested, NOW);
    assert_eq!(
        user.confirmation(&link, day).unwrap(),
        Confirmation::Repeated
    );
    let (other, _) = changed(&user, "third@example.com", NOW);
    let replaced = other.confirmation(&link, NOW).unwrap_err();
    assert!(matches!(replaced, Error::InvalidToken));
}

#[test]
fn every_notice_of_a_request_has_the_same_link() {
    let first = proven()
        .requesting(email("one@example.com"), false, NOW)
        .unwrap();
    let second = first
        .requesting(email("two@example.com"), false, after(HOUR))
        .unwrap();
    let undo = |user: &User| user.addresses.requested.clone().unwrap().undo;
    assert_eq!(undo(&first).nonce, undo(&second).nonce);
    let late = second
        .requesting(email("two@example.com"), false, after(80 * HOUR))
        .unwrap();
    assert_ne!(undo(&second).nonce, undo(&late).nonce);
}

#[test]
fn a_request_is_stopped_and_the_password_void() {
    let asking = proven()
        .requesting(email("new@example.com"), false, NOW)
        .unwrap();
    let nonce = asking.addresses.requested.as_ref().unwrap().undo.nonce;
    let Undoing::Stops(user) = undo(&asking, nonce, after(71 * HOUR)).unwrap() else {
        panic!("not stopped");
    };
    assert_eq!((&user.email, user.credential), (&asking.email, 4));
    assert_eq!(user.addresses.requested, None);
    assert_eq!(
        undo(&user, nonce, after(80 * HOUR)).unwrap(),
        Undoing::Repeated
    );
    let since = User {
        credential: 5,
        ..*user
    };
    assert!(matches!(undo(&since, nonce, NOW), Err(Error::InvalidToken)));
}

#[test]
fn a_change_is_undone_for_three_days() {
    let (user, nonce) = changed(&proven(), "new@example.com", NOW);
    let late = undo(&user, nonce, after(72 * HOUR));
    assert!(matches!(late, Err(Error::TokenExpired)));
    let back = restored(&user, nonce, after(72 * HOUR - 1));
    assert_eq!(back.email, proven().email);
    assert!(back.verified && back.sessions.is_empty());
    // The address that is given up is free at once.
    let given_up = back.addresses.former.last().unwrap();
    assert_eq!(given_up.email.as_str(), "new@example.com");
    assert_eq!(given_up.held_until, after(72 * HOUR - 1));
    assert_eq!(undo(&back, nonce, NOW).unwrap(), Undoing::Repeated);
}

#[test]
fn an_undone_change_takes_the_later_ones_along() {
    let (user, first) = changed(&proven(), "one@example.com", NOW);
    let (user, second) = changed(&user, "two@example.com", after(1));
    let back = restored(&user, first, after(2));
    assert_eq!(back.email, proven().email);
    assert!(matches!(
        undo(&back, second, after(3)),
        Err(Error::InvalidToken)
    ));
    assert!(!back.holds(&email("one@example.com"), after(3)));
    // The later one alone is undone to the address between.
    let between = restored(&user, second, after(2));
    assert_eq!(between.email.as_str(), "one@example.com");
    assert_eq!(restored(&between, first, after(3)).email, proven().email);
}

#[test]
fn a_former_address_is_the_persons_for_a_while_if_they_had_proved_it() {
    let old = proven().email;
    let (user, _) = changed(&proven(), "new@example.com", NOW);
    assert!(user.holds(&email("New@Example.com"), NOW));
    assert!(user.holds(&old, after(72 * HOUR - 1)) && !user.holds(&old, after(72 * HOUR)));
    let (unproven, _) = changed(&ada(), "new@example.com", NOW);
    assert!(!unproven.holds(&old, NOW));
}

#[test]
fn nobody_holds_more_than_a_few_addresses() {
    let mut user = proven();
    for number in 0..5 {
        (user, _) = changed(&user, &format!("{number}@example.com"), NOW);
    }
    let refused = user
        .requesting(email("more@example.com"), false, NOW)
        .unwrap_err();
    assert_eq!(refused.retry_after(), Some(72 * 60 * 60));
    assert!(
        user.requesting(email("more@example.com"), false, after(72 * HOUR))
            .is_ok()
    );
    // One's own former address is no further one.
    let (back, _) = changed(&proven(), "new@example.com", NOW);
    let (back, _) = changed(&back, "ada@example.com", NOW);
    assert_eq!(back.addresses.former.len(), 1);
}
