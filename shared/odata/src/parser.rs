//! Parses tokens into a checked tree, by precedence climbing (section 5.1.1.17).
//!
//! Every recursion calls [`Parser::node`] or [`Parser::deeper`] first, so the two limits bound stack and work. A
//! syntax error ends the parse. Semantic errors are collected.

mod path;
mod tokens;

use self::tokens::{operator, reserved};
use super::check::{self, Kind as Type};
use super::dialect;
use super::error::{ParseError, advised};
use super::lexer::{Kind, Lexer, Token};
use super::schema::Schema;
use super::tree::{Binary, Function, Level, Literal, Place, Tree};

/// Bytes of a filter (contract, *Lists*).
pub(super) const MAX_BYTES: usize = 4096;
/// Nested parentheses, calls, `not` and lambdas (contract, *Lists*).
pub(super) const MAX_DEPTH: usize = 32;
/// Operators, calls, literals and properties (contract, *Lists*).
pub(super) const MAX_NODES: usize = 256;
/// The most semantic errors in one answer.
const MAX_ERRORS: usize = 10;

/// Parses `text` over rows of `schema`.
pub(super) fn parse(text: &str, schema: &'static Schema) -> Result<Tree, Vec<ParseError>> {
    if text.len() > MAX_BYTES {
        let message = format!("a filter has at most {MAX_BYTES} bytes, not {}", text.len());
        return Err(vec![ParseError::new(1, message)]);
    }
    let mut lexer = Lexer::new(text);
    let token = lexer.next().map_err(|error| vec![error])?;
    let mut parser = Parser {
        lexer,
        operator: operator(&token),
        token,
        schema,
        scope: Vec::new(),
        depth: 0,
        nodes: 0,
        lambdas: 0,
        errors: Vec::new(),
    };
    let parsed = parser.whole();
    let mut errors = parser.errors;
    match parsed {
        Ok(tree) if errors.is_empty() => return Ok(tree),
        Ok(_) => {}
        Err(error) => errors.push(error),
    }
    Err(errors)
}

struct Parser<'t> {
    lexer: Lexer<'t>,
    /// The next token.
    token: Token<'t>,
    /// The next token as an operator, if it is one.
    operator: Option<Binary>,
    schema: &'static Schema,
    /// The lambdas around the token, outermost first.
    scope: Vec<Range<'t>>,
    depth: usize,
    nodes: usize,
    lambdas: usize,
    errors: Vec<ParseError>,
}

/// A lambda whose body is being parsed.
struct Range<'t> {
    variable: &'t str,
    /// The levels of the other range variables that the body has used.
    uses: Vec<usize>,
}

/// An expression, its type, and the place where it starts.
struct Typed {
    tree: Tree,
    kind: Type,
    position: usize,
}

impl<'t> Parser<'t> {
    fn whole(&mut self) -> Result<Tree, ParseError> {
        let Typed {
            tree,
            kind,
            position,
        } = self.expression(Level::Or)?;
        if self.token.kind != Kind::End {
            return Err(self.expected_operator("an operator or the end of the text"));
        }
        self.checked(position, check::boolean("a filter", kind));
        Ok(tree)
    }

