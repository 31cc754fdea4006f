//! A tree's value for one row, by the standard's three-valued logic.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::error::{EvaluationError, Uncomputable};
use super::functions;
use super::instant::Instant;
use super::number::Number;
use super::schema::{Listable, Value};
use super::tree::{Binary, Function, Lambda, Literal, Place, Quantifier, Tree};

/// A [`Listable`] without its constant, so that evaluation is compiled once and not for each list.
pub(super) trait Row {
    fn value(&self, name: &'static str) -> Value<'_>;
}

impl<R: Listable> Row for R {
    fn value(&self, name: &'static str) -> Value<'_> {
        self.property(name)
    }
}

/// The value of an expression; null is also what three-valued logic calls unknown.
#[derive(Clone, Debug)]
pub(super) enum Operand<'a> {
    Null,
    Boolean(bool),
    Number(Number),
    String(Cow<'a, str>),
    Instant(Instant),
}

impl<'a> Operand<'a> {
    fn of_literal(literal: &'a Literal) -> Self {
        match literal {
            Literal::Null => Self::Null,
            Literal::Boolean(value) => Self::Boolean(*value),
            Literal::Number(number) => Self::Number(*number),
            Literal::String(text) => Self::String(Cow::Borrowed(text)),
            Literal::DateTime(instant) | Literal::Date(instant) => Self::Instant(*instant),
        }
    }

    fn of_value(value: &Value<'a>) -> Self {
        match *value {
            Value::Boolean(value) => Self::Boolean(value),
            Value::Number(integer) => Self::Number(Number::Integer(integer)),
            Value::String(text) => Self::String(Cow::Borrowed(text)),
            Value::DateTime(instant) => Self::Instant(Instant::utc(instant.seconds())),
            Value::Null | Value::Strings(_) => Self::Null,
        }
    }

    /// True, false, or neither.
    fn truth(&self) -> Option<bool> {
        match self {
            Self::Boolean(value) => Some(*value),
            _ => None,
        }
    }

    /// The order of two values; none where one is null.
    fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Boolean(left), Self::Boolean(right)) => Some(left.cmp(right)),
            (Self::Number(left), Self::Number(right)) => Some(left.compare(*right)),
            (Self::String(left), Self::String(right)) => Some(left.cmp(right)),
            (Self::Instant(left), Self::Instant(right)) => Some(left.seconds.cmp(&right.seconds)),
            _ => None,
        }
    }

    /// Whether two values are equal; null equals null only (section 5.1.1.1.1).
    fn equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            _ => self.order(other) == Some(Ordering::Equal),
        }
    }
}

/// Whether `tree` is true for `row`; neither false nor null is.
pub(super) fn is_true(tree: &Tree, row: &dyn Row, now: Instant) -> Result<bool, EvaluationError> {
    let mut evaluation = Evaluation {
        row,
        now,
        elements: Vec::new(),
        answers: Vec::new(),
    };
    Ok(evaluation.truth(tree)? == Some(true))
}

struct Evaluation<'a> {
    row: &'a dyn Row,
    now: Instant,
    /// The element that each lambda around the expression is at, and its index; the outermost first.
    elements: Vec<(usize, &'a str)>,
    /// What a lambda inside a lambda answered: by its ordinal, then by the index of the one element that it uses.
    /// Without this, nested lambdas would take exponential time.
    answers: Vec<Vec<Option<bool>>>,
}

