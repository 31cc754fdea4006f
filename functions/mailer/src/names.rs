//! What people call themselves and their accounts, made fit for a letter that bears our name.
//!
//! A name is the one text in a letter that a stranger writes. The values refuse control characters and line breaks
//! (`runtime::model::values`) and the HTML template escapes markup; what is left is a name such as `see http://evil.example`, which
//! most mail programs would turn into a link.

/// No address goes without one of these: U+3002, U+FF0E and U+FF61 are dots to browsers too (UTS #46 section 4), U+FF1A and
/// U+FF20 the other signs in full width.
const JOINTS: &[char] = &[
    '.', ':', '@', '\\', '\u{3002}', '\u{FF0E}', '\u{FF61}', '\u{FF1A}', '\u{FF20}',
];

/// Takes an address apart. It is white space, at which mail programs end a link, and no host name can hold it, should one go
/// on. Characters without any width would not do: browsers drop them from host names (UTS #46, *ignored*). It is narrow, so
/// that `J.R.R. Tolkien` and `Node.js` are still read as they were written.
const APART: char = '\u{202F}'; // narrow no-break space

/// Characters of a name in a subject line: two names and the words around them stay below 150.
const SUBJECT_CHARACTERS: usize = 50;

/// `name` as text that no mail program takes for a link or for the start of another line.
pub(crate) fn plain(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        let breaks = letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}');
        plain.push(if breaks { ' ' } else { letter });
        let goes_on = letters.peek().is_some_and(|next| !next.is_whitespace());
        if goes_on && JOINTS.contains(&letter) {
            plain.push(APART);
        }
    }
    plain
}

/// The same, short enough for a subject line.
pub(crate) fn short(name: &str) -> String {
    let plain = plain(name);
    match plain.char_indices().nth(SUBJECT_CHARACTERS) {
        None => plain,
        Some((end, _)) => format!("{}…", plain[..end].trim_end()),
    }
}

#[cfg(test)]
mod tests {
    use super::{plain, short};

    #[test]
    fn what_looks_like_an_address_is_taken_apart() {
        for (name, expected) in [
            ("see http://evil.example/x", "see http:~//evil.~example/x"),
            ("www.evil.example", "www.~evil.~example"),
            ("eve@evil.example", "eve@~evil.~example"),
            ("evil。example", "evil。~example"),
            ("http:\\\\evil．example", "http:~\\~\\~evil．~example"),
            ("J.R.R. Tolkien", "J.~R.~R. Tolkien"),
            ("Acme Inc.", "Acme Inc."),
            ("AC/DC", "AC/DC"),
            ("O'Brien-Smith", "O'Brien-Smith"),
            ("葛城 ミサト", "葛城 ミサト"),
        ] {
            assert_eq!(plain(name), expected.replace('~', "\u{202F}"));
        }
    }

    #[test]
    fn nothing_starts_another_line() {
        let name = "Evil\r\nBcc: all@example.com\u{2028}x\0\u{85}y";
        assert!(!plain(name).contains(|c: char| c.is_control() || c == '\u{2028}'));
    }

    #[test]
    fn long_names_are_cut_in_subjects() {
        assert_eq!(short(&"ü".repeat(50)), "ü".repeat(50));
        assert_eq!(short(&"ü".repeat(51)), format!("{}…", "ü".repeat(50)));
    }
}
