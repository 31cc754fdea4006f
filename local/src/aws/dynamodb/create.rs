//! `CreateTable` from the template's declaration, and the check that an existing table matches it.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::operation::create_table::CreateTableError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
    ProjectionType, StreamSpecification, StreamViewType, TableDescription, TableStatus,
    TimeToLiveSpecification, TimeToLiveStatus,
};

use crate::aws::endpoint::reason;
use crate::sam::{Index, Table};

/// An external DynamoDB takes a moment to create a table.
const PATIENCE: Duration = Duration::from_mins(1);

/// Ensures that `table` exists as declared, and answers its stream's ARN.
///
/// # Errors
///
/// What went wrong, in words for the user.
pub(crate) async fn ensure(client: &Client, table: &Table) -> Result<Option<String>, String> {
    let described = match create(client, table).await? {
        Created::Now => wait_until_active(client, table).await?,
        Created::Before => {
            let described = wait_until_active(client, table).await?;
            check(table, &described)?;
            described
        }
    };
    expire(client, table).await?;
    let stream = described.latest_stream_arn().map(str::to_owned);
    if table.stream.is_some() && stream.is_none() {
        return Err(format!("the table {} has no stream", table.name));
    }
    Ok(stream)
}

enum Created {
    Now,
    Before,
}

async fn create(client: &Client, table: &Table) -> Result<Created, String> {
    let unbuilt = |error: BuildError| error.to_string();
    let mut request = client
        .create_table()
        .table_name(&table.name)
        .billing_mode(BillingMode::PayPerRequest)
        .set_key_schema(Some(key(&table.key).map_err(unbuilt)?));
    for attribute in &table.attributes {
        let definition = AttributeDefinition::builder()
            .attribute_name(&attribute.name)
            .attribute_type(attribute.kind.as_str().into());
        request = request.attribute_definitions(definition.build().map_err(unbuilt)?);
    }
    for index in &table.indexes {
        request = request.global_secondary_indexes(index_of(index).map_err(unbuilt)?);
    }
    if let Some(view) = &table.stream {
        let stream = StreamSpecification::builder()
            .stream_enabled(true)
            .stream_view_type(StreamViewType::from(view.as_str()));
        request = request.stream_specification(stream.build().map_err(unbuilt)?);
    }
    match request.send().await {
        Ok(_) => Ok(Created::Now),
        Err(error)
            if matches!(
                error.as_service_error(),
                Some(CreateTableError::ResourceInUseException(_))
            ) =>
        {
            Ok(Created::Before)
        }
        Err(error) => Err(reason(&error)),
    }
}

fn index_of(index: &Index) -> Result<GlobalSecondaryIndex, BuildError> {
    let included = (!index.included.is_empty()).then(|| index.included.clone());
    let projection = Projection::builder()
        .projection_type(ProjectionType::from(index.projection.as_str()))
        .set_non_key_attributes(included);
    GlobalSecondaryIndex::builder()
        .index_name(&index.name)
        .set_key_schema(Some(key(&index.key)?))
        .projection(projection.build())
        .build()
}

fn key(names: &[String]) -> Result<Vec<KeySchemaElement>, BuildError> {
    let kinds = [KeyType::Hash, KeyType::Range];
    let elements = names.iter().zip(kinds);
    elements
        .map(|(name, kind)| {
            KeySchemaElement::builder()
                .attribute_name(name)
                .key_type(kind)
                .build()
        })
        .collect()
}

async fn wait_until_active(client: &Client, table: &Table) -> Result<TableDescription, String> {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        let answer = client.describe_table().table_name(&table.name).send().await;
        let described = answer
            .map_err(|error| reason(&error))?
            .table
            .ok_or("it describes no table")?;
        match described.table_status() {
            Some(TableStatus::Active | TableStatus::Updating) => return Ok(described),
            _ if tokio::time::Instant::now() > deadline => {
                return Err(format!("the table {} does not become active", table.name));
            }
            _ => tokio::time::sleep(Duration::from_millis(200)).await,
        }
    }
}

/// A table of another template version would fail later, with a less clear error.
fn check(table: &Table, described: &TableDescription) -> Result<(), String> {
    let names = |schema: &[KeySchemaElement]| -> Vec<String> {
        schema
            .iter()
            .map(|element| element.attribute_name().to_owned())
            .collect()
    };
    let differs = |what: &str| {
        let name = &table.name;
        Err(format!(
            "its table {name} was made by another template.yaml ({what} differs); delete it first"
        ))
    };
    if names(described.key_schema()) != table.key {
        return differs("the key");
    }
    for index in &table.indexes {
        let mut existing = described.global_secondary_indexes().iter();
        let existing = existing.find(|one| one.index_name() == Some(&index.name));
        let included = |one: &Projection| {
            let mut included = one.non_key_attributes().to_vec();
            included.sort();
            included
        };
        let mut declared = index.included.clone();
        declared.sort();
        let same = existing.is_some_and(|existing| {
            names(existing.key_schema()) == index.key
                && existing.projection().map(included).unwrap_or_default() == declared
        });
        if !same {
            return differs(&format!("the index {}", index.name));
        }
    }
    Ok(())
}

async fn expire(client: &Client, table: &Table) -> Result<(), String> {
    let Some(attribute) = &table.ttl else {
        return Ok(());
    };
    let answer = client
        .describe_time_to_live()
        .table_name(&table.name)
        .send()
        .await;
    let described = answer
        .map_err(|error| reason(&error))?
        .time_to_live_description;
    let status = described.and_then(|described| described.time_to_live_status);
    if matches!(
        status,
        Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling)
    ) {
        return Ok(());
    }
    let specification = TimeToLiveSpecification::builder()
        .attribute_name(attribute)
        .enabled(true)
        .build();
    client
        .update_time_to_live()
        .table_name(&table.name)
        .time_to_live_specification(specification.map_err(|error| error.to_string())?)
        .send()
        .await
        .map_err(|error| reason(&error))?;
    Ok(())
}
