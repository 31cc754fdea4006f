//! A second implementation of filters, as simple as possible.
//!
//! It shares nothing with the evaluator. Its expressions are a type of their own, already parsed. Numbers are fractions,
//! instants are seconds, and each answer follows the text of the standard.

use super::rows::Row;

/// An expression of the oracle.
#[derive(Clone, Debug)]
pub(super) enum Say {
    Null,
    True,
    False,
    /// An integer.
    Whole(i64),
    /// A number of hundredths.
    Hundredths(i64),
    Text(String),
    /// Seconds since 1970, written as a date-time in UTC.
    Moment(i64),
    /// Days since 1970, written as a date.
    Day(i64),
    Property(&'static str),
    /// The element of the lambda that many levels out; 0 is the innermost one.
    Element(usize),
    Operator(&'static str, Vec<Say>),
    Function(&'static str, Vec<Say>),
    Among(Box<Say>, Vec<Say>),
    InRoles(Box<Say>),
    RoleCount,
    AnyRole,
    Any(Box<Say>),
    All(Box<Say>),
}

/// A value of the oracle.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Is {
    Nothing,
    Bool(bool),
    /// A fraction in lowest terms with a positive denominator.
    Fraction(i128, i128),
    Text(Vec<char>),
    Seconds(i64),
}

/// The filter has no answer.
#[derive(Debug, PartialEq)]
pub(super) struct NoValue;

/// Whether `row` matches. The present time is 2026-06-03T00:00:00Z.
pub(super) fn passes(say: &Say, row: &Row) -> Result<bool, NoValue> {
    Ok(answer(say, row, &mut Vec::new())? == Is::Bool(true))
}

fn answer(say: &Say, row: &Row, elements: &mut Vec<String>) -> Result<Is, NoValue> {
    Ok(match say {
        Say::Null => Is::Nothing,
        Say::True => Is::Bool(true),
        Say::False => Is::Bool(false),
        Say::Whole(number) => Is::Fraction((*number).into(), 1),
        Say::Hundredths(number) => fraction((*number).into(), 100)?,
        Say::Text(text) => Is::Text(text.chars().collect()),
        Say::Moment(seconds) => Is::Seconds(*seconds),
        Say::Day(day) => Is::Seconds(day * 86_400),
        Say::Property(name) => property(name, row),
        Say::Element(out) => Is::Text(elements[elements.len() - 1 - out].chars().collect()),
        Say::Operator(name, operands) => operator(name, operands, row, elements)?,
        Say::Function(name, arguments) => {
            let mut values = Vec::new();
            for argument in arguments {
                values.push(answer(argument, row, elements)?);
            }
            if values.contains(&Is::Nothing) {
                return Ok(Is::Nothing);
            }
            function(name, &values)?
        }
        Say::Among(left, list) => {
            let left = answer(left, row, elements)?;
            let mut found = false;
            for item in list {
                found |= answer(item, row, elements)? == left;
            }
            Is::Bool(found)
        }
        Say::InRoles(left) => {
            let left = answer(left, row, elements)?;
            let roles = row
                .roles
                .iter()
                .map(|role| Is::Text(role.chars().collect()));
            Is::Bool(roles.into_iter().any(|role| role == left))
        }
        Say::RoleCount => Is::Fraction(row.roles.len() as i128, 1),
        Say::AnyRole => Is::Bool(!row.roles.is_empty()),
        Say::Any(body) => {
            for role in &row.roles {
                if body_is_true(body, role, row, elements)? {
                    return Ok(Is::Bool(true));
                }
            }
            Is::Bool(false)
        }
        Say::All(body) => {
            for role in &row.roles {
                if !body_is_true(body, role, row, elements)? {
                    return Ok(Is::Bool(false));
                }
            }
            Is::Bool(true)
        }
    })
}

fn body_is_true(
    body: &Say,
    role: &str,
    row: &Row,
    elements: &mut Vec<String>,
) -> Result<bool, NoValue> {
    elements.push(role.to_owned());
    let value = answer(body, row, elements);
    elements.pop();
    Ok(value? == Is::Bool(true))
}

fn property(name: &str, row: &Row) -> Is {
    let text = |text: &Option<String>| match text {
        Some(text) => Is::Text(text.chars().collect()),
        None => Is::Nothing,
    };
    match name {
        "id" => Is::Fraction(row.id.into(), 1),
        "name" => text(&row.name),
        "country" => text(&row.country),
        "ownerId" => row
            .owner_id
            .map_or(Is::Nothing, |id| Is::Fraction(id.into(), 1)),
        "owner" => row.owner.map_or(Is::Nothing, Is::Bool),
        "createdAt" => Is::Seconds(row.created_at.div_euclid(1000)),
        "updatedAt" => row
            .updated_at
            .map_or(Is::Nothing, |at| Is::Seconds(at.div_euclid(1000))),
        _ => panic!("{name}"),
    }
}

fn operator(
    name: &str,
    operands: &[Say],
    row: &Row,
    elements: &mut Vec<String>,
) -> Result<Is, NoValue> {
    let first = answer(&operands[0], row, elements)?;
    // If the first operand decides the result, the second is not evaluated.
    match (name, &first) {
        ("and", Is::Bool(false)) => return Ok(Is::Bool(false)),
        ("or", Is::Bool(true)) => return Ok(Is::Bool(true)),
        ("not", Is::Bool(value)) => return Ok(Is::Bool(!value)),
        ("-", Is::Fraction(top, bottom)) => return whole_fits(Is::Fraction(-top, *bottom)),
        ("not" | "-", _) => return Ok(Is::Nothing),
        _ => {}
    }
    let second = answer(&operands[1], row, elements)?;
    let neither = first == Is::Nothing || second == Is::Nothing;
    Ok(match name {
        "and" if second == Is::Bool(false) => Is::Bool(false),
        "and" if neither => Is::Nothing,
        "and" => Is::Bool(true),
        "or" if second == Is::Bool(true) => Is::Bool(true),
        "or" if neither => Is::Nothing,
        "or" => Is::Bool(false),
        "eq" => Is::Bool(first == second),
        "ne" => Is::Bool(first != second),
        "gt" => Is::Bool(!neither && less(&second, &first)),
        "lt" => Is::Bool(!neither && less(&first, &second)),
        "ge" => Is::Bool(!neither && !less(&first, &second)),
        "le" => Is::Bool(!neither && !less(&second, &first)),
        _ if neither => Is::Nothing,
        _ => {
            let (Is::Fraction(a, b), Is::Fraction(c, d)) = (first, second) else {
                panic!("{name} takes numbers");
            };
            arithmetic(name, (a, b), (c, d), operands)?
        }
    })
}

fn arithmetic(
    name: &str,
    (a, b): (i128, i128),
    (c, d): (i128, i128),
    operands: &[Say],
) -> Result<Is, NoValue> {
    let times = |left: i128, right: i128| left.checked_mul(right).ok_or(NoValue);
    let whole = operands.iter().all(is_whole);
    let fits = |value| if whole { whole_fits(value) } else { Ok(value) };
    match name {
        "add" => fits(fraction(
            times(a, d)?.checked_add(times(c, b)?).ok_or(NoValue)?,
            times(b, d)?,
        )?),
        "sub" => fits(fraction(
            times(a, d)?.checked_sub(times(c, b)?).ok_or(NoValue)?,
            times(b, d)?,
        )?),
        "mul" => fits(fraction(times(a, c)?, times(b, d)?)?),
        _ if c == 0 => Err(NoValue),
        "mod" => {
            // The remainder of a division that truncates towards zero.
            let quotient = times(a, d)? / times(b, c)?;
            let left = times(a, d)? - times(quotient, times(c, b)?)?;
            fraction(left, times(b, d)?)
        }
        "div" if whole => whole_fits(Is::Fraction(times(a, d)? / times(b, c)?, 1)),
        _ => fraction(times(a, d)?, times(b, c)?),
    }
}

/// Whether a number is of the type whose division truncates.
pub(super) fn is_whole(say: &Say) -> bool {
    match say {
        Say::Hundredths(_) | Say::Operator("divby", _) => false,
        Say::Operator(_, operands) => operands.iter().all(is_whole),
        _ => true,
    }
}

/// An integer that is too large for 64 bits is an error.
fn whole_fits(value: Is) -> Result<Is, NoValue> {
    match value {
        Is::Fraction(top, 1) if i64::try_from(top).is_err() => Err(NoValue),
        other => Ok(other),
    }
}

fn fraction(top: i128, bottom: i128) -> Result<Is, NoValue> {
    let (mut a, mut b) = (top.unsigned_abs(), bottom.unsigned_abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    let shared = i128::try_from(a).map_err(|_| NoValue)? * bottom.signum();
    Ok(Is::Fraction(top / shared, bottom / shared))
}

fn less(left: &Is, right: &Is) -> bool {
    match (left, right) {
        (Is::Bool(left), Is::Bool(right)) => !left && *right,
        (Is::Fraction(a, b), Is::Fraction(c, d)) => a * d < c * b,
        (Is::Seconds(left), Is::Seconds(right)) => left < right,
        (Is::Text(left), Is::Text(right)) => {
            let same = left
                .iter()
                .zip(right)
                .take_while(|(left, right)| left == right)
                .count();
            match (left.get(same), right.get(same)) {
                (Some(left), Some(right)) => (*left as u32) < (*right as u32),
                (shorter, _) => shorter.is_none() && right.len() > same,
            }
        }
        _ => panic!("{left:?} and {right:?} do not compare"),
    }
}

fn function(name: &str, arguments: &[Is]) -> Result<Is, NoValue> {
    let whole = |number: usize| Is::Fraction(number as i128, 1);
    Ok(match (name, arguments) {
        ("contains", [Is::Text(text), Is::Text(part)]) => Is::Bool(place_of(text, part).is_some()),
        ("startswith", [Is::Text(text), Is::Text(part)]) => {
            Is::Bool(text.len() >= part.len() && text[..part.len()] == part[..])
        }
        ("endswith", [Is::Text(text), Is::Text(part)]) => {
            Is::Bool(text.len() >= part.len() && text[text.len() - part.len()..] == part[..])
        }
        ("indexof", [Is::Text(text), Is::Text(part)]) => match place_of(text, part) {
            Some(place) => whole(place),
            None => Is::Fraction(-1, 1),
        },
        ("concat", [Is::Text(text), Is::Text(part)]) => Is::Text([&text[..], &part[..]].concat()),
        ("length", [Is::Text(text)]) => whole(text.len()),
        ("tolower", [Is::Text(text)]) => {
            let text: String = text.iter().collect();
            Is::Text(text.to_lowercase().chars().collect())
        }
        ("toupper", [Is::Text(text)]) => Is::Text(
            text.iter()
                .flat_map(|letter| letter.to_uppercase())
                .collect(),
        ),
        ("trim", [Is::Text(text)]) => {
            let solid = |letter: &char| !letter.is_whitespace();
            match (text.iter().position(solid), text.iter().rposition(solid)) {
                (Some(first), Some(last)) => Is::Text(text[first..=last].to_vec()),
                _ => Is::Text(Vec::new()),
            }
        }
        ("substring", [Is::Text(text), Is::Fraction(start, 1), rest @ ..]) => {
            let length = match rest {
                [Is::Fraction(length, 1)] if *length < 0 => return Err(NoValue),
                [Is::Fraction(length, 1)] => *length,
                _ => i128::MAX,
            };
            let size = text.len() as i128;
            let start = if *start < 0 {
                (size + start).max(0)
            } else {
                *start
            };
            let inside = |place: i128| place >= start && place - start < length;
            let letters = text.iter().zip(0..).filter(|(_, place)| inside(*place));
            Is::Text(letters.map(|(letter, _)| *letter).collect())
        }
        ("now", []) => Is::Seconds(1_780_444_800),
        ("date", [Is::Seconds(seconds)]) => Is::Seconds(seconds.div_euclid(86_400) * 86_400),
        ("hour", [Is::Seconds(seconds)]) => {
            Is::Fraction((seconds.rem_euclid(86_400) / 3600).into(), 1)
        }
        ("minute", [Is::Seconds(seconds)]) => {
            Is::Fraction((seconds.rem_euclid(3600) / 60).into(), 1)
        }
        ("second", [Is::Seconds(seconds)]) => Is::Fraction(seconds.rem_euclid(60).into(), 1),
        ("year", [Is::Seconds(seconds)]) => Is::Fraction(calendar(*seconds).0.into(), 1),
        ("month", [Is::Seconds(seconds)]) => Is::Fraction(calendar(*seconds).1.into(), 1),
        ("day", [Is::Seconds(seconds)]) => Is::Fraction(calendar(*seconds).2.into(), 1),
        _ => panic!("{name} of {arguments:?}"),
    })
}

fn place_of(text: &[char], part: &[char]) -> Option<usize> {
    (0..=text.len().checked_sub(part.len())?)
        .find(|&start| text[start..start + part.len()] == *part)
}

/// Year, month and day, by counting.
pub(super) fn calendar(seconds: i64) -> (i64, i64, i64) {
    let mut day = seconds.div_euclid(86_400);
    let leap = |year: i64| (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let mut year = 1970;
    while day < 0 {
        year -= 1;
        day += 365 + i64::from(leap(year));
    }
    while day >= 365 + i64::from(leap(year)) {
        day -= 365 + i64::from(leap(year));
        year += 1;
    }
    let february = 28 + i64::from(leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if day < length {
            break;
        }
        day -= length;
        month += 1;
    }
    (year, month, day + 1)
}