    /// Parses an expression of operators of the level `loosest` and tighter.
    fn expression(&mut self, loosest: Level) -> Result<Typed, ParseError> {
        let mut left = self.unary()?;
        while let Some(operator) = self.operator.filter(|operator| operator.level() >= loosest) {
            let place = self.token.position;
            self.node()?;
            self.advance()?;
            let right = self.expression(operator.level().tighter())?;
            let kind = self.checked(place, check::binary(operator, left.kind, right.kind));
            let operands = (Box::new(left.tree), Box::new(right.tree));
            left.tree = Tree::Binary(operator, operands.0, operands.1, Place(place));
            left.kind = kind.unwrap_or(Type::Unknown);
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Typed, ParseError> {
        let position = self.token.position;
        if self.keyword("not") {
            self.node()?;
            self.deeper()?;
            self.advance()?;
            let operand = self.unary()?;
            self.depth -= 1;
            self.checked(
                operand.position,
                check::boolean("the operand of `not`", operand.kind),
            );
            let tree = Tree::Not(Box::new(operand.tree));
            return Ok(Typed {
                tree,
                kind: Type::Boolean,
                position,
            });
        }
        if self.token.kind == Kind::Minus {
            self.node()?;
            self.advance()?;
            let operand = self.unary()?;
            let kind = self.checked(position, check::negate(operand.kind));
            let tree = Tree::Negate(Box::new(operand.tree), Place(position));
            let kind = kind.unwrap_or(Type::Unknown);
            return Ok(Typed {
                tree,
                kind,
                position,
            });
        }
        self.member()
    }

    /// Parses a primary expression and an optional `in` after it.
    fn member(&mut self) -> Result<Typed, ParseError> {
        let mut left = self.primary()?;
        while self.keyword("in") {
            let place = self.token.position;
            self.node()?;
            self.advance()?;
            left.tree = if self.token.kind == Kind::Open {
                self.list(place, left.tree, left.kind)?
            } else {
                self.collection(place, left.tree, left.kind)?
            };
            left.kind = Type::Boolean;
        }
        Ok(left)
    }

    /// Parses the list of literals after `in`.
    fn list(&mut self, place: usize, left: Tree, kind: Type) -> Result<Tree, ParseError> {
        self.deeper()?;
        let mut list = Vec::new();
        loop {
            self.advance()?;
            let position = self.token.position;
            let Some(literal) = self.literal() else {
                return Err(self.expected("a literal"));
            };
            self.node()?;
            self.advance()?;
            let item = Type::of_literal(&literal);
            let comparable = check::comparable("in", kind, item);
            self.checked(
                if kind == Type::Collection {
                    place
                } else {
                    position
                },
                comparable,
            );
            list.push(literal);
            if self.token.kind != Kind::Comma {
                break;
            }
        }
        self.close("`,` or `)`")?;
        self.depth -= 1;
        Ok(Tree::In(Box::new(left), list))
    }

    /// Parses the collection property after `in`.
    fn collection(&mut self, place: usize, left: Tree, kind: Type) -> Result<Tree, ParseError> {
        let found = match self.token.kind {
            Kind::Word(word) => self.schema.find(word),
            _ => None,
        };
        let Some((property, declared)) = found else {
            return Err(self.expected("a list in parentheses, or a collection"));
        };
        if Type::of_property(declared) != Type::Collection {
            return Err(self.expected("a list in parentheses, or a collection"));
        }
        self.node()?;
        self.advance()?;
        self.checked(place, check::element(kind));
        Ok(Tree::InProperty(Box::new(left), property))
    }

    fn primary(&mut self) -> Result<Typed, ParseError> {
        let position = self.token.position;
        if self.token.kind == Kind::Open {
            self.deeper()?;
            self.advance()?;
            let inner = self.expression(Level::Or)?;
            self.close("an operator or `)`")?;
            self.depth -= 1;
            return Ok(Typed { position, ..inner });
        }
        if let Some(literal) = self.literal() {
            self.node()?;
            self.advance()?;
            let kind = Type::of_literal(&literal);
            return Ok(Typed {
                tree: Tree::Literal(literal),
                kind,
                position,
            });
        }
        let Kind::Word(word) = self.token.kind else {
            return Err(self.expected("an expression"));
        };
        if reserved(word) {
            return Err(self.expected("an expression"));
        }
        let token = self.advance()?;
        match self.token.kind {
            Kind::Open => self.call(&token, word),
            Kind::Slash => self.path(&token, word),
            _ => self.name(&token, word),
        }
    }

    /// Parses a single property or range variable.
    fn name(&mut self, token: &Token<'t>, name: &str) -> Result<Typed, ParseError> {
        let position = token.position;
        self.node_at(position)?;
        if let Some(level) = self.scope.iter().rposition(|range| range.variable == name) {
            for range in &mut self.scope[level + 1..] {
                if !range.uses.contains(&level) {
                    range.uses.push(level);
                }
            }
            let name = name.to_owned();
            let tree = Tree::Variable { level, name };
            return Ok(Typed {
                tree,
                kind: Type::String,
                position,
            });
        }
        let found = self.property(token, name);
        Ok(match found {
            Some((property, kind)) => Typed {
                tree: Tree::Property(property),
                kind,
                position,
            },
            None => unknown(position),
        })
    }

    /// The property called `name`, or a reported mistake.
    fn property(&mut self, token: &Token<'t>, name: &str) -> Option<(&'static str, Type)> {
        let found = self.schema.find(name);
        if found.is_none() {
            let message = format!("{} is not a property here", token.shown());
            let advice =
                dialect::property(name, self.schema).or_else(|| dialect::bare_function(name));
            self.report(token.position, advised(message, advice));
        }
        found.map(|(property, declared)| (property, Type::of_property(declared)))
    }

    fn call(&mut self, token: &Token<'t>, name: &str) -> Result<Typed, ParseError> {
        let position = token.position;
        self.node_at(position)?;
        self.deeper()?;
        let function = Function::named(name);
        if function.is_none() {
            let message = format!("{} is not a function here", token.shown());
            let advice = dialect::function(name, self.schema);
            self.report(position, advised(message, advice));
        }
        let mut arguments = Vec::new();
        self.advance()?;
        while self.token.kind != Kind::Close {
            let argument = self.expression(Level::Or)?;
            if let Some(function) = function {
                let fits = check::argument(function, arguments.len(), argument.kind);
                self.checked(argument.position, fits);
            }
            arguments.push(argument.tree);
            if self.token.kind != Kind::Comma {
                break;
            }
            self.advance()?;
            if self.token.kind == Kind::Close {
                return Err(self.expected("an expression"));
            }
        }
        self.close("`,` or `)`")?;
        self.depth -= 1;
        let Some(function) = function else {
            return Ok(unknown(position));
        };
        self.checked(position, check::arity(function, arguments.len()));
        let kind = check::result(function);
        let tree = Tree::Call(function, arguments, Place(position));
        Ok(Typed {
            tree,
            kind,
            position,
        })
    }
}

/// A placeholder for an expression with a reported mistake.
fn unknown(position: usize) -> Typed {
    let tree = Tree::Literal(Literal::Null);
    let kind = Type::Unknown;
    Typed {
        tree,
        kind,
        position,
    }
}
