use std::collections::HashMap;

use model::examples::{acme, ada, after, member};
use model::{Account, AuditContext, ChangeKind, DecidedBy, Member, MemberState, Origin};

use super::*;
use crate::keys::Key;
use crate::rows::{self, AccountRow, MemberRow, UserRow};

fn act() -> AuditContext {
    let origin = Origin {
        request_id: "r".into(),
        source_ip: "192.0.2.1".into(),
        user_agent: String::new(),
        base_url: String::new(),
    };
    AuditContext::new(&origin, Some(ada().actor()), after(0))
}

/// The item as the stream has it.
fn image(key: &Key, row: &impl serde::Serialize, change: Option<&Change>) -> Image {
    stream_image(rows::item(key, row, change).unwrap())
}

fn stream_image(item: keys::Item) -> Image {
    let attributes = item.into_iter();
    let attributes: HashMap<String, serde_dynamo::AttributeValue> = attributes
        .map(|(name, value)| (name, value.into()))
        .collect();
    attributes.into()
}

fn of_member(member: &Member) -> Image {
    let change = act().on_user(ChangeKind::MemberChanged, member.user);
    let key = keys::member(member.account, member.user);
    image(&key, &MemberRow::from(member), Some(&change))
}

fn of_account(account: &Account) -> Image {
    let change = act().on_account(ChangeKind::AccountChanged, account.id);
    image(
        &keys::account(account.id),
        &AccountRow::from(account),
        Some(&change),
    )
}

fn read(old: &Image, new: &Image) -> Result<Option<StreamedChange>, Error> {
    StreamedChange::read(&StreamRecord {
        sequence: String::new(),
        pk: String::new(),
        sk: String::new(),
        old: old.clone(),
        new: new.clone(),
    })
}

fn streamed(old: &Image, new: &Image) -> StreamedChange {
    read(old, new).unwrap().unwrap()
}

#[test]
fn members_are_counted_as_they_come_and_go() {
    let (nothing, there) = (Image::default(), of_member(&member()));
    let gone = of_member(&member().removed(after(1)));
    let more = |old: &Image, new: &Image| streamed(old, new).members.total();
    assert_eq!(more(&nothing, &there), 1);
    assert_eq!(more(&there, &gone), -1);
    assert_eq!(more(&gone, &there), 1);
    assert_eq!(more(&there, &of_member(&member())), 0);
    assert_eq!(streamed(&there, &gone).account, Some(member().account));
}

#[test]
fn accounts_are_counted_with_their_owners() {
    let (nothing, there) = (Image::default(), of_account(&acme()));
    let change = act().on_account(ChangeKind::AccountDeleted, acme().id);
    let row = AccountRow::deleted(&acme(), DecidedBy::Account, after(1));
    let gone = image(&keys::account(acme().id), &row, Some(&change));
    let more = |old: &Image, new: &Image| {
        let streamed = streamed(old, new);
        (streamed.accounts, streamed.members.total())
    };
    assert_eq!(more(&nothing, &there), (1, 1));
    assert_eq!(more(&there, &of_account(&acme())), (0, 0));
    assert_eq!(more(&there, &gone), (-1, 0));
    assert_eq!(more(&gone, &there), (1, 0));
    let owned = Some((acme().id, acme().owner));
    assert_eq!(streamed(&there, &gone).deleted, owned);
    let restored = streamed(&gone, &there);
    assert_eq!((restored.deleted, restored.membership), (None, owned));
    assert_eq!(restored.copies, Copies::In(acme().id, acme().owner));
}

#[test]
fn names_that_are_others_leave_copies_behind() {
    let of_user = |user: &model::User| {
        let change = act().on_user(ChangeKind::UserChanged, ada().id);
        image(&keys::user(ada().id), &UserRow::from(user), Some(&change))
    };
    let king = ada().named(&ada().last_name, &ada().first_name, after(1));
    let copies = |old: &Image, new: &Image| streamed(old, new).copies;
    let before = of_user(&ada());
    assert_eq!(copies(&before, &of_user(&king)), Copies::Of(ada().id));
    assert_eq!(copies(&before, &of_user(&ada())), Copies::Right);
    assert_eq!(copies(&Image::default(), &before), Copies::Right);
    let invited = Member {
        state: MemberState::Invited,
        ..member()
    };
    let accepted = invited.accepted(&king, after(1));
    let (invited, accepted) = (of_member(&invited), of_member(&accepted));
    assert_eq!(copies(&invited, &accepted), Copies::Of(ada().id));
    assert_eq!(copies(&Image::default(), &invited), Copies::Right);
    let new = Copies::In(member().account, ada().id);
    assert_eq!(copies(&Image::default(), &of_member(&member())), new);
    let proven = model::User {
        verified: true,
        ..ada()
    };
    assert_eq!(copies(&before, &of_user(&proven)), Copies::Of(ada().id));
    let accepted = copies(&invited, &of_member(&member()));
    assert_ne!(accepted, Copies::Right);
}

#[test]
fn what_was_told_is_not_told_again() {
    let there = of_member(&member());
    assert!(read(&there, &there).unwrap().is_none());
    let silent = image(
        &keys::member(member().account, member().user),
        &MemberRow::from(&member()),
        None,
    );
    assert!(read(&there, &silent).unwrap().is_none());
    assert!(read(&there, &Image::default()).unwrap().is_none());
}

#[test]
fn a_membership_is_named_while_it_exists_and_its_nominee_once_it_is_not_active() {
    let (invited, active) = (
        of_member(&Member {
            state: MemberState::Invited,
            ..member()
        }),
        of_member(&member()),
    );
    let gone = of_member(&member().removed(after(1)));
    let own = Some((member().account, member().user));
    let named = |old: &Image, new: &Image| {
        let streamed = streamed(old, new);
        (streamed.membership, streamed.nominee)
    };
    assert_eq!(named(&Image::default(), &invited), (own, None));
    assert_eq!(named(&invited, &active), (own, None));
    assert_eq!(named(&active, &gone), (None, own));
    assert_eq!(named(&invited, &gone), (None, None));
}

#[test]
fn an_erasure_names_who_is_erased() {
    let change = act().on_user(ChangeKind::UserErased, ada().id);
    let image = stream_image(rows::erased(ada().id, &change).unwrap());
    let streamed = streamed(&Image::default(), &image);
    assert_eq!((streamed.erased, streamed.account), (Some(ada().id), None));
}
