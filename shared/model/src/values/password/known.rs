//! What everybody knows of a person, and is no secret for a password.

use crate::values::text::caseless;
use crate::values::{AccountName, EmailAddress, PersonalName};

/// Fewest characters of a part: a single letter is no knowledge.
const MIN_CHARACTERS: usize = 2;

/// The parts of what everybody knows of a person, in the caseless form.
#[derive(Clone, Debug, Default)]
pub struct Known(Vec<Vec<char>>);

impl Known {
    /// The product's name, and nothing of the person yet.
    #[must_use]
    pub fn brand(name: &str) -> Self {
        Self::default().words(name)
    }

    /// The address too: as a whole, its halves, and their parts.
    #[must_use]
    pub fn address(self, email: &EmailAddress) -> Self {
        let spellings = [email.as_str(), email.normal_form()];
        spellings.iter().fold(self, |known, spelling| {
            let halves = spelling.split('@');
            halves.fold(known.words(spelling), Self::words)
        })
    }

    /// A person's names too.
    #[must_use]
    pub fn names(self, first: &PersonalName, last: &PersonalName) -> Self {
        self.words(first.as_str()).words(last.as_str())
    }

    /// An account's name too.
    #[must_use]
    pub fn account(self, name: &AccountName) -> Self {
        self.words(name.as_str())
    }

    /// `text` and its words.
    fn words(mut self, text: &str) -> Self {
        let folded = caseless(text);
        let words = folded.split(|letter: char| !letter.is_alphanumeric());
        for part in words.chain([folded.as_str()]) {
            let part: Vec<_> = part.chars().collect();
            if part.len() >= MIN_CHARACTERS && !self.0.contains(&part) {
                self.0.push(part);
            }
        }
        self
    }

    /// Whether the parts can cover all of `folded` but `most` characters; white space does not count.
    pub(super) fn leaves_at_most(&self, most: usize, folded: &str) -> bool {
        let text: Vec<_> = folded.chars().collect();
        // The fewest characters that no part covers, of each beginning of the text.
        let mut left = vec![0; text.len() + 1];
        for end in 1..=text.len() {
            let spaces = usize::from(!text[end - 1].is_whitespace());
            let covered = self.0.iter().filter(|part| text[..end].ends_with(part));
            let covered = covered.map(|part| left[end - part.len()]).min();
            left[end] = covered.unwrap_or(usize::MAX).min(left[end - 1] + spaces);
        }
        left[text.len()] <= most
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::{email, person};
    use crate::values::Password;

    fn known() -> Known {
        Known::brand("Members Hub")
            .address(&email("Ada.King@Bücher.example"))
            .names(&person("Augusta"), &person("Lovelace"))
            .account(&AccountName::parse("Acme & Söhne").unwrap())
    }

    fn is_refused(text: &str) -> bool {
        let password = Password::parse(text).expect(text);
        password.differs_from(&known()).is_err()
    }

    #[test]
    fn what_everybody_knows_is_refused_with_up_to_three_characters_more() {
        for text in [
            "Ada.King@Bücher.example",
            "ADA.KING@BÜCHER.EXAMPLE",
            "ada.king@xn--bcher-kva.example",
            "ada.king@xn--bcher-kva.example123",
            "kingada1!2",
            "Lovelace",
            "lovelace99!",
            "Augusta Lovelace 123",
            "LovelaceAugusta",
            "acme & söhne",
            "1acme2söhne3",
            "membershub",
            "MembersHub!!!",
            "\u{FF21}\u{FF44}a-lovelace",
        ] {
            assert!(is_refused(text), "{text}");
        }
    }

    #[test]
    fn four_characters_more_are_a_persons_own() {
        for text in [
            "lovelace1815",
            "Ada.King@Bücher.example!?!?",
            "membershub-9x7",
            "correct horse battery",
        ] {
            assert!(!is_refused(text), "{text}");
        }
    }

    #[test]
    fn a_single_letter_is_no_knowledge() {
        let known = Known::default().names(&person("A"), &person("B"));
        let password = Password::parse("abbaabcdab").unwrap();
        assert!(password.differs_from(&known).is_ok());
    }
}
