//! Values of expressions for one row, and their comparison.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::error::Uncomputable;
use super::instant::Instant;
use super::number::Number;
use super::schema::Value;
use super::steps::FRACTION;
use super::tree::{Binary, Literal};

/// The value of an expression. Null is also the *unknown* of three-valued logic.
#[derive(Clone, Debug)]
pub(super) enum Operand<'a> {
    Null,
    Boolean(bool),
    Number(Number),
    String(Cow<'a, str>),
    Instant(Instant),
}

impl<'a> Operand<'a> {
    pub(super) fn of_literal(literal: &'a Literal) -> Self {
        match literal {
            Literal::Null => Self::Null,
            Literal::Boolean(value) => Self::Boolean(*value),
            Literal::Number(number) => Self::Number(*number),
            Literal::String(text) => Self::String(Cow::Borrowed(text)),
            Literal::DateTime(instant) | Literal::Date(instant) => Self::Instant(*instant),
        }
    }

    pub(super) fn of_value(value: &Value<'a>) -> Self {
        match *value {
            Value::Boolean(value) => Self::Boolean(value),
            Value::Number(integer) => Self::Number(Number::Integer(integer)),
            Value::String(text) => Self::String(Cow::Borrowed(text)),
            Value::DateTime(instant) => Self::Instant(Instant::utc(instant.seconds())),
            Value::Null | Value::Strings(_) => Self::Null,
        }
    }

    /// True, false or unknown.
    pub(super) fn truth(&self) -> Option<bool> {
        match self {
            Self::Boolean(value) => Some(*value),
            _ => None,
        }
    }

    /// The order of two values; `None` if one is null.
    fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Boolean(left), Self::Boolean(right)) => Some(left.cmp(right)),
            (Self::Number(left), Self::Number(right)) => Some(left.compare(*right)),
            (Self::String(left), Self::String(right)) => Some(left.cmp(right)),
            (Self::Instant(left), Self::Instant(right)) => Some(left.seconds.cmp(&right.seconds)),
            _ => None,
        }
    }

    /// Compares two values. With null, only `eq` and `ne` can be true.
    pub(super) fn compare(&self, operator: Binary, other: &Self) -> bool {
        let is = |wanted: fn(Ordering) -> bool| self.order(other).is_some_and(wanted);
        match operator {
            Binary::Ne => !self.equals(other),
            Binary::Gt => is(Ordering::is_gt),
            Binary::Ge => is(Ordering::is_ge),
            Binary::Lt => is(Ordering::is_lt),
            Binary::Le => is(Ordering::is_le),
            _ => self.equals(other),
        }
    }

    /// Computes with two numbers; null if one is null.
    pub(super) fn compute(&self, operator: Binary, other: &Self) -> Result<Self, Uncomputable> {
        let (&Self::Number(left), &Self::Number(right)) = (self, other) else {
            return Ok(Self::Null);
        };
        let result = match operator {
            Binary::Add => left.add(right),
            Binary::Sub => left.sub(right),
            Binary::Mul => left.mul(right),
            Binary::Div => left.div(right),
            Binary::DivBy => left.divby(right),
            Binary::Mod => left.modulo(right),
            _ => return Ok(Self::Null),
        };
        result.map(Self::Number)
    }

    /// The steps of comparing two values.
    pub(super) fn comparison(&self, other: &Self) -> usize {
        match (self, other) {
            (Self::String(left), Self::String(right)) => shorter(left, right),
            _ if self.has_fraction() || other.has_fraction() => FRACTION,
            _ => 0,
        }
    }

    pub(super) fn characters(&self) -> usize {
        match self {
            Self::String(text) => text.chars().count(),
            _ => 0,
        }
    }

    pub(super) fn has_fraction(&self) -> bool {
        matches!(self, Self::Number(Number::Decimal { .. }))
    }

    /// Whether two values are equal. Null equals only null (section 5.1.1.1.1).
    pub(super) fn equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            _ => self.order(other) == Some(Ordering::Equal),
        }
    }
}

/// The number of characters of the shorter text.
pub(super) fn shorter(left: &str, right: &str) -> usize {
    left.chars().count().min(right.chars().count())
}
