//! The tree of a filter: resolved names, checked types, no parentheses.

use super::instant::Instant;
use super::number::Number;

/// An expression. The place in the text takes no part in equality.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    /// A literal.
    Literal(Literal),
    /// A property of the row.
    Property(&'static str),
    /// The range variable of the lambda at this level, the outermost being 0.
    Variable {
        /// The number of lambdas around its own.
        level: usize,
        /// The name, as written.
        name: String,
    },
    /// `not`
    Not(Box<Tree>),
    /// A minus before anything but the digits of a literal.
    Negate(Box<Tree>, Place),
    /// An operator between two operands.
    Binary(Binary, Box<Tree>, Box<Tree>, Place),
    /// `in` with a list.
    In(Box<Tree>, Vec<Literal>),
    /// `in` with a property that is a collection.
    InProperty(Box<Tree>, &'static str),
    /// A function and its arguments.
    Call(Function, Vec<Tree>, Place),
    /// `property/any()`
    NotEmpty(&'static str),
    /// `property/$count`
    Count(&'static str),
    /// `any` or `all`, with a body.
    Lambda(Box<Lambda>),
}

/// `property/any(variable: body)` or `property/all(variable: body)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Lambda {
    /// `any` or `all`.
    pub quantifier: Quantifier,
    /// The collection.
    pub property: &'static str,
    /// The name of the range variable.
    pub variable: String,
    /// The condition for each element.
    pub body: Tree,
    /// The number of lambdas around this one.
    pub level: usize,
    /// The index of this lambda in the filter, in the order of the closing parentheses.
    pub(super) ordinal: usize,
    /// The level of the one lambda around this one whose range variable the body uses.
    pub(super) uses: Option<usize>,
}

/// `any` or `all`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantifier {
    /// True if the body is true for an element; false for an empty collection.
    Any,
    /// True if the body is true for every element.
    All,
}

impl Quantifier {
    /// The keyword, in lower case.
    #[must_use]
    pub fn keyword(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::All => "all",
        }
    }
}

/// A literal.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean(bool),
    /// A number, with its sign.
    Number(Number),
    /// A string, its quotes taken off.
    String(String),
    /// A date-time.
    DateTime(Instant),
    /// A date: its first instant in UTC.
    Date(Instant),
}

/// The place of an operator or function in the text, in characters from 1. It takes no part in equality.
#[derive(Clone, Copy, Debug)]
pub struct Place(pub usize);

impl PartialEq for Place {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// An operator between two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named by its keyword")]
pub enum Binary {
    Or,
    And,
    Eq,
    Ne,
    Gt,
    Ge,
    Lt,
    Le,
    Add,
    Sub,
    Mul,
    Div,
    DivBy,
    Mod,
}

impl Binary {
    /// Every operator.
    pub const ALL: [Self; 14] = [
        Self::Or,
        Self::And,
        Self::Eq,
        Self::Ne,
        Self::Gt,
        Self::Ge,
        Self::Lt,
        Self::Le,
        Self::Add,
        Self::Sub,
        Self::Mul,
        Self::Div,
        Self::DivBy,
        Self::Mod,
    ];

    /// The operator with this keyword, in any case.
    pub(super) fn named(word: &str) -> Option<Self> {
        let mut lower = [0; 5];
        Some(match lowercase(word, &mut lower)? {
            b"or" => Self::Or,
            b"and" => Self::And,
            b"eq" => Self::Eq,
            b"ne" => Self::Ne,
            b"gt" => Self::Gt,
            b"ge" => Self::Ge,
            b"lt" => Self::Lt,
            b"le" => Self::Le,
            b"add" => Self::Add,
            b"sub" => Self::Sub,
            b"mul" => Self::Mul,
            b"div" => Self::Div,
            b"divby" => Self::DivBy,
            b"mod" => Self::Mod,
            _ => return None,
        })
    }

    /// The keyword, in lower case.
    #[must_use]
    pub fn keyword(self) -> &'static str {
        match self {
            Self::Or => "or",
            Self::And => "and",
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Gt => "gt",
            Self::Ge => "ge",
            Self::Lt => "lt",
            Self::Le => "le",
            Self::Add => "add",
            Self::Sub => "sub",
            Self::Mul => "mul",
            Self::Div => "div",
            Self::DivBy => "divby",
            Self::Mod => "mod",
        }
    }

