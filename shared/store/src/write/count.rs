//! What copies ask for before they replace what they copied last.

use aws_sdk_dynamodb::types::AttributeValue;

use super::Write;

impl Write {
    /// Only if there is no attribute at `path`, or it is `value` at most.
    pub(crate) fn absent_or_at_most(mut self, path: &str, value: AttributeValue) -> Self {
        let (path, value) = (self.path(path), self.value(value));
        self.conditions.push(format!(
            "(attribute_not_exists({path}) OR {path} <= {value})"
        ));
        self
    }

    /// Only if one of the attributes is another than the value beside it.
    pub(crate) fn any_differs(mut self, pairs: &[(&str, AttributeValue)]) -> Self {
        let differ = pairs
            .iter()
            .map(|(path, value)| format!("{} <> {}", self.path(path), self.value(value.clone())));
        let differ = differ.collect::<Vec<_>>().join(" OR ");
        self.conditions.push(format!("({differ})"));
        self
    }
}
