//! `redrive`: hands what functions gave up back to them, once the reason is gone.
//!
//! It is handed over in the order of its time, batch by batch. What a function takes is removed; what it refuses again stays, and
//! is named. Interrupting this, or running it twice, hands over again what was in a function's hands just then, and no more:
//! functions take a change twice without harm.

mod batch;
mod row;
mod source;
mod waiting;

use clap::Args;
use serde_json::{Value, json};

use crate::connection::s3::Bucket;
use crate::connection::sqs::Queue;
use crate::connection::{At, Caller, cloudformation, lambda};
use crate::text::shown;
use crate::{Exit, Failure, Interrupt, Output};
use batch::{Answer, HandedOver, hand_over};
use row::{Outcome, Row};
use source::Source;
use waiting::{Event, Waiting};

/// The outputs of the stack that say where it waits.
const BUCKET: &str = "UndeliveredBucketName";
const QUEUE: &str = "MailNewsQueueUrl";

/// What to hand back.
#[derive(Debug, Args)]
pub(crate) struct Command {
    /// Show what waits, and leave it there
    #[arg(long)]
    list: bool,
    /// Show what would be handed over, and leave it there
    #[arg(long, conflicts_with = "list")]
    dry_run: bool,
    /// Only what functions with this in their name gave up
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true
    )]
    function: String,
    /// This bucket of undelivered records alone, where the stack may not be read
    #[arg(long, value_name = "NAME")]
    bucket: Option<String>,
}

impl Command {
    /// Whether it hands over.
    pub(crate) fn writes(&self) -> bool {
        !self.list && !self.dry_run
    }
}

/// What waits for the functions that are asked for, with its place, in the order of its time.
#[derive(Default)]
struct Found<'a> {
    waiting: Vec<(Waiting, &'a Source)>,
    /// How much of it has another form.
    unreadable: usize,
}

/// Runs the command.
pub(crate) async fn run(command: &Command, at: &At, output: &mut Output) -> Result<Exit, Failure> {
    let (caller, sources) = sources(command, at).await?;
    let interrupt = output.interrupt();
    let found = tokio::select! {
        found = read(command, &sources, output) => found?,
        () = interrupt.pressed() => {
            return Err(Failure::Interrupted("interrupted: nothing is handed over".into()));
        }
    };
    let count = found.waiting.len();
    if !command.writes() {
        let lead = if command.dry_run {
            "would hand over  "
        } else {
            ""
        };
        for (one, _) in &found.waiting {
            let row = Row::new(one, Outcome::Waits);
            output.one_of_many(&row, || format!("{lead}{}", row.line()))?;
        }
        output.closing(&format!("{count} waiting"))?;
        return Ok(Exit::Done);
    }
    let refused = hand_all_over(&found.waiting, &caller, output).await?;
    output.closing(&format!("{count} handed over, {refused} records refused"))?;
    Ok(if refused + found.unreadable > 0 {
        Exit::Refused
    } else {
        Exit::Done
    })
}

async fn read<'a>(
    command: &Command,
    sources: &'a [Source],
    output: &mut Output,
) -> Result<Found<'a>, Failure> {
    let progress = output.progress("reading what waits", None);
    let mut found = Found::default();
    for source in sources {
        let read = source.read(!command.writes(), &progress).await?;
        for key in &read.unreadable {
            let key = shown(key);
            output.remark(&format!("{key} is no invocation record, and stays"));
        }
        found.unreadable += read.unreadable.len();
        let asked = |one: &Waiting| one.function.contains(&command.function);
        let waiting = read.waiting.into_iter().filter(asked);
        found.waiting.extend(waiting.map(|one| (one, source)));
    }
    found
        .waiting
        .sort_by(|(a, _), (b, _)| (a.time, &a.key).cmp(&(b.time, &b.key)));
    Ok(found)
}

/// Where what is asked for waits.
async fn sources(command: &Command, at: &At) -> Result<(Caller, Vec<Source>), Failure> {
    let usage = |reason: &str| Failure::Usage(reason.into());
    match (&at.stack, &command.bucket) {
        (Some(_), Some(_)) => Err(usage(
            "--bucket is for where the stack may not be read: leave --stack out",
        )),
        (None, None) => Err(usage(
            "functions of a deployed stack alone give records up: name it with --stack, or its bucket with --bucket",
        )),
        (None, Some(_)) if at.local.is_some() || at.table.is_some() => Err(usage(
            "--bucket stands alone: leave --local and --table out",
        )),
        (None, Some(bucket)) => {
            let caller = at.caller().await?;
            let bucket = Source::Bucket(Bucket::new(&caller, bucket)?);
            Ok((caller, vec![bucket]))
        }
        (Some(stack), None) => {
            let caller = at.caller().await?;
            let stack = cloudformation::Stack::describe(&caller, stack).await?;
            let bucket = Bucket::new(&caller, stack.output(BUCKET)?)?;
            let queue = Queue::new(&caller, stack.output(QUEUE)?);
            Ok((caller, vec![Source::Bucket(bucket), Source::Queue(queue)]))
        }
    }
}

