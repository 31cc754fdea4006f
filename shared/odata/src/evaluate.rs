//! Evaluates a tree for one row, by the standard's three-valued logic.

use std::borrow::Cow;

use super::error::{EvaluationError, Uncomputable};
use super::functions;
use super::instant::Instant;
use super::number::Number;
use super::operand::{Operand, shorter};
use super::schema::{Listable, Value};
use super::steps::{self, ITEM, NODE, QUOTIENT};
use super::tree::{Binary, Function, Lambda, Place, Quantifier, Tree};

/// A [`Listable`] as a trait object, so that evaluation is compiled once and not for each list.
pub(super) trait Row {
    fn value(&self, name: &'static str) -> Value<'_>;
}

impl<R: Listable> Row for R {
    fn value(&self, name: &'static str) -> Value<'_> {
        self.property(name)
    }
}

/// Whether `tree` is true for `row`. Null counts as false.
pub(super) fn is_true(tree: &Tree, row: &dyn Row, now: Instant) -> Result<bool, EvaluationError> {
    let mut evaluation = Evaluation::<false>::new(row, now);
    let truth = evaluation.truth(tree);
    evaluation.failed.map_or(Ok(truth == Some(true)), Err)
}

/// The steps that [`is_true`] takes, also if it fails.
pub(super) fn steps(tree: &Tree, row: &dyn Row, now: Instant) -> usize {
    let mut evaluation = Evaluation::<true>::new(row, now);
    evaluation.truth(tree);
    evaluation.steps
}

/// The evaluation of one tree for one row. It counts its steps if `COUNTED`.
struct Evaluation<'a, const COUNTED: bool> {
    row: &'a dyn Row,
    now: Instant,
    /// The current element and its index of each lambda around the expression, the outermost first.
    elements: Vec<(usize, &'a str)>,
    /// The results of lambdas inside lambdas, by the ordinal, then by the index of the one outer element that it uses.
    /// Without this cache, nested lambdas would take exponential time.
    answers: Vec<Vec<Option<bool>>>,
    /// The first error. The evaluation continues after it, without effect.
    failed: Option<EvaluationError>,
    steps: usize,
}

impl<'a, const COUNTED: bool> Evaluation<'a, COUNTED> {
    fn new(row: &'a dyn Row, now: Instant) -> Self {
        Self {
            row,
            now,
            elements: Vec::new(),
            answers: Vec::new(),
            failed: None,
            steps: 0,
        }
    }

    /// Counts steps by the table in [`steps`].
    fn spend(&mut self, steps: impl FnOnce() -> usize) {
        if COUNTED {
            self.steps += steps();
        }
    }

