use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use expect_test::expect;
use model::examples::{
    NOW, acme, ada, after, asking, email, invitation, member, member_in, person, roles, session,
};
use model::{
    Account, AccountId, AccountName, AccountStatus, Actor, AddressChanges, Change, ChangeKind,
    Country, DecidedBy, DeletedAccount, Delivery, DeliveryState, Description, FactorId, Factors,
    FormerAddress, Invitation, Member, MemberState, Method, Methods, OwnershipOffer, Passkey,
    PasskeyName, PendingLink, RecoveryCodes, RequestedAddress, Role, Session, SessionId, Target,
    Timestamp, Totp, UndoneChange, User, UserId, UserStatus,
};
use proptest::option;
use proptest::prelude::*;

use super::*;
use crate::keys;
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

fn account_item(account: &Account) -> Item {
    item(&keys::account(account.id), &AccountRow::from(account), None).unwrap()
}

fn member_item(member: &Member) -> Item {
    let key = keys::member(member.account, member.user);
    item(&key, &MemberRow::from(member), None).unwrap()
}

fn user_item(user: &User) -> Item {
    item(&keys::user(user.id), &UserRow::from(user), None).unwrap()
}

/// Whether there is a `NULL` anywhere in `value`.
fn has_null(value: &AttributeValue) -> bool {
    match value {
        AttributeValue::Null(_) => true,
        AttributeValue::M(members) => members.values().any(has_null),
        AttributeValue::L(elements) => elements.iter().any(has_null),
        _ => false,
    }
}

proptest! {
    #[test]
    fn an_account_comes_back_as_it_went(account in accounts()) {
        let item = account_item(&account);
        prop_assert!(!item.values().any(has_null));
        prop_assert_eq!(&live_account(&item).unwrap(), &Some(account.clone()));
        prop_assert_eq!(live_account(&on_the_wire(&item)).unwrap(), Some(account));
    }

    #[test]
    fn a_member_comes_back_as_they_went(member in members()) {
        let item = member_item(&member);
        prop_assert!(!item.values().any(has_null));
        prop_assert_eq!(&super::member(&item).unwrap(), &member);
        prop_assert_eq!(super::member(&on_the_wire(&item)).unwrap(), member);
    }

    #[test]
    fn a_user_comes_back_as_they_went(user in users()) {
        let item = user_item(&user);
        prop_assert!(!item.values().any(has_null));
        let back: User = row::<UserRow>(&item).unwrap().try_into().unwrap();
        prop_assert_eq!(back, user);
    }
}

/// The attributes of `item`, sorted, without binary values' bytes.
fn shown(item: &Item) -> String {
    let sorted: BTreeMap<_, _> = item.iter().collect();
    let lines = sorted
        .iter()
        .map(|(name, value)| format!("{name}: {}\n", attribute(value)));
    lines.collect()
}

