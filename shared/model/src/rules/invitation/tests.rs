use super::*;
use crate::examples::{NOW, after, invitation, link, member_in, user_id};

const HOUR: i64 = 60 * 60 * 1000;
const WEEK: i64 = 7 * 24 * 60 * 60;

fn mailed(previous: Option<&Invitation>, now: Timestamp) -> Result<Invitation, Error> {
    Invitation::mailed(previous, user_id(7), WEEK, 5, now)
}

/// The invitation after mails at `times`, in milliseconds from now.
fn after_mails(times: &[i64]) -> Invitation {
    let mails = times.iter().fold(None, |previous: Option<Invitation>, at| {
        Some(mailed(previous.as_ref(), after(*at)).unwrap())
    });
    mails.unwrap()
}

fn refused_for(previous: &Invitation, now: Timestamp) -> Option<i64> {
    match mailed(Some(previous), now) {
        Ok(_) => None,
        Err(Error::TooManyRequests { retry_after }) => Some(retry_after),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn five_mails_go_out_in_an_hour_and_the_sixth_has_to_wait() {
    let five = after_mails(&[0, 1000, 2000, 3000, 4000]);
    assert_eq!(refused_for(&five, after(4000)), Some(3596));
    assert_eq!(refused_for(&five, after(4001)), Some(3596));
    assert_eq!(refused_for(&five, after(HOUR - 1)), Some(1));
    assert_eq!(refused_for(&five, after(HOUR)), None);
}

#[test]
fn five_mails_in_one_instant_are_refused_a_sixth_for_exactly_an_hour() {
    let five = after_mails(&[0; 5]);
    assert_eq!(refused_for(&five, NOW), Some(3600));
    assert_eq!(refused_for(&five, after(3_600_000)), None);
}

#[test]
fn waiting_as_long_as_told_is_enough() {
    let five = after_mails(&[0, 1, 2, 3, 4]);
    for elapsed in [4, 5, 999, 1000, 1001, 59_999, HOUR - 1] {
        let wait = refused_for(&five, after(elapsed)).unwrap();
        assert_eq!(refused_for(&five, after(elapsed + wait * 1000)), None);
        assert!(refused_for(&five, after(elapsed + (wait - 1) * 1000)).is_some());
    }
}

#[test]
fn a_limit_that_was_lowered_makes_wait_for_as_many_as_are_too_many() {
    let five = after_mails(&[0, 60_000, 120_000, 180_000, 240_000]);
    let refusal = Invitation::mailed(Some(&five), user_id(7), WEEK, 2, after(240_000)).unwrap_err();
    assert_eq!(
        refusal.retry_after(),
        Some((180_000 + HOUR - 240_000) / 1000)
    );
}

#[test]
fn mails_that_are_an_hour_old_are_forgotten() {
    let later = mailed(Some(&after_mails(&[0, 1000])), after(HOUR)).unwrap();
    assert_eq!(later.mailed_at, [after(1000), after(HOUR)]);
}

#[test]
fn one_more_mail_is_a_new_link_of_a_full_lifetime() {
    let first = mailed(None, NOW).unwrap();
    let second = mailed(Some(&first), after(1500)).unwrap();
    assert_ne!(first.link.nonce, second.link.nonce);
    // In whole seconds, so that the link and its row have the same expiry.
    let expires_at = Timestamp::from_seconds(after(1500).seconds() + WEEK);
    assert_eq!(second.link.expires_at, expires_at);
}

#[test]
fn mails_are_counted_from_each_invitation_on() {
    let again = |previous: &Invitation| {
        previous
            .mailed_again(Some(user_id(7)), WEEK, 5, after(1500))
            .unwrap()
    };
    let first = mailed(None, NOW).unwrap();
    let third = again(&again(&first));
    assert_eq!((first.mails, third.mails), (1, 3));
    assert_eq!(third.sent_at(), Some(after(1500)));
    let anew = mailed(Some(&third), after(2000)).unwrap();
    assert_eq!((anew.mails, anew.mailed_at.len()), (1, 4));
}

/// The result of the link at `now` for a member in `state`.
fn answer(state: MemberState, link: &Link, now: Timestamp) -> &'static str {
    let member = Member {
        invitation: Some(invitation()),
        ..member_in(state)
    };
    match Answerable::new(Some(&member), link, now) {
        Ok(_) => "works",
        Err(Error::Missing(Missing::Invitation)) => "missing",
        Err(Error::Conflict(Conflict::InvitationNotPending)) => "answered",
        Err(Error::InvitationExpired) => "expired",
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn a_link_is_told_to_be_replaced_before_answered_before_too_old() {
    let replaced = Link {
        nonce: [8; 16],
        ..link()
    };
    let expired = link().expires_at;
    let described = |state| {
        [
            (link(), NOW),
            (link(), expired),
            (replaced, NOW),
            (replaced, expired),
        ]
        .map(|(link, now)| answer(state, &link, now))
    };
    let (missing, answered) = ("missing", "answered");
    assert_eq!(
        described(MemberState::Invited),
        ["works", "expired", missing, missing]
    );
    for accepted in [MemberState::Active, MemberState::Suspended] {
        assert_eq!(described(accepted), [answered, answered, missing, missing]);
    }
    assert_eq!(described(MemberState::Removed), [missing; 4]);
}

#[test]
fn the_link_of_a_notice_leaves_the_account_and_accepts_nothing() {
    let noticed = |state| Member {
        invitation: Some(invitation().as_notice()),
        ..member_in(state)
    };
    for state in [MemberState::Active, MemberState::Suspended] {
        let member = noticed(state);
        assert!(Answerable::declinable(Some(&member), &link(), NOW).is_ok());
        let expired = Answerable::declinable(Some(&member), &link(), link().expires_at);
        assert!(matches!(expired, Err(Error::InvitationExpired)));
        let accepted = Answerable::new(Some(&member), &link(), NOW).unwrap_err();
        let pending = matches!(accepted, Error::Conflict(Conflict::InvitationNotPending));
        assert!(pending, "{accepted}");
        // An invitation that was accepted is no notice.
        let answered = Member {
            invitation: Some(invitation()),
            ..member_in(state)
        };
        let refusal = Answerable::declinable(Some(&answered), &link(), NOW).unwrap_err();
        let pending = matches!(refusal, Error::Conflict(Conflict::InvitationNotPending));
        assert!(pending, "{refusal}");
    }
    let removed = noticed(MemberState::Removed);
    let refusal = Answerable::declinable(Some(&removed), &link(), NOW).unwrap_err();
    assert!(matches!(refusal, Error::Missing(Missing::Invitation)));
    let invited = member_in(MemberState::Invited);
    assert!(Answerable::declinable(Some(&invited), &link(), NOW).is_ok());
}

#[test]
fn without_a_membership_or_an_invitation_there_is_nothing_to_answer() {
    let added = member_in(MemberState::Active);
    for member in [None, Some(&added)] {
        let refusal = Answerable::new(member, &link(), NOW).unwrap_err();
        assert!(matches!(refusal, Error::Missing(Missing::Invitation)));
    }
}

#[test]
fn a_link_works_until_the_instant_it_expires() {
    let last = Timestamp::from_millis(link().expires_at.millis() - 1);
    assert_eq!(answer(MemberState::Invited, &link(), last), "works");
    let member = member_in(MemberState::Invited);
    let answerable = Answerable::new(Some(&member), &link(), last).unwrap();
    assert_eq!(answerable.invitation(), &invitation());
}
