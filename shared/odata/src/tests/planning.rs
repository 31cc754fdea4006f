//! The conditions that a store can look up.

use super::rows::filter;
use crate::Conjunct;

fn described(text: &str) -> Vec<String> {
    let parsed = filter(text).unwrap_or_else(|mistakes| panic!("{text}: {mistakes:?}"));
    let conjuncts = parsed.conjuncts();
    let shown = conjuncts.iter().map(|conjunct| match conjunct {
        Conjunct::Comparison(comparison) => {
            let keyword = comparison.operator.keyword();
            format!("{} {keyword} {}", comparison.property, comparison.literal)
        }
        Conjunct::In(property, list) => format!("{property} in {}", list.len()),
        Conjunct::StartsWith(property, prefix) => format!("{property} starts {prefix}"),
        Conjunct::Element(property, text) => format!("{property} has {text}"),
        Conjunct::Other(tree) => format!("? {tree}"),
    });
    shown.collect()
}

#[test]
fn the_conditions_joined_by_and_are_told_apart() {
    for (text, expected) in [
        ("id eq 5", &["id eq 5"][..]),
        (
            "5 lt id and 5 ge id and null ne name",
            &["id gt 5", "id le 5", "name ne null"],
        ),
        (
            "(id gt 1 and (name eq 'a' and owner)) and not owner",
            &["id gt 1", "name eq 'a'", "owner eq true", "owner eq false"],
        ),
        (
            "id in (1,2) and startswith(name,'a') and 'admin' in roles",
            &["id in 2", "name starts a", "roles has admin"],
        ),
        ("id eq 1 or id eq 2", &["? id eq 1 or id eq 2"]),
        (
            "id eq ownerId and 1 eq 1 and not (id eq 1) and id add 1 eq 2",
            &[
                "? id eq ownerId",
                "? 1 eq 1",
                "? not (id eq 1)",
                "? id add 1 eq 2",
            ],
        ),
        (
            "startswith(tolower(name),'a') and startswith('a',name)",
            &["? startswith(tolower(name),'a')", "? startswith('a',name)"],
        ),
        (
            "roles/any(r: r eq 'a' and id eq 1)",
            &["? roles/any(r: r eq 'a' and id eq 1)"],
        ),
    ] {
        assert_eq!(described(text), expected, "{text}");
    }
}

#[test]
fn the_properties_that_a_filter_reads_are_known() {
    let text = "-id eq 1 and (contains(name,country) or roles/all(r: r eq name and owner)) and \
                not (updatedAt in (null)) and roles/$count add ownerId eq 1";
    let parsed = filter(text).expect(text);
    let expected = [
        "id",
        "name",
        "country",
        "roles",
        "owner",
        "updatedAt",
        "ownerId",
    ];
    assert_eq!(parsed.properties(), expected);
    for text in ["'a' in roles", "roles/any()"] {
        assert_eq!(filter(text).expect(text).properties(), ["roles"]);
    }
}
