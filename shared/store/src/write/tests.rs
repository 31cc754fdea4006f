use aws_sdk_dynamodb::types::CancellationReason;
use expect_test::expect;
use model::examples::{account_id, ada, user_id};

use super::outcome::{cancelled_outcome, made_before};
use super::*;
use crate::keys;

impl Write {
    /// The item that is put.
    pub(crate) fn put_item(&self) -> Option<&Item> {
        match &self.action {
            Action::Put(item) => Some(item),
            Action::Update(_) | Action::Delete(_) => None,
        }
    }

    /// This write as DynamoDB reads it: with names and values in place of their aliases.
    pub(crate) fn shown(&self) -> String {
        let (verb, key) = match &self.action {
            Action::Put(item) => ("put", Key::of(item).unwrap()),
            Action::Update(key) => ("update", key.clone()),
            Action::Delete(key) => ("delete", key.clone()),
        };
        let condition = self.condition().map(|condition| format!("if {condition}"));
        let parts = [
            format!("{verb} {} | {}", key.pk, key.sk),
            self.resolved(self.expression().trim_end()),
            self.resolved(&condition.unwrap_or_default()),
        ];
        let parts = parts.into_iter().filter(|part| !part.is_empty());
        parts.collect::<Vec<_>>().join(" ")
    }

    fn resolved(&self, expression: &str) -> String {
        let mut resolved = String::new();
        let mut rest = expression;
        while let Some(start) = rest.find(['#', ':']) {
            let alias = &rest[start..];
            let digits = |byte: char| !byte.is_ascii_digit();
            let end = alias[1..].find(digits).map_or(alias.len(), |end| end + 1);
            resolved.push_str(&rest[..start]);
            resolved.push_str(&self.meaning(&alias[..end]));
            rest = &alias[end..];
        }
        resolved + rest
    }

    fn meaning(&self, alias: &str) -> String {
        let name = self.names.get(alias).cloned();
        name.unwrap_or_else(|| match &self.values[alias] {
            AttributeValue::N(number) => number.clone(),
            AttributeValue::S(text) => format!("{text:?}"),
            AttributeValue::Bool(yes) => yes.to_string(),
            other => format!("{other:?}"),
        })
    }
}

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.into())
}

fn update() -> Write {
    Write::update(keys::user(user_id(7)))
}

fn item(change: Option<&str>) -> Item {
    let mut item = keys::user(user_id(7)).item();
    if let Some(id) = change {
        item.insert("change".into(), changed(id));
    }
    item
}

fn changed(id: &str) -> AttributeValue {
    AttributeValue::M(HashMap::from([("id".into(), text(id))]))
}

fn lost<const N: usize>(items: [(usize, Item); N]) -> Lost {
    Lost(HashMap::from(items))
}

