//! The meaning of a text, and the places of its mistakes.

use super::rows::filter;
use crate::tree::Tree;
use crate::{Binary, Function};

/// The tree, with brackets around the operands of every operator.
fn grouped(tree: &Tree) -> String {
    match tree {
        Tree::Not(operand) => format!("[not {}]", grouped(operand)),
        Tree::Negate(operand, _) => format!("[- {}]", grouped(operand)),
        Tree::Binary(operator, left, right, _) => {
            format!(
                "[{} {} {}]",
                grouped(left),
                operator.keyword(),
                grouped(right)
            )
        }
        Tree::In(left, list) => format!("[{} in {}]", grouped(left), list.len()),
        other => other.to_string(),
    }
}

#[test]
fn operators_bind_as_the_standard_has_them() {
    for (text, meaning) in [
        // or < and
        ("owner or owner and owner", "[owner or [owner and owner]]"),
        ("owner and owner or owner", "[[owner and owner] or owner]"),
        ("(owner or owner) and owner", "[[owner or owner] and owner]"),
        ("owner or owner or owner", "[[owner or owner] or owner]"),
        (
            "owner and (owner and owner)",
            "[owner and [owner and owner]]",
        ),
        // and < eq ne < gt ge lt le
        ("owner eq owner and owner", "[[owner eq owner] and owner]"),
        ("owner eq id gt 1", "[owner eq [id gt 1]]"),
        ("id le 1 ne owner", "[[id le 1] ne owner]"),
        ("owner ne owner eq owner", "[[owner ne owner] eq owner]"),
        // gt < add sub < mul div divby mod
        ("id lt 1 add 2", "[id lt [1 add 2]]"),
        ("id add 1 mul 2 eq 3", "[[id add [1 mul 2]] eq 3]"),
        ("id mul 1 sub 2 eq 3", "[[[id mul 1] sub 2] eq 3]"),
        ("id sub 1 sub 2 eq 3", "[[[id sub 1] sub 2] eq 3]"),
        ("id sub (1 sub 2) eq 3", "[[id sub [1 sub 2]] eq 3]"),
        (
            "id div 2 mul 3 mod 4 divby 5 eq 1",
            "[[[[[id div 2] mul 3] mod 4] divby 5] eq 1]",
        ),
        // unary is tighter than all of these
        ("not owner eq owner", "[[not owner] eq owner]"),
        ("not owner and owner", "[[not owner] and owner]"),
        ("not not owner", "[not [not owner]]"),
        ("-id add 1 eq 2", "[[[- id] add 1] eq 2]"),
        ("- id mul -1 eq 2", "[[[- id] mul -1] eq 2]"),
        ("id sub -5 eq -(5)", "[[id sub -5] eq [- 5]]"),
        ("- -5 eq --5", "[[- -5] eq [- -5]]"),
        // in is tighter than unary
        ("not id in (1,2)", "[not [id in 2]]"),
        ("owner eq id in (1)", "[owner eq [id in 1]]"),
        (
            "owner and id in (1) or owner",
            "[[owner and [id in 1]] or owner]",
        ),
        ("id in (1) in (true, null)", "[[id in 1] in 2]"),
        ("-5 in (-5)", "[-5 in 1]"),
    ] {
        let parsed = filter(text).unwrap_or_else(|mistakes| panic!("{text}: {mistakes:?}"));
        assert_eq!(grouped(parsed.tree()), meaning, "{text}");
        let again = filter(&parsed.to_string()).expect("what is shown can be read");
        assert_eq!(again, parsed, "{text}");
    }
}

#[test]
fn a_filter_is_shown_in_its_shortest_form() {
    for (text, shown) in [
        ("  ( ( id )eq(1) )\t", "id eq 1"),
        (
            "ID eq 1 or id EQ 1",
            "1: `ID` is not a property here; write `id`",
        ),
        (
            "Not Contains(tolower(name) , 'a''b') AND TRUE",
            "not contains(tolower(name),'a''b') and true",
        ),
        ("NULL eq Null", "null eq null"),
        ("name in('a' ,'b',null)", "name in ('a','b',null)"),
        ("'admin' In roles", "'admin' in roles"),
        ("roles/ANY( r : r eq 'x' )", "roles/any(r: r eq 'x')"),
        ("roles/all(r:not(r eq 'x'))", "roles/all(r: not (r eq 'x'))"),
        ("roles/any( )", "roles/any()"),
        ("roles/$count ge 1.50", "roles/$count ge 1.5"),
        (
            "roles/any(name: name eq 'x')",
            "roles/any(name: name eq 'x')",
        ),
        (
            "createdAt gt 2026-06-02T10:30:00.5+02:00",
            "createdAt gt 2026-06-02T10:30:00+02:00",
        ),
        (
            "date(createdAt) eq 2026-06-02",
            "date(createdAt) eq 2026-06-02",
        ),
        ("createdAt lt now()", "createdAt lt now()"),
        ("not(owner)and(owner)", "not owner and owner"),
        ("id eq +5", "id eq 5"),
    ] {
        match filter(text) {
            Ok(parsed) => assert_eq!(parsed.to_string(), shown),
            Err(mistakes) => assert_eq!(mistakes[0], shown),
        }
    }
}