impl<'a> Evaluation<'a> {
    fn value(&mut self, tree: &'a Tree) -> Result<Operand<'a>, EvaluationError> {
        Ok(match tree {
            Tree::Literal(literal) => Operand::of_literal(literal),
            Tree::Property(name) => Operand::of_value(&self.row.value(name)),
            Tree::Variable { level, .. } => match self.elements.get(*level) {
                Some((_, element)) => Operand::String(Cow::Borrowed(element)),
                None => Operand::Null,
            },
            Tree::Negate(operand, place) => match self.value(operand)? {
                Operand::Number(number) => computed(number.negate(), *place)?,
                _ => Operand::Null,
            },
            Tree::Binary(operator, left, right, place) if operator.is_arithmetic() => {
                let left = self.value(left)?;
                let right = self.value(right)?;
                arithmetic(*operator, &left, &right, *place)?
            }
            Tree::Call(function, arguments, place) => self.call(*function, arguments, *place)?,
            Tree::Count(property) => {
                let count = i64::try_from(self.strings(property).len()).unwrap_or(i64::MAX);
                Operand::Number(Number::Integer(count))
            }
            _ => match self.truth(tree)? {
                Some(value) => Operand::Boolean(value),
                None => Operand::Null,
            },
        })
    }

    /// What is true, false, or neither; apart from [`Evaluation::value`] because most of a filter is this.
    fn truth(&mut self, tree: &'a Tree) -> Result<Option<bool>, EvaluationError> {
        Ok(match tree {
            Tree::Not(operand) => self.truth(operand)?.map(|value| !value),
            Tree::Binary(Binary::And, left, right, _) => self.joined(false, left, right)?,
            Tree::Binary(Binary::Or, left, right, _) => self.joined(true, left, right)?,
            Tree::Binary(operator, left, right, _) => {
                let left = self.value(left)?;
                let right = self.value(right)?;
                Some(compare(*operator, &left, &right))
            }
            Tree::In(left, list) => {
                let left = self.value(left)?;
                let mut list = list.iter().map(Operand::of_literal);
                Some(list.any(|item| left.equals(&item)))
            }
            Tree::InProperty(left, property) => match self.value(left)? {
                Operand::String(text) => Some(self.strings(property).contains(&text.as_ref())),
                _ => Some(false),
            },
            Tree::NotEmpty(property) => Some(!self.strings(property).is_empty()),
            Tree::Lambda(lambda) => Some(self.lambda(lambda)?),
            _ => self.value(tree)?.truth(),
        })
    }

    /// `and` or `or`. One operand settles the whole, whatever the other: a false one for `and`, a true one
    /// for `or`.
    fn joined(
        &mut self,
        settling: bool,
        left: &'a Tree,
        right: &'a Tree,
    ) -> Result<Option<bool>, EvaluationError> {
        let left = self.truth(left)?;
        if left == Some(settling) {
            return Ok(left);
        }
        let right = self.truth(right)?;
        Ok(if right == Some(settling) || left.is_some() {
            right
        } else {
            None
        })
    }

    fn call(
        &mut self,
        function: Function,
        arguments: &'a [Tree],
        place: Place,
    ) -> Result<Operand<'a>, EvaluationError> {
        let mut values = [Operand::Null, Operand::Null, Operand::Null];
        for (value, argument) in values.iter_mut().zip(arguments) {
            *value = self.value(argument)?;
        }
        let [first, second, third] = values;
        let third = (arguments.len() > 2).then_some(&third);
        functions::call(function, first, second, third, self.now)
            .map_err(|cause| failed(cause, place))
    }

    fn strings(&self, property: &'static str) -> Vec<&'a str> {
        match self.row.value(property) {
            Value::Strings(strings) => strings,
            _ => Vec::new(),
        }
    }

    fn lambda(&mut self, lambda: &'a Lambda) -> Result<bool, EvaluationError> {
        let nested = lambda.level > 0;
        let index = match lambda.uses.and_then(|level| self.elements.get(level)) {
            Some((index, _)) => *index,
            None => 0,
        };
        if nested && let Some(answer) = self.answer(lambda.ordinal, index) {
            return Ok(answer);
        }
        let mut found = false;
        for (index, element) in self.strings(lambda.property).into_iter().enumerate() {
            self.elements.push((index, element));
            let truth = self.truth(&lambda.body)? == Some(true);
            self.elements.pop();
            // An element that settles the whole: a true one for `any`, any other for `all`.
            if truth == (lambda.quantifier == Quantifier::Any) {
                found = true;
                break;
            }
        }
        let answer = found == (lambda.quantifier == Quantifier::Any);
        if nested {
            self.keep(lambda.ordinal, index, answer);
        }
        Ok(answer)
    }

    fn answer(&self, ordinal: usize, index: usize) -> Option<bool> {
        *self.answers.get(ordinal)?.get(index)?
    }

    fn keep(&mut self, ordinal: usize, index: usize, answer: bool) {
        if self.answers.len() <= ordinal {
            self.answers.resize(ordinal + 1, Vec::new());
        }
        let answers = &mut self.answers[ordinal];
        if answers.len() <= index {
            answers.resize(index + 1, None);
        }
        answers[index] = Some(answer);
    }
}

/// The comparisons; with null, only `eq` and `ne` can be true.
fn compare(operator: Binary, left: &Operand<'_>, right: &Operand<'_>) -> bool {
    let is = |wanted: fn(Ordering) -> bool| left.order(right).is_some_and(wanted);
    match operator {
        Binary::Ne => !left.equals(right),
        Binary::Gt => is(Ordering::is_gt),
        Binary::Ge => is(Ordering::is_ge),
        Binary::Lt => is(Ordering::is_lt),
        Binary::Le => is(Ordering::is_le),
        _ => left.equals(right),
    }
}

/// The operators on numbers; null where an operand is.
fn arithmetic<'a>(
    operator: Binary,
    left: &Operand<'a>,
    right: &Operand<'a>,
    place: Place,
) -> Result<Operand<'a>, EvaluationError> {
    let (&Operand::Number(left), &Operand::Number(right)) = (left, right) else {
        return Ok(Operand::Null);
    };
    let result = match operator {
        Binary::Add => left.add(right),
        Binary::Sub => left.sub(right),
        Binary::Mul => left.mul(right),
        Binary::Div => left.div(right),
        Binary::DivBy => left.divby(right),
        Binary::Mod => left.modulo(right),
        _ => return Ok(Operand::Null),
    };
    computed(result, place)
}

fn computed<'a>(
    result: Result<Number, Uncomputable>,
    place: Place,
) -> Result<Operand<'a>, EvaluationError> {
    result
        .map(Operand::Number)
        .map_err(|cause| failed(cause, place))
}

fn failed(cause: Uncomputable, Place(position): Place) -> EvaluationError {
    EvaluationError { position, cause }
}
