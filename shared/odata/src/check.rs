//! The types that operators and functions take and return.

use super::error::advised;
use super::number::Number;
use super::schema::Type;
use super::tree::{Binary, Function, Literal};

/// The type of an expression, as far as it is known without a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The type of an expression with a reported mistake. It fits everywhere, so that no mistake is reported twice.
    Unknown,
    Null,
    Boolean,
    Integer,
    Decimal,
    String,
    DateTime,
    Date,
    Collection,
}

impl Kind {
    pub(super) fn of_property(property: Type) -> Self {
        match property {
            Type::Number => Self::Integer,
            Type::String(_) => Self::String,
            Type::Boolean => Self::Boolean,
            Type::DateTime => Self::DateTime,
            Type::StringCollection { .. } => Self::Collection,
        }
    }

    pub(super) fn of_literal(literal: &Literal) -> Self {
        match literal {
            Literal::Null => Self::Null,
            Literal::Boolean(_) => Self::Boolean,
            Literal::Number(Number::Integer(_)) => Self::Integer,
            Literal::Number(Number::Decimal { .. }) => Self::Decimal,
            Literal::String(_) => Self::String,
            Literal::DateTime(_) => Self::DateTime,
            Literal::Date(_) => Self::Date,
        }
    }

    /// Null or a reported mistake: fits every type.
    fn fits_anywhere(self) -> bool {
        matches!(self, Self::Unknown | Self::Null)
    }

    fn is_boolean(self) -> bool {
        self == Self::Boolean || self.fits_anywhere()
    }

    fn is_number(self) -> bool {
        matches!(self, Self::Integer | Self::Decimal)
    }

    fn is_day(self) -> bool {
        matches!(self, Self::DateTime | Self::Date)
    }

    fn phrase(self) -> &'static str {
        match self {
            Self::Unknown | Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Integer => "a whole number",
            Self::Decimal => "a decimal number",
            Self::String => "a string",
            Self::DateTime => "a date-time",
            Self::Date => "a date",
            Self::Collection => "a collection",
        }
    }
}

/// Requires a boolean: for a whole filter, the operand of `not`, or the body of a lambda.
pub(super) fn boolean(what: &str, kind: Kind) -> Result<(), String> {
    if kind.is_boolean() {
        return Ok(());
    }
    Err(format!("{what} has to be a boolean, not {}", kind.phrase()))
}

/// The type of `left operator right`.
pub(super) fn binary(operator: Binary, left: Kind, right: Kind) -> Result<Kind, String> {
    let keyword = operator.keyword();
    match operator {
        Binary::Or | Binary::And => {
            for side in [left, right] {
                if !side.is_boolean() {
                    boolean(&format!("an operand of `{keyword}`"), side)?;
                }
            }
            Ok(Kind::Boolean)
        }
        Binary::Eq | Binary::Ne | Binary::Gt | Binary::Ge | Binary::Lt | Binary::Le => {
            comparable(keyword, left, right)?;
            Ok(Kind::Boolean)
        }
        Binary::Add | Binary::Sub | Binary::Mul | Binary::Div | Binary::DivBy | Binary::Mod => {
            for side in [left, right] {
                number(keyword, side)?;
            }
            let whole =
                left != Kind::Decimal && right != Kind::Decimal && operator != Binary::DivBy;
            Ok(if whole { Kind::Integer } else { Kind::Decimal })
        }
    }
}

/// The type of a minus before `operand`.
pub(super) fn negate(operand: Kind) -> Result<Kind, String> {
    number("-", operand)?;
    Ok(operand)
}

