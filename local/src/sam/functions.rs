//! What the template says of each function: its environment, its limits, the streams that feed it.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Map, Value};

use super::evaluate::{scalar, stream_arn};
use super::{Template, TemplateError};

/// A Lambda function.
#[derive(Clone, Debug)]
pub struct Function {
    /// The logical id, as in `AccountsFunction`.
    pub id: String,
    /// What the template puts into its environment.
    pub environment: BTreeMap<String, String>,
    /// How long one invocation may take.
    pub timeout: Duration,
    /// In megabytes.
    pub memory: u64,
    /// The streams that it is fed with.
    pub sources: Vec<StreamSource>,
    /// The schedules that it runs by.
    pub schedules: Vec<Schedule>,
    /// The rules of the default bus that bring it events.
    pub rules: Vec<EventRule>,
    /// How many times a failed asynchronous invocation is tried again.
    pub retries: u32,
}

/// An event source of type `EventBridgeRule`, on the default bus.
#[derive(Clone, Debug)]
pub struct EventRule {
    /// The source's name in the template.
    pub name: String,
    /// Which events are for the function.
    pub pattern: Value,
}

/// An event source of type `Schedule`.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// The source's name in the template.
    pub name: String,
    /// The time from one invocation to the next.
    pub period: Duration,
    /// The function's event instead of EventBridge's own.
    pub input: Option<Value>,
}

/// An event source of type `DynamoDB`.
#[derive(Clone, Debug)]
pub struct StreamSource {
    /// The source's name in the template.
    pub name: String,
    /// The logical id of the table.
    pub table: String,
    /// The patterns of `FilterCriteria`; a record that matches one of them is for this function. None: all are.
    pub filters: Vec<Value>,
    /// The most records in one event.
    pub batch_size: usize,
    /// Whether the function says which records of a batch failed.
    pub reports_failures: bool,
    /// Whether a failed batch is halved.
    pub bisects: bool,
    /// How many times a failed batch is tried again; `None` is for ever.
    pub retries: Option<u32>,
    /// How old a record may become before it is given up; `None` is for ever.
    pub max_age: Option<Duration>,
}

/// Lambda's own defaults.
const DEFAULT_TIMEOUT_SECONDS: u64 = 3;
const DEFAULT_MEMORY: u64 = 128;
const DEFAULT_BATCH_SIZE: u64 = 100;
const DEFAULT_RETRIES: u32 = 2;

impl Template {
    /// Every function, with what `Globals` says of all of them.
    ///
    /// # Errors
    ///
    /// A function cannot be read.
    pub fn functions(&self) -> Result<Vec<Function>, TemplateError> {
        let globals = self
            .scope
            .evaluate(self.document.globals("Function"), "Globals/Function")?;
        let globals = globals.unwrap_or_default();
        let resources = self.resources_of("AWS::Serverless::Function")?;
        let read = |(id, resource)| {
            let own = self.properties(id, resource)?;
            self.function(id, &merged(&globals, &own))
        };
        resources.into_iter().map(read).collect()
    }

    fn function(&self, id: &str, properties: &Value) -> Result<Function, TemplateError> {
        let variables = properties["Environment"]["Variables"].as_object();
        let number = |name: &str, default| properties[name].as_u64().unwrap_or(default);
        let mut sources = Vec::new();
        let mut schedules = Vec::new();
        let mut rules = Vec::new();
        for (name, event) in properties["Events"].as_object().into_iter().flatten() {
            let declared = &event["Properties"];
            if event["Type"] == "DynamoDB" {
                sources.push(self.source(id, name, declared)?);
            } else if event["Type"] == "Schedule" {
                schedules.push(schedule(id, name, declared)?);
            } else if event["Type"] == "EventBridgeRule" {
                rules.push(EventRule {
                    name: name.clone(),
                    pattern: declared["Pattern"].clone(),
                });
            }
        }
        let retries = properties["EventInvokeConfig"]["MaximumRetryAttempts"].as_u64();
        Ok(Function {
            id: id.to_owned(),
            environment: variables
                .into_iter()
                .flatten()
                .map(|(name, value)| (name.clone(), scalar(value).unwrap_or_default()))
                .collect(),
            timeout: Duration::from_secs(number("Timeout", DEFAULT_TIMEOUT_SECONDS)),
            memory: number("MemorySize", DEFAULT_MEMORY),
            sources,
            schedules,
            rules,
            retries: retries
                .and_then(|retries| retries.try_into().ok())
                .unwrap_or(DEFAULT_RETRIES),
        })
    }

