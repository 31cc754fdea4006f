//! Estimates the most steps that a tree can take, without a row.

use super::{FRACTION, ITEM, LOWER, MAX_STEPS, NODE, QUOTIENT, UPPER, call};
use crate::error::ParseError;
use crate::number::Number;
use crate::schema::{Schema, Type};
use crate::tree::{Binary, Function, Lambda, Literal, Place, Tree};

/// The most steps that `tree` takes for a row of `schema`. More than [`MAX_STEPS`] are an error at the operator or call that
/// exceeds them.
pub(crate) fn estimate(tree: &Tree, schema: &Schema) -> Result<usize, ParseError> {
    let mut estimate = Estimate {
        schema,
        lambdas: Vec::new(),
        times: 1,
        steps: 0,
        place: 1,
    };
    estimate.value(tree)?;
    Ok(estimate.steps)
}

struct Estimate<'s> {
    schema: &'s Schema,
    /// The collections of the lambdas around the expression, the outermost first.
    lambdas: Vec<Collection>,
    /// The number of evaluations of the expression.
    times: usize,
    steps: usize,
    /// The place of the last entered operator or call with a known place.
    place: usize,
}

#[derive(Clone, Copy)]
struct Collection {
    most: usize,
    characters: usize,
}

/// The largest value of an expression: the longest text, and whether a number may have a fraction.
#[derive(Clone, Copy, Default)]
struct Size {
    characters: usize,
    fraction: bool,
}

impl Size {
    fn text(characters: usize) -> Self {
        Self {
            characters,
            fraction: false,
        }
    }

    fn of_literal(literal: &Literal) -> Self {
        match literal {
            Literal::String(text) => Self::text(text.chars().count()),
            Literal::Number(number) => Self {
                characters: 0,
                fraction: matches!(number, Number::Decimal { .. }),
            },
            _ => Self::default(),
        }
    }

    /// The cost of a comparison with `other`.
    fn comparison(self, other: Self) -> usize {
        let fraction = if self.fraction || other.fraction {
            FRACTION
        } else {
            0
        };
        self.characters.min(other.characters) + fraction
    }
}

impl Estimate<'_> {
    fn value(&mut self, tree: &Tree) -> Result<Size, ParseError> {
        self.spend(NODE)?;
        Ok(match tree {
            Tree::Literal(literal) => Size::of_literal(literal),
            Tree::Property(name) => match self.schema.find(name) {
                Some((_, Type::String(characters))) => Size::text(characters),
                _ => Size::default(),
            },
            Tree::Variable { level, .. } => {
                let collection = self.lambdas.get(*level);
                Size::text(collection.map_or(0, |collection| collection.characters))
            }
            Tree::Not(operand) => self.value(operand)?,
            Tree::Negate(operand, Place(place)) => {
                self.place = *place;
                self.value(operand)?
            }
            Tree::Binary(operator, left, right, Place(place)) => {
                let sides = (self.value(left)?, self.value(right)?);
                self.place = *place;
                self.binary(*operator, sides)?
            }
            Tree::In(left, list) => {
                let left = self.value(left)?;
                for literal in list {
                    self.spend(ITEM + left.comparison(Size::of_literal(literal)))?;
                }
                Size::default()
            }
            Tree::InProperty(left, property) => {
                let left = self.value(left)?;
                let Collection { most, characters } = self.collection(property)?;
                self.spend(most * left.characters.min(characters))?;
                Size::default()
            }
            Tree::NotEmpty(property) | Tree::Count(property) => {
                self.collection(property)?;
                Size::default()
            }
            Tree::Call(function, arguments, place) => self.call(*function, arguments, *place)?,
            Tree::Lambda(lambda) => self.lambda(lambda)?,
        })
    }

    fn binary(&mut self, operator: Binary, sides: (Size, Size)) -> Result<Size, ParseError> {
        let (left, right) = sides;
        if operator.is_comparison() {
            self.spend(left.comparison(right))?;
            return Ok(Size::default());
        }
        let fraction = left.fraction || right.fraction || operator == Binary::DivBy;
        if operator.is_arithmetic() && fraction {
            self.spend(QUOTIENT)?;
        }
        Ok(Size {
            characters: 0,
            fraction,
        })
    }

    fn call(
        &mut self,
        function: Function,
        arguments: &[Tree],
        Place(place): Place,
    ) -> Result<Size, ParseError> {
        let mut sizes = [0; 3];
        for (size, argument) in sizes.iter_mut().zip(arguments) {
            *size = self.value(argument)?.characters;
        }
        let [first, second, _] = sizes;
        let result = match function {
            Function::ToLower => first.saturating_mul(LOWER),
            Function::ToUpper => first.saturating_mul(UPPER),
            Function::Trim | Function::Substring => first,
            Function::Concat => first.saturating_add(second),
            _ => 0,
        };
        self.place = place;
        self.spend(call(function, first, second, result))?;
        Ok(Size::text(result))
    }

    fn lambda(&mut self, lambda: &Lambda) -> Result<Size, ParseError> {
        let around = self.times;
        // A result is cached for each element of the one other collection on which it depends.
        if lambda.level > 0 {
            let other = lambda.uses.and_then(|level| self.lambdas.get(level));
            self.times = other.map_or(1, |collection| collection.most);
        }
        let collection = self.collection(lambda.property)?;
        self.times = self.times.saturating_mul(collection.most);
        self.lambdas.push(collection);
        self.value(&lambda.body)?;
        self.lambdas.pop();
        self.times = around;
        Ok(Size::default())
    }

    /// Reads the collection called `property`.
    fn collection(&mut self, property: &str) -> Result<Collection, ParseError> {
        let (most, characters) = match self.schema.find(property) {
            Some((_, Type::StringCollection { most, characters })) => (most, characters),
            _ => (0, 0),
        };
        self.spend(most.saturating_mul(NODE))?;
        Ok(Collection { most, characters })
    }

    fn spend(&mut self, steps: usize) -> Result<(), ParseError> {
        let steps = steps.saturating_mul(self.times);
        self.steps = self.steps.saturating_add(steps);
        if self.steps <= MAX_STEPS {
            return Ok(());
        }
        let message = format!(
            "up to here, matching one row can take more than {MAX_STEPS} steps; \
             leave out functions of long texts, or nest them less"
        );
        Err(ParseError::new(self.place, message))
    }
}
