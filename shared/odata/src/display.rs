//! Prints a tree as the shortest text that parses to the same tree.

use std::fmt::{self, Display, Formatter};

use super::tree::{Lambda, Level, Literal, Tree};

impl Display for Tree {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write_tree(formatter, self, Level::Or)
    }
}

/// Writes `tree` where operators of the level `loosest` and tighter need no parentheses.
fn write_tree(formatter: &mut Formatter<'_>, tree: &Tree, loosest: Level) -> fmt::Result {
    if level(tree) < loosest {
        formatter.write_str("(")?;
        write_tree(formatter, tree, Level::Or)?;
        return formatter.write_str(")");
    }
    match tree {
        Tree::Literal(literal) => literal.fmt(formatter),
        Tree::Property(name) => formatter.write_str(name),
        Tree::Variable { name, .. } => formatter.write_str(name),
        Tree::Not(operand) => {
            formatter.write_str("not ")?;
            write_tree(formatter, operand, Level::Unary)
        }
        Tree::Negate(operand, _) => {
            // Without the space, the minus would become the sign of a number.
            formatter.write_str("- ")?;
            write_tree(formatter, operand, Level::Unary)
        }
        Tree::Binary(operator, left, right, _) => {
            write_tree(formatter, left, operator.level())?;
            write!(formatter, " {} ", operator.keyword())?;
            write_tree(formatter, right, operator.level().tighter())
        }
        Tree::In(left, list) => {
            write_tree(formatter, left, Level::Primary)?;
            formatter.write_str(" in ")?;
            write_list(formatter, list, |formatter, literal| literal.fmt(formatter))
        }
        Tree::InProperty(left, property) => {
            write_tree(formatter, left, Level::Primary)?;
            write!(formatter, " in {property}")
        }
        Tree::Call(function, arguments, _) => {
            formatter.write_str(function.name())?;
            write_list(formatter, arguments, |formatter, argument| {
                argument.fmt(formatter)
            })
        }
        Tree::NotEmpty(property) => write!(formatter, "{property}/any()"),
        Tree::Count(property) => write!(formatter, "{property}/$count"),
        Tree::Lambda(lambda) => write_lambda(formatter, lambda),
    }
}

fn level(tree: &Tree) -> Level {
    match tree {
        Tree::Binary(operator, ..) => operator.level(),
        Tree::Not(_) | Tree::Negate(..) => Level::Unary,
        _ => Level::Primary,
    }
}

fn write_lambda(formatter: &mut Formatter<'_>, lambda: &Lambda) -> fmt::Result {
    let Lambda {
        quantifier,
        property,
        variable,
        body,
        ..
    } = lambda;
    write!(
        formatter,
        "{property}/{}({variable}: {body})",
        quantifier.keyword()
    )
}

fn write_list<T>(
    formatter: &mut Formatter<'_>,
    items: &[T],
    write_item: impl Fn(&mut Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    formatter.write_str("(")?;
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            formatter.write_str(",")?;
        }
        write_item(formatter, item)?;
    }
    formatter.write_str(")")
}

impl Display for Literal {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => formatter.write_str("null"),
            Self::Boolean(value) => value.fmt(formatter),
            Self::Number(number) => number.fmt(formatter),
            Self::String(text) => write!(formatter, "'{}'", text.replace('\'', "''")),
            Self::DateTime(instant) => instant.fmt(formatter),
            Self::Date(day) => day.write_date(formatter),
        }
    }
}