#[test]
fn every_function_and_operator_has_its_name_in_any_case() {
    for function in Function::ALL {
        let name = function.name().to_uppercase();
        let mistakes = filter(&format!("{name}('',1,1,1) eq 1")).expect_err("wrong arguments");
        assert!(
            !mistakes.concat().contains("not a function"),
            "{mistakes:?}"
        );
    }
    for operator in Binary::ALL {
        let keyword = operator.keyword().to_uppercase();
        assert!(
            filter(&format!("null {keyword} null eq null")).is_ok(),
            "{keyword}"
        );
    }
}

#[test]
fn a_mistake_of_grammar_is_named_at_its_place() {
    for (text, mistake) in [
        ("", "1: an expression is expected, not the end of the text"),
        (
            "  ",
            "3: an expression is expected, not the end of the text",
        ),
        (
            "name eq",
            "8: an expression is expected, not the end of the text",
        ),
        ("name eq eq 'a'", "9: an expression is expected, not `eq`"),
        (
            "name = 'a'",
            "6: `=` does not belong to the language; write `eq`",
        ),
        (
            "'é' eq name 'a'",
            "13: an operator or the end of the text is expected, not `'a'`",
        ),
        (
            "name eq 'a' has 'b'",
            "13: an operator or the end of the text is expected, not `has`; write `'x' in roles`",
        ),
        (
            "(name eq 'a'",
            "13: an operator or `)` is expected, not the end of the text",
        ),
        (
            "name eq 'a')",
            "12: an operator or the end of the text is expected, not `)`",
        ),
        ("name eq 'a", "9: the string `'a` has no closing quote"),
        (
            "name eq 'O'Neil'",
            "12: an operator or the end of the text is expected, not `Neil`",
        ),
        ("contains(name,)", "15: an expression is expected, not `)`"),
        (
            "contains(name 'a')",
            "15: `,` or `)` is expected, not `'a'`",
        ),
        ("contains(,'a')", "10: an expression is expected, not `,`"),
        ("id in ()", "8: a literal is expected, not `)`"),
        ("id in (1,)", "10: a literal is expected, not `)`"),
        ("id in (1 2)", "10: `,` or `)` is expected, not `2`"),
        ("id in (ownerId)", "8: a literal is expected, not `ownerId`"),
        (
            "id in 1",
            "7: a list in parentheses, or a collection is expected, not `1`",
        ),
        (
            "name in name",
            "9: a list in parentheses, or a collection is expected, not `name`",
        ),
        ("roles/any(r eq 'x')", "13: `:` is expected, not `eq`"),
        (
            "roles/any('x')",
            "11: a range variable is expected, not `'x'`",
        ),
        (
            "roles/any(not: true)",
            "11: a range variable is expected, not `not`",
        ),
        (
            "roles/any(r:r eq 'x'",
            "21: an operator or `)` is expected, not the end of the text",
        ),
        ("roles/any", "10: `(` is expected, not the end of the text"),
        ("roles/all()", "11: a range variable is expected, not `)`"),
        (
            "roles/some(r:true)",
            "7: `any`, `all` or `$count` is expected, not `some`",
        ),
        ("name/any()", "1: `name` is not a collection"),
        ("-", "2: an expression is expected, not the end of the text"),
        (
            "id -5 eq 1",
            "4: an operator or the end of the text is expected, not `-5`; write `sub` between two numbers",
        ),
        (
            "name eq \u{0}",
            "9: `\u{0}` does not belong to the language",
        ),
        (
            "owner\u{a0}eq true",
            "6: `\u{a0}` does not belong to the language; words are separated by spaces, in a URL `%20`",
        ),
        (
            "name eq \"a\"",
            "9: `\"` does not belong to the language; a string is in single quotes, as 'x'",
        ),
        (
            "id eq 1.",
            "7: `1.` is no number, or one with too many digits to be exact",
        ),
    ] {
        assert_eq!(filter(text), Err(vec![mistake.to_owned()]), "{text}");
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn mistakes_of_meaning_are_reported_together() {
    for (text, mistakes) in [
        (
            "name",
            &["1: a filter has to be a boolean, not a string"][..],
        ),
        (
            "id add 1",
            &["1: a filter has to be a boolean, not a whole number"],
        ),
        (
            "roles",
            &["1: a filter has to be a boolean, not a collection"],
        ),
        (
            "name eq 1",
            &["6: `eq` cannot compare a string with a whole number"],
        ),
        (
            "id eq '1'",
            &["4: `eq` cannot compare a whole number with a string"],
        ),
        (
            "id eq true",
            &["4: `eq` cannot compare a whole number with a boolean"],
        ),
        (
            "createdAt gt '2026'",
            &[
                "11: `gt` cannot compare a date-time with a string; a date-time is written `2026-06-02T10:30:00Z`, without quotes",
            ],
        ),
        (
            "createdAt gt 2026",
            &[
                "11: `gt` cannot compare a date-time with a whole number; a date-time is written `2026-06-02T10:30:00Z`, without quotes",
            ],
        ),
        (
            "roles eq null",
            &["7: `eq` cannot compare a collection with null; use `in`, `any` or `all`"],
        ),
        (
            "roles eq 'admin'",
            &["7: `eq` cannot compare a collection with a string; use `in`, `any` or `all`"],
        ),
        (
            "name in ('a',1,true)",
            &[
                "14: `in` cannot compare a string with a whole number",
                "16: `in` cannot compare a string with a boolean; a boolean is `true` or `false`, without quotes",
            ],
        ),
        (
            "1 in roles",
            &["3: `in` cannot compare a whole number with a string"],
        ),
        (
            "roles in roles",
            &["7: `in` cannot compare a collection with a string; use `in`, `any` or `all`"],
        ),
        (
            "not name",
            &["5: the operand of `not` has to be a boolean, not a string"],
        ),
        (
            "not name eq 'a'",
            &[
                "5: the operand of `not` has to be a boolean, not a string",
                "10: `eq` cannot compare a boolean with a string; a boolean is `true` or `false`, without quotes",
            ],
        ),
        (
            "owner and name",
            &["7: an operand of `and` has to be a boolean, not a string"],
        ),
        (
            "1 or owner",
            &["3: an operand of `or` has to be a boolean, not a whole number"],
        ),
        (
            "name add 'a' eq 'b'",
            &["6: `add` takes numbers, not a string"],
        ),
        ("-name eq 1", &["1: `-` takes numbers, not a string"]),
        (
            "createdAt sub 1 eq null",
            &["11: `sub` takes numbers, not a date-time"],
        ),
        (
            "foo eq 1 and Bar(1) or baz/any(r: r eq 1)",
            &[
                "1: `foo` is not a property here",
                "14: `Bar` is not a function here",
                "24: `baz` is not a property here",
                "37: `eq` cannot compare a string with a whole number",
            ],
        ),
        (
            "foo in (1,'a') and -foo add foo eq foo and not foo",
            &[
                "1: `foo` is not a property here",
                "21: `foo` is not a property here",
                "29: `foo` is not a property here",
                "36: `foo` is not a property here",
                "48: `foo` is not a property here",
            ],
        ),
        (
            "contains(name)",
            &["1: `contains` takes 2 arguments, not 1"],
        ),
        ("now(1) eq null", &["1: `now` takes no arguments, not 1"]),
        ("length() eq 1", &["1: `length` takes one argument, not 0"]),
        (
            "substring(name) eq 'a'",
            &["1: `substring` takes 2 or 3 arguments, not 1"],
        ),
        (
            "substring(name,1.5) eq 'a'",
            &["16: `substring` takes a whole number here, not a decimal number"],
        ),
        (
            "substring(name,1 divby 2,null) eq 'a'",
            &["16: `substring` takes a whole number here, not a decimal number"],
        ),
        (
            "length(id) eq 1",
            &["8: `length` takes a string here, not a whole number"],
        ),
        (
            "length(roles) eq 1",
            &["8: `length` takes a string here, not a collection"],
        ),
        (
            "hour(2026-06-02) eq 1",
            &["6: `hour` takes a date-time here, not a date"],
        ),
        (
            "year(name) eq 1",
            &["6: `year` takes a date or date-time here, not a string"],
        ),
        (
            "startswith(name,'a') eq 'true'",
            &[
                "22: `eq` cannot compare a boolean with a string; a boolean is `true` or `false`, without quotes",
            ],
        ),
        (
            "roles/any(r: r)",
            &["14: the body of a lambda has to be a boolean, not a string"],
        ),
        (
            "roles/any(r: roles/any(r: true))",
            &["24: `r` is already a range variable"],
        ),
        (
            "roles/any(r: true) and r eq 'a'",
            &["24: `r` is not a property here"],
        ),
        (
            "roles/any(a: roles/any(b: roles/any(c: a eq b and b eq c)))",
            &["37: a lambda can use the range variable of one other lambda around it, not of more"],
        ),
        (
            "foo 'a'",
            &[
                "1: `foo` is not a property here",
                "5: an operator or the end of the text is expected, not `'a'`",
            ],
        ),
        (
            "duration'P1D' eq null",
            &[
                "1: `duration` is not a property here",
                "9: an operator or the end of the text is expected, not `'P1D'`",
            ],
        ),
    ] {
        let expected: Vec<_> = mistakes.iter().map(|&mistake| mistake.to_owned()).collect();
        assert_eq!(filter(text), Err(expected), "{text}");
    }
}