fn attribute(value: &AttributeValue) -> String {
    match value {
        AttributeValue::S(text) => format!("{text:?}"),
        AttributeValue::N(number) => number.clone(),
        AttributeValue::Bool(yes) => yes.to_string(),
        AttributeValue::B(bytes) => format!("{} bytes", bytes.as_ref().len()),
        AttributeValue::L(elements) => {
            let elements: Vec<_> = elements.iter().map(attribute).collect();
            format!("[{}]", elements.join(", "))
        }
        AttributeValue::M(members) => {
            let sorted: BTreeMap<_, _> = members.iter().collect();
            let members = sorted
                .iter()
                .map(|(name, value)| format!("{name}: {}", attribute(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        other => format!("{other:?}"),
    }
}

#[test]
fn the_stored_form_of_each_row_is_pinned() {
    let mut user = ada();
    let id = SessionId::parse("AAAAAAAAAAAAAAAAAAAA").unwrap();
    user.sessions.insert(id, session());
    user.verification = Some(invitation().link);
    let items = [
        account_item(&acme()),
        member_item(&member_in(MemberState::Invited)),
        member_item(&member().removed(after(1000))),
        user_item(&user),
    ];
    let items = items.map(|item| shown(&item));
    expect![[r#"
        country: "GB"
        creatorId: 1
        description: "Anvils"
        entity: "account"
        gsi2pk: "ACCOUNT"
        gsi2sk: "1780396200500#0000000000000042"
        name: "Acme"
        ownerId: 1
        pk: "ACCOUNT#42"
        primaryContact: "desk@acme.example"
        sk: "ACCOUNT"
        status: "active"
        updatedAt: 1780396200500
        version: 1

        createdAt: 1780396200500
        email: "Ada@Example.com"
        emailVerified: false
        entity: "member"
        firstName: "Ada"
        gsi1pk: "USER#7"
        gsi1sk: "ACCOUNT#0000000000000042"
        invitation: {expiresAt: 1781001000, inviter: 7, mailedAt: [1780396200500], mails: 1, nonce: 16 bytes}
        lastName: "Lovelace"
        owner: false
        pk: "ACCOUNT#42"
        roles: ["user"]
        sk: "MEMBER#0000000000000007"
        status: "invited"
        updatedAt: 1780396200500
        version: 1

        createdAt: 1780396200500
        email: "removed@removed.invalid"
        emailVerified: false
        entity: "member"
        owner: false
        pk: "ACCOUNT#42"
        roles: ["user"]
        sk: "MEMBER#0000000000000007"
        status: "removed"
        ttl: 1780482601
        updatedAt: 1780396201500
        version: 2

        createdAt: 1780396200500
        credential: 0
        email: "Ada@Example.com"
        entity: "user"
        firstName: "Ada"
        id: 7
        lastName: "Lovelace"
        namesAt: 1780396200500
        pk: "USER#7"
        sessions: {AAAAAAAAAAAAAAAAAAAA: {authenticatedAt: 1780396200500, client: 16 bytes, createdAt: 1780396200500, digest: 32 bytes, endsAt: 1780396203500, expiresAt: 1780396201500, family: 16 bytes, lastUsedAt: 1780396200500, methods: ["password"], nonce: 16 bytes, userAgent: "curl/8"}}
        sk: "USER"
        verification: {expiresAt: 1781001000, nonce: 16 bytes}
        verified: false
    "#]].assert_eq(&items.join("\n"));
}

#[test]
fn what_has_no_optional_value_has_no_attribute_for_it() {
    let account = Account {
        description: None,
        primary_contact: None,
        country: None,
        ..acme()
    };
    let names = |item: &Item| {
        let mut names: Vec<_> = item.keys().cloned().collect();
        names.sort();
        names.join(" ")
    };
    let items = [
        account_item(&account),
        member_item(&member()),
        user_item(&ada()),
    ];
    let items = items.map(|item| names(&item));
    expect![[r#"
        creatorId entity gsi2pk gsi2sk name ownerId pk sk status updatedAt version
        createdAt email emailVerified entity firstName gsi1pk gsi1sk lastName owner pk roles sk status updatedAt version
        createdAt credential email entity firstName id lastName namesAt pk sessions sk verified"#]].assert_eq(&items.join("\n"));
}

#[test]
fn a_deleted_account_is_gone_for_every_reader_and_waits_in_the_index() {
    let mut item = deleted_item();
    assert!(live_account(&item).unwrap().is_none());
    assert_eq!(item["gsi2pk"], AttributeValue::S("DELETED".into()));
    assert_eq!(item["version"], AttributeValue::N("2".into()));
    let sort = keys::gsi2_sort(acme().id, after(1000));
    assert_eq!(item["gsi2sk"], AttributeValue::S(sort));
    let mut deleted = DeletedAccount {
        account: Account {
            version: 2,
            ..acme()
        },
        deleted_at: after(1000),
        deleted_by: DecidedBy::Account,
        purging: false,
    };
    assert_eq!(deleted_account(&item).unwrap(), Some(deleted.clone()));
    let by = item.insert("deletedBy".into(), AttributeValue::S("platform".into()));
    assert_eq!(by, None);
    deleted.deleted_by = DecidedBy::Platform;
    item.insert("purging".into(), AttributeValue::Bool(true));
    deleted.purging = true;
    assert_eq!(deleted_account(&item).unwrap(), Some(deleted));
}

#[test]
fn a_deleted_account_in_the_order_of_creation_reads_back_too() {
    let mut item = deleted_item();
    item.remove("createdAt");
    item.insert("gsi2sk".into(), account_item(&acme())["gsi2sk"].clone());
    let deleted = deleted_account(&item).unwrap().unwrap();
    assert_eq!(deleted.account.created_at, acme().created_at);
}

#[test]
fn what_lives_or_is_not_there_is_not_deleted() {
    assert_eq!(deleted_account(&account_item(&acme())).unwrap(), None);
    assert_eq!(deleted_account(&Item::new()).unwrap(), None);
}

fn deleted_item() -> Item {
    let row = AccountRow::deleted(&acme(), DecidedBy::Account, after(1000));
    item(&keys::account(acme().id), &row, None).unwrap()
}

#[test]
fn where_there_is_no_item_there_is_no_account() {
    assert!(live_account(&Item::new()).unwrap().is_none());
}

#[test]
fn a_removed_member_is_in_no_index_and_goes_after_a_day() {
    let item = member_item(&member().removed(after(1000)));
    assert!(!item.contains_key("gsi1pk") && !item.contains_key("gsi1sk"));
    let ttl = (after(1000).seconds() + 24 * 60 * 60).to_string();
    assert_eq!(item["ttl"], AttributeValue::N(ttl));
    for state in [
        MemberState::Invited,
        MemberState::Active,
        MemberState::Suspended,
    ] {
        let item = member_item(&member_in(state));
        assert!(item.contains_key("gsi1pk") && item.contains_key("gsi1sk"));
        assert!(!item.contains_key("ttl"), "{state:?}");
    }
}

/// What an index of `template.yaml` holds of `item`.
fn projected(item: &Item, names: &[&str]) -> Item {
    let names = names.iter().chain(&["pk", "sk"]);
    let held = names.filter_map(|name| Some(((*name).to_owned(), item.get(*name)?.clone())));
    held.collect::<HashMap<_, _>>()
}

#[test]
fn an_account_reads_from_what_its_index_holds() {
    let names = [
        "gsi2pk",
        "gsi2sk",
        "name",
        "description",
        "primaryContact",
        "status",
        "ownerId",
        "country",
        "updatedAt",
    ];
    let listed = |account: &Account| {
        listed_account(&on_the_wire(&projected(&account_item(account), &names))).unwrap()
    };
    let bare = Account {
        description: None,
        primary_contact: None,
        country: None,
        ..acme()
    };
    // Lists do not need to know the creator.
    for account in [acme(), bare].map(|account| Account {
        creator: None,
        ..account
    }) {
        assert_eq!(listed(&account), account.into());
    }
}

#[test]
fn an_account_that_was_suspended_before_it_was_kept_by_whom_was_suspended_by_its_own() {
    let mut item = account_item(&acme());
    item.insert("status".into(), AttributeValue::S("suspended".into()));
    let account = live_account(&item).unwrap().unwrap();
    assert_eq!(account.suspended_by, Some(DecidedBy::Account));
}

#[test]
fn a_membership_reads_from_what_its_index_holds() {
    let item = member_item(&member_in(MemberState::Suspended));
    let item = projected(&item, &["gsi1pk", "gsi1sk", "roles", "status"]);
    let row: MembershipRow = row(&item).unwrap();
    assert_eq!(row.state(), MemberState::Suspended);
    assert_eq!(row.roles, member().roles);
}

#[test]
fn a_member_reads_from_what_a_list_projects() {
    let listed = |member: &Member| {
        let whole = member_item(member);
        let mut item = projected(&whole, &LISTED);
        item.remove("pk");
        // Of a map, the projection has the named attributes only.
        for (name, value) in &whole {
            let AttributeValue::M(map) = value else {
                continue;
            };
            let named = |inner: &String| LISTED.contains(&format!("{name}.{inner}").as_str());
            let kept = map.iter().filter(|(inner, _)| named(inner));
            let kept = kept.map(|(inner, value)| (inner.clone(), value.clone()));
            item.insert(name.clone(), AttributeValue::M(kept.collect()));
        }
        listed_member(member.account, &on_the_wire(&item)).unwrap()
    };
    let followed = Member {
        invitation: Some(invitation()),
        delivery: Some(Delivery {
            change: "c".into(),
            state: DeliveryState::Bounced,
            at: NOW,
        }),
        ..member_in(MemberState::Invited)
    };
    let states = [
        MemberState::Invited,
        MemberState::Active,
        MemberState::Suspended,
    ];
    for member in states.map(member_in).into_iter().chain([followed]) {
        assert_eq!(listed(&member), member.into());
    }
}

#[test]
fn a_row_that_is_not_as_written_is_told_to_be_damaged() {
    let other_key = |mut item: Item, pk: &str, sk: &str| {
        item.insert("pk".into(), AttributeValue::S(pk.into()));
        item.insert("sk".into(), AttributeValue::S(sk.into()));
        item
    };
    let account = other_key(account_item(&acme()), "USER#42", "ACCOUNT");
    assert!(matches!(
        live_account(&account),
        Err(TableError::Damaged(_))
    ));
    let unpadded = other_key(member_item(&member()), "ACCOUNT#42", "MEMBER#7");
    assert!(matches!(
        super::member(&unpadded),
        Err(TableError::Damaged(_))
    ));
    let mut account = account_item(&acme());
    account.insert("gsi2sk".into(), AttributeValue::S("later#42".into()));
    assert!(matches!(
        live_account(&account),
        Err(TableError::Damaged(_))
    ));
    assert!(matches!(
        exactly::<16>(vec![0; 15]),
        Err(TableError::Damaged(_))
    ));
    let mut account = account_item(&acme());
    account.remove("version");
    assert!(matches!(
        live_account(&account),
        Err(TableError::Unreadable(_))
    ));
}

#[test]
fn a_change_record_stands_in_its_own_attribute() {
    let change = Change {
        id: "c".into(),
        kind: ChangeKind::AccountChanged,
        at: NOW.millis(),
        actor: Some(Actor::User(ada().id)),
        target: Target {
            r#type: "account".into(),
            id: 42,
        },
        request_id: "r".into(),
        version: 2,
        source_ip: "192.0.2.1".into(),
        changes: Account::differences(Some(&acme()), Some(&acme().owned_by(ada().id, NOW))),
        mail: None,
        device: String::new(),
        operator: "arn:aws:iam::123456789012:user/ada".into(),
    };
    let key = keys::account(acme().id);
    let mut with = item(&key, &AccountRow::from(&acme()), Some(&change)).unwrap();
    assert_eq!(live_account(&with).unwrap(), Some(acme()));
    let record = with.remove("change").unwrap();
    assert_eq!(with, account_item(&acme()));
    let back: Change = serde_dynamo::from_attribute_value(record).unwrap();
    assert_eq!(back, change);
}

#[test]
fn a_name_leads_to_its_account() {
    let name = NameRow {
        entity: "name".into(),
        account_id: acme().id,
    };
    let item = item(&keys::name(&acme().name), &name, None).unwrap();
    expect![[r#"
        accountId: 42
        entity: "name"
        pk: "NAME#acme"
        sk: "NAME"
    "#]]
    .assert_eq(&shown(&item));
    assert_eq!(row::<NameRow>(&item).unwrap().account_id, acme().id);
}

#[test]
fn a_change_record_comes_back_from_the_table_as_it_went() {
    let change = asking();
    let stored: AttributeValue = serde_dynamo::to_attribute_value(&change).unwrap();
    // The template's filter on the stream selects records by `change.M.mail.S`.
    assert!(stored.as_m().unwrap()["mail"].as_s().is_ok());
    let back: Change = serde_dynamo::from_attribute_value(stored).unwrap();
    assert_eq!(back, change);
}
