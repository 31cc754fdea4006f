//! Refusals for the syntax of other languages, older versions and other services.

use super::rows::{SCHEMA, filter};
use crate::Query;

#[test]
fn a_refusal_says_what_would_be_right() {
    let text_in_quotes = "a string is in single quotes, as 'x'";
    for (text, position, advice) in [
        (
            "substringof('a',name)",
            1,
            "write `contains(name,'x')`, the text first",
        ),
        ("name = 'x'", 6, "write `eq`"),
        ("name == 'x'", 6, "write `eq`"),
        ("name === 'x'", 6, "write `eq`"),
        ("name != 'x'", 6, "write `ne`"),
        ("name <> 'x'", 6, "write `ne`"),
        ("id >= 1", 4, "write `ge`"),
        ("id<1", 3, "write `lt`"),
        ("owner && owner", 7, "write `and`"),
        ("owner || owner", 7, "write `or`"),
        ("!owner", 1, "write `not`"),
        ("name eq \"x\"", 9, text_in_quotes),
        ("name eq ‘x’", 9, text_in_quotes),
        ("Name eq 'x'", 1, "write `name`"),
        ("owner_id eq 1", 1, "write `ownerId`"),
        ("CreatedAt gt now()", 1, "write `createdAt`"),
        ("Roles/any()", 1, "write `roles`"),
        ("name like 'a%'", 6, "write `contains(name,'x')`"),
        ("name CONTAINS 'a'", 6, "write `contains(name,'x')`"),
        ("name startswith 'a'", 6, "write `startswith(name,'x')`"),
        ("name is null", 6, "write `eq null` or `ne null`"),
        ("id gte 1", 4, "write `ge`"),
        (
            "id not in (1)",
            4,
            "put `not` before all of it, as in `not (name in ('x'))`",
        ),
        ("roles has 'admin'", 7, "write `'x' in roles`"),
        ("(id * 2) eq 4", 5, "write `mul`"),
        ("id + 2 eq 4", 4, "write `add`"),
        ("id - 2 eq 4", 4, "write `sub` between two numbers"),
        ("id % 2 eq 0", 4, "write `mod`"),
        ("id in [1,2]", 7, "a list is in parentheses"),
        ("lower(name) eq 'a'", 1, "write `tolower`"),
        ("any(roles,'a')", 1, "write `roles/any(x: x eq 'a')`"),
        (
            "createdAt lt now",
            14,
            "`now` is a function, which takes parentheses",
        ),
        (
            "createdAt lt datetime'2026-01-01T00:00:00'",
            14,
            "write a date-time as `2026-06-02T10:30:00Z`, without quotes",
        ),
        (
            "createdAt lt '2026-01-01'",
            11,
            "a date-time is written `2026-06-02T10:30:00Z`, without quotes",
        ),
        (
            "owner eq 'true'",
            7,
            "a boolean is `true` or `false`, without quotes",
        ),
        ("roles eq 'admin'", 7, "use `in`, `any` or `all`"),
        (
            "owner\u{a0}and owner",
            6,
            "words are separated by spaces, in a URL `%20`",
        ),
    ] {
        let mistakes = filter(text).expect_err(text);
        let first = &mistakes[0];
        assert!(
            first.starts_with(&format!("{position}: ")) && first.ends_with(&format!("; {advice}")),
            "{text}: {first}"
        );
    }
}

#[test]
fn a_refused_option_says_which_there_is() {
    let refusal = |name: &str| {
        let options = [(name.to_owned(), "x".to_owned())];
        let mistakes = Query::parse(&options, &SCHEMA).expect_err(name);
        mistakes[0].to_string()
    };
    let all = "there are `$filter`, `$orderby`, `$skip`, `$top`, `$count` and `$select`";
    for (name, advice) in [
        ("$search", "write `$filter=contains(name,'x')`"),
        ("$Filter", "write `$filter`"),
        ("$order_by", "write `$orderby`"),
        ("$sort", "write `$orderby`"),
        ("$limit", "write `$top`"),
        ("$offset", "write `$skip`"),
        ("$page", "follow `nextLink`"),
        ("$inlinecount", "every answer has its `count`"),
        ("$expand", all),
        ("$", all),
    ] {
        let expected = format!("Position 1: there is no such option; {advice}.");
        assert_eq!(refusal(name), expected, "{name}");
    }
}

#[test]
fn what_is_advised_is_accepted() {
    for text in [
        "contains(name,'x')",
        "startswith(name,'x')",
        "endswith(name,'x')",
        "not (name in ('x'))",
        "'x' in roles",
        "roles/any(x: x eq 'a')",
        "roles/all(x: x eq 'a')",
        "roles/$count eq 1",
        "createdAt eq 2026-06-02T10:30:00Z",
        "createdAt lt date(now())",
        "name eq null or name ne null",
    ] {
        assert!(filter(text).is_ok(), "{text}");
    }
}
