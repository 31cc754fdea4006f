//! Splits a text into tokens, one at a time, each with its place.

use icu_normalizer::ComposingNormalizer;

use super::dialect;
use super::error::{ParseError, advised, shown};
use super::instant::{Instant, Written};
use super::number::Number;
use super::tree::Literal;

/// One token and the place of its first character, counted from 1.
#[derive(Clone, Debug)]
pub(super) struct Token<'t> {
    pub(super) kind: Kind<'t>,
    pub(super) text: &'t str,
    pub(super) position: usize,
}

/// The kind of a token.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind<'t> {
    /// A name or a keyword; `$count` keeps its `$`.
    Word(&'t str),
    /// A string, a number without its minus, a date or a date-time.
    Literal(Literal),
    /// A minus that is not before a digit. Before a digit it belongs to the literal.
    Minus,
    /// `(`
    Open,
    /// `)`
    Close,
    /// `,`
    Comma,
    /// `/`
    Slash,
    /// `:`
    Colon,
    /// `*`
    Star,
    /// The end of the text.
    End,
}

impl Token<'_> {
    /// The token, as an error names it.
    pub(super) fn shown(&self) -> String {
        match self.kind {
            Kind::End => "the end of the text".to_owned(),
            _ => shown(self.text),
        }
    }
}

/// The unread rest of a text.
#[derive(Clone, Debug)]
pub(super) struct Lexer<'t> {
    rest: &'t str,
    position: usize,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            rest: text,
            position: 1,
        }
    }

    /// The next token.
    pub(super) fn next(&mut self) -> Result<Token<'t>, ParseError> {
        let blank = |byte: &u8| matches!(byte, b' ' | b'\t');
        let blanks = self.rest.bytes().take_while(|byte| blank(byte)).count();
        self.rest = &self.rest[blanks..];
        self.position += blanks;
        let Some(first) = self.rest.chars().next() else {
            return Ok(self.token(0, Kind::End));
        };
        match first {
            '(' => Ok(self.token(1, Kind::Open)),
            ')' => Ok(self.token(1, Kind::Close)),
            ',' => Ok(self.token(1, Kind::Comma)),
            '/' => Ok(self.token(1, Kind::Slash)),
            ':' => Ok(self.token(1, Kind::Colon)),
            '*' => Ok(self.token(1, Kind::Star)),
            '\'' => self.string(),
            '0'..='9' => self.literal(0),
            '-' | '+' if self.rest[1..].starts_with(|next: char| next.is_ascii_digit()) => {
                self.literal(1)
            }
            '-' => Ok(self.token(1, Kind::Minus)),
            _ if first.is_alphabetic() || first == '_' || first == '$' => Ok(self.word()),
            _ => Err(self.foreign(first)),
        }
    }

    /// The error for a token that the language does not have and that begins with `first`.
    fn foreign(&self, first: char) -> ParseError {
        let (text, advice) = match dialect::symbol(self.rest) {
            Some((symbol, advice)) => (symbol, Some(advice)),
            None if first.is_whitespace() => {
                let advice = "words are separated by spaces, in a URL `%20`";
                (&self.rest[..first.len_utf8()], Some(advice))
            }
            None => (&self.rest[..first.len_utf8()], None),
        };
        let message = format!("{} does not belong to the language", shown(text));
        ParseError::new(self.position, advised(message, advice.map(str::to_owned)))
    }

    /// Skips `length` bytes.
    fn take(&mut self, length: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        self.position += taken.chars().count();
        taken
    }

    fn token(&mut self, length: usize, kind: Kind<'t>) -> Token<'t> {
        let position = self.position;
        let text = self.take(length);
        Token {
            kind,
            text,
            position,
        }
    }

    fn word(&mut self) -> Token<'t> {
        let first = usize::from(self.rest.starts_with('$'));
        let part = |letter: char| {
            letter.is_ascii_alphanumeric() || letter == '_' || letter.is_alphanumeric()
        };
        let length = first + span(&self.rest[first..], part);
        let word = &self.rest[..length];
        self.token(length, Kind::Word(word))
    }

    /// A string in single quotes. Two quotes inside mean one. The value is in NFC, as the texts of rows are.
    fn string(&mut self) -> Result<Token<'t>, ParseError> {
        let mut value = String::new();
        let mut length = 1;
        while let Some(end) = self.rest[length..].find('\'') {
            value.push_str(&self.rest[length..length + end]);
            length += end + 1;
            if !self.rest[length..].starts_with('\'') {
                let literal = Literal::String(composed(value));
                return Ok(self.token(length, Kind::Literal(literal)));
            }
            value.push('\'');
            length += 1;
        }
        let message = format!("the string {} has no closing quote", shown(self.rest));
        Err(ParseError::new(self.position, message))
    }

    /// A number, a date or a date-time, after a sign of `sign` bytes.
    fn literal(&mut self, sign: usize) -> Result<Token<'t>, ParseError> {
        let part = |letter: char| letter.is_alphanumeric() || "_.:+-".contains(letter);
        let length = span(self.rest, part);
        let text = &self.rest[..length];
        match read(&text[sign..], sign, text.starts_with('-')) {
            Ok(literal) => Ok(self.token(length, Kind::Literal(literal))),
            Err(why) => Err(ParseError::new(
                self.position,
                format!("{} {why}", shown(text)),
            )),
        }
    }
}

