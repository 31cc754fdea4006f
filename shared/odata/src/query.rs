//! All query options of a list.

use super::dialect;
use super::error::{Mistake, ParseError};
use super::filter::Filter;
use super::orderby::OrderBy;
use super::schema::Schema;
use super::select::Select;

/// The most rows that `$skip` may skip (design, *Budget*).
const MAX_SKIP: usize = 10_000;
/// The most rows on a page (contract, *Lists*).
const MAX_TOP: usize = 1000;
/// The rows of a page without `$top` (contract, *Lists*).
const DEFAULT_TOP: usize = 100;
/// The most mistakes in one answer.
const MAX_MISTAKES: usize = 20;

/// A caller's query of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// Selects rows; `None`: all of them.
    pub filter: Option<Filter>,
    /// The order of the rows.
    pub orderby: OrderBy,
    /// The number of rows to skip, at most 10,000.
    pub skip: usize,
    /// The most rows of the page, 0 to 1000.
    pub top: usize,
    /// Whether the caller asked for the count. It is always answered.
    pub count: bool,
    /// The end of the page before, as an opaque text.
    pub skiptoken: Option<String>,
    /// Selects members of a row; `None`: all of them.
    pub select: Option<Select>,
}

impl Query {
    /// Parses decoded options over rows of `schema`. Names are exact. An option that does not begin with `$` is ignored.
    ///
    /// # Errors
    ///
    /// All mistakes, at most 20: an option is unknown, repeated, or cannot be parsed.
    pub fn parse(
        options: &[(String, String)],
        schema: &'static Schema,
    ) -> Result<Self, Vec<Mistake>> {
        let mut query = Self {
            filter: None,
            orderby: OrderBy::default_of(schema),
            skip: 0,
            top: DEFAULT_TOP,
            count: false,
            skiptoken: None,
            select: None,
        };
        let mut mistakes = Vec::new();
        for (index, (name, text)) in options.iter().enumerate() {
            if !name.starts_with('$') {
                continue;
            }
            let before = options[..index].iter().filter(|(other, _)| other == name);
            let parsed = match before.count() {
                0 => query.take(name, text, schema),
                1 => Err(vec![ParseError::new(
                    1,
                    "the option is given more than once",
                )]),
                _ => continue,
            };
            if let Err(errors) = parsed {
                mistakes.extend(errors.into_iter().map(|error| error.of(name)));
            }
            if mistakes.len() >= MAX_MISTAKES {
                break;
            }
        }
        mistakes.truncate(MAX_MISTAKES);
        if mistakes.is_empty() {
            Ok(query)
        } else {
            Err(mistakes)
        }
    }

    fn take(
        &mut self,
        name: &str,
        text: &str,
        schema: &'static Schema,
    ) -> Result<(), Vec<ParseError>> {
        let alone = |error| vec![error];
        match name {
            "$filter" => self.filter = Some(Filter::parse(text, schema)?),
            "$orderby" => self.orderby = OrderBy::parse(text, schema).map_err(alone)?,
            "$skip" => self.skip = whole(text, MAX_SKIP).map_err(alone)?,
            "$top" => self.top = whole(text, MAX_TOP).map_err(alone)?,
            "$count" => self.count = boolean(text).map_err(alone)?,
            "$skiptoken" => self.skiptoken = Some(text.to_owned()),
            "$select" => self.select = Some(Select::parse(text, schema).map_err(alone)?),
            _ => {
                let advice = dialect::option(name, schema);
                let message = format!("there is no such option; {advice}");
                return Err(alone(ParseError::new(1, message)));
            }
        }
        Ok(())
    }
}

fn whole(text: &str, most: usize) -> Result<usize, ParseError> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = if digits { text.parse().ok() } else { None };
    number.filter(|number| *number <= most).ok_or_else(|| {
        let message = format!(
            "{} is not a whole number from 0 to {most}",
            super::error::shown(text)
        );
        ParseError::new(1, message)
    })
}

fn boolean(text: &str) -> Result<bool, ParseError> {
    if text.eq_ignore_ascii_case("true") {
        Ok(true)
    } else if text.eq_ignore_ascii_case("false") {
        Ok(false)
    } else {
        let message = format!(
            "{} is neither `true` nor `false`",
            super::error::shown(text)
        );
        Err(ParseError::new(1, message))
    }
}

#[cfg(test)]
mod tests {
    use super::Query;
    use crate::tests::rows::SCHEMA;

