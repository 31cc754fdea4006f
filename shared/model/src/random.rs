//! Randomness, from the operating system.

/// `N` random bytes.
///
/// # Panics
///
/// If the operating system has no randomness: no safe answer is possible then.
#[must_use]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    #[expect(
        clippy::expect_used,
        reason = "a process without randomness must not go on"
    )]
    getrandom::fill(&mut bytes).expect("the operating system's randomness");
    bytes
}
