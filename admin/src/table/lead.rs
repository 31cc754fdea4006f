//! Leads a stack to another table, in two updates of the stack as it was deployed last.
//!
//! In the first one everything names the other table, and the old one leaves the stack (and stays, by its `DeletionPolicy`). In the
//! second one the other table becomes the stack's own.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use runtime::Clock;
use serde::Serialize;
use serde_json::Value;

use super::literal::{Known, table_of, with_table, without_table};
use super::settings::has_stream;
use super::{LOGICAL, describe};
use crate::connection::Caller;
use crate::connection::change_set::{Change, ChangeSet, Update};
use crate::connection::cloudformation::{self, Stack};
use crate::connection::s3::Bucket;
use crate::{Failure, Interrupt, Output};

/// Where `sam deploy` keeps what it uploads.
const SAM_STACK: &str = "aws-sam-cli-managed-default";
/// How often an update is looked at.
const PERIOD: Duration = Duration::from_secs(2);
/// The names of the two updates.
const NAMES: &str = "names-the-restored-table";
const OWNS: &str = "owns-the-restored-table";

/// What an update does.
#[derive(Serialize)]
struct Shown<'a> {
    update: &'a str,
    #[serde(flatten)]
    change: &'a Change,
}

/// A stack that is led to another table.
struct Led<'a> {
    stack: &'a str,
    caller: &'a Caller,
    /// Where its templates go.
    bucket: Bucket,
    interrupt: Interrupt,
}

/// Leads `stack` to the table `name`, and makes it the stack's own.
pub(super) async fn run(
    name: &str,
    stack: &str,
    caller: &Caller,
    output: &mut Output,
) -> Result<(), Failure> {
    let known = known(&Client::new(&caller.config), name).await?;
    let sam = Stack::describe(caller, SAM_STACK).await?;
    let led = Led {
        stack,
        caller,
        bucket: Bucket::new(caller, sam.output("SourceBucket")?)?,
        interrupt: output.interrupt(),
    };
    // An update that was interrupted here goes on there.
    led.wait_until_idle(output).await?;
    let template = led.template().await?;
    if table_of(&template) != Some(name) {
        output.confirm(&format!("This leads the stack {stack} to the table {name}"))?;
        let owns = if table_of(&template).is_some() {
            let names = without_table(&template, &known)
                .map_err(|unknown| Failure::Refused(unknown.to_string()))?;
            let owns = with_table(&template, name);
            // First of all: once the table has left the stack, nothing else knows what was declared of it.
            led.upload(OWNS, &owns).await?;
            led.upload(NAMES, &names).await?;
            led.update(NAMES, output).await?;
            owns
        } else {
            led.uploaded(OWNS).await?
        };
        if table_of(&owns) != Some(name) {
            let other = table_of(&owns).unwrap_or_default();
            return Err(Failure::Refused(format!(
                "the stack {stack} is on its way to the table {other}: finish that first"
            )));
        }
        led.update(OWNS, output).await?;
    }
    output.closing(&format!("{stack} works on {name}"))?;
    output.remark(&format!(
        "Now add to {LOGICAL} in template.yaml, and commit: TableName: {name}"
    ));
    Ok(())
}

/// What a template can ask of the table `name`.
async fn known(client: &Client, name: &str) -> Result<Known, Failure> {
    let table = describe(client, name).await?;
    let table = table.ok_or_else(|| {
        Failure::NotFound(format!(
            "there is no table {name}: make it with `table restore`"
        ))
    })?;
    let stream = table.latest_stream_arn().filter(|_| has_stream(&table));
    let stream = stream.ok_or_else(|| {
        Failure::Refused(format!(
            "{name} has no stream: make it ready with `table restore`"
        ))
    })?;
    Ok(Known {
        name: name.to_owned(),
        arn: table.table_arn().unwrap_or_default().to_owned(),
        stream_arn: stream.to_owned(),
    })
}

