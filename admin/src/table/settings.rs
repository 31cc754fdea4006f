//! The settings of a table that a restore leaves out, as the template declares them.

use aws_sdk_dynamodb::operation::update_continuous_backups::UpdateContinuousBackupsError;
use aws_sdk_dynamodb::types::{
    PointInTimeRecoverySpecification, StreamSpecification, StreamViewType, TableDescription,
    TimeToLiveSpecification, TimeToLiveStatus,
};
use serde::Deserialize;
use serde_json::Value;

use super::restore::Restoring;
use super::{LOGICAL, failure};
use crate::Failure;
use crate::connection::{Caller, cloudformation};

/// What the template declares of the table.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Settings {
    stream_specification: Stream,
    deletion_protection_enabled: bool,
    time_to_live_specification: TimeToLive,
    point_in_time_recovery_specification: Recovery,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Stream {
    stream_view_type: String,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TimeToLive {
    attribute_name: String,
    enabled: bool,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Recovery {
    point_in_time_recovery_enabled: bool,
    recovery_period_in_days: Option<i32>,
}

impl Settings {
    /// Those of the template that `stack` was deployed with last.
    pub(super) async fn of_stack(caller: &Caller, stack: &str) -> Result<Self, Failure> {
        let text = cloudformation::template(caller, stack).await?;
        let template = template::parse(&text)
            .map_err(|malformed| Failure::unreachable("the stack's template", &malformed))?;
        Self::of(&template)
    }

    fn of(template: &Value) -> Result<Self, Failure> {
        let declared = &template["Resources"][LOGICAL]["Properties"];
        if declared.is_null() {
            let reason = format!("the stack's template has no {LOGICAL}");
            return Err(Failure::Refused(reason));
        }
        serde_json::from_value(declared.clone())
            .map_err(|error| Failure::Refused(format!("the stack's template, {LOGICAL}: {error}")))
    }

    /// Gives `table` those that it does not have yet.
    pub(super) async fn apply(&self, table: &Restoring) -> Result<(), Failure> {
        self.turn_stream_on(table).await?;
        self.protect(table).await?;
        self.set_time_to_live(table).await?;
        self.keep_backups(table).await
    }

    async fn turn_stream_on(&self, table: &Restoring) -> Result<(), Failure> {
        let found = table.wait_until_active().await?;
        if has_stream(&found) {
            return Ok(());
        }
        let kind = StreamViewType::from(self.stream_specification.stream_view_type.as_str());
        let stream = StreamSpecification::builder()
            .stream_enabled(true)
            .stream_view_type(kind)
            .build()
            .map_err(|error| Failure::unreachable("the stream", &error))?;
        let update = table.client.update_table().table_name(&table.name);
        let updated = update.stream_specification(stream).send().await;
        updated.map_err(|error| failure("UpdateTable", &error))?;
        Ok(())
    }

    async fn protect(&self, table: &Restoring) -> Result<(), Failure> {
        let found = table.wait_until_active().await?;
        let protected = found.deletion_protection_enabled().unwrap_or_default();
        if protected == self.deletion_protection_enabled {
            return Ok(());
        }
        let update = table.client.update_table().table_name(&table.name);
        let update = update.deletion_protection_enabled(self.deletion_protection_enabled);
        let updated = update.send().await;
        updated.map_err(|error| failure("UpdateTable", &error))?;
        table.wait_until_active().await?;
        Ok(())
    }

    async fn set_time_to_live(&self, table: &Restoring) -> Result<(), Failure> {
        let declared = &self.time_to_live_specification;
        let (client, name) = (&table.client, &table.name);
        let described = client.describe_time_to_live().table_name(name).send().await;
        let described = described.map_err(|error| failure("DescribeTimeToLive", &error))?;
        let status = described.time_to_live_description();
        let status = status.and_then(|description| description.time_to_live_status());
        let on = [TimeToLiveStatus::Enabled, TimeToLiveStatus::Enabling];
        // What is set already is refused.
        if status.is_some_and(|status| on.contains(status)) == declared.enabled {
            return Ok(());
        }
        let specification = TimeToLiveSpecification::builder()
            .attribute_name(&declared.attribute_name)
            .enabled(declared.enabled)
            .build()
            .map_err(|error| Failure::unreachable("the time to live", &error))?;
        let update = client.update_time_to_live().table_name(name);
        let update = update.time_to_live_specification(specification);
        let updated = update.send().await;
        updated.map_err(|error| failure("UpdateTimeToLive", &error))?;
        Ok(())
    }

    async fn keep_backups(&self, table: &Restoring) -> Result<(), Failure> {
        let declared = &self.point_in_time_recovery_specification;
        let specification = PointInTimeRecoverySpecification::builder()
            .point_in_time_recovery_enabled(declared.point_in_time_recovery_enabled)
            .set_recovery_period_in_days(declared.recovery_period_in_days)
            .build()
            .map_err(|error| Failure::unreachable("the recovery", &error))?;
        loop {
            let update = table.client.update_continuous_backups();
            let update = update.table_name(&table.name);
            let update = update.point_in_time_recovery_specification(specification.clone());
            let Err(error) = update.send().await else {
                return Ok(());
            };
            // DynamoDB turns backups of a new table on by itself, and takes no setting before.
            let refused = error.as_service_error();
            if !refused.is_some_and(
                UpdateContinuousBackupsError::is_continuous_backups_unavailable_exception,
            ) {
                return Err(failure("UpdateContinuousBackups", &error));
            }
            table.pause().await?;
        }
    }
}

/// Whether the table has a stream that is on.
pub(super) fn has_stream(table: &TableDescription) -> bool {
    let stream = table.stream_specification();
    stream.is_some_and(StreamSpecification::stream_enabled)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_settings_are_those_of_the_template() {
        let template = template::parse(include_str!("../../../template.yaml")).unwrap();
        let settings = Settings::of(&template).unwrap();
        let expected = Settings {
            stream_specification: Stream {
                stream_view_type: "NEW_AND_OLD_IMAGES".into(),
            },
            deletion_protection_enabled: true,
            time_to_live_specification: TimeToLive {
                attribute_name: "ttl".into(),
                enabled: true,
            },
            point_in_time_recovery_specification: Recovery {
                point_in_time_recovery_enabled: true,
                recovery_period_in_days: None,
            },
        };
        assert_eq!(settings, expected);
    }

    #[test]
    fn a_template_without_the_table_is_refused() {
        let refused = Settings::of(&json!({ "Resources": {} })).unwrap_err();
        assert!(matches!(refused, Failure::Refused(_)), "{refused}");
    }
}
