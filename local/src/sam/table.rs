//! The table as the template declares it.

use serde_json::Value;

use super::evaluate::{physical_name, scalar};
use super::{Template, TemplateError};

/// A DynamoDB table.
#[derive(Clone, Debug)]
pub struct Table {
    /// The logical id.
    pub id: String,
    /// The name; its `Ref`.
    pub name: String,
    /// The key attributes of the table and its indexes, with their types.
    pub attributes: Vec<Attribute>,
    /// Partition key, then sort key.
    pub key: Vec<String>,
    /// Global secondary indexes.
    pub indexes: Vec<Index>,
    /// The attribute that says when an item goes.
    pub ttl: Option<String>,
    /// What a stream record shows, as in `NEW_AND_OLD_IMAGES`; `None` without a stream.
    pub stream: Option<String>,
}

/// A key attribute.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// `S`, `N` or `B`.
    pub kind: String,
}

/// A global secondary index.
#[derive(Clone, Debug)]
pub struct Index {
    /// Its name.
    pub name: String,
    /// Partition key, then sort key.
    pub key: Vec<String>,
    /// `ALL`, `KEYS_ONLY` or `INCLUDE`.
    pub projection: String,
    /// What `INCLUDE` includes.
    pub included: Vec<String>,
}

impl Template {
    /// The one table of the template.
    ///
    /// # Errors
    ///
    /// There is none, or it cannot be read.
    pub fn table(&self) -> Result<Table, TemplateError> {
        let tables = self.resources_of("AWS::DynamoDB::Table")?;
        let [(id, resource)] = tables.as_slice() else {
            return Err(TemplateError::malformed(
                "Resources",
                "one AWS::DynamoDB::Table is needed",
            ));
        };
        let properties = self.properties(id, resource)?;
        let attributes = properties["AttributeDefinitions"].as_array();
        let indexes = properties["GlobalSecondaryIndexes"].as_array();
        let ttl = &properties["TimeToLiveSpecification"];
        Ok(Table {
            id: (*id).to_owned(),
            name: scalar(&properties["TableName"]).unwrap_or_else(|| physical_name(id)),
            attributes: attributes
                .into_iter()
                .flatten()
                .map(|attribute| Attribute {
                    name: text(&attribute["AttributeName"]),
                    kind: text(&attribute["AttributeType"]),
                })
                .collect(),
            key: key(&properties["KeySchema"]),
            indexes: indexes.into_iter().flatten().map(Index::read).collect(),
            ttl: (ttl["Enabled"] == true).then(|| text(&ttl["AttributeName"])),
            stream: scalar(&properties["StreamSpecification"]["StreamViewType"]),
        })
    }
}

impl Index {
    fn read(declared: &Value) -> Self {
        let included = declared["Projection"]["NonKeyAttributes"].as_array();
        Self {
            name: text(&declared["IndexName"]),
            key: key(&declared["KeySchema"]),
            projection: text(&declared["Projection"]["ProjectionType"]),
            included: included.into_iter().flatten().map(text).collect(),
        }
    }
}

fn key(schema: &Value) -> Vec<String> {
    let elements = schema.as_array().into_iter().flatten();
    let (hash, range): (Vec<_>, Vec<_>) = elements.partition(|one| one["KeyType"] == "HASH");
    hash.into_iter()
        .chain(range)
        .map(|one| text(&one["AttributeName"]))
        .collect()
}

fn text(value: &Value) -> String {
    scalar(value).unwrap_or_default()
}
