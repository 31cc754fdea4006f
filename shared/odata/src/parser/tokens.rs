//! The parser's tokens, limits and mistakes.

use super::{MAX_DEPTH, MAX_ERRORS, MAX_NODES, Parser};
use crate::dialect;
use crate::error::{ParseError, advised};
use crate::lexer::{Kind, Token};
use crate::tree::{Binary, Literal, lowercase};

impl<'t> Parser<'t> {
    /// Takes the literal out of the next token.
    pub(super) fn literal(&mut self) -> Option<Literal> {
        match &mut self.token.kind {
            Kind::Literal(literal) => Some(std::mem::replace(literal, Literal::Null)),
            Kind::Word(word) => {
                let mut lower = [0; 5];
                Some(match lowercase(word, &mut lower)? {
                    b"null" => Literal::Null,
                    b"true" => Literal::Boolean(true),
                    b"false" => Literal::Boolean(false),
                    _ => return None,
                })
            }
            _ => None,
        }
    }

    pub(super) fn keyword(&self, keyword: &str) -> bool {
        matches!(self.token.kind, Kind::Word(word) if word.eq_ignore_ascii_case(keyword))
    }

    /// Takes the next token and reads the one after it.
    pub(super) fn advance(&mut self) -> Result<Token<'t>, ParseError> {
        let next = self.lexer.next()?;
        self.operator = operator(&next);
        Ok(std::mem::replace(&mut self.token, next))
    }

    pub(super) fn close(&mut self, expected: &str) -> Result<(), ParseError> {
        if self.token.kind != Kind::Close {
            return Err(self.expected_operator(expected));
        }
        self.advance()?;
        Ok(())
    }

    pub(super) fn expected(&self, what: &str) -> ParseError {
        let message = format!("{what} is expected, not {}", self.token.shown());
        ParseError::new(self.token.position, message)
    }

    /// Like [`Parser::expected`], for a `what` that begins with an operator.
    pub(super) fn expected_operator(&self, what: &str) -> ParseError {
        let ParseError { position, message } = self.expected(what);
        let advice = dialect::operator(self.token.text, self.schema);
        ParseError::new(position, advised(message, advice))
    }

    pub(super) fn node(&mut self) -> Result<(), ParseError> {
        self.node_at(self.token.position)
    }

    /// Counts a node before it is built.
    pub(super) fn node_at(&mut self, position: usize) -> Result<(), ParseError> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            let message = format!(
                "a filter has at most {MAX_NODES} operators, calls, literals and properties"
            );
            return Err(ParseError::new(position, message));
        }
        Ok(())
    }

    /// Counts a level before it is entered.
    pub(super) fn deeper(&mut self) -> Result<(), ParseError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let message = format!("a filter is at most {MAX_DEPTH} levels deep");
            return Err(ParseError::new(self.token.position, message));
        }
        Ok(())
    }

    pub(super) fn report(&mut self, position: usize, message: impl Into<String>) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(ParseError::new(position, message));
        }
    }

    /// The checked value; otherwise reports a mistake at `position`.
    pub(super) fn checked<T>(&mut self, position: usize, result: Result<T, String>) -> Option<T> {
        result
            .map_err(|message| self.report(position, message))
            .ok()
    }
}

/// `token` as an operator between two operands.
pub(super) fn operator(token: &Token<'_>) -> Option<Binary> {
    match token.kind {
        Kind::Word(word) => Binary::named(word),
        _ => None,
    }
}

/// Whether `word` is a keyword in the place of a name.
pub(super) fn reserved(word: &str) -> bool {
    let mut lower = [0; 5];
    let other = lowercase(word, &mut lower)
        .is_some_and(|word| matches!(word, b"not" | b"in" | b"null" | b"true" | b"false"));
    other || Binary::named(word).is_some()
}