/// Whether `left` can be compared with `right`.
pub(super) fn comparable(keyword: &str, left: Kind, right: Kind) -> Result<(), String> {
    let collection = left == Kind::Collection || right == Kind::Collection;
    let alike = left == right
        || left.fits_anywhere()
        || right.fits_anywhere()
        || (left.is_number() && right.is_number())
        || (left.is_day() && right.is_day());
    if alike && !collection {
        return Ok(());
    }
    let advice = if collection {
        Some("use `in`, `any` or `all`")
    } else if left.is_day() || right.is_day() {
        Some("a date-time is written `2026-06-02T10:30:00Z`, without quotes")
    } else if [left, right].contains(&Kind::Boolean) && [left, right].contains(&Kind::String) {
        Some("a boolean is `true` or `false`, without quotes")
    } else {
        None
    };
    let (left, right) = (left.phrase(), right.phrase());
    let message = format!("`{keyword}` cannot compare {left} with {right}");
    Err(advised(message, advice.map(str::to_owned)))
}

/// Whether a collection of strings can contain `left`.
pub(super) fn element(left: Kind) -> Result<(), String> {
    comparable("in", left, Kind::String)
}

fn number(keyword: &str, kind: Kind) -> Result<(), String> {
    if kind.is_number() || kind.fits_anywhere() {
        return Ok(());
    }
    Err(format!("`{keyword}` takes numbers, not {}", kind.phrase()))
}

/// The types that a parameter takes.
#[derive(Clone, Copy)]
enum Parameter {
    Text,
    Whole,
    DateTime,
    Day,
}

impl Parameter {
    fn takes(self, kind: Kind) -> bool {
        kind.fits_anywhere()
            || match self {
                Self::Text => kind == Kind::String,
                Self::Whole => kind == Kind::Integer,
                Self::DateTime => kind == Kind::DateTime,
                Self::Day => kind.is_day(),
            }
    }

    fn phrase(self) -> &'static str {
        match self {
            Self::Text => "a string",
            Self::Whole => "a whole number",
            Self::DateTime => "a date-time",
            Self::Day => "a date or date-time",
        }
    }
}

/// The parameters of a function, the number of required ones, and its result (section 5.1.1.5 onwards).
fn signature(function: Function) -> (&'static [Parameter], usize, Kind) {
    use Parameter::{DateTime, Day, Text, Whole};
    match function {
        Function::Contains | Function::StartsWith | Function::EndsWith => {
            (&[Text, Text], 2, Kind::Boolean)
        }
        Function::ToLower | Function::ToUpper | Function::Trim => (&[Text], 1, Kind::String),
        Function::Length => (&[Text], 1, Kind::Integer),
        Function::Concat => (&[Text, Text], 2, Kind::String),
        Function::IndexOf => (&[Text, Text], 2, Kind::Integer),
        Function::Substring => (&[Text, Whole, Whole], 2, Kind::String),
        Function::Year | Function::Month | Function::Day => (&[Day], 1, Kind::Integer),
        Function::Hour | Function::Minute | Function::Second => (&[DateTime], 1, Kind::Integer),
        Function::Date => (&[Day], 1, Kind::Date),
        Function::Now => (&[], 0, Kind::DateTime),
    }
}

/// The type of `function`'s result, for any arguments.
pub(super) fn result(function: Function) -> Kind {
    signature(function).2
}

/// Whether `function` takes that many arguments.
pub(super) fn arity(function: Function, count: usize) -> Result<(), String> {
    let (parameters, least, _) = signature(function);
    let most = parameters.len();
    if (least..=most).contains(&count) {
        return Ok(());
    }
    let wanted = match (least, most) {
        (0, _) => "no arguments".to_owned(),
        (1, 1) => "one argument".to_owned(),
        (least, most) if least == most => format!("{least} arguments"),
        _ => format!("{least} or {most} arguments"),
    };
    Err(format!("`{}` takes {wanted}, not {count}", function.name()))
}

/// Whether `function` takes `kind` as its argument at `index`.
pub(super) fn argument(function: Function, index: usize, kind: Kind) -> Result<(), String> {
    let (parameters, ..) = signature(function);
    match parameters.get(index) {
        Some(parameter) if !parameter.takes(kind) => {
            let (name, wanted, given) = (function.name(), parameter.phrase(), kind.phrase());
            Err(format!("`{name}` takes {wanted} here, not {given}"))
        }
        _ => Ok(()),
    }
}
