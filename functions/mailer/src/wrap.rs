//! Lines of a plain text.

/// Characters of a line (RFC 5322 section 2.1.1 recommends 78; a reply's marks need room).
const WIDTH: usize = 72;

/// `text` in lines; a word that is longer than a line has one to itself.
pub(crate) fn wrapped(text: &str) -> String {
    let mut wrapped = String::with_capacity(text.len());
    let mut width = 0;
    // At ordinary spaces only: the narrow ones keep a name together.
    for word in text.split(' ') {
        let length = word.chars().count();
        if width > 0 && width + 1 + length > WIDTH {
            wrapped.push('\n');
            width = 0;
        } else if width > 0 {
            wrapped.push(' ');
            width += 1;
        }
        wrapped.push_str(word);
        width += length;
    }
    wrapped
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn lines_end_at_words() {
        let text = format!("{} {} {}", "a".repeat(40), "b".repeat(31), "c".repeat(100));
        let lines: Vec<_> = wrapped(&text).lines().map(str::len).collect();
        assert_eq!(lines, [72, 100]);
        assert_eq!(wrapped("short"), "short");
    }
}
