use expect_test::expect;
use proptest::prelude::*;

use super::*;

fn place() -> EventPlace {
    EventPlace {
        at: 1_780_396_200_999,
        version: 3,
        id: "AAECAwQFBgcICQoL".into(),
    }
}

#[test]
fn every_key_is_spelled_here() {
    let (ada, acme) = (
        UserId::try_from(7).unwrap(),
        AccountId::try_from(42).unwrap(),
    );
    let address = EmailAddress::parse("Ada@Example.com").unwrap();
    let keys = [
        user(ada),
        email(&address),
        passkey(&[1, 2, 3]),
        failures(&address),
        source(&[7; 16], 1_780_396_200),
        account(acme),
        name(&AccountName::parse("Acme  ＡＢ").unwrap()),
        event(acme, &place()),
        member_count(acme),
        account_count(),
        account_count_of(acme),
        erased(ada),
        activity(ada, acme),
        member(acme, ada),
        mails_of_day(acme, Timestamp::from_millis(1_780_396_200_999)),
        mails_of_person(&[7; 32], Timestamp::from_millis(1_780_396_200_999)),
        mail("AAECAwQFBgcICQoL"),
        waiting_mail(waiting_lane("USER#7", "USER"), "4711"),
        idempotency("7", "k"),
        jwks(),
        expiry_scan(),
    ];
    let shown: Vec<_> = keys
        .iter()
        .map(|key| format!("{} | {}\n", key.pk, key.sk))
        .collect();
    expect![[r#"
        USER#7 | USER
        EMAIL#ada@example.com | EMAIL
        PASSKEY#AQID | PASSKEY
        EMAIL#ada@example.com | FAILURES
        SOURCE#BwcHBwcHBwcHBwcHBwcHBw | FAILURES#1780396200
        ACCOUNT#42 | ACCOUNT
        NAME#acme ab | NAME
        ACCOUNT#42 | EVENT#1780396200999#0000000000000003#AAECAwQFBgcICQoL
        ACCOUNT#42 | COUNT
        COUNTERS | ACCOUNTS
        COUNTERS#42 | ACCOUNTS
        USER#7 | ERASED
        USER#7 | TRACE#0000000000000042
        ACCOUNT#42 | MEMBER#0000000000000007
        ACCOUNT#42 | MAILS#2026-06-02
        SENDER#BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc | MAILS#2026-06-02
        MAIL#AAECAwQFBgcICQoL | MAIL
        MAIL#WAITING#USER#7#USER | 0000000000000000000000000000000000004711
        IDEMPOTENCY#7#k | IDEMPOTENCY
        JWKS | JWKS
        SWEEP | SWEEP
    "#]]
    .assert_eq(&shown.concat());
}

#[test]
fn keys_read_back() {
    let (ada, acme) = (
        UserId::try_from(7).unwrap(),
        AccountId::try_from(42).unwrap(),
    );
    assert_eq!(member_id(&member(acme, ada).sk), Some(ada));
    assert_eq!(account_id(&account(acme).pk), Some(acme));
    assert_eq!(event_place(&event(acme, &place()).sk), Some(place()));
    assert_eq!(trace_account(&activity(ada, acme).sk), Some(acme));
    let text = |item: Item, name: &str| item[name].as_s().unwrap().clone();
    let start = gsi2_start(1_780_396_200_999, 42);
    assert_eq!(text(start, "gsi2sk"), "1780396200999#0000000000000042");
    assert_eq!(text(gsi1_start(42, ada), "gsi1sk"), gsi1(acme, ada).1);
    let [first, last] = GSI1_ENDS.map(str::to_owned);
    let places = [first, gsi1(acme, ada).1, gsi1_of_deleted(acme), last];
    assert!(places.is_sorted(), "{places:?}");
    assert_eq!(members_start(acme, 7), member(acme, ada).item());
    let sort = gsi2_sort(acme, Timestamp::from_millis(1_780_396_200_999));
    assert_eq!(sort, "1780396200999#0000000000000042");
    assert_eq!(
        created_at(&sort),
        Some(Timestamp::from_millis(1_780_396_200_999))
    );
}

#[test]
fn what_was_deleted_before_an_instant_stands_below_it() {
    let acme = AccountId::try_from(42).unwrap();
    let at = |millis| gsi2_sort(acme, Timestamp::from_millis(millis));
    let until = deleted_before(Timestamp::from_millis(1_780_396_200_999));
    assert!(at(1_780_396_200_998) < until && until < at(1_780_396_200_999));
    assert_eq!(deleted_before(Timestamp::from_millis(-1)), "0000000000000");
}

#[test]
fn what_is_no_key_of_its_kind_does_not_read_back() {
    for pk in [
        "",
        "ACCOUNT#",
        "ACCOUNT#0",
        "ACCOUNT#042",
        "USER#42",
        "ACCOUNT#x",
    ] {
        assert_eq!(account_id(pk), None, "{pk}");
    }
    for sk in [
        "",
        "MEMBER#",
        "MEMBER#7",
        "MEMBER#00000000000000007",
        "EVENT#0000000000000007",
    ] {
        assert_eq!(member_id(sk), None, "{sk}");
    }
    for sort in ["", "1780396200999", "later#0000000000000042"] {
        assert_eq!(created_at(sort), None, "{sort}");
    }
    assert_eq!(Key::of(&Item::new()), None);
}

#[test]
fn every_spelling_of_a_name_and_an_address_has_the_same_key() {
    let names = ["Stra\u{df}e", "STRASSE", " strasse "]
        .map(|spelling| name(&AccountName::parse(spelling).unwrap()));
    assert!(names.iter().all(|key| *key == names[0]), "{names:?}");
    let addresses = ["Ada@Example.COM", "ada@example.com"]
        .map(|spelling| email(&EmailAddress::parse(spelling).unwrap()));
    assert_eq!(addresses[0], addresses[1]);
}

proptest! {
    #[test]
    fn members_stand_in_the_order_of_their_ids(one in 1..1_u64 << 53, other in 1..1_u64 << 53) {
        let sort = |number| member(AccountId::try_from(1).unwrap(), UserId::try_from(number).unwrap()).sk;
        prop_assert_eq!(sort(one).cmp(&sort(other)), one.cmp(&other));
    }

    #[test]
    fn accounts_stand_in_the_order_of_their_creation_and_then_of_their_ids(
        one in (0..3_i64, 1..1_u64 << 53),
        other in (0..10_000_000_000_000_i64, 1..1_u64 << 53),
    ) {
        let sort = |(at, id)| gsi2_sort(AccountId::try_from(id).unwrap(), Timestamp::from_millis(at));
        prop_assert_eq!(sort(one).cmp(&sort(other)), one.cmp(&other));
    }

    #[test]
    fn an_item_s_key_is_read_from_it(number in 1..1_u64 << 53) {
        let key = account(AccountId::try_from(number).unwrap());
        prop_assert_eq!(Key::of(&key.item()), Some(key));
    }
}
