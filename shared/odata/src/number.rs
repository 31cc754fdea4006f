//! Exact numbers: `Edm.Int64` and `Edm.Decimal`. Nothing here is rounded but quotients and products that
//! need more than eighteen digits after the point, and nothing overflows unseen.

use std::cmp::Ordering;
use std::fmt;

use super::error::Uncomputable;

/// Digits kept after the decimal point.
const MAX_SCALE: u32 = 18;

/// A number. Two are equal where they are written alike: `1` and `1.0` are of different types, and
/// [`Number::compare`] finds them the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    /// A whole number of 64 bits.
    Integer(i64),
    /// `mantissa` divided by ten to the power of `scale`, without trailing zeros.
    Decimal {
        /// All digits, as a whole number.
        mantissa: i128,
        /// How many of them stand after the point, at most 18.
        scale: u32,
    },
}

impl Number {
    /// The number that `text` writes: digits, a fraction and an exponent as in section 5.1.1.15.1's
    /// `decimalValue`, without a sign. A whole number beyond 64 bits is a decimal, as the standard says.
    pub(super) fn parse(negative: bool, text: &str) -> Option<Self> {
        let (digits, exponent) = match text.split_once(['e', 'E']) {
            Some((digits, exponent)) => (digits, Some(parse_exponent(exponent)?)),
            None => (text, None),
        };
        let (whole, fraction) = match digits.split_once('.') {
            Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
            Some(_) => return None,
            None => (digits, ""),
        };
        if whole.is_empty() {
            return None;
        }
        let significant = fraction.trim_end_matches('0');
        let magnitude = accumulate(accumulate(0, whole)?, significant)?;
        let mantissa = if negative { -magnitude } else { magnitude };
        if fraction.is_empty()
            && exponent.is_none()
            && let Ok(integer) = i64::try_from(mantissa)
        {
            return Some(Self::Integer(integer));
        }
        let scale = i64::try_from(significant.len()).ok()? - exponent.unwrap_or(0);
        Self::scaled(mantissa, scale)
    }

