//! A restored table, made beside the one in use.

use std::str::FromStr;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::restore_table_to_point_in_time::RestoreTableToPointInTimeError;
use aws_sdk_dynamodb::primitives::{DateTime, DateTimeFormat};
use aws_sdk_dynamodb::types::{TableDescription, TableStatus};
use serde::Serialize;

use super::settings::Settings;
use super::{Restore, describe, failure};
use crate::connection::{Caller, cloudformation};
use crate::{Failure, Interrupt, Output};

/// How often a table is looked at that is not ready.
const PERIOD: Duration = Duration::from_secs(5);

/// A point in time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum When {
    /// The latest that there is.
    Latest,
    At(DateTime),
}

impl FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "latest" {
            return Ok(Self::Latest);
        }
        let at = DateTime::from_str(text, DateTimeFormat::DateTimeWithOffset);
        at.map(Self::At)
            .map_err(|_| "this is neither `latest` nor a time as in 2026-06-02T10:30:00Z".into())
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Restored<'a> {
    table: &'a str,
    restored_from: &'a str,
}

/// Makes the table, or continues with one that this command has begun.
pub(super) async fn run(
    command: &Restore,
    stack: &str,
    caller: &Caller,
    output: &mut Output,
) -> Result<(), Failure> {
    let name = &command.name;
    let client = Client::new(&caller.config);
    let described = cloudformation::Stack::describe(caller, stack).await?;
    let source = described.output("TableName")?;
    let settings = Settings::of_stack(caller, stack).await?;
    let known = describe(&client, source).await?;
    let known = known.ok_or_else(|| Failure::NotFound(format!("there is no table {source}")))?;
    match describe(&client, name).await? {
        Some(found) => continues(&found, &known, command.at)?,
        None => begin(&client, source, name, command.at).await?,
    }
    output.remark(&format!(
        "restoring {source} as {name}; this takes minutes to hours"
    ));
    let progress = output.waiting(&format!("restoring {name}"));
    let table = Restoring {
        client,
        name: name.clone(),
        interrupt: output.interrupt(),
    };
    table.wait_until_active().await?;
    progress.message(&format!("setting {name} up"));
    settings.apply(&table).await?;
    drop(progress);
    let restored = Restored {
        table: name,
        restored_from: source,
    };
    output.answer(&restored, || format!("{name} is ready"))
}

async fn begin(client: &Client, source: &str, name: &str, when: When) -> Result<(), Failure> {
    let restore = client
        .restore_table_to_point_in_time()
        .source_table_name(source)
        .target_table_name(name);
    let restore = match when {
        When::Latest => restore.use_latest_restorable_time(true),
        When::At(at) => restore.restore_date_time(at),
    };
    let Err(error) = restore.send().await else {
        return Ok(());
    };
    let refused = failure("RestoreTableToPointInTime", &error);
    let service = error.as_service_error();
    if service.is_some_and(RestoreTableToPointInTimeError::is_invalid_restore_time_exception) {
        return Err(Failure::Refused(refused.to_string()));
    }
    Err(refused)
}

/// Whether `found` is what a restore of `source` to `when` has begun to make.
fn continues(
    found: &TableDescription,
    source: &TableDescription,
    when: When,
) -> Result<(), Failure> {
    let name = found.table_name().unwrap_or_default();
    let summary = found.restore_summary();
    let restored = summary.filter(|summary| summary.source_table_arn() == source.table_arn());
    let Some(summary) = restored else {
        return Err(Failure::Refused(format!(
            "there is a table {name} already, and it is not restored from {}: choose another name",
            source.table_name().unwrap_or_default()
        )));
    };
    let to = summary.restore_date_time();
    match when {
        When::At(at) if at.secs() != to.secs() => {
            let to = to.fmt(DateTimeFormat::DateTime).unwrap_or_default();
            Err(Failure::Refused(format!(
                "there is a table {name} already, and it is restored to {to}: choose another name"
            )))
        }
        _ => Ok(()),
    }
}

/// A table that becomes ready.
pub(super) struct Restoring {
    pub(super) client: Client,
    pub(super) name: String,
    interrupt: Interrupt,
}

impl Restoring {
    /// The table, once it is active.
    pub(super) async fn wait_until_active(&self) -> Result<TableDescription, Failure> {
        loop {
            let table = describe(&self.client, &self.name).await?;
            let active = table.filter(|table| table.table_status() == Some(&TableStatus::Active));
            if let Some(table) = active {
                return Ok(table);
            }
            self.pause().await?;
        }
    }

    /// A moment, unless Ctrl-C ends it.
    pub(super) async fn pause(&self) -> Result<(), Failure> {
        tokio::select! {
            () = tokio::time::sleep(PERIOD) => Ok(()),
            () = self.interrupt.pressed() => Err(Failure::Interrupted(format!(
                "interrupted: AWS goes on restoring {}, and the same command goes on with it", self.name
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::types::RestoreSummary;

    use super::*;

    const ARN: &str = "arn:aws:dynamodb:eu-west-1:123456789012:table/accounts-Table-1";

    fn source() -> TableDescription {
        let table = TableDescription::builder().table_name("accounts-Table-1");
        table.table_arn(ARN).build()
    }

    fn restored(from: &str, at: i64) -> TableDescription {
        let summary = RestoreSummary::builder()
            .source_table_arn(from)
            .restore_date_time(DateTime::from_secs(at))
            .restore_in_progress(true);
        let table = TableDescription::builder().table_name("restored");
        table.restore_summary(summary.build().unwrap()).build()
    }

    #[test]
    fn a_time_is_the_latest_or_one_with_its_offset() {
        assert_eq!("latest".parse(), Ok(When::Latest));
        let at = When::At(DateTime::from_secs(1_780_396_200));
        assert_eq!("2026-06-02T10:30:00Z".parse(), Ok(at));
        assert_eq!("2026-06-02T12:30:00+02:00".parse(), Ok(at));
        for wrong in ["", "now", "2026-06-02", "2026-06-02T10:30:00"] {
            assert!(wrong.parse::<When>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn only_what_the_same_command_has_begun_is_continued() {
        let at = |seconds| When::At(DateTime::from_secs(seconds));
        let found = restored(ARN, 10);
        assert!(continues(&found, &source(), When::Latest).is_ok());
        assert!(continues(&found, &source(), at(10)).is_ok());
        let other = continues(&found, &source(), at(11)).unwrap_err();
        assert!(
            other.to_string().contains("1970-01-01T00:00:10Z"),
            "{other}"
        );
        let elsewhere = restored("arn:aws:dynamodb:eu-west-1:123456789012:table/other", 10);
        assert!(continues(&elsewhere, &source(), at(10)).is_err());
        assert!(continues(&source(), &source(), When::Latest).is_err());
    }
}
