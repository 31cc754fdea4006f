//! Exact numbers: `Edm.Int64` and `Edm.Decimal`. Only quotients and products that need more than eighteen digits after
//! the point are rounded. Every overflow is an error.

mod arithmetic;

use std::cmp::Ordering;
use std::fmt;

/// The most digits after the decimal point.
const MAX_SCALE: u32 = 18;

/// A number. `==` compares type and digits: `1` and `1.0` differ. [`Number::compare`] compares values: they are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    /// A 64-bit integer.
    Integer(i64),
    /// `mantissa` divided by ten to the power of `scale`, without trailing zeros.
    Decimal {
        /// All digits, as an integer.
        mantissa: i128,
        /// The number of digits after the point, at most 18.
        scale: u32,
    },
}

impl Number {
    /// Parses digits, a fraction and an exponent, without a sign (`decimalValue`, section 5.1.1.15.1). An integer beyond 64
    /// bits is a decimal, as the standard says.
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

    /// `mantissa` divided by ten to the power of `scale`, if the result is exact.
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

    /// The order by value, across types.
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
}

/// Parses an exponent. A value that is too large for any number stays too large.
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

/// Appends the decimal digits of `text` to `value`.
fn accumulate(value: i128, text: &str) -> Option<i128> {
    text.chars().try_fold(value, |value, digit| {
        let digit = digit.to_digit(10)?;
        value.checked_mul(10)?.checked_add(digit.into())
    })
}

/// Writes a literal that parses to the same number.
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
mod tests;