#[test]
fn each_kind_of_write_has_its_condition() {
    let key = || keys::user(user_id(7));
    let writes = [
        Write::create(item(None)),
        Write::put(item(None)).equals("version", number(3)),
        Write::put(item(None)),
        Write::put(item(None)).replaceable_since(1_780_396_200),
        Write::update(key()),
        Write::delete(key()),
        Write::delete(key()).equals("accountId", number(account_id(42))),
    ];
    let shown = writes.map(|write| write.shown()).join("\n");
    expect![[r"
        put USER#7 | USER if attribute_not_exists(pk)
        put USER#7 | USER if version = 3
        put USER#7 | USER
        put USER#7 | USER if (attribute_not_exists(pk) OR ttl <= 1780396200)
        update USER#7 | USER if attribute_exists(pk)
        delete USER#7 | USER
        delete USER#7 | USER if accountId = 42"]]
    .assert_eq(&shown);
}

#[test]
fn an_update_sets_and_removes_under_all_of_its_conditions() {
    let write = update()
        .equals("credential", number(2))
        .above("sessions.abc.expiresAt", number(5))
        .absent("passwordHash")
        .set("status", text("active"))
        .set("sessions.abc.digest", text("d"))
        .remove("change")
        .remove("sessions.xyz");
    expect![[r#"update USER#7 | USER SET status = "active", sessions.abc.digest = "d" REMOVE change, sessions.xyz if attribute_exists(pk) AND credential = 2 AND sessions.abc.expiresAt > 5 AND attribute_not_exists(passwordHash)"#]].assert_eq(&write.shown());
}

#[test]
fn an_amendment_touches_its_own_attributes_and_no_others() {
    let mut next = item(Some("ours"));
    next.insert("status".into(), text("active"));
    next.insert("version".into(), number(4));
    let write = Write::amend(keys::user(user_id(7)), next, &["change", "ttl"], 3);
    expect![[r#"update USER#7 | USER SET change = M({"id": S("ours")}), status = "active", version = 4 REMOVE ttl if version = 3"#]].assert_eq(&write.shown());
    assert_eq!(write.change_id(), Some(&text("ours")));
}

#[test]
fn a_counter_begins_at_nothing_and_ends_below_its_limit() {
    let write = Write::upsert(keys::user(user_id(7)))
        .add("sent", number(1))
        .set("ttl", number(9))
        .absent_or_below("sent", number(200));
    expect![
        "update USER#7 | USER SET ttl = 9 ADD sent 1 if (attribute_not_exists(sent) OR sent < 200)"
    ]
    .assert_eq(&write.shown());
    let write = update().among("status", ["a", "b"].map(text));
    expect![[r#"update USER#7 | USER if attribute_exists(pk) AND status IN ("a", "b")"#]]
        .assert_eq(&write.shown());
}

/// `name`, `status`, `roles` and `owner` are among DynamoDB's reserved words.
#[test]
fn no_name_stands_in_an_expression_itself() {
    let write = update()
        .set("name", text("a"))
        .set("status", text("b"))
        .remove("roles")
        .equals("owner", AttributeValue::Bool(true));
    assert_eq!(write.expression(), "SET #1 = :0, #2 = :1 REMOVE #3 ");
    let condition = write.condition().unwrap();
    assert_eq!(condition, "attribute_exists(#0) AND #4 = :2");
}

#[test]
fn a_name_has_one_alias_however_often_it_stands_there() {
    let write = update()
        .equals("sessions.abc.digest", text("old"))
        .set("sessions.abc.digest", text("new"))
        .set("digest", text("elsewhere"));
    expect![[r#"update USER#7 | USER SET sessions.abc.digest = "new", digest = "elsewhere" if attribute_exists(pk) AND sessions.abc.digest = "old""#]].assert_eq(&write.shown());
    let mut names: Vec<_> = write.names().unwrap().into_values().collect();
    names.sort();
    assert_eq!(names, ["abc", "digest", "pk", "sessions"]);
    assert_eq!(write.values().unwrap().len(), 3);
}

#[test]
fn what_is_not_used_is_not_sent() {
    let put = Write::put(item(None));
    assert_eq!((put.condition(), put.names()), (None, None));
    assert_eq!(put.values(), None);
    assert_eq!(update().values(), None);
}

#[test]
fn a_write_that_lost_to_itself_took_place() {
    let replace = Write::put(item(Some("ours"))).equals("version", number(3));
    let update = update().set("change", changed("ours"));
    for write in [replace, update] {
        let writes = [write];
        assert!(made_before(&writes, &lost([(0, item(Some("ours")))])));
        assert!(!made_before(&writes, &lost([(0, item(Some("theirs")))])));
        assert!(!made_before(&writes, &lost([(0, item(None))])));
        assert!(!made_before(&writes, &lost([(0, Item::new())])));
    }
}

#[test]
fn a_write_without_a_record_never_takes_anothers_for_its_own() {
    let writes = [Write::create(item(None))];
    assert!(!made_before(&writes, &lost([(0, item(None))])));
    assert!(!made_before(&writes, &lost([(0, item(Some("theirs")))])));
}

/// A transaction takes place as a whole or not at all, so one record of ours is sufficient proof. Some items, such as names,
/// carry none.
#[test]
fn a_transaction_that_lost_to_itself_took_place() {
    let writes = [
        Write::create(item(Some("ours"))),
        Write::create(item(None)),
        Write::delete(keys::user(ada().id)).equals("version", number(1)),
    ];
    let again = lost([(0, item(Some("ours"))), (1, item(None)), (2, Item::new())]);
    assert!(made_before(&writes, &again));
    assert!(!made_before(&writes, &lost([(1, item(None))])));
    let theirs = lost([(0, item(Some("theirs"))), (1, item(None))]);
    assert!(!made_before(&writes, &theirs));
}

fn reasons(codes: &[&str]) -> Vec<CancellationReason> {
    let reason = |code: &&str| CancellationReason::builder().code(*code).build();
    codes.iter().map(reason).collect()
}

#[test]
fn a_cancelled_transaction_says_which_conditions_did_not_hold() {
    let mut reasons = reasons(&["None", "ConditionalCheckFailed", "TransactionConflict"]);
    let standing = CancellationReason::builder()
        .code("ConditionalCheckFailed")
        .set_item(Some(item(Some("theirs"))));
    reasons.push(standing.build());
    let Ok(Some(Outcome::Lost(lost))) = cancelled_outcome(&reasons) else {
        panic!("nothing lost");
    };
    let places = [0, 1, 2, 3].map(|place| lost.at(place));
    assert_eq!(places, [false, true, false, true]);
    assert_eq!(lost.item(1), Some(&Item::new()));
    assert_eq!(lost.item(3), Some(&item(Some("theirs"))));
    assert_eq!(lost.item(0), None);
}

#[test]
fn conflicts_and_throttles_alone_are_worth_another_try() {
    let passing = reasons(&[
        "None",
        "TransactionConflict",
        "ThrottlingError",
        "ProvisionedThroughputExceeded",
    ]);
    assert!(matches!(cancelled_outcome(&passing), Ok(None)));
}

#[test]
fn a_transaction_cancelled_for_a_mistake_of_ours_is_not_tried_again() {
    for code in ["ValidationError", "ItemCollectionSizeLimitExceeded"] {
        let mistaken = reasons(&["ConditionalCheckFailed", code]);
        assert!(cancelled_outcome(&mistaken).is_err(), "{code}");
    }
}
