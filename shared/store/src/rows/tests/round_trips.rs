//! Values of every kind come back from their items as they went.

use std::collections::BTreeMap;

use model::examples::{NOW, ada, email, person, roles};
use model::{
    Account, AccountId, AccountName, AccountStatus, AddressChanges, Country, DecidedBy, Delivery,
    DeliveryState, Description, FactorId, Factors, FormerAddress, Invitation, Member, MemberState,
    Method, Methods, OwnershipOffer, Passkey, PasskeyName, PendingLink, RecoveryCodes,
    RequestedAddress, Role, Session, SessionId, Timestamp, Totp, UndoneChange, User, UserId,
    UserStatus,
};
use proptest::option;
use proptest::prelude::*;

use super::{account_item, has_null, member_item, user_item};
use crate::rows::*;
use crate::wire::Source as _;
use crate::wire::tests::on_the_wire;

fn timestamps() -> impl Strategy<Value = Timestamp> {
    (0..10_000_000_000_000_i64).prop_map(Timestamp::from_millis)
}

fn links() -> impl Strategy<Value = PendingLink> {
    let seconds = 0..10_000_000_000_i64;
    (any::<[u8; 16]>(), seconds).prop_map(|(nonce, seconds)| PendingLink {
        nonce,
        expires_at: Timestamp::from_seconds(seconds),
    })
}

fn account_ids() -> impl Strategy<Value = AccountId> {
    (1..1_u64 << 53).prop_map(|number| AccountId::try_from(number).unwrap())
}

fn user_ids() -> impl Strategy<Value = UserId> {
    (1..1_u64 << 53).prop_map(|number| UserId::try_from(number).unwrap())
}

fn users() -> impl Strategy<Value = User> {
    let sessions = prop::collection::vec(sessions(), 0..3);
    let names = ("[A-Za-zé']{1,20}", "[A-Za-z漢]{1,20}", "[a-zA-Z0-9]{1,9}");
    (
        (user_ids(), names, any::<bool>(), any::<u64>()),
        (sessions, option::of(links()), any::<bool>(), timestamps()),
    )
        .prop_map(|(person_, rest)| {
            let (id, (first, last, local), verified, credential) = person_;
            let (sessions, verification, somewhere, created_at) = rest;
            let sessions = sessions
                .into_iter()
                .map(|session| (SessionId::random(), session));
            User {
                id,
                email: email(&format!("{local}@Example.com")),
                first_name: person(&first),
                last_name: person(&last),
                names_at: created_at,
                country: somewhere.then(|| Country::parse("GB").unwrap()),
                verified,
                status: if somewhere {
                    UserStatus::Suspended
                } else {
                    UserStatus::Active
                },
                credential,
                sessions: sessions.collect(),
                verification,
                addresses: verification.map_or_else(AddressChanges::default, |link| {
                    address_changes(link, verified, created_at)
                }),
                factors: factors(verified),
                created_at,
            }
        })
}

/// Changes of an address with `link` in every place.
fn address_changes(link: PendingLink, some: bool, at: Timestamp) -> AddressChanges {
    AddressChanges {
        requested: some.then(|| RequestedAddress {
            email: email("Grace@Example.com"),
            link,
            undo: link,
            taken: some,
        }),
        confirmed: (!some).then_some(link),
        former: vec![FormerAddress {
            email: email("Old@Example.com"),
            held_until: at,
            proven: some,
            undo: some.then_some(link.nonce),
        }],
        undone: some.then_some(UndoneChange {
            nonce: link.nonce,
            credential: 3,
            reset: link,
        }),
        before: vec![ada().id],
    }
}

/// Those of a person with an authenticator app, or of one who had it.
fn factors(enrolled: bool) -> Factors {
    let totp = Totp {
        id: FactorId::random(),
        sealed: vec![1, 2, 3],
        created_at: NOW,
        last_step: 59_346_540,
        locked_until: Some(NOW),
    };
    let recovery = RecoveryCodes {
        id: FactorId::random(),
        salt: [1; 16],
        digests: vec![[2; 16], [3; 16]],
    };
    let passkey = Passkey {
        credential: vec![5; 16],
        key: vec![6; 77],
        counter: 7,
        backup_eligible: true,
        backed_up: enrolled,
        name: PasskeyName::parse("Laptop").unwrap(),
        created_at: NOW,
        last_used_at: enrolled.then_some(NOW),
    };
    Factors {
        totp: enrolled.then_some(totp),
        passkeys: BTreeMap::from([(FactorId::random(), passkey)]),
        recovery: enrolled.then_some(recovery),
        spent: BTreeMap::from([([4; 12], Timestamp::from_seconds(5))]),
        version: 3,
    }
}