    fn query(options: &[(&str, &str)]) -> Result<Query, Vec<String>> {
        let owned: Vec<_> = options
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect();
        Query::parse(&owned, &SCHEMA).map_err(|mistakes| {
            mistakes
                .into_iter()
                .map(|mistake| format!("{} | {mistake}", mistake.option))
                .collect()
        })
    }

    #[test]
    fn no_options_are_a_page_of_a_hundred_by_creation() {
        let query = query(&[]).expect("no options");
        assert_eq!((query.skip, query.top, query.count), (0, 100, false));
        assert_eq!((query.filter, query.select), (None, None));
        assert!(!query.orderby.is_given());
        assert_eq!(query.orderby.to_string(), "createdAt asc,id asc");
    }

    #[test]
    fn options_are_taken_together_and_names_without_a_dollar_ignored() {
        let options = [
            ("$filter", "name  EQ ('a')"),
            ("filter", "'"),
            ("filter", "'"),
            ("", "?"),
            ("$orderby", "name desc"),
            ("$skip", "10000"),
            ("$top", "1000"),
            ("$count", "true"),
            ("$select", "id,name"),
        ];
        let query = query(&options).expect("good options");
        assert_eq!(
            query.filter.map(|filter| filter.to_string()).as_deref(),
            Some("name eq 'a'")
        );
        assert!(query.orderby.is_given());
        assert_eq!((query.skip, query.top, query.count), (10_000, 1000, true));
        assert_eq!(
            query.select.expect("a selection").properties(),
            ["id", "name"]
        );
    }

    #[test]
    fn numbers_are_digits_within_their_limits() {
        for (name, text) in [
            ("$top", "0"),
            ("$top", "0007"),
            ("$skip", "0"),
            ("$count", "FALSE"),
        ] {
            assert!(query(&[(name, text)]).is_ok(), "{name}={text}");
        }
        for (name, text) in [
            ("$top", "1001"),
            ("$top", "-1"),
            ("$top", "+1"),
            ("$top", ""),
            ("$top", " 1"),
            ("$top", "1.0"),
            ("$top", "١"),
            ("$top", "99999999999999999999999999"),
            ("$skip", "10001"),
            ("$skip", "-0"),
            ("$skip", "1e2"),
            ("$count", ""),
            ("$count", "1"),
            ("$count", "true "),
        ] {
            let mistakes = query(&[(name, text)]).expect_err(text);
            assert_eq!(mistakes.len(), 1);
            assert!(
                mistakes[0].starts_with(&format!("{name} | Position 1: `{text}` is ")),
                "{mistakes:?}"
            );
        }
    }

    #[test]
    fn every_mistake_is_reported() {
        let options = [
            ("$top", "many"),
            ("$Filter", "id eq 1"),
            ("$skip", "1"),
            ("$skip", "1"),
            ("$skip", "1"),
            ("$expand", "x"),
            ("$filter", "nome eq 'a' or age gt 5 or name gt 5 or ("),
            ("$orderby", "name sideways"),
            ("$", ""),
        ];
        let mistakes = query(&options).expect_err("bad options");
        let expected = [
            "$top | Position 1: `many` is not a whole number from 0 to 1000.",
            "$Filter | Position 1: there is no such option; write `$filter`.",
            "$skip | Position 1: the option is given more than once.",
            "$expand | Position 1: there is no such option; there are `$filter`, `$orderby`, `$skip`, `$top`, `$count` and `$select`.",
            "$filter | Position 1: `nome` is not a property here.",
            "$filter | Position 16: `age` is not a property here.",
            "$filter | Position 33: `gt` cannot compare a string with a whole number.",
            "$filter | Position 42: an expression is expected, not the end of the text.",
            "$orderby | Position 6: `asc`, `desc`, `,` or the end of the text is expected, not `sideways`.",
            "$ | Position 1: there is no such option; there are `$filter`, `$orderby`, `$skip`, `$top`, `$count` and `$select`.",
        ];
        assert_eq!(mistakes, expected);
    }

    #[test]
    fn an_answer_to_many_mistakes_stays_small() {
        let many: Vec<_> = (0..1000)
            .map(|index| (format!("$option{index}"), "x".repeat(99)))
            .collect();
        assert_eq!(
            Query::parse(&many, &SCHEMA).map_err(|mistakes| mistakes.len()),
            Err(20)
        );
        let long = Query::parse(
            &[(format!("${}", "é".repeat(4000)), String::new())],
            &SCHEMA,
        );
        assert_eq!(long.expect_err("unknown")[0].option.chars().count(), 40);
    }
}