    fn source(
        &self,
        id: &str,
        name: &str,
        declared: &Value,
    ) -> Result<StreamSource, TemplateError> {
        let at = format!("Resources/{id}/{name}");
        let wrong = |reason: &str| TemplateError::malformed(&at, reason);
        let tables = self.resources_of("AWS::DynamoDB::Table")?;
        let stream = &declared["Stream"];
        let (table, _) = tables
            .into_iter()
            .find(|(table, _)| *stream == stream_arn(table).as_str())
            .ok_or_else(|| wrong("Stream is not that of a table here"))?;
        let patterns = declared["FilterCriteria"]["Filters"].as_array();
        let filters = patterns.into_iter().flatten().map(|filter| {
            let pattern = filter["Pattern"].as_str().unwrap_or_default();
            serde_json::from_str(pattern).map_err(|_| wrong("a filter's pattern is no JSON"))
        });
        let responses = declared["FunctionResponseTypes"].as_array();
        // Lambda writes "for ever" as -1.
        let bounded = |name: &str| {
            declared[name]
                .as_i64()
                .and_then(|value| value.try_into().ok())
        };
        Ok(StreamSource {
            name: name.to_owned(),
            table: table.to_owned(),
            filters: filters.collect::<Result<_, _>>()?,
            batch_size: declared["BatchSize"]
                .as_u64()
                .unwrap_or(DEFAULT_BATCH_SIZE)
                .try_into()
                .map_err(|_| wrong("BatchSize is out of range"))?,
            reports_failures: responses
                .is_some_and(|types| types.iter().any(|one| one == "ReportBatchItemFailures")),
            bisects: declared["BisectBatchOnFunctionError"] == true,
            retries: bounded("MaximumRetryAttempts"),
            max_age: bounded("MaximumRecordAgeInSeconds")
                .map(|seconds| Duration::from_secs(seconds.into())),
        })
    }
}

fn schedule(id: &str, name: &str, declared: &Value) -> Result<Schedule, TemplateError> {
    let at = format!("Resources/{id}/{name}");
    let wrong = |reason: &str| TemplateError::malformed(&at, reason);
    let input = declared["Input"].as_str().map(serde_json::from_str);
    let period = declared["Schedule"].as_str().and_then(rate);
    Ok(Schedule {
        name: name.to_owned(),
        period: period
            .ok_or_else(|| wrong("the local stack knows schedules like rate(5 minutes)"))?,
        input: input.transpose().map_err(|_| wrong("Input is no JSON"))?,
    })
}

/// `rate(value unit)` of EventBridge.
fn rate(expression: &str) -> Option<Duration> {
    let rate = expression.strip_prefix("rate(")?.strip_suffix(')')?;
    let (value, unit) = rate.split_once(' ')?;
    let value: u64 = value.parse().ok().filter(|value| *value > 0)?;
    let unit = match unit.strip_suffix('s').unwrap_or(unit) {
        "minute" => 60,
        "hour" => 60 * 60,
        "day" => 24 * 60 * 60,
        _ => return None,
    };
    Some(Duration::from_secs(value * unit))
}

/// SAM's merge of `Globals` into a resource: maps by member, anything else replaced.
fn merged(globals: &Value, own: &Value) -> Value {
    let (Value::Object(globals), Value::Object(own)) = (globals, own) else {
        return if own.is_null() {
            globals.clone()
        } else {
            own.clone()
        };
    };
    let mut result: Map<String, Value> = globals.clone();
    for (name, value) in own {
        let value = merged(globals.get(name).unwrap_or(&Value::Null), value);
        result.insert(name.clone(), value);
    }
    Value::Object(result)
}

#[cfg(test)]
mod tests {
    use super::rate;

    #[test]
    fn a_rate_is_a_number_of_minutes_hours_or_days() {
        let seconds = |expression| rate(expression).map(|period| period.as_secs());
        assert_eq!(seconds("rate(5 minutes)"), Some(300));
        assert_eq!(seconds("rate(1 hour)"), Some(3600));
        assert_eq!(seconds("rate(2 days)"), Some(172_800));
        for other in [
            "rate(0 minutes)",
            "rate(5)",
            "rate(5 weeks)",
            "cron(0 1 * * ? *)",
            "",
        ] {
            assert_eq!(seconds(other), None, "{other}");
        }
    }
}
