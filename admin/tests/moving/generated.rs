//! Lines by chance, in the order and the form of an export.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

/// A generator that makes the same numbers each time.
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `limit` (`SplitMix64`).
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % limit
    }

    fn one_in(&mut self, many: u64) -> bool {
        self.below(many) == 0
    }

    fn instant(&mut self) -> String {
        let (month, day) = (1 + self.below(12), 1 + self.below(28));
        let (hour, minute, second) = (self.below(24), self.below(60), self.below(60));
        let year = 2005 + self.below(20);
        format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let length = u64::try_from(from.len()).unwrap();
        &from[usize::try_from(self.below(length)).unwrap()]
    }
}

const NAMES: [&str; 6] = ["Ada", "Grace", "Jürgen", "Ζωή", "अनिता", "O'Neil-Smith"];
const HASHES: [&str; 3] = [
    "$2b$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
    "$pbkdf2-sha256$29000$.x8jBEDofa81ZizlHAPgnA$OH8.q4LQIcp6jNlEDqp1zNMVhC3lf958Sy9.zRZpL6g",
    "$argon2id$v=19$m=19456,t=2,p=1$gm24UKU79bkXZhoGJfygkw$CK4s6JrxB2t1TKn9GDY1o7HMgNwzzyMp3ZKnEeSIBYU",
];
const ROLES: [&[&str]; 5] = [
    &["viewer"],
    &["user"],
    &["manage"],
    &["admin"],
    &["viewer", "user", "admin"],
];

/// Members of an object that are there by chance.
struct Object(Map<String, Value>);

impl Object {
    fn new(kind: &str) -> Self {
        Self(Map::from_iter([("type".to_owned(), json!(kind))]))
    }

    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    fn if_some(self, name: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }
}

/// `count` lines: four of ten are people, two accounts, the rest memberships and invitations.
pub(crate) fn lines(count: u64, seed: u64) -> String {
    let mut numbers = Numbers::new(seed);
    let (people, accounts) = (count * 4 / 10, count * 2 / 10);
    let mut text = String::new();
    // Ids in ascending order, with gaps.
    let user = |number: u64| 1_000_003 * (number + 1);
    let account = |number: u64| 2_000_003 * (number + 1);
    let mut verified = Vec::new();
    let mut founders = Vec::new();
    for number in 0..people {
        let object = person(user(number), number, &mut numbers).0;
        verified.push(object["verified"] == true);
        if object.contains_key("passwordHash") || object.contains_key("passwordReset") {
            founders.push(number);
        }
        writeln!(text, "{}", Value::Object(object)).unwrap();
    }
    let mut taken = std::collections::BTreeSet::new();
    for number in 0..accounts {
        let owner = *numbers.pick(&founders);
        taken.insert((number, owner));
        let object = an_account(account(number), number, user(owner), &mut numbers);
        writeln!(text, "{}", Value::Object(object.0)).unwrap();
    }
    let owners = taken.clone();
    while u64::try_from(taken.len()).unwrap() < count - people {
        taken.insert((numbers.below(accounts), numbers.below(people)));
    }
    for pair in taken.difference(&owners) {
        let proven = verified[usize::try_from(pair.1).unwrap()];
        let object = membership(account(pair.0), user(pair.1), proven, &mut numbers);
        writeln!(text, "{}", Value::Object(object.0)).unwrap();
    }
    text
}

fn person(id: u64, number: u64, numbers: &mut Numbers) -> Object {
    let named = !numbers.one_in(5);
    let password = numbers.below(4);
    let hash = (password > 1).then(|| *numbers.pick(&HASHES));
    let reset = password == 1;
    let country = numbers
        .one_in(2)
        .then(|| *numbers.pick(&["DE", "GB", "IN"]));
    let suspended = numbers.one_in(20).then_some("suspended");
    Object::new("user")
        .with("id", id)
        .with("email", format!("Person.{number}@example.com"))
        .if_some("firstName", named.then(|| *numbers.pick(&NAMES)))
        .if_some("lastName", named.then(|| *numbers.pick(&NAMES)))
        .if_some("country", country)
        .with("verified", password > 0 && numbers.one_in(2))
        .if_some("status", suspended)
        .if_some("passwordHash", hash)
        .if_some("passwordReset", reset.then_some(true))
        .with("createdAt", numbers.instant())
}

fn an_account(id: u64, number: u64, owner: u64, numbers: &mut Numbers) -> Object {
    let suspended = numbers.one_in(10);
    let by = *numbers.pick(&["account", "platform"]);
    let owner = json!({
        "user": owner, "roles": ["admin"], "createdAt": numbers.instant(), "updatedAt": numbers.instant(),
    });
    Object::new("account")
        .with("id", id)
        .with("name", format!("Account № {number}"))
        .if_some(
            "description",
            numbers.one_in(2).then_some("\"Quoted\",\nin lines"),
        )
        .if_some(
            "primaryContact",
            numbers.one_in(2).then_some("contact@example.com"),
        )
        .if_some("country", numbers.one_in(2).then_some("CH"))
        .if_some("status", suspended.then_some("suspended"))
        .if_some("suspendedBy", suspended.then_some(by))
        .if_some("requireSecondFactor", numbers.one_in(9).then_some(true))
        .with("owner", owner)
        .if_some("creator", numbers.one_in(2).then_some(7))
        .with("createdAt", numbers.instant())
        .with("updatedAt", numbers.instant())
}

fn membership(account: u64, user: u64, proven: bool, numbers: &mut Numbers) -> Object {
    let invited = !proven || numbers.one_in(4);
    let object = Object::new(if invited { "invitation" } else { "membership" })
        .with("account", account)
        .with("user", user)
        .with("roles", json!(numbers.pick(&ROLES)));
    let object = if invited {
        let named = numbers.one_in(2);
        object
            .if_some("inviter", numbers.one_in(2).then_some(7))
            .if_some("firstName", named.then(|| *numbers.pick(&NAMES)))
            .if_some("lastName", named.then(|| *numbers.pick(&NAMES)))
            .with("expiresAt", numbers.instant())
    } else {
        object.if_some("status", numbers.one_in(9).then_some("suspended"))
    };
    object
        .with("createdAt", numbers.instant())
        .with("updatedAt", numbers.instant())
}