    fn value(&mut self, tree: &'a Tree) -> Operand<'a> {
        self.spend(|| NODE);
        self.value_of(tree)
    }

    fn value_of(&mut self, tree: &'a Tree) -> Operand<'a> {
        match tree {
            Tree::Literal(literal) => Operand::of_literal(literal),
            Tree::Property(name) => Operand::of_value(&self.row.value(name)),
            Tree::Variable { level, .. } => match self.elements.get(*level) {
                Some((_, element)) => Operand::String(Cow::Borrowed(element)),
                None => Operand::Null,
            },
            Tree::Negate(operand, place) => match self.value(operand) {
                Operand::Number(number) => {
                    self.answered(number.negate().map(Operand::Number), *place)
                }
                _ => Operand::Null,
            },
            Tree::Binary(operator, left, right, place) if operator.is_arithmetic() => {
                let left = self.value(left);
                let right = self.value(right);
                let fraction = left.has_fraction() || right.has_fraction();
                self.spend(|| {
                    let quotient = fraction || *operator == Binary::DivBy;
                    if quotient { QUOTIENT } else { 0 }
                });
                self.answered(left.compute(*operator, &right), *place)
            }
            Tree::Call(function, arguments, place) => self.call(*function, arguments, *place),
            Tree::Count(property) => {
                let count = i64::try_from(self.strings(property).len()).unwrap_or(i64::MAX);
                Operand::Number(Number::Integer(count))
            }
            _ => match self.truth_of(tree) {
                Some(value) => Operand::Boolean(value),
                None => Operand::Null,
            },
        }
    }

    /// The value of `result`. An error is kept, and null replaces the value.
    fn answered(
        &mut self,
        result: Result<Operand<'a>, Uncomputable>,
        Place(position): Place,
    ) -> Operand<'a> {
        result.unwrap_or_else(|cause| {
            let error = EvaluationError { position, cause };
            self.failed.get_or_insert(error);
            Operand::Null
        })
    }

    /// The truth of an expression: true, false or unknown. It is separate from [`Evaluation::value`] because most expressions
    /// of a filter are conditions.
    fn truth(&mut self, tree: &'a Tree) -> Option<bool> {
        self.spend(|| NODE);
        self.truth_of(tree)
    }

    fn truth_of(&mut self, tree: &'a Tree) -> Option<bool> {
        match tree {
            Tree::Not(operand) => self.truth(operand).map(|value| !value),
            Tree::Binary(Binary::And, left, right, _) => self.joined(false, left, right),
            Tree::Binary(Binary::Or, left, right, _) => self.joined(true, left, right),
            Tree::Binary(operator, left, right, _) => {
                let left = self.value(left);
                let right = self.value(right);
                self.spend(|| left.comparison(&right));
                Some(left.compare(*operator, &right))
            }
            Tree::In(left, list) => {
                let left = self.value(left);
                let mut list = list.iter().map(Operand::of_literal);
                Some(list.any(|item| {
                    self.spend(|| ITEM + left.comparison(&item));
                    left.equals(&item)
                }))
            }
            Tree::InProperty(left, property) => match self.value(left) {
                Operand::String(text) => {
                    let strings = self.strings(property);
                    self.spend(|| {
                        let shorter = |other: &&str| shorter(&text, other);
                        strings.iter().map(shorter).sum()
                    });
                    Some(strings.contains(&text.as_ref()))
                }
                _ => Some(false),
            },
            Tree::NotEmpty(property) => Some(!self.strings(property).is_empty()),
            Tree::Lambda(lambda) => Some(self.lambda(lambda)),
            _ => self.value_of(tree).truth(),
        }
    }

    /// `and` or `or`. A false operand decides `and`, and a true one decides `or`, regardless of the other operand.
    fn joined(&mut self, settling: bool, left: &'a Tree, right: &'a Tree) -> Option<bool> {
        let left = self.truth(left);
        if left == Some(settling) {
            return left;
        }
        let right = self.truth(right);
        right.filter(|truth| *truth == settling || left.is_some())
    }

    fn call(&mut self, function: Function, arguments: &'a [Tree], place: Place) -> Operand<'a> {
        let mut values = [Operand::Null, Operand::Null, Operand::Null];
        for (value, argument) in values.iter_mut().zip(arguments) {
            *value = self.value(argument);
        }
        let [first, second, third] = values;
        let third = (arguments.len() > 2).then_some(&third);
        let characters = if COUNTED {
            (first.characters(), second.characters())
        } else {
            (0, 0)
        };
        let result = functions::call(function, first, second, third, self.now);
        let result = self.answered(result, place);
        self.spend(|| steps::call(function, characters.0, characters.1, result.characters()));
        result
    }

    fn strings(&mut self, property: &'static str) -> Vec<&'a str> {
        let strings = match self.row.value(property) {
            Value::Strings(strings) => strings,
            _ => Vec::new(),
        };
        self.spend(|| NODE * strings.len());
        strings
    }

    fn lambda(&mut self, lambda: &'a Lambda) -> bool {
        let nested = lambda.level > 0;
        let index = match lambda.uses.and_then(|level| self.elements.get(level)) {
            Some((index, _)) => *index,
            None => 0,
        };
        if nested && let Some(answer) = self.answer(lambda.ordinal, index) {
            return answer;
        }
        let mut found = false;
        for (index, element) in self.strings(lambda.property).into_iter().enumerate() {
            self.elements.push((index, element));
            let truth = self.truth(&lambda.body) == Some(true);
            self.elements.pop();
            // A true element decides `any`. An element that is not true decides `all`.
            if truth == (lambda.quantifier == Quantifier::Any) {
                found = true;
                break;
            }
        }
        let answer = found == (lambda.quantifier == Quantifier::Any);
        if nested {
            self.keep(lambda.ordinal, index, answer);
        }
        answer
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
