use model::Role;

use super::*;

/// A body with one member of each kind that a reader knows.
#[derive(Debug, PartialEq)]
struct Everything {
    text: String,
    optional: Option<String>,
    change: Option<String>,
    patch: Patch<String>,
    roles: Roles,
    user: UserId,
}

fn short(text: &str) -> Result<String, Invalid> {
    if text.len() > 5 {
        return Err(Invalid::new("TOO_LONG", "At most 5 bytes."));
    }
    Ok(text.to_owned())
}

impl FromBody for Everything {
    fn read(reader: &mut Reader) -> Option<Self> {
        let text = reader.text("text", short);
        let optional = reader.optional("optional", short);
        let change = reader.change("change", short);
        let patch = reader.patch("patch", short);
        let roles = reader.roles();
        let user = reader.user_id("user");
        Some(Self {
            text: text?,
            optional: optional?,
            change: change?,
            patch: patch?,
            roles: roles?,
            user: user?,
        })
    }
}

/// A body of which everything may be left out, but not at once.
#[derive(Debug, PartialEq)]
struct Change(Option<Roles>);

impl FromBody for Change {
    fn read(reader: &mut Reader) -> Option<Self> {
        reader.not_empty();
        reader.optional_roles().map(Self)
    }
}

fn mistakes<B: FromBody + std::fmt::Debug>(text: &str) -> String {
    let error = Reader::parse::<B>(text.as_bytes()).unwrap_err();
    assert_eq!(
        crate::status::status_and_code(&error).1,
        "VALIDATION_FAILED"
    );
    let shown = error.mistakes().iter();
    let shown = shown.map(|mistake| format!("{} {}", mistake.pointer, mistake.code));
    shown.collect::<Vec<_>>().join(", ")
}

