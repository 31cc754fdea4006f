//! What the template allows each function to do.

use std::collections::BTreeMap;

use serde_json::Value;

use super::evaluate::scalar;
use super::{Template, TemplateError};

/// A statement of a role's policy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grant {
    /// Its `Sid`.
    pub name: String,
    /// As in `dynamodb:PutItem`.
    pub actions: Vec<String>,
    /// ARNs, or patterns of them.
    pub resources: Vec<String>,
    /// Patterns of partition keys (`dynamodb:LeadingKeys`); without, all are meant.
    pub leading_keys: Option<Vec<String>>,
    /// Names of attributes (`dynamodb:Attributes`); without, all are meant.
    pub attributes: Option<Vec<String>>,
    /// Senders of mails (`ses:FromAddress`); without, all are meant.
    pub senders: Option<Vec<String>>,
}

impl Template {
    /// The grants of every function, by its logical id.
    ///
    /// # Errors
    ///
    /// A function has no role of this template, or a statement cannot be read.
    pub fn grants(&self) -> Result<BTreeMap<String, Vec<Grant>>, TemplateError> {
        let roles: BTreeMap<_, _> = self.resources_of("AWS::IAM::Role")?.into_iter().collect();
        let functions = self.resources_of("AWS::Serverless::Function")?;
        let of = |(id, resource): (&str, &Value)| {
            let role = resource["Properties"]["Role"]["Fn::GetAtt"][0].as_str();
            let role = role.and_then(|role| Some((role, *roles.get(role)?)));
            let (role, declared) = role.ok_or_else(|| {
                TemplateError::malformed(format!("Resources/{id}"), "Role is not one of those here")
            })?;
            let properties = self.properties(role, declared)?;
            let policies = properties["Policies"].as_array();
            let statements = policies
                .into_iter()
                .flatten()
                .flat_map(|policy| listed(&policy["PolicyDocument"]["Statement"]));
            Ok((id.to_owned(), statements.map(grant).collect()))
        };
        functions.into_iter().map(of).collect()
    }
}

fn grant(statement: &Value) -> Grant {
    let texts = |value: &Value| listed(value).filter_map(scalar).collect();
    // Any operator: the key identifies what the condition is about.
    let condition = |key: &str| {
        let operators = statement["Condition"].as_object().into_iter().flatten();
        let mut found = operators.filter_map(|(_, operands)| operands.get(key));
        found.next().map(texts)
    };
    Grant {
        name: scalar(&statement["Sid"]).unwrap_or_default(),
        actions: texts(&statement["Action"]),
        resources: texts(&statement["Resource"]),
        leading_keys: condition("dynamodb:LeadingKeys"),
        attributes: condition("dynamodb:Attributes"),
        senders: condition("ses:FromAddress"),
    }
}

/// A list, or a single value as a list of one.
fn listed(value: &Value) -> impl Iterator<Item = &Value> {
    match value {
        Value::Array(values) => values.as_slice(),
        one => std::slice::from_ref(one),
    }
    .iter()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::Grant;
    use crate::sam::Template;

    #[test]
    fn a_function_s_grants_are_those_of_its_role() {
        let text = r"
Resources:
  Table: { Type: AWS::DynamoDB::Table }
  F: { Type: AWS::Serverless::Function, Properties: { Role: !GetAtt R.Arn } }
  R:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyDocument:
            Statement:
              - Sid: Read
                Effect: Allow
                Action: dynamodb:GetItem
                Resource: !GetAtt Table.Arn
                Condition: { ForAllValues:StringLike: { dynamodb:LeadingKeys: ['A#*', B] } }
";
        let grants = Template::parse(text, &BTreeMap::new())
            .unwrap()
            .grants()
            .unwrap();
        let expected = Grant {
            name: "Read".into(),
            actions: vec!["dynamodb:GetItem".into()],
            resources: vec!["arn:aws:dynamodb:us-east-1:000000000000:table/accounts-Table".into()],
            leading_keys: Some(vec!["A#*".into(), "B".into()]),
            attributes: None,
            senders: None,
        };
        assert_eq!(grants["F"], [expected]);
    }

    #[test]
    fn every_function_of_the_template_has_a_role_of_its_own() {
        let grants = Template::embedded(&BTreeMap::new())
            .unwrap()
            .grants()
            .unwrap();
        assert!(
            grants.values().all(|grants| !grants.is_empty()),
            "{grants:#?}"
        );
    }
}
