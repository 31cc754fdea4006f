//! The most common passwords. `shared/model/data/README.md` has their sources.

/// One password a line, in the caseless form and in order of bytes.
static LIST: &str = include_str!("../../../data/common_passwords.txt");

/// Whether `folded`, a password in the caseless form, is one of them.
pub(super) fn contains(folded: &str) -> bool {
    let (mut low, mut high) = (0, LIST.len());
    while low < high {
        let middle = usize::midpoint(low, high);
        let before = LIST.as_bytes()[low..middle]
            .iter()
            .rposition(|byte| *byte == b'\n');
        let start = before.map_or(low, |index| low + index + 1);
        let after = LIST.as_bytes()[middle..high]
            .iter()
            .position(|byte| *byte == b'\n');
        let end = after.map_or(high, |index| middle + index);
        match LIST.as_bytes()[start..end].cmp(folded.as_bytes()) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => low = end + 1,
            std::cmp::Ordering::Greater => high = start,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{LIST, contains};
    use crate::values::text::caseless;

    #[test]
    fn the_list_is_in_the_form_that_is_searched() {
        assert_eq!(LIST.lines().count(), 10_000);
        assert!(LIST.ends_with('\n'));
        assert!(LIST.lines().is_sorted_by(|one, next| one < next));
        for password in LIST.lines() {
            assert_eq!(caseless(password), password);
            assert!(password.chars().count() >= 8, "{password}");
        }
    }

    #[test]
    fn every_entry_is_found_and_none_of_its_neighbours() {
        for password in LIST.lines() {
            assert!(contains(password), "{password}");
            assert!(!contains(&format!("{password}\u{1}")), "{password}");
            assert!(!contains(&password[..1]), "{password}");
        }
        assert!(!contains(""));
        assert!(!contains("\u{10FFFF}"));
    }
}
