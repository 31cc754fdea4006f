//! What CloudFormation says of a stack.

use std::collections::BTreeMap;

use super::signed::{Caller, Service};
use super::xml;
use crate::Failure;

/// The service.
pub(super) const CLOUDFORMATION: Service = Service {
    name: "cloudformation",
    id: "CloudFormation",
    version: "2010-05-15",
};

/// A stack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stack {
    pub(crate) status: String,
    /// Why it has this status, where there is a reason.
    pub(crate) reason: String,
    pub(crate) outputs: BTreeMap<String, String>,
    /// The names of its parameters.
    pub(crate) parameters: Vec<String>,
}

impl Stack {
    /// The stack `name`.
    pub(crate) async fn describe(caller: &Caller, name: &str) -> Result<Self, Failure> {
        let parameters = [("StackName", name)];
        let answer = caller.query(CLOUDFORMATION, "DescribeStacks", &parameters);
        Self::read(&answer.await?)
    }

    fn read(answer: &str) -> Result<Self, Failure> {
        let document = xml::read(CLOUDFORMATION, answer)?;
        let Some(stack) = xml::members(document.root(), "Stacks").next() else {
            return Err(Failure::NotFound("there is no such stack".into()));
        };
        let text = |name| xml::text(stack, name).unwrap_or_default().to_owned();
        let outputs = xml::members(stack, "Outputs").filter_map(|output| {
            let name = xml::text(output, "OutputKey")?.to_owned();
            let value = xml::text(output, "OutputValue").unwrap_or_default();
            Some((name, value.to_owned()))
        });
        let parameters = xml::members(stack, "Parameters")
            .filter_map(|parameter| xml::text(parameter, "ParameterKey").map(str::to_owned));
        Ok(Self {
            status: text("StackStatus"),
            reason: text("StackStatusReason"),
            outputs: outputs.collect(),
            parameters: parameters.collect(),
        })
    }

    /// The output `name`.
    pub(crate) fn output(&self, name: &str) -> Result<&str, Failure> {
        let value = self.outputs.get(name).map(String::as_str);
        value.ok_or_else(|| Failure::NotFound(format!("the stack has no output {name}")))
    }
}

/// The text of the template that `stack` was deployed with last.
pub(crate) async fn template(caller: &Caller, stack: &str) -> Result<String, Failure> {
    let parameters = [("StackName", stack), ("TemplateStage", "Original")];
    let answer = caller.query(CLOUDFORMATION, "GetTemplate", &parameters);
    let answer = answer.await?;
    let document = xml::read(CLOUDFORMATION, &answer)?;
    let body = xml::text(document.root(), "TemplateBody");
    Ok(body.unwrap_or_default().to_owned())
}

/// The names of the resources of `stack` by their logical ids.
pub(crate) async fn resources(
    caller: &Caller,
    stack: &str,
) -> Result<BTreeMap<String, String>, Failure> {
    let mut resources = BTreeMap::new();
    let mut next = String::new();
    loop {
        let mut parameters = vec![("StackName", stack)];
        if !next.is_empty() {
            parameters.push(("NextToken", next.as_str()));
        }
        let answer = caller.query(CLOUDFORMATION, "ListStackResources", &parameters);
        let answer = answer.await?;
        let (page, after) = named(&answer)?;
        resources.extend(page);
        next = after.unwrap_or_default();
        if next.is_empty() {
            return Ok(resources);
        }
    }
}

type Page = (Vec<(String, String)>, Option<String>);

/// A page of resources, and the token of the next one.
fn named(answer: &str) -> Result<Page, Failure> {
    let document = xml::read(CLOUDFORMATION, answer)?;
    let named = xml::members(document.root(), "StackResourceSummaries").filter_map(|member| {
        let logical = xml::text(member, "LogicalResourceId")?;
        let physical = xml::text(member, "PhysicalResourceId")?;
        Some((logical.to_owned(), physical.to_owned()))
    });
    let next = xml::text(document.root(), "NextToken");
    Ok((named.collect(), next.map(str::to_owned)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_have_the_names_that_the_stack_gives_them() {
        // As the API reference of CloudFormation shows it (*ListStackResources*).
        let listed = "<ListStackResourcesResponse><ListStackResourcesResult><StackResourceSummaries>
            <member><ResourceStatus>CREATE_COMPLETE</ResourceStatus><LogicalResourceId>Table</LogicalResourceId>
            <PhysicalResourceId>accounts-Table-1</PhysicalResourceId></member>
            <member><LogicalResourceId>Pending</LogicalResourceId></member>
            </StackResourceSummaries><NextToken>more</NextToken></ListStackResourcesResult></ListStackResourcesResponse>";
        let (found, next) = named(listed).unwrap();
        assert_eq!(found, [("Table".to_owned(), "accounts-Table-1".to_owned())]);
        assert_eq!(next.as_deref(), Some("more"));
    }

    #[test]
    fn a_stack_has_outputs_parameters_and_a_status() {
        let described = r#"<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks>
            <member><Parameters><member><ParameterKey>Stage</ParameterKey><ParameterValue>v1</ParameterValue></member></Parameters>
            <StackStatus>UPDATE_COMPLETE</StackStatus><Outputs>
            <member><OutputKey>Url</OutputKey><OutputValue>https://a.example/?x=1&amp;y=2</OutputValue></member>
            <member><OutputKey>Empty</OutputKey><OutputValue/></member>
            </Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>"#;
        let stack = Stack::read(described).unwrap();
        assert_eq!(stack.output("Url").unwrap(), "https://a.example/?x=1&y=2");
        assert_eq!(stack.output("Empty").unwrap(), "");
        assert!(stack.output("Other").is_err());
        assert_eq!(
            (stack.status.as_str(), stack.parameters),
            ("UPDATE_COMPLETE", vec!["Stage".to_owned()])
        );
    }
}