/// `text` in normalisation form C (UAX #15).
fn composed(text: String) -> String {
    if text.is_ascii() {
        return text;
    }
    ComposingNormalizer::new_nfc().normalize(&text).into_owned()
}

/// The length in bytes of the longest prefix of such characters.
fn span(text: &str, part: impl Fn(char) -> bool) -> usize {
    text.find(|letter| !part(letter)).unwrap_or(text.len())
}

fn read(text: &str, sign: usize, negative: bool) -> Result<Literal, &'static str> {
    let dated = text.trim_start_matches(|digit: char| digit.is_ascii_digit());
    if sign > 0 || !dated.starts_with('-') {
        return Number::parse(negative, text)
            .map(Literal::Number)
            .ok_or("is no number, or one with too many digits to be exact");
    }
    match Instant::parse(text) {
        Written::Date(day) => Ok(Literal::Date(day)),
        Written::DateTime(instant) => Ok(Literal::DateTime(instant)),
        Written::WithoutOffset => {
            Err("has no offset: end it with `Z` or with `+hh:mm`, its `+` sent as `%2B`")
        }
        Written::Wrong => Err("is neither a date nor a date-time"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Lexer};
    use crate::tree::Literal;

    fn texts(text: &str) -> Vec<(usize, String)> {
        let mut lexer = Lexer::new(text);
        let mut tokens = Vec::new();
        loop {
            match lexer.next() {
                Ok(token) if token.kind == Kind::End => return tokens,
                Ok(token) => tokens.push((token.position, token.text.to_owned())),
                Err(error) => {
                    tokens.push((error.position, error.message));
                    return tokens;
                }
            }
        }
    }

    #[test]
    fn a_place_is_counted_in_characters_from_one() {
        let tokens = texts("  name\teq 'Zoë' or é_1 eq -5");
        let places: Vec<_> = tokens
            .iter()
            .map(|(place, text)| (*place, text.as_str()))
            .collect();
        assert_eq!(
            places,
            [
                (3, "name"),
                (8, "eq"),
                (11, "'Zoë'"),
                (17, "or"),
                (20, "é_1"),
                (24, "eq"),
                (27, "-5"),
            ]
        );
    }

    #[test]
    fn quotes_are_doubled_inside_a_string() {
        for (written, value) in [
            ("''", ""),
            ("''''", "'"),
            ("'O''Neil'", "O'Neil"),
            ("'a'''", "a'"),
            ("'''a'''' b'", "'a'' b"),
            ("' é+%20(\n'", " é+%20(\n"),
        ] {
            let token = Lexer::new(written).next().expect(written);
            assert_eq!(
                token.kind,
                Kind::Literal(Literal::String(value.to_owned())),
                "{written}"
            );
            assert_eq!(token.text, written);
        }
    }

    #[test]
    fn what_is_no_token_is_named_at_its_place() {
        for (written, position, message) in [
            ("a 'b", 3, "the string `'b` has no closing quote"),
            (
                "'a'''' b ''",
                1,
                "the string `'a'''' b ''` has no closing quote",
            ),
            (
                "é % 1",
                3,
                "`%` does not belong to the language; write `mod`",
            ),
            (
                "a\nb",
                2,
                "`\n` does not belong to the language; words are separated by spaces, in a URL `%20`",
            ),
            (
                "1eq 2",
                1,
                "`1eq` is no number, or one with too many digits to be exact",
            ),
            (
                "2026-6-2",
                1,
                "`2026-6-2` is neither a date nor a date-time",
            ),
            (
                "-2026-06-02",
                1,
                "`-2026-06-02` is no number, or one with too many digits to be exact",
            ),
            (
                "2026-06-02T10:30:00 02:00",
                1,
                "`2026-06-02T10:30:00` has no offset: end it with `Z` or with `+hh:mm`, its `+` sent as `%2B`",
            ),
        ] {
            let expected = (position, message.to_owned());
            assert_eq!(texts(written).last(), Some(&expected), "{written}");
        }
    }
}
