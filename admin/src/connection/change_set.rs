//! Updates of a stack, as CloudFormation prepares them.

use serde::Serialize;

use super::cloudformation::CLOUDFORMATION;
use super::signed::Caller;
use super::xml;
use crate::Failure;

/// An update that is prepared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ChangeSet {
    pub(crate) status: String,
    pub(crate) reason: String,
    pub(crate) changes: Vec<Change>,
}

/// What an update does to one resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Change {
    pub(crate) action: String,
    pub(crate) logical_id: String,
    pub(crate) r#type: String,
}

/// An update to prepare: of the parameters that the stack has.
#[derive(Debug)]
pub(crate) struct Update<'a> {
    pub(crate) stack: &'a str,
    pub(crate) name: &'a str,
    pub(crate) template_url: &'a str,
    pub(crate) parameters: &'a [String],
    /// Whether resources with a name that exist already become the stack's own.
    pub(crate) imports: bool,
}

impl ChangeSet {
    /// The change set `name` of `stack`, with every page of its changes.
    pub(crate) async fn describe(
        caller: &Caller,
        stack: &str,
        name: &str,
    ) -> Result<Self, Failure> {
        let mut found = Self::default();
        let mut next = String::new();
        loop {
            let mut parameters = vec![("StackName", stack), ("ChangeSetName", name)];
            if !next.is_empty() {
                parameters.push(("NextToken", &next));
            }
            let answer = caller.query(CLOUDFORMATION, "DescribeChangeSet", &parameters);
            let answer = answer.await?;
            next = found.read(&answer)?.unwrap_or_default();
            if next.is_empty() {
                return Ok(found);
            }
        }
    }

    /// Adds a page; answers the token of the next one.
    fn read(&mut self, answer: &str) -> Result<Option<String>, Failure> {
        let document = xml::read(CLOUDFORMATION, answer)?;
        let root = document.root();
        let text = |name| xml::text(root, name).unwrap_or_default().to_owned();
        (self.status, self.reason) = (text("Status"), text("StatusReason"));
        let changes = xml::members(root, "Changes").filter_map(|change| {
            let text = |name| xml::text(change, name).map(str::to_owned);
            Some(Change {
                action: text("Action")?,
                logical_id: text("LogicalResourceId")?,
                r#type: text("ResourceType")?,
            })
        });
        self.changes.extend(changes);
        Ok(xml::text(root, "NextToken").map(str::to_owned))
    }
}

impl Update<'_> {
    /// Has the change set made; it is described once it is.
    pub(crate) async fn prepare(&self, caller: &Caller) -> Result<(), Failure> {
        let fixed = [
            ("StackName", self.stack),
            ("ChangeSetName", self.name),
            ("TemplateURL", self.template_url),
            ("Capabilities.member.1", "CAPABILITY_IAM"),
            ("Capabilities.member.2", "CAPABILITY_AUTO_EXPAND"),
        ];
        let mut parameters = fixed.map(|(name, value)| (name.to_owned(), value)).to_vec();
        if self.imports {
            parameters.push(("ImportExistingResources".into(), "true"));
        }
        for (index, parameter) in self.parameters.iter().enumerate() {
            let member = format!("Parameters.member.{}", index + 1);
            parameters.push((format!("{member}.ParameterKey"), parameter));
            parameters.push((format!("{member}.UsePreviousValue"), "true"));
        }
        let parameters: Vec<_> = parameters
            .iter()
            .map(|(name, value)| (name.as_str(), *value))
            .collect();
        let answer = caller.query(CLOUDFORMATION, "CreateChangeSet", &parameters);
        answer.await.map(drop)
    }

    /// Begins the update.
    pub(crate) async fn execute(&self, caller: &Caller) -> Result<(), Failure> {
        let parameters = [("StackName", self.stack), ("ChangeSetName", self.name)];
        let answer = caller.query(CLOUDFORMATION, "ExecuteChangeSet", &parameters);
        answer.await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_set_has_its_changes_of_every_page() {
        let page = |id: &str, next: &str| {
            format!(
                "<DescribeChangeSetResult><Status>CREATE_COMPLETE</Status><ExecutionStatus>AVAILABLE</ExecutionStatus><Changes>
                <member><Type>Resource</Type><ResourceChange><Action>Modify</Action><LogicalResourceId>{id}</LogicalResourceId>
                <ResourceType>AWS::IAM::Role</ResourceType></ResourceChange></member></Changes>{next}</DescribeChangeSetResult>"
            )
        };
        let mut found = ChangeSet::default();
        let next = found.read(&page("A", "<NextToken>2</NextToken>")).unwrap();
        assert_eq!(next.as_deref(), Some("2"));
        assert_eq!(found.read(&page("B", "")).unwrap(), None);
        let ids: Vec<_> = found
            .changes
            .iter()
            .map(|change| &change.logical_id)
            .collect();
        assert_eq!(ids, ["A", "B"]);
        assert_eq!(found.status, "CREATE_COMPLETE");
    }
}
