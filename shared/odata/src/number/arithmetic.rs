//! The operators on numbers. Each result is exact or rounded to eighteen digits after the point, or an overflow.

use std::cmp::Ordering;

use super::{MAX_SCALE, Number};
use crate::error::Uncomputable;

impl Number {
    pub(crate) fn negate(self) -> Result<Self, Uncomputable> {
        match self {
            Self::Integer(integer) => integer.checked_neg().map(Self::Integer),
            Self::Decimal { mantissa, scale } => mantissa
                .checked_neg()
                .map(|mantissa| Self::Decimal { mantissa, scale }),
        }
        .ok_or(Uncomputable::Overflow)
    }

    pub(crate) fn add(self, other: Self) -> Result<Self, Uncomputable> {
        self.combine(other, i64::checked_add, i128::checked_add)
    }

    pub(crate) fn sub(self, other: Self) -> Result<Self, Uncomputable> {
        self.combine(other, i64::checked_sub, i128::checked_sub)
    }

    /// The remainder, with the sign of the left operand.
    pub(crate) fn modulo(self, other: Self) -> Result<Self, Uncomputable> {
        other.nonzero()?;
        // The one case that `checked_rem` refuses besides zero has the remainder 0.
        let remainder = |left: i64, right: i64| Some(left.wrapping_rem(right));
        self.combine(other, remainder, |left, right| {
            Some(left.wrapping_rem(right))
        })
    }

    fn combine(
        self,
        other: Self,
        integers: impl Fn(i64, i64) -> Option<i64>,
        decimals: impl Fn(i128, i128) -> Option<i128>,
    ) -> Result<Self, Uncomputable> {
        if let (Self::Integer(left), Self::Integer(right)) = (self, other) {
            return integers(left, right)
                .map(Self::Integer)
                .ok_or(Uncomputable::Overflow);
        }
        let ((left, left_scale), (right, right_scale)) = (self.parts(), other.parts());
        let scale = left_scale.max(right_scale);
        let left = left.checked_mul(10_i128.pow(scale - left_scale));
        let right = right.checked_mul(10_i128.pow(scale - right_scale));
        left.zip(right)
            .and_then(|(left, right)| decimals(left, right))
            .and_then(|mantissa| Self::scaled(mantissa, scale.into()))
            .ok_or(Uncomputable::Overflow)
    }

    pub(crate) fn mul(self, other: Self) -> Result<Self, Uncomputable> {
        if let (Self::Integer(left), Self::Integer(right)) = (self, other) {
            return left
                .checked_mul(right)
                .map(Self::Integer)
                .ok_or(Uncomputable::Overflow);
        }
        let ((left, left_scale), (right, right_scale)) = (self.parts(), other.parts());
        let product = left.checked_mul(right).ok_or(Uncomputable::Overflow)?;
        let scale = left_scale + right_scale;
        let (product, scale) = if scale > MAX_SCALE {
            let unit = 10_u128.pow(scale - MAX_SCALE);
            let (quotient, rest) = (product.unsigned_abs() / unit, product.unsigned_abs() % unit);
            (
                signed(product < 0, rounded(quotient, rest, unit))?,
                MAX_SCALE,
            )
        } else {
            (product, scale)
        };
        Self::scaled(product, scale.into()).ok_or(Uncomputable::Overflow)
    }

    /// The quotient: an integer if both operands are integers (section 5.1.1.2.5), else exact.
    pub(crate) fn div(self, other: Self) -> Result<Self, Uncomputable> {
        let (Self::Integer(left), Self::Integer(right)) = (self, other) else {
            return self.divby(other);
        };
        other.nonzero()?;
        left.checked_div(right)
            .map(Self::Integer)
            .ok_or(Uncomputable::Overflow)
    }

    /// The quotient with its fraction, rounded half to even at the eighteenth digit (section 5.1.1.2.6).
    pub(crate) fn divby(self, other: Self) -> Result<Self, Uncomputable> {
        other.nonzero()?;
        let ((left, left_scale), (right, right_scale)) = (self.parts(), other.parts());
        let widened = |mantissa: i128, power: u32| {
            mantissa
                .unsigned_abs()
                .checked_mul(10_u128.pow(power))
                .ok_or(Uncomputable::Overflow)
        };
        let common = left_scale.min(right_scale);
        let dividend = widened(left, right_scale - common)?;
        let divisor = widened(right, left_scale - common)?;
        let (mut quotient, mut rest) = (dividend / divisor, dividend % divisor);
        for _ in 0..MAX_SCALE {
            rest = rest.checked_mul(10).ok_or(Uncomputable::Overflow)?;
            quotient = quotient
                .checked_mul(10)
                .and_then(|quotient| quotient.checked_add(rest / divisor))
                .ok_or(Uncomputable::Overflow)?;
            rest %= divisor;
        }
        let negative = (left < 0) != (right < 0);
        let mantissa = signed(negative, rounded(quotient, rest, divisor))?;
        Self::scaled(mantissa, MAX_SCALE.into()).ok_or(Uncomputable::Overflow)
    }

    fn nonzero(self) -> Result<(), Uncomputable> {
        if self.parts().0 == 0 {
            return Err(Uncomputable::DivisionByZero);
        }
        Ok(())
    }
}

/// Rounds half to even: `quotient` plus one if `rest` is above half of `unit`, or at half and `quotient` is odd.
fn rounded(quotient: u128, rest: u128, unit: u128) -> u128 {
    match rest.cmp(&(unit - rest)) {
        Ordering::Less => quotient,
        Ordering::Equal => quotient + quotient % 2,
        Ordering::Greater => quotient + 1,
    }
}

fn signed(negative: bool, magnitude: u128) -> Result<i128, Uncomputable> {
    let magnitude = i128::try_from(magnitude).map_err(|_| Uncomputable::Overflow)?;
    Ok(if negative { -magnitude } else { magnitude })
}
