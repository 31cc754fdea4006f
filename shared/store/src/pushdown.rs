//! The part of a list's filter that the table evaluates by itself: the range of keys to read, and items not to send.
//!
//! Both only leave out rows that the filter refuses. The filter itself decides about the rest.

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use odata::{Binary, Comparison, Conjunct, Filter, Literal, Number};

use super::batch::ReadRange;
use super::sort_key::SortKey;
use super::write::number;

/// The properties of accounts that are stored in attributes of the same name.
pub(super) const OF_ACCOUNTS: &[&str] = &[
    "name",
    "description",
    "primaryContact",
    "status",
    "country",
    "ownerId",
];
/// Likewise of members.
pub(super) const OF_MEMBERS: &[&str] =
    &["email", "firstName", "lastName", "status", "roles", "owner"];

/// What is left of a list.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pushdown {
    /// The first row that can pass.
    pub(super) from: SortKey,
    /// The last one.
    pub(super) to: SortKey,
    conditions: Vec<Condition>,
}

/// A condition on an attribute.
#[derive(Clone, Debug, PartialEq)]
struct Condition {
    attribute: &'static str,
    /// With `#` for the attribute and `:` for the value.
    form: &'static str,
    value: AttributeValue,
}

/// What a list's keys begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ListKey {
    /// The milliseconds of this property.
    Time(&'static str),
    /// The property `id`.
    Id,
}

/// The key of accounts in the order of their creation.
pub(super) const CREATED_AT: ListKey = ListKey::Time("createdAt");
/// The key of events.
pub(super) const AT: ListKey = ListKey::Time("at");

impl Pushdown {
    /// A list with keys by `key`, narrowed by `filter` as far as it constrains them and `attributes`.
    pub(super) fn by(filter: Option<&Filter>, key: ListKey, attributes: &[&'static str]) -> Self {
        let (from, to) = match key {
            ListKey::Time(_) => (SortKey::FIRST, SortKey::LAST),
            ListKey::Id => (SortKey::by_id(0), SortKey::by_id(SortKey::LAST.id)),
        };
        let mut pushdown = Self {
            from,
            to,
            conditions: Vec::new(),
        };
        let filter = filter.filter(|filter| !filter.can_fail());
        for conjunct in filter.map(Filter::conjuncts).unwrap_or_default() {
            match &conjunct {
                Conjunct::Comparison(comparison) if key.is(comparison.property) => {
                    pushdown.cut(key, comparison);
                }
                Conjunct::In(property, list) if key == ListKey::Id && *property == "id" => {
                    pushdown.span(list);
                }
                conjunct => {
                    let condition = condition(conjunct);
                    let known = |one: &Condition| attributes.contains(&one.attribute);
                    pushdown.conditions.extend(condition.filter(known));
                }
            }
        }
        pushdown
    }

    /// Whether `filter` leaves out a part of the keys of `key`: how much is read then depends on the rows that match.
    pub(super) fn narrows(filter: &Filter, key: ListKey) -> bool {
        let narrowed = Self::by(Some(filter), key, &[]);
        let whole = Self::by(None, key, &[]);
        (narrowed.from, narrowed.to) != (whole.from, whole.to)
    }

    /// The part of `range` that lies within; `None` if there is none.
    pub(super) fn range(&self, range: ReadRange) -> Option<ReadRange> {
        let (before, over) = match range.after {
            None => (false, false),
            Some(after) if range.backwards => (after > self.to, after <= self.from),
            Some(after) => (after < self.from, after >= self.to),
        };
        (self.from <= self.to && !over).then(|| ReadRange {
            after: range.after.filter(|_| !before),
            ..range
        })
    }

    /// `query` with the conditions on attributes.
    pub(super) fn filter(&self, mut query: QueryFluentBuilder) -> QueryFluentBuilder {
        let mut clauses = Vec::with_capacity(self.conditions.len());
        for (place, condition) in self.conditions.iter().enumerate() {
            let (name, value) = (format!("#f{place}"), format!(":f{place}"));
            clauses.push(condition.form.replace('#', &name).replace(':', &value));
            query = query
                .expression_attribute_names(name, condition.attribute)
                .expression_attribute_values(value, condition.value.clone());
        }
        if clauses.is_empty() {
            return query;
        }
        query.filter_expression(clauses.join(" AND "))
    }

    fn cut(&mut self, key: ListKey, comparison: &Comparison<'_>) {
        let Some((first, last)) = key.places(comparison.literal) else {
            return;
        };
        match comparison.operator {
            Binary::Eq => {
                self.from = self.from.max(first);
                self.to = self.to.min(last);
            }
            Binary::Gt => self.from = self.from.max(last.next()),
            Binary::Ge => self.from = self.from.max(first),
            Binary::Lt => self.to = self.to.min(first.previous()),
            Binary::Le => self.to = self.to.min(last),
            _ => {}
        }
    }

    /// From the least to the greatest of `list`.
    fn span(&mut self, list: &[Literal]) {
        let places: Option<Vec<_>> = list.iter().map(|one| ListKey::Id.places(one)).collect();
        let Some(places) = places else {
            return;
        };
        if let Some(least) = places.iter().map(|(first, _)| *first).min() {
            self.from = self.from.max(least);
        }
        if let Some(greatest) = places.iter().map(|(_, last)| *last).max() {
            self.to = self.to.min(greatest);
        }
    }
}

impl ListKey {
    fn is(self, property: &str) -> bool {
        match self {
            Self::Time(name) => property == name,
            Self::Id => property == "id",
        }
    }