/// What is said of a whole body with `member` in the place of its own.
fn whole_but(name: &str, value: &str) -> String {
    let members = [
        ("text", r#""a""#),
        ("optional", r#""b""#),
        ("change", r#""c""#),
        ("patch", r#""d""#),
        ("roles", r#"["user"]"#),
        ("user", "7"),
    ];
    let members = members.map(|(known, usual)| {
        let value = if known == name { value } else { usual };
        format!("{known:?}:{value}")
    });
    format!("{{{}}}", members.join(","))
}

#[test]
fn a_whole_body_is_read() {
    let read: Everything = Reader::parse(whole_but("", "").as_bytes()).unwrap();
    let expected = Everything {
        text: "a".into(),
        optional: Some("b".into()),
        change: Some("c".into()),
        patch: Patch::Set("d".into()),
        roles: Roles::only(Role::User),
        user: UserId::try_from(7).unwrap(),
    };
    assert_eq!(read, expected);
}

#[test]
fn what_may_be_left_out_may_be_left_out() {
    let text = br#"{"text":"a","roles":["user"],"user":7}"#;
    let read: Everything = Reader::parse(text).unwrap();
    assert_eq!((read.optional, read.change), (None, None));
    assert_eq!(read.patch, Patch::Keep);
}

#[test]
fn null_clears_where_it_may_and_is_like_nothing_where_that_is_the_same() {
    let read = |name| Reader::parse::<Everything>(whole_but(name, "null").as_bytes());
    assert_eq!(read("patch").unwrap().patch, Patch::Clear);
    assert_eq!(read("optional").unwrap().optional, None);
}

#[test]
fn null_is_refused_where_a_value_has_to_be() {
    for name in ["text", "change", "user"] {
        let described = mistakes::<Everything>(&whole_but(name, "null"));
        assert_eq!(described, format!("/{name} REQUIRED"));
    }
    let described = mistakes::<Everything>(&whole_but("roles", "null"));
    assert_eq!(described, "/roles WRONG_TYPE");
}

#[test]
fn everything_that_is_missing_is_told() {
    let described = mistakes::<Everything>("{}");
    assert_eq!(described, "/text REQUIRED, /roles REQUIRED, /user REQUIRED");
}

#[test]
fn a_value_of_another_type_is_refused() {
    for name in ["text", "optional", "change", "patch"] {
        for value in ["1", "true", "[]", r#"["a"]"#, "{}"] {
            let described = mistakes::<Everything>(&whole_but(name, value));
            assert_eq!(described, format!("/{name} WRONG_TYPE"), "{value}");
        }
    }
    for value in ["1", "true", r#""user""#, r#"{"0":"user"}"#] {
        let described = mistakes::<Everything>(&whole_but("roles", value));
        assert_eq!(described, "/roles WRONG_TYPE", "{value}");
    }
    for value in [r#""7""#, "true", "[7]", "{}"] {
        let described = mistakes::<Everything>(&whole_but("user", value));
        assert_eq!(described, "/user WRONG_TYPE", "{value}");
    }
}

#[test]
fn a_value_that_does_not_parse_is_told_with_its_own_code() {
    for name in ["text", "optional", "change", "patch"] {
        let described = mistakes::<Everything>(&whole_but(name, r#""too long""#));
        assert_eq!(described, format!("/{name} TOO_LONG"));
    }
}

#[test]
fn an_id_is_a_positive_integer_below_2_to_the_53() {
    for value in [
        "0",
        "-1",
        "1.5",
        "7e0",
        "9007199254740992",
        "18446744073709551615",
        "99999999999999999999",
    ] {
        let described = mistakes::<Everything>(&whole_but("user", value));
        assert_eq!(described, "/user INVALID_ID", "{value}");
    }
    let largest = whole_but("user", "9007199254740991");
    assert!(Reader::parse::<Everything>(largest.as_bytes()).is_ok());
}

#[test]
fn each_role_is_told_by_its_own_place() {
    for (value, expected) in [
        ("[]", "/roles INVALID_ROLES"),
        (r#"["root"]"#, "/roles/0 INVALID_ROLE"),
        (r#"["user","user"]"#, "/roles/1 DUPLICATE_ROLE"),
        ("[1]", "/roles/0 WRONG_TYPE"),
        ("[null]", "/roles/0 WRONG_TYPE"),
        (
            r#"["user",1,"root","user"]"#,
            "/roles/1 WRONG_TYPE, /roles/2 INVALID_ROLE, /roles/3 DUPLICATE_ROLE",
        ),
        (
            r#"[["user"],"root"]"#,
            "/roles/0 WRONG_TYPE, /roles/1 INVALID_ROLE",
        ),
    ] {
        let described = mistakes::<Everything>(&whole_but("roles", value));
        assert_eq!(described, expected, "{value}");
    }
}

#[test]
fn an_unknown_member_is_told_by_an_escaped_pointer() {
    let whole = whole_but("", "");
    for (name, pointer) in [
        ("other", "/other"),
        ("Text", "/Text"),
        ("a/b", "/a~1b"),
        ("a~b", "/a~0b"),
        ("~1", "/~01"),
        ("", "/"),
    ] {
        let text = format!("{{{name:?}:{{}},{}", &whole[1..]);
        let described = mistakes::<Everything>(&text);
        assert_eq!(described, format!("{pointer} UNKNOWN_MEMBER"));
    }
}

#[test]
fn every_mistake_of_a_body_is_told() {
    let described = mistakes::<Everything>(
        r#"{"x":1,"text":1,"optional":"too long","change":null,"roles":["root"],"y":2}"#,
    );
    assert_eq!(
        described,
        "/text WRONG_TYPE, /optional TOO_LONG, /change REQUIRED, /roles/0 INVALID_ROLE, \
         /user REQUIRED, /x UNKNOWN_MEMBER, /y UNKNOWN_MEMBER"
    );
}

#[test]
fn what_is_no_object_is_refused() {
    for text in ["[]", r#"["a"]"#, "null", "1", r#""text""#] {
        assert_eq!(mistakes::<Everything>(text), " WRONG_TYPE", "{text}");
    }
    assert_eq!(mistakes::<Everything>(""), " MALFORMED_JSON");
}

#[test]
fn an_empty_change_is_refused() {
    assert_eq!(mistakes::<Change>("{}"), " REQUIRED");
    let unknown = mistakes::<Change>(r#"{"other":1}"#);
    assert_eq!(unknown, "/other UNKNOWN_MEMBER");
}

#[test]
fn roles_of_a_change_may_be_left_out_but_not_null() {
    let read: Change = Reader::parse(br#"{"roles":["user"]}"#).unwrap();
    assert_eq!(read, Change(Some(Roles::only(Role::User))));
    let described = mistakes::<Change>(r#"{"roles":null}"#);
    assert_eq!(described, "/roles WRONG_TYPE");
}

#[test]
fn a_patch_keeps_clears_or_sets() {
    assert_eq!(Patch::Keep.apply(Some(1)), Some(1));
    assert_eq!(Patch::Clear.apply(Some(1)), None);
    assert_eq!(Patch::Set(2).apply(Some(1)), Some(2));
}
