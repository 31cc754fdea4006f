//! The functions of the language. A function of null is null.

use std::borrow::Cow;

use super::error::Uncomputable;
use super::instant::Instant;
use super::number::Number;
use super::operand::Operand;
use super::tree::Function;

/// The result of `function`; null for arguments that it does not take.
pub(super) fn call<'a>(
    function: Function,
    first: Operand<'a>,
    second: Operand<'a>,
    third: Option<&Operand<'a>>,
    now: Instant,
) -> Result<Operand<'a>, Uncomputable> {
    Ok(match (function, first, second) {
        (Function::Now, ..) => Operand::Instant(now),
        (_, Operand::String(text), Operand::String(other)) => two_texts(function, text, &other),
        (Function::Substring, Operand::String(text), Operand::Number(Number::Integer(start))) => {
            let length = match third {
                None => None,
                Some(Operand::Number(Number::Integer(length))) => Some(*length),
                Some(_) => return Ok(Operand::Null),
            };
            Operand::String(substring(text, start, length)?)
        }
        (_, Operand::String(text), _) => one_text(function, text),
        (_, Operand::Instant(instant), _) => of_instant(function, instant)?,
        _ => Operand::Null,
    })
}

fn one_text(function: Function, text: Cow<'_, str>) -> Operand<'_> {
    match function {
        Function::ToLower => Operand::String(text.to_lowercase().into()),
        Function::ToUpper => Operand::String(text.to_uppercase().into()),
        Function::Trim => Operand::String(match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        }),
        Function::Length => whole(text.chars().count()),
        _ => Operand::Null,
    }
}

fn two_texts<'a>(function: Function, text: Cow<'a, str>, other: &str) -> Operand<'a> {
    match function {
        Function::Contains => Operand::Boolean(text.contains(other)),
        Function::StartsWith => Operand::Boolean(text.starts_with(other)),
        Function::EndsWith => Operand::Boolean(text.ends_with(other)),
        Function::Concat => Operand::String(Cow::Owned(text.into_owned() + other)),
        Function::IndexOf => match text.find(other) {
            Some(start) => whole(text[..start].chars().count()),
            None => Operand::Number(Number::Integer(-1)),
        },
        _ => Operand::Null,
    }
}

/// At most `length` characters of `text` from `start` on. A negative start counts from the end (section 5.1.1.5.7). A
/// start beyond the end gives an empty text, one before the beginning the whole text.
fn substring(
    text: Cow<'_, str>,
    start: i64,
    length: Option<i64>,
) -> Result<Cow<'_, str>, Uncomputable> {
    let length = match length {
        Some(length) if length < 0 => return Err(Uncomputable::NegativeLength),
        Some(length) => usize::try_from(length).unwrap_or(usize::MAX),
        None => usize::MAX,
    };
    let distance = usize::try_from(start.unsigned_abs()).unwrap_or(usize::MAX);
    let skipped = if start < 0 {
        text.chars().count().saturating_sub(distance)
    } else {
        distance
    };
    let from = byte_of(&text, skipped);
    let to = from + byte_of(&text[from..], length);
    Ok(match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[from..to]),
        Cow::Owned(text) => Cow::Owned(text[from..to].to_owned()),
    })
}

/// The byte position of the character at `index`; the end of `text` if it has fewer characters.
fn byte_of(text: &str, index: usize) -> usize {
    text.char_indices()
        .nth(index)
        .map_or(text.len(), |(byte, _)| byte)
}

fn of_instant<'a>(function: Function, instant: Instant) -> Result<Operand<'a>, Uncomputable> {
    let calendar = instant.calendar()?;
    let part = match function {
        Function::Date => return Ok(Operand::Instant(instant.day())),
        Function::Year => calendar.year().into(),
        Function::Month => u8::from(calendar.month()).into(),
        Function::Day => calendar.day().into(),
        Function::Hour => calendar.hour().into(),
        Function::Minute => calendar.minute().into(),
        Function::Second => calendar.second().into(),
        _ => return Ok(Operand::Null),
    };
    Ok(Operand::Number(Number::Integer(part)))
}

fn whole<'a>(count: usize) -> Operand<'a> {
    Operand::Number(Number::Integer(i64::try_from(count).unwrap_or(i64::MAX)))
}