    /// Whether the operator computes a number.
    #[must_use]
    pub fn is_arithmetic(self) -> bool {
        matches!(self.level(), Level::Additive | Level::Multiplicative)
    }

    /// Whether the operator compares two values.
    #[must_use]
    pub fn is_comparison(self) -> bool {
        matches!(self.level(), Level::Equality | Level::Relation)
    }

    /// The precedence of the operator (section 5.1.1.17). All operators associate to the left.
    pub(super) fn level(self) -> Level {
        match self {
            Self::Or => Level::Or,
            Self::And => Level::And,
            Self::Eq | Self::Ne => Level::Equality,
            Self::Gt | Self::Ge | Self::Lt | Self::Le => Level::Relation,
            Self::Add | Self::Sub => Level::Additive,
            Self::Mul | Self::Div | Self::DivBy | Self::Mod => Level::Multiplicative,
        }
    }
}

/// The rows of the precedence table, from the loosest to the tightest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Or,
    And,
    Equality,
    Relation,
    Additive,
    Multiplicative,
    Unary,
    Primary,
}

impl Level {
    /// The next tighter level.
    pub(super) fn tighter(self) -> Self {
        match self {
            Self::Or => Self::And,
            Self::And => Self::Equality,
            Self::Equality => Self::Relation,
            Self::Relation => Self::Additive,
            Self::Additive => Self::Multiplicative,
            Self::Multiplicative => Self::Unary,
            Self::Unary | Self::Primary => Self::Primary,
        }
    }
}

/// A function of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named by its keyword")]
pub enum Function {
    Contains,
    StartsWith,
    EndsWith,
    ToLower,
    ToUpper,
    Trim,
    Length,
    Concat,
    IndexOf,
    Substring,
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    Date,
    Now,
}

impl Function {
    /// Every function.
    pub const ALL: [Self; 18] = [
        Self::Contains,
        Self::StartsWith,
        Self::EndsWith,
        Self::ToLower,
        Self::ToUpper,
        Self::Trim,
        Self::Length,
        Self::Concat,
        Self::IndexOf,
        Self::Substring,
        Self::Year,
        Self::Month,
        Self::Day,
        Self::Hour,
        Self::Minute,
        Self::Second,
        Self::Date,
        Self::Now,
    ];

    /// The function with this name, in any case.
    pub(super) fn named(word: &str) -> Option<Self> {
        let named = |function: &Self| function.name().eq_ignore_ascii_case(word);
        Self::ALL.into_iter().find(named)
    }

    /// Whether arguments and result are only strings, positions in strings and booleans, so that the function has an answer
    /// for all arguments.
    pub(super) fn is_of_texts(self) -> bool {
        match self {
            Self::Contains
            | Self::StartsWith
            | Self::EndsWith
            | Self::ToLower
            | Self::ToUpper
            | Self::Trim
            | Self::Length
            | Self::Concat
            | Self::IndexOf => true,
            Self::Substring
            | Self::Year
            | Self::Month
            | Self::Day
            | Self::Hour
            | Self::Minute
            | Self::Second
            | Self::Date
            | Self::Now => false,
        }
    }

    /// The name, in lower case.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Contains => "contains",
            Self::StartsWith => "startswith",
            Self::EndsWith => "endswith",
            Self::ToLower => "tolower",
            Self::ToUpper => "toupper",
            Self::Trim => "trim",
            Self::Length => "length",
            Self::Concat => "concat",
            Self::IndexOf => "indexof",
            Self::Substring => "substring",
            Self::Year => "year",
            Self::Month => "month",
            Self::Day => "day",
            Self::Hour => "hour",
            Self::Minute => "minute",
            Self::Second => "second",
            Self::Date => "date",
            Self::Now => "now",
        }
    }
}

/// `word` in lower case, written to `lower`; `None` if `lower` is too small.
pub(super) fn lowercase<'l>(word: &str, lower: &'l mut [u8]) -> Option<&'l [u8]> {
    let lower = lower.get_mut(..word.len())?;
    lower.copy_from_slice(word.as_bytes());
    lower.make_ascii_lowercase();
    Some(lower)
}