    /// The first and the last place of rows with this value; `None` if the keys do not contain it.
    fn places(self, literal: &Literal) -> Option<(SortKey, SortKey)> {
        match (self, literal) {
            // Filters compare seconds; keys store milliseconds.
            (Self::Time(_), Literal::DateTime(instant) | Literal::Date(instant)) => {
                let first = instant.seconds.checked_mul(1000)?;
                let last = first.checked_add(999)?;
                Some((SortKey::first_of(first), SortKey::last_of(last)))
            }
            (Self::Id, Literal::Number(Number::Integer(id))) => {
                let place = SortKey::by_id(u64::try_from(*id).ok()?);
                Some((place, place))
            }
            _ => None,
        }
    }
}

/// The same as a condition on an attribute; `None` if DynamoDB evaluates it differently.
fn condition(conjunct: &Conjunct<'_>) -> Option<Condition> {
    let (attribute, form, value) = match conjunct {
        Conjunct::Comparison(comparison) => {
            let form = match comparison.operator {
                Binary::Eq => "# = :",
                Binary::Gt => "# > :",
                Binary::Ge => "# >= :",
                Binary::Lt => "# < :",
                Binary::Le => "# <= :",
                // In our filters, an absent attribute differs from every value. In DynamoDB, it differs from none.
                _ => return None,
            };
            (comparison.property, form, value(comparison.literal)?)
        }
        Conjunct::StartsWith(property, prefix) => (*property, "begins_with(#, :)", text(prefix)?),
        Conjunct::Element(property, element) => (*property, "contains(#, :)", text(element)?),
        Conjunct::In(..) | Conjunct::Other(_) => return None,
    };
    Some(Condition {
        attribute,
        form,
        value,
    })
}

fn value(literal: &Literal) -> Option<AttributeValue> {
    match literal {
        Literal::String(string) => text(string),
        Literal::Boolean(value) => Some(AttributeValue::Bool(*value)),
        Literal::Number(Number::Integer(value)) => Some(number(*value)),
        _ => None,
    }
}

/// No empty string is stored, so none is searched for.
fn text(text: &str) -> Option<AttributeValue> {
    (!text.is_empty()).then(|| AttributeValue::S(text.to_owned()))
}

#[cfg(test)]
mod tests;
