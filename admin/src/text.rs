//! Answers for people: columns, and sheets of names and values.

use model::{Role, Roles};
use unicode_width::UnicodeWidthStr as _;

/// Rows under `titles`, each column as wide as its widest cell.
pub(crate) fn columns(titles: &[&str], rows: &[Vec<String>]) -> String {
    let titles: Vec<String> = titles.iter().map(|title| title.to_uppercase()).collect();
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| row.iter().map(|cell| shown(cell)).collect())
        .collect();
    let all = || std::iter::once(&titles).chain(&rows);
    let width = |column: usize| {
        all()
            .map(|row| row.get(column).map_or(0, |cell| cell.width()))
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..titles.len()).map(width).collect();
    let line = |row: &Vec<String>| {
        let padded = row.iter().zip(&widths).map(|(cell, width)| {
            let missing = width.saturating_sub(cell.width());
            format!("{cell}{}", " ".repeat(missing))
        });
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    all().map(line).collect::<Vec<_>>().join("\n")
}

/// `text` without what would control a terminal.
pub(crate) fn shown(text: &str) -> String {
    let visible = text
        .chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c });
    visible.collect()
}

/// Names and values, one pair a line.
pub(crate) fn sheet(pairs: &[(&str, String)]) -> String {
    let width = pairs.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let line = |(name, value): &(&str, String)| format!("{name:width$}  {}", shown(value));
    pairs.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// A value, or a dash where there is none.
pub(crate) fn optional(value: Option<&impl std::fmt::Display>) -> String {
    value.map_or_else(|| "-".to_owned(), ToString::to_string)
}

/// `yes` or `no`.
pub(crate) fn yes(is: bool) -> String {
    if is { "yes" } else { "no" }.to_owned()
}

/// Whether an address is proven.
pub(crate) fn verified(is: bool) -> &'static str {
    if is { "verified" } else { "not verified" }
}

/// Roles with commas between them.
pub(crate) fn roles(roles: &Roles) -> String {
    let held = Role::ALL.into_iter().filter(|role| roles.contains(*role));
    let names = held.map(Role::as_str);
    names.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_what_people_see() {
        let rows = [
            vec!["日本".to_owned(), "x".to_owned()],
            vec!["abc".to_owned(), String::new()],
        ];
        assert_eq!(columns(&["id", "name"], &rows), "ID    NAME\n日本  x\nabc");
    }

    #[test]
    fn nothing_that_is_stored_controls_the_terminal() {
        let rows = [vec!["\u{1b}[2Jred\n".to_owned()]];
        assert_eq!(columns(&["id"], &rows), "ID\n\u{fffd}[2Jred\u{fffd}");
        assert_eq!(sheet(&[("a", "\u{7}".into())]), "a  \u{fffd}");
    }
}
