//! The most common passwords; `shared/data/README.md` says which, and where they come from.

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
