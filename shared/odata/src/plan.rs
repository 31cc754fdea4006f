//! The conditions of a filter as data, for a store that can look some of them up. The table is unknown here.

use super::tree::{Binary, Function, Lambda, Literal, Tree};

/// One of the conditions that `and` joins at the top of a filter.
///
/// A store may use the conditions that it understands to read less. It must not omit a row for which the condition is
/// true. The filter itself decides afterwards.
#[derive(Clone, Debug, PartialEq)]
pub enum Conjunct<'a> {
    /// `property operator literal`, or the reverse.
    Comparison(Comparison<'a>),
    /// `property in (literal, ...)`
    In(&'static str, &'a [Literal]),
    /// `startswith(property, 'prefix')`
    StartsWith(&'static str, &'a str),
    /// `'text' in property`, for a collection.
    Element(&'static str, &'a str),
    /// Any other condition.
    Other(&'a Tree),
}

/// A property compared with a literal.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison<'a> {
    /// The name in the schema.
    pub property: &'static str,
    /// One of `eq`, `ne`, `gt`, `ge`, `lt` and `le`, with the property on its left.
    pub operator: Binary,
    /// The other operand. Instants compare in whole seconds: *equal* means within that second.
    pub literal: &'a Literal,
}

/// The conditions that `and` joins at the top of `tree`, from left to right.
pub(super) fn conjuncts(tree: &Tree) -> Vec<Conjunct<'_>> {
    let mut found = Vec::new();
    let mut waiting = vec![tree];
    while let Some(tree) = waiting.pop() {
        if let Tree::Binary(Binary::And, left, right, _) = tree {
            waiting.extend([&**right, &**left]);
        } else {
            found.push(conjunct(tree));
        }
    }
    found
}

fn conjunct(tree: &Tree) -> Conjunct<'_> {
    match tree {
        Tree::Property(property) => compared(property, Binary::Eq, &Literal::Boolean(true)),
        Tree::Not(operand) => match **operand {
            Tree::Property(property) => compared(property, Binary::Eq, &Literal::Boolean(false)),
            _ => Conjunct::Other(tree),
        },
        Tree::Binary(operator, left, right, _) => match (&**left, &**right) {
            (Tree::Property(property), Tree::Literal(literal)) if operator.is_comparison() => {
                compared(property, *operator, literal)
            }
            (Tree::Literal(literal), Tree::Property(property)) if operator.is_comparison() => {
                compared(property, turned(*operator), literal)
            }
            _ => Conjunct::Other(tree),
        },
        Tree::In(left, list) => match **left {
            Tree::Property(property) => Conjunct::In(property, list),
            _ => Conjunct::Other(tree),
        },
        Tree::InProperty(left, property) => match &**left {
            Tree::Literal(Literal::String(text)) => Conjunct::Element(property, text),
            _ => Conjunct::Other(tree),
        },
        Tree::Call(Function::StartsWith, arguments, _) => match arguments.as_slice() {
            [
                Tree::Property(property),
                Tree::Literal(Literal::String(prefix)),
            ] => Conjunct::StartsWith(property, prefix),
            _ => Conjunct::Other(tree),
        },
        _ => Conjunct::Other(tree),
    }
}

fn compared<'a>(property: &'static str, operator: Binary, literal: &'a Literal) -> Conjunct<'a> {
    Conjunct::Comparison(Comparison {
        property,
        operator,
        literal,
    })
}

/// The operator with the same meaning after its operands are exchanged.
fn turned(operator: Binary) -> Binary {
    match operator {
        Binary::Gt => Binary::Lt,
        Binary::Ge => Binary::Le,
        Binary::Lt => Binary::Gt,
        Binary::Le => Binary::Ge,
        same => same,
    }
}

/// Whether the evaluation of `tree` may fail for some row: it computes with numbers, instants or lengths.
pub(super) fn can_fail(tree: &Tree) -> bool {
    let mut waiting = vec![tree];
    while let Some(tree) = waiting.pop() {
        match tree {
            Tree::Negate(..) => return true,
            Tree::Binary(operator, left, right, _) => {
                let logical = matches!(operator, Binary::And | Binary::Or);
                if !logical && !operator.is_comparison() {
                    return true;
                }
                waiting.extend([&**left, &**right]);
            }
            Tree::Call(function, arguments, _) => {
                if !function.is_of_texts() {
                    return true;
                }
                waiting.extend(arguments);
            }
            Tree::Lambda(lambda) => waiting.push(&lambda.body),
            Tree::Not(operand) | Tree::In(operand, _) | Tree::InProperty(operand, _) => {
                waiting.push(operand);
            }
            Tree::Literal(_)
            | Tree::Property(_)
            | Tree::Variable { .. }
            | Tree::NotEmpty(_)
            | Tree::Count(_) => {}
        }
    }
    false
}

/// The properties that `tree` reads, each once, in the order of first use.
pub(super) fn properties(tree: &Tree) -> Vec<&'static str> {
    let mut found = Vec::new();
    let mut waiting = vec![tree];
    while let Some(tree) = waiting.pop() {
        let property = match tree {
            Tree::Property(name) | Tree::NotEmpty(name) | Tree::Count(name) => Some(*name),
            Tree::InProperty(left, name) => {
                waiting.push(left);
                Some(*name)
            }
            Tree::Lambda(lambda) => {
                let Lambda { property, body, .. } = &**lambda;
                waiting.push(body);
                Some(*property)
            }
            Tree::Not(operand) | Tree::Negate(operand, _) | Tree::In(operand, _) => {
                waiting.push(operand);
                None
            }
            Tree::Binary(_, left, right, _) => {
                waiting.extend([&**right, &**left]);
                None
            }
            Tree::Call(_, arguments, _) => {
                waiting.extend(arguments.iter().rev());
                None
            }
            Tree::Literal(_) | Tree::Variable { .. } => None,
        };
        if let Some(property) = property.filter(|property| !found.contains(property)) {
            found.push(property);
        }
    }
    found
}
