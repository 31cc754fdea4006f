//! Advice in refusals, for callers who use the syntax of another language, an older version or another service.

use super::schema::{Schema, Type};
use super::tree::Function;

/// Symbols of other languages. A longer symbol is before a shorter one that is its beginning.
const SYMBOLS: [(&str, &str); 26] = [
    ("===", "write `eq`"),
    ("==", "write `eq`"),
    ("=", "write `eq`"),
    ("!==", "write `ne`"),
    ("!=", "write `ne`"),
    ("<>", "write `ne`"),
    ("!", "write `not`"),
    ("<=", "write `le`"),
    ("<", "write `lt`"),
    (">=", "write `ge`"),
    (">", "write `gt`"),
    ("&&", "write `and`"),
    ("&", "write `and`"),
    ("||", "write `or`"),
    ("|", "write `or`"),
    ("+", "write `add`"),
    ("%", "write `mod`"),
    ("\"", QUOTES),
    ("`", QUOTES),
    ("\u{2018}", QUOTES),
    ("\u{2019}", QUOTES),
    ("\u{201c}", QUOTES),
    ("\u{201d}", QUOTES),
    ("[", "a list is in parentheses"),
    ("{", "a list is in parentheses"),
    ("?", "write a value; there are no parameters"),
];

const QUOTES: &str = "a string is in single quotes, as 'x'";

/// Words of other languages in the place of an operator.
const OPERATORS: [(&str, &str); 24] = [
    ("*", "write `mul`"),
    ("is", "write `eq null` or `ne null`"),
    ("equals", "write `eq`"),
    ("equal", "write `eq`"),
    ("neq", "write `ne`"),
    ("gte", "write `ge`"),
    ("lte", "write `le`"),
    ("before", "write `lt`"),
    ("after", "write `gt`"),
    ("between", "join `ge` and `le` by `and`"),
    (
        "not",
        "put `not` before all of it, as in `not (PROPERTY in ('x'))`",
    ),
    ("nin", "write `not (PROPERTY in ('x'))`"),
    ("has", "write `'x' in COLLECTION`"),
    ("like", PARTS),
    ("ilike", PARTS),
    ("matches", PARTS),
    ("contains", PARTS),
    ("includes", PARTS),
    ("startswith", "write `startswith(PROPERTY,'x')`"),
    ("endswith", "write `endswith(PROPERTY,'x')`"),
    ("xor", "write `ne`"),
    ("plus", "write `add`"),
    ("minus", "write `sub`"),
    ("times", "write `mul`"),
];

const PARTS: &str = "write `contains(PROPERTY,'x')`";

/// Names of functions in other languages.
const FUNCTIONS: [(&str, &str); 26] = [
    (
        "substringof",
        "write `contains(PROPERTY,'x')`, the text first",
    ),
    ("includes", PARTS),
    ("like", PARTS),
    ("ilike", PARTS),
    ("matches", PARTS),
    ("matchespattern", PARTS),
    ("lower", "write `tolower`"),
    ("lcase", "write `tolower`"),
    ("lowercase", "write `tolower`"),
    ("tolowercase", "write `tolower`"),
    ("upper", "write `toupper`"),
    ("ucase", "write `toupper`"),
    ("uppercase", "write `toupper`"),
    ("touppercase", "write `toupper`"),
    ("len", "write `length`"),
    ("size", "write `length`"),
    ("substr", "write `substring`"),
    ("mid", "write `substring`"),
    ("strpos", "write `indexof`"),
    ("locate", "write `indexof`"),
    ("beginswith", "write `startswith`"),
    ("isnull", "write `eq null`"),
    ("count", "write `COLLECTION/$count`"),
    ("any", "write `COLLECTION/any(x: x eq 'a')`"),
    ("all", "write `COLLECTION/all(x: x eq 'a')`"),
    ("today", "write `date(now())`"),
];