/// Hands everything over; answers how many records are refused.
async fn hand_all_over(
    found: &[(Waiting, &Source)],
    caller: &Caller,
    output: &mut Output,
) -> Result<usize, Failure> {
    let interrupt = output.interrupt();
    let progress = output.progress("handing over", u64::try_from(found.len()).ok());
    let mut refused = 0;
    for (done, (one, source)) in found.iter().enumerate() {
        let handed = hand_one_over(one, caller, &interrupt).await;
        let kept = handed.kept.len();
        let mut row = Row::new(one, Outcome::Kept);
        if kept == 0 {
            source.remove(one).await?;
            row.outcome = Outcome::Taken;
        } else {
            if kept < one.len() {
                let records = handed.kept.iter().map(|(record, _)| record.clone());
                let records: Vec<_> = records.collect();
                source.keep(one, &records).await?;
            }
            row.kept = Some(kept);
            row.reasons = handed.reasons().into_iter().collect();
        }
        // Of what was not touched, there is nothing to say.
        if handed.stopped.is_none() || kept < one.len() {
            output.one_of_many(&row, || row.result())?;
        }
        refused += kept;
        progress.advance(1);
        match handed.stopped {
            Some(Failure::Interrupted(_)) => {
                return Err(Failure::Interrupted(format!(
                    "interrupted: {done} of {} are handed over, and the rest waits",
                    found.len()
                )));
            }
            Some(failure) => return Err(failure),
            None => {}
        }
    }
    Ok(refused)
}

async fn hand_one_over(one: &Waiting, caller: &Caller, interrupt: &Interrupt) -> HandedOver {
    let take = async |event: &Value| -> Result<Answer, Failure> {
        if interrupt.is_pressed() {
            return Err(Failure::Interrupted("interrupted".into()));
        }
        let invoked = lambda::invoke(caller, &one.function, event).await?;
        Ok(invoked.into())
    };
    match &one.event {
        Event::Batch(records) => {
            let take_records = async |records: &[Value]| take(&json!({ "Records": records })).await;
            hand_over(records.clone(), take_records).await
        }
        Event::Whole(event) => {
            // What it answers to such an event says nothing of records.
            let (reason, stopped) = match take(event).await {
                Ok(Answer::Took(_)) => return HandedOver::default(),
                Ok(Answer::Failed(error)) => (error, None),
                Err(failure) => ("not handed over".to_owned(), Some(failure)),
            };
            HandedOver {
                kept: vec![(event.clone(), reason)],
                stopped,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::caller_of_tests;

    #[tokio::test]
    async fn an_interrupted_command_hands_nothing_more_over() {
        let text = r#"{"requestContext": {"functionArn": "arn:aws:lambda:eu-west-1:123456789012:function:Mailer"},
            "DDBStreamBatchInfo": {}, "payload": {"Records": [{}, {}]}}"#;
        let one = Waiting::of_object("aws/lambda/1", "tag", text).unwrap();
        // Nothing listens there, so a call would be another failure.
        let caller = caller_of_tests(Some("http://127.0.0.1:1"));
        let bucket = Source::Bucket(Bucket::new(&caller, "undelivered").unwrap());
        let mut output = Output::to(std::io::sink(), std::io::sink());
        output.interrupt().press();
        let found = [(one.clone(), &bucket), (one, &bucket)];
        let ended = hand_all_over(&found, &caller, &mut output).await;
        let failure = ended.unwrap_err();
        assert!(matches!(failure, Failure::Interrupted(_)), "{failure}");
        assert!(failure.to_string().contains("0 of 2"), "{failure}");
    }

    #[test]
    fn the_template_has_the_outputs_that_are_read() {
        let template = template::parse(include_str!("../../../template.yaml")).unwrap();
        for output in [BUCKET, QUEUE, "TableName"] {
            assert!(template["Outputs"].get(output).is_some(), "{output}");
        }
    }
}