impl Led<'_> {
    /// The template as `sam deploy` has sent it last.
    async fn template(&self) -> Result<Value, Failure> {
        let text = cloudformation::template(self.caller, self.stack).await?;
        template::parse(&text)
            .map_err(|malformed| Failure::unreachable("the stack's template", &malformed))
    }

    fn key(&self, update: &str) -> String {
        format!("{}/{update}.template", self.stack)
    }

    async fn upload(&self, update: &str, template: &Value) -> Result<(), Failure> {
        let key = self.key(update);
        let written = self.bucket.put(&key, template.to_string(), None);
        written.await.map(drop)
    }

    /// The template of an update that was begun before.
    async fn uploaded(&self, update: &str) -> Result<Value, Failure> {
        let object = self.bucket.get(&self.key(update)).await?;
        let template = object.and_then(|object| serde_json::from_str(&object.body).ok());
        template.ok_or_else(|| {
            Failure::Refused(format!(
                "the template of the stack {} has no {LOGICAL}, and nothing says which it had: deploy it with one",
                self.stack
            ))
        })
    }

    /// One update of the stack, with the parameters that it has.
    async fn update(&self, what: &str, output: &mut Output) -> Result<(), Failure> {
        let described = Stack::describe(self.caller, self.stack).await?;
        let name = format!("{what}-{}", Clock::System.now().seconds());
        let update = Update {
            stack: self.stack,
            name: &name,
            template_url: &self.bucket.address(&self.key(what)),
            parameters: &described.parameters,
            imports: what == OWNS,
        };
        update.prepare(self.caller).await?;
        let changes = self.prepared(&update, output).await?;
        for change in &changes {
            let row = Shown {
                update: what,
                change,
            };
            let Change {
                action,
                logical_id,
                r#type,
            } = change;
            output.one_of_many(&row, || format!("  {action:8}{logical_id} ({type})"))?;
        }
        if self.interrupt.is_pressed() {
            return Err(Failure::Interrupted(
                "interrupted: the update has not begun".into(),
            ));
        }
        update.execute(self.caller).await?;
        self.pause().await?;
        let ended = self.wait_until_idle(output).await?;
        if ended.status == "UPDATE_COMPLETE" {
            return Ok(());
        }
        Err(Failure::Refused(format!(
            "after {what}, the stack {} is {}: {}",
            self.stack, ended.status, ended.reason
        )))
    }

    /// The changes of an update, once it is prepared.
    async fn prepared(&self, update: &Update<'_>, output: &Output) -> Result<Vec<Change>, Failure> {
        let progress = output.waiting(&format!("preparing {}", update.name));
        loop {
            let found = ChangeSet::describe(self.caller, self.stack, update.name).await?;
            match found.status.as_str() {
                "CREATE_COMPLETE" => return Ok(found.changes),
                "CREATE_PENDING" | "CREATE_IN_PROGRESS" => self.pause().await?,
                _ => {
                    drop(progress);
                    return Err(Failure::Refused(format!(
                        "{} cannot be made: {}",
                        update.name, found.reason
                    )));
                }
            }
        }
    }

    /// The stack, once no update of it runs.
    async fn wait_until_idle(&self, output: &Output) -> Result<Stack, Failure> {
        let progress = output.waiting(&format!("looking at the stack {}", self.stack));
        loop {
            let described = Stack::describe(self.caller, self.stack).await?;
            if !described.status.ends_with("_IN_PROGRESS") {
                return Ok(described);
            }
            progress.message(&format!("the stack {} is {}", self.stack, described.status));
            self.pause().await?;
        }
    }

    /// A moment, unless Ctrl-C ends it.
    async fn pause(&self) -> Result<(), Failure> {
        tokio::select! {
            () = tokio::time::sleep(PERIOD) => Ok(()),
            () = self.interrupt.pressed() => Err(Failure::Interrupted(
                "interrupted: CloudFormation ends the update that it has begun, and the same command goes on after it".into(),
            )),
        }
    }
}