/// Names of options in other languages, without the `$`.
const OPTIONS: [(&str, &str); 21] = [
    ("search", "write `$filter=contains(PROPERTY,'x')`"),
    ("q", "write `$filter=contains(PROPERTY,'x')`"),
    ("query", "write `$filter`"),
    ("where", "write `$filter`"),
    ("filters", "write `$filter`"),
    ("order", "write `$orderby`"),
    ("sort", "write `$orderby`"),
    ("sortby", "write `$orderby`"),
    ("limit", "write `$top`"),
    ("take", "write `$top`"),
    ("first", "write `$top`"),
    ("pagesize", "write `$top`"),
    ("maxpagesize", "write `$top`"),
    ("offset", "write `$skip`"),
    ("start", "write `$skip`"),
    ("page", "follow `nextLink`"),
    ("after", "follow `nextLink`"),
    ("cursor", "follow `nextLink`"),
    ("fields", "write `$select`"),
    ("inlinecount", "every answer has its `count`"),
    ("total", "every answer has its `count`"),
];

/// The options of this language.
const KNOWN: [&str; 6] = ["filter", "orderby", "skip", "top", "count", "select"];

/// The symbol of another language at the beginning of `text`, and the advice.
pub(super) fn symbol(text: &str) -> Option<(&'static str, &'static str)> {
    SYMBOLS
        .into_iter()
        .find(|(symbol, _)| text.starts_with(symbol))
}

/// The advice for `token` in the place of an operator.
pub(super) fn operator(token: &str, schema: &Schema) -> Option<String> {
    if token.starts_with(['-', '+']) {
        let operator = if token.starts_with('-') { "sub" } else { "add" };
        return Some(format!("write `{operator}` between two numbers"));
    }
    advice(&OPERATORS, token, schema)
}

/// The advice for the unknown function `name`.
pub(super) fn function(name: &str, schema: &Schema) -> Option<String> {
    advice(&FUNCTIONS, &plain(name), schema)
}

/// The advice for the unknown property `name`.
pub(super) fn property(name: &str, schema: &Schema) -> Option<String> {
    let alike = |known: &str| plain(known) == plain(name);
    if let Some((known, _)) = schema.0.iter().find(|(known, _)| alike(known)) {
        return Some(format!("write `{known}`"));
    }
    let lower = name.to_ascii_lowercase();
    let is_literal = matches!(lower.as_str(), "datetime" | "datetimeoffset");
    is_literal.then(|| "write a date-time as `2026-06-02T10:30:00Z`, without quotes".to_owned())
}

/// The advice for the unknown property `name`, if it is the name of a function.
pub(super) fn bare_function(name: &str) -> Option<String> {
    let function = Function::named(name)?.name();
    Some(format!(
        "`{function}` is a function, which takes parentheses"
    ))
}

/// The advice for the unknown option `name`.
pub(super) fn option(name: &str, schema: &Schema) -> String {
    let name = plain(name.trim_start_matches('$'));
    if KNOWN.contains(&name.as_str()) {
        return format!("write `${name}`");
    }
    let known =
        || "there are `$filter`, `$orderby`, `$skip`, `$top`, `$count` and `$select`".into();
    advice(&OPTIONS, &name, schema).unwrap_or_else(known)
}

/// The advice of `table` for `word`, with a property of `schema` in its example; `None` if no property has the type.
fn advice(table: &[(&str, &str)], word: &str, schema: &Schema) -> Option<String> {
    let named = |(known, _): &&(&str, &str)| known.eq_ignore_ascii_case(word);
    let (_, advice) = table.iter().find(named)?;
    let first = |wanted: fn(Type) -> bool| {
        let found = schema.0.iter().find(|(_, kind)| wanted(*kind));
        found.map(|(name, _)| *name)
    };
    let mut advice = (*advice).to_owned();
    if advice.contains("PROPERTY") {
        let text = first(|kind| matches!(kind, Type::String(_)))?;
        advice = advice.replace("PROPERTY", text);
    }
    if advice.contains("COLLECTION") {
        let collection = first(|kind| matches!(kind, Type::StringCollection { .. }))?;
        advice = advice.replace("COLLECTION", collection);
    }
    Some(advice)
}

/// `name` without case and separators, which differ between styles of names.
fn plain(name: &str) -> String {
    let mut plain = name.to_ascii_lowercase();
    plain.retain(|letter| letter != '_' && letter != '-');
    plain
}
