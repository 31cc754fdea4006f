//! Paths: a property of a complex type, and the operations on a collection.

use super::tokens::reserved;
use super::{Parser, Range, Typed};
use crate::check::{self, Kind as Type};
use crate::error::ParseError;
use crate::lexer::{Kind, Token};
use crate::tree::{Lambda, Level, Quantifier, Tree};

impl<'t> Parser<'t> {
    /// Parses what follows the slash after the property called `name`.
    pub(super) fn path(&mut self, token: &Token<'t>, name: &'t str) -> Result<Typed, ParseError> {
        let position = token.position;
        self.node_at(position)?;
        if self.schema.is_complex(name) {
            return self.inner(position, name);
        }
        let found = self.property(token, name);
        if let Some((_, kind)) = found
            && kind != Type::Collection
        {
            return Err(ParseError::new(
                position,
                format!("{} is not a collection", token.shown()),
            ));
        }
        let property = found.map_or("", |(property, _)| property);
        self.advance()?;
        if self.keyword("$count") {
            self.node()?;
            self.advance()?;
            return Ok(Typed {
                tree: Tree::Count(property),
                kind: Type::Integer,
                position,
            });
        }
        let quantifier = if self.keyword("any") {
            Quantifier::Any
        } else if self.keyword("all") {
            Quantifier::All
        } else {
            return Err(self.expected("`any`, `all` or `$count`"));
        };
        self.node()?;
        self.deeper()?;
        self.advance()?;
        if self.token.kind != Kind::Open {
            return Err(self.expected("`(`"));
        }
        self.advance()?;
        let tree = if quantifier == Quantifier::Any && self.token.kind == Kind::Close {
            Tree::NotEmpty(property)
        } else {
            self.lambda(quantifier, property)?
        };
        self.close("an operator or `)`")?;
        self.depth -= 1;
        Ok(Typed {
            tree,
            kind: Type::Boolean,
            position,
        })
    }

    /// Parses the property after the slash behind `outer`, a complex property (section 5.1.1.16).
    fn inner(&mut self, position: usize, outer: &str) -> Result<Typed, ParseError> {
        self.advance()?;
        let found = match self.token.kind {
            Kind::Word(word) => self.schema.find(&format!("{outer}/{word}")),
            _ => None,
        };
        let Some((property, declared)) = found else {
            return Err(self.expected(&format!("a property of `{outer}`")));
        };
        self.advance()?;
        Ok(Typed {
            tree: Tree::Property(property),
            kind: Type::of_property(declared),
            position,
        })
    }

    /// `variable: body`
    fn lambda(
        &mut self,
        quantifier: Quantifier,
        property: &'static str,
    ) -> Result<Tree, ParseError> {
        let position = self.token.position;
        let variable = match self.token.kind {
            Kind::Word(word) if !reserved(word) && !word.starts_with('$') => word,
            _ => return Err(self.expected("a range variable")),
        };
        if self.scope.iter().any(|range| range.variable == variable) {
            self.report(
                position,
                format!("{} is already a range variable", self.token.shown()),
            );
        }
        self.advance()?;
        if self.token.kind != Kind::Colon {
            return Err(self.expected("`:`"));
        }
        self.advance()?;
        let level = self.scope.len();
        self.scope.push(Range {
            variable,
            uses: Vec::new(),
        });
        let body = self.expression(Level::Or)?;
        self.checked(
            body.position,
            check::boolean("the body of a lambda", body.kind),
        );
        let uses = self.scope.pop().map(|range| range.uses).unwrap_or_default();
        if uses.len() > 1 {
            // Only one keeps the time linear: the body is then evaluated once for each element of its own collection and
            // of that other one.
            let message =
                "a lambda can use the range variable of one other lambda around it, not of more";
            self.report(position, message);
        }
        let ordinal = self.lambdas;
        self.lambdas += 1;
        Ok(Tree::Lambda(Box::new(Lambda {
            quantifier,
            property,
            variable: variable.to_owned(),
            body: body.tree,
            level,
            ordinal,
            uses: uses.first().copied(),
        })))
    }
}