    /// `mantissa` divided by ten to the power of `scale`, if that is exact.
    fn scaled(mut mantissa: i128, mut scale: i64) -> Option<Self> {
        if mantissa == 0 {
            scale = 0;
        }
        while scale > 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            scale -= 1;
        }
        if scale < 0 {
            let power = 10_i128.checked_pow(u32::try_from(-scale).ok()?)?;
            mantissa = mantissa.checked_mul(power)?;
            scale = 0;
        }
        let scale = u32::try_from(scale).ok()?;
        (scale <= MAX_SCALE).then_some(Self::Decimal { mantissa, scale })
    }

    fn parts(self) -> (i128, u32) {
        match self {
            Self::Integer(integer) => (integer.into(), 0),
            Self::Decimal { mantissa, scale } => (mantissa, scale),
        }
    }

    /// The order by value, whatever the types.
    #[must_use]
    pub fn compare(self, other: Self) -> Ordering {
        if let (Self::Integer(left), Self::Integer(right)) = (self, other) {
            return left.cmp(&right);
        }
        let split = |number: Self| {
            let (mantissa, scale) = number.parts();
            let unit = 10_i128.pow(scale);
            let fraction = mantissa.rem_euclid(unit) * 10_i128.pow(MAX_SCALE - scale);
            (mantissa.div_euclid(unit), fraction)
        };
        split(self).cmp(&split(other))
    }

    pub(super) fn negate(self) -> Result<Self, Uncomputable> {
        match self {
            Self::Integer(integer) => integer.checked_neg().map(Self::Integer),
            Self::Decimal { mantissa, scale } => mantissa
                .checked_neg()
                .map(|mantissa| Self::Decimal { mantissa, scale }),
        }
        .ok_or(Uncomputable::Overflow)
    }

    pub(super) fn add(self, other: Self) -> Result<Self, Uncomputable> {
        self.combine(other, i64::checked_add, i128::checked_add)
    }

    pub(super) fn sub(self, other: Self) -> Result<Self, Uncomputable> {
        self.combine(other, i64::checked_sub, i128::checked_sub)
    }

    /// The remainder, with the sign of the left operand.
    pub(super) fn modulo(self, other: Self) -> Result<Self, Uncomputable> {
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

    pub(super) fn mul(self, other: Self) -> Result<Self, Uncomputable> {
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

    /// The quotient: whole where both are whole (section 5.1.1.2.5), else exact.
    pub(super) fn div(self, other: Self) -> Result<Self, Uncomputable> {
        let (Self::Integer(left), Self::Integer(right)) = (self, other) else {
            return self.divby(other);
        };
        other.nonzero()?;
        left.checked_div(right)
            .map(Self::Integer)
            .ok_or(Uncomputable::Overflow)
    }

    /// The quotient with its fraction, rounded half to even at the eighteenth digit (section 5.1.1.2.6).
    pub(super) fn divby(self, other: Self) -> Result<Self, Uncomputable> {
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

/// The exponent that `text` writes; one too large for any number stays too large.
fn parse_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let magnitude = digits.parse().unwrap_or(i64::from(i32::MAX));
    let magnitude = magnitude.min(i64::from(i32::MAX));
    Some(if text.starts_with('-') {
        -magnitude
    } else {
        magnitude
    })
}

/// `value` with the decimal digits of `text` after its own.
fn accumulate(value: i128, text: &str) -> Option<i128> {
    text.chars().try_fold(value, |value, digit| {
        let digit = digit.to_digit(10)?;
        value.checked_mul(10)?.checked_add(digit.into())
    })
}

/// `quotient`, one more where `rest` is above half of `unit`, or at half and the quotient odd.
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

/// As a literal, which is read back as the same number.
impl fmt::Display for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Integer(integer) => write!(formatter, "{integer}"),
            Self::Decimal { mantissa, scale } => {
                let sign = if mantissa < 0 { "-" } else { "" };
                let unit = 10_u128.pow(scale);
                let (whole, fraction) = (
                    mantissa.unsigned_abs() / unit,
                    mantissa.unsigned_abs() % unit,
                );
                let width = scale.max(1) as usize;
                write!(formatter, "{sign}{whole}.{fraction:0width$}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Number, Uncomputable};

    fn number(text: &str) -> Number {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text),
        };
        Number::parse(negative, digits).unwrap_or_else(|| panic!("{text} is a number"))
    }

    #[test]
    fn a_number_is_shown_as_it_can_be_read_again() {
        for (written, shown) in [
            ("0", "0"),
            ("007", "7"),
            ("9007199254740993", "9007199254740993"),
            ("-9223372036854775808", "-9223372036854775808"),
            ("9223372036854775808", "9223372036854775808.0"),
            ("-9223372036854775809", "-9223372036854775809.0"),
            ("1.50", "1.5"),
            ("-0.000000000000000001", "-0.000000000000000001"),
            ("5.0", "5.0"),
            ("1e3", "1000.0"),
            ("12.5E-1", "1.25"),
            ("0e999999999999", "0.0"),
            ("1.00000000000000000000000000000000000000000000", "1.0"),
        ] {
            assert_eq!(number(written).to_string(), shown, "{written}");
            assert_eq!(number(shown), number(written), "{written}");
        }
    }

    #[test]
    fn what_is_no_number_or_cannot_be_exact_is_refused() {
        for text in [
            "",
            ".5",
            "5.",
            "1e",
            "1e+",
            "1.2.3",
            "1x",
            "0x10",
            "1e40",
            "1e999999999999",
            "1e-19",
            "0.0000000000000000001",
            "9999999999999999999999999999999999999999",
            "1_000",
            "٣",
        ] {
            assert_eq!(Number::parse(false, text), None, "{text}");
        }
    }

    #[test]
    fn arithmetic_is_exact() {
        for (left, right, sum, difference, product) in [
            ("2", "3", "5", "-1", "6"),
            ("0.1", "0.2", "0.3", "-0.1", "0.02"),
            (
                "9007199254740993",
                "0.5",
                "9007199254740993.5",
                "9007199254740992.5",
                "4503599627370496.5",
            ),
            ("-1.5", "2", "0.5", "-3.5", "-3.0"),
        ] {
            let (left, right) = (number(left), number(right));
            assert_eq!(left.add(right), Ok(number(sum)));
            assert_eq!(left.sub(right), Ok(number(difference)));
            assert_eq!(left.mul(right), Ok(number(product)));
        }
    }

    #[test]
    fn whole_numbers_divide_whole_and_others_with_their_fraction() {
        for (left, right, div, divby, modulo) in [
            ("5", "2", "2", "2.5", "1"),
            ("-5", "2", "-2", "-2.5", "-1"),
            ("5", "-2", "-2", "-2.5", "1"),
            ("5.0", "2", "2.5", "2.5", "1.0"),
            ("1", "3", "0", "0.333333333333333333", "1"),
            ("2", "3", "0", "0.666666666666666667", "2"),
            ("5.5", "-2.5", "-2.2", "-2.2", "0.5"),
            ("0", "7", "0", "0.0", "0"),
        ] {
            let (left, right) = (number(left), number(right));
            assert_eq!(left.div(right), Ok(number(div)), "{left} div {right}");
            assert_eq!(left.divby(right), Ok(number(divby)), "{left} divby {right}");
            assert_eq!(left.modulo(right), Ok(number(modulo)), "{left} mod {right}");
        }
    }

    #[test]
    fn products_and_quotients_round_half_to_even_at_the_eighteenth_digit() {
        let half = number("0.5");
        let product = |text| number(text).mul(half).map(|number| number.to_string());
        assert_eq!(product("0.000000000000000001").as_deref(), Ok("0.0"));
        assert_eq!(
            product("0.000000000000000003").as_deref(),
            Ok("0.000000000000000002")
        );
        assert_eq!(
            product("-0.000000000000000005").as_deref(),
            Ok("-0.000000000000000002")
        );
        let quotient = number("0.000000000000000001").divby(number("2"));
        assert_eq!(quotient, Ok(number("0.0")));
    }

    #[test]
    fn what_does_not_fit_is_an_overflow_and_never_wraps() {
        let (least, greatest) = (
            number("-9223372036854775808"),
            number("9223372036854775807"),
        );
        let one = number("1");
        let huge = number("99999999999999999999999999999999999999");
        assert_eq!(least.negate(), Err(Uncomputable::Overflow));
        assert_eq!(greatest.add(one), Err(Uncomputable::Overflow));
        assert_eq!(least.sub(one), Err(Uncomputable::Overflow));
        assert_eq!(least.mul(number("-1")), Err(Uncomputable::Overflow));
        assert_eq!(least.div(number("-1")), Err(Uncomputable::Overflow));
        assert_eq!(least.modulo(number("-1")), Ok(number("0")));
        assert_eq!(huge.mul(huge), Err(Uncomputable::Overflow));
        assert_eq!(huge.add(number("0.1")), Err(Uncomputable::Overflow));
        assert_eq!(huge.divby(number("0.1")), Err(Uncomputable::Overflow));
        for zero in ["0", "0.0"] {
            assert_eq!(one.div(number(zero)), Err(Uncomputable::DivisionByZero));
            assert_eq!(one.divby(number(zero)), Err(Uncomputable::DivisionByZero));
            assert_eq!(one.modulo(number(zero)), Err(Uncomputable::DivisionByZero));
        }
    }

    #[test]
    fn numbers_compare_by_value_at_any_size() {
        let ascending = [
            "-99999999999999999999999999999999999999",
            "-1.5",
            "-1",
            "0",
            "0.000000000000000001",
            "1",
            "1.000000000000000001",
            "9007199254740992",
            "9007199254740993",
            "9223372036854775807",
            "9223372036854775808",
            "99999999999999999999999999999999999999",
        ];
        for (left_index, left) in ascending.iter().enumerate() {
            for (right_index, right) in ascending.iter().enumerate() {
                let order = number(left).compare(number(right));
                assert_eq!(order, left_index.cmp(&right_index), "{left} and {right}");
            }
        }
        assert!(number("1").compare(number("1.0")).is_eq());
    }
}