fn sessions() -> impl Strategy<Value = Session> {
    let bytes = (
        any::<[u8; 16]>(),
        any::<[u8; 32]>(),
        option::of(any::<[u8; 32]>()),
    );
    let more = (any::<[u8; 16]>(), any::<[u8; 16]>(), ".{0,20}");
    (bytes, more, timestamps(), timestamps()).prop_map(|(bytes, more, used, expires)| Session {
        family: bytes.0,
        digest: bytes.1,
        previous: bytes.2,
        nonce: more.0,
        last_used_at: used,
        client: more.1,
        created_at: used,
        expires_at: expires,
        ends_at: expires,
        user_agent: more.2,
        authenticated_at: expires,
        methods: Methods::only(Method::Password).and(Method::Totp),
        factor: Some(FactorId::random()),
    })
}

fn accounts() -> impl Strategy<Value = Account> {
    let optional = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    let numbers = (account_ids(), user_ids(), any::<u64>());
    (
        numbers,
        "[A-Za-z][A-Za-z0-9 é#]{0,20}",
        optional,
        timestamps(),
        timestamps(),
    )
        .prop_map(
            |(
                (id, owner, version),
                name,
                (described, contact, country, active),
                created,
                updated,
            )| {
                Account {
                    id,
                    name: AccountName::parse(&name).unwrap(),
                    description: described.then(|| Description::parse("Anvils\nand more").unwrap()),
                    primary_contact: contact.then(|| email("Desk@Acme.example")),
                    status: if active {
                        AccountStatus::Active
                    } else {
                        AccountStatus::Suspended
                    },
                    suspended_by: (!active).then_some(if described {
                        DecidedBy::Account
                    } else {
                        DecidedBy::Platform
                    }),
                    owner,
                    creator: described.then_some(owner),
                    pending_owner: contact.then(|| OwnershipOffer::new(owner, updated)),
                    require_second_factor: version % 2 == 1,
                    country: country.then(|| Country::parse("de").unwrap()),
                    created_at: created,
                    updated_at: updated,
                    version,
                }
            },
        )
}

fn members() -> impl Strategy<Value = Member> {
    let state = prop::sample::select(vec![
        MemberState::Invited,
        MemberState::Active,
        MemberState::Suspended,
        MemberState::Removed,
    ]);
    let given = prop::sample::subsequence(Role::ALL.map(Role::as_str).to_vec(), 1..=4);
    let mails = prop::collection::vec(timestamps(), 0..5);
    let mailed = (links(), prop::option::of(user_ids()), mails, any::<u32>());
    let invitation = mailed.prop_map(|(link, inviter, mailed_at, mails)| Invitation {
        link,
        inviter,
        mailed_at,
        mails,
        notice: mails % 2 == 0,
    });
    let delivery = ("[A-Za-z0-9_-]{16}", timestamps()).prop_map(|(change, at)| Delivery {
        change,
        state: DeliveryState::Delivered,
        at,
    });
    let asked = (option::of(invitation), option::of(delivery));
    let given = (state, given, any::<bool>(), asked, any::<bool>());
    (account_ids(), users(), given, timestamps(), any::<u64>()).prop_map(
        |(account, user, (state, given, owner, asked, named), updated_at, version)| Member {
            first_name: named.then(|| user.first_name.clone()),
            last_name: named.then(|| user.last_name.clone()),
            state,
            owner,
            updated_at,
            version,
            invitation: asked.0,
            delivery: asked.1,
            ..Member::new(account, &user, roles(&given), user.created_at)
        },
    )
}

proptest! {
    #[test]
    fn an_account_comes_back_as_it_went(account in accounts()) {
        let item = account_item(&account);
        prop_assert!(!item.values().any(has_null));
        prop_assert_eq!(&live_account(&item).unwrap(), &Some(account.clone()));
        prop_assert_eq!(&live_account(&on_the_wire(&item)).unwrap(), &Some(account.clone()));

        let deleted = AccountRow::deleted(&account, DecidedBy::Platform, account.updated_at);
        let deleted = super::item(&keys::account(account.id), &deleted, None).unwrap();
        for (whole, expected) in [(item, Some(account)), (deleted, None)] {
            let listed: Item = whole.into_iter().filter(|(name, _)| name != "sk").collect();
            prop_assert!(listed.keys().all(|name| ACCOUNT.contains(&name.as_str())));
            let row: AccountRow = on_the_wire(&listed).row().unwrap();
            prop_assert_eq!(row.live().unwrap(), expected);
        }
    }

    #[test]
    fn a_member_comes_back_as_they_went(member in members()) {
        let item = member_item(&member);
        prop_assert!(!item.values().any(has_null));
        prop_assert_eq!(&crate::rows::member(&item).unwrap(), &member);
        prop_assert_eq!(crate::rows::member(&on_the_wire(&item)).unwrap(), member);
    }

    #[test]
    fn a_user_comes_back_as_they_went(user in users()) {
        let item = user_item(&user);
        prop_assert!(!item.values().any(has_null));
        let back: User = row::<UserRow>(&item).unwrap().try_into().unwrap();
        prop_assert_eq!(back, user);
    }
}
