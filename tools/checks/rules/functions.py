"""How functions run, and what becomes of an event that one of them cannot take."""

import json

from checks.stack import Stack, listed, target

# Functions that no request waits for.
MAY_TAKE_LONGER = {"MailerFunction", "TrailFunction", "PurgeFunction"}


def functions_are_alike(stack: Stack):
    groups = []
    for name, function in stack.of_type("AWS::Lambda::Function"):
        logging = function.get("LoggingConfig", {})
        groups.append(target(logging.get("LogGroup")))
        if groups[-1] != name.replace("Function", "Logs") or groups[-1] not in stack.resources:
            yield f"{name} logs into {groups[-1] or 'a group that Lambda makes, without retention'}"
        if logging.get("LogFormat") != "JSON" or logging.get("SystemLogLevel") != "WARN":
            yield f"{name} does not log as the others do"
        if logging.get("ApplicationLogLevel") != "TRACE":
            yield f"{name} logs what LogLevel asks for, and Lambda drops it below {logging.get('ApplicationLogLevel', 'INFO')}"
        if function.get("TracingConfig", {}).get("Mode") != {"Fn::If": ["HasTracing", "Active", "PassThrough"]}:
            yield f"{name} is not traced as EnableTracing says"
        if function.get("Architectures") != [{"Ref": "Architecture"}] or function.get("Runtime") != "provided.al2023":
            yield f"{name} is not built as the others are"
        if function.get("Timeout", 3) >= 29 and name not in MAY_TAKE_LONGER:
            yield f"{name} may run longer than API Gateway waits"
        written = [s for r, s in stack.statements() if r == target(function.get("Role")) and s.get("Sid") == "Log"]
        if [target(resource) for s in written for resource in listed(s["Resource"])] != [groups[-1]]:
            yield f"{name} may not write its own log, or may write another's"


def streams_neither_block_nor_lose(stack: Stack):
    for name, source in stack.of_type("AWS::Lambda::EventSourceMapping"):
        if "ReportBatchItemFailures" not in source.get("FunctionResponseTypes", []):
            yield f"{name} repeats whole batches"
        if not source.get("BisectBatchOnFunctionError"):
            yield f"{name} does not halve a batch that fails"
        if not 0 < source.get("MaximumRetryAttempts", -1) <= 50 or not 0 < source.get("MaximumRecordAgeInSeconds", -1) <= 43200:
            yield f"{name} retries for ever, or longer than half of what the stream keeps"
        for filter_ in source.get("FilterCriteria", {}).get("Filters", [{"Pattern": "{}"}]):
            if not json.loads(filter_["Pattern"]):
                yield f"{name} is invoked for every record"
        bucket = target(source.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination"))
        role = target(stack.properties(target(source["FunctionName"])).get("Role"))
        if stack.resources.get(bucket, {}).get("Type") != "AWS::S3::Bucket":
            yield f"{name} keeps nothing of what it gives up"
        elif not any(
            r == role and "s3:PutObject" in listed(s["Action"]) and target(s["Resource"]) == bucket for r, s in stack.statements()
        ):
            yield f"{name} may not write into {bucket}"
        watched = {
            (alarm.get("MetricName"), target(alarm["Dimensions"][0]["Value"]))
            for _, alarm in stack.of_type("AWS::CloudWatch::Alarm")
            if alarm.get("Dimensions")
        }
        if ("IteratorAge", target(source["FunctionName"])) not in watched:
            yield f"{name} may fall behind unseen"


def schedules_do_not_fail_unseen(stack: Stack):
    for name, rule in stack.of_type("AWS::Events::Rule"):
        if "ScheduleExpression" not in rule:
            continue
        for aim in rule["Targets"]:
            function = target(aim["Arn"])
            if "RetryPolicy" not in aim:
                yield f"{name} is tried again for a day"
            invoke = [p for _, p in stack.of_type("AWS::Lambda::EventInvokeConfig") if target(p["FunctionName"]) == function]
            if not any("MaximumRetryAttempts" in p and p.get("DestinationConfig", {}).get("OnFailure") for p in invoke):
                yield f"{function} loses the runs that fail"
            role = function.replace("Function", "Role")
            granted = {a for r, s in stack.statements() if r == role for a in listed(s["Action"])}
            if "s3:PutObject" not in granted:
                yield f"{function} may not keep the runs that fail"
            errors = [{"Name": "FunctionName", "Value": {"Ref": function}}]
            alarms = stack.of_type("AWS::CloudWatch::Alarm")
            if not any(a.get("MetricName") == "Errors" and a.get("Dimensions") == errors for _, a in alarms):
                yield f"{function} fails without an alarm"


def parameters_reach_functions(stack: Stack):
    """SAM publishes no version for a changed parameter: docs/decisions/0029-releases-without-aliases.md."""
    for kind in ("AWS::Lambda::Alias", "AWS::Lambda::Version"):
        yield from (f"{name} keeps the environment that it was published with" for name, _ in stack.of_type(kind))


def may_be_sent(policy: dict, queue: str, rule: str) -> bool:
    """Whether a queue's policy lets EventBridge send into it for a rule, and for no other."""
    allowed = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": {"Fn::GetAtt": [queue, "Arn"]},
        "Condition": {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": [rule, "Arn"]}}},
    }
    statements = [{k: v for k, v in s.items() if k != "Sid"} for s in policy["PolicyDocument"]["Statement"]]
    return {"Ref": queue} in policy["Queues"] and [s for s in statements if s["Effect"] == "Allow"] == [allowed]


def news_are_not_lost(stack: Stack):
    for name, rule in stack.of_type("AWS::Events::Rule"):
        if "ScheduleExpression" in rule:
            continue
        if "source" not in rule.get("EventPattern", {}) or "detail" not in rule.get("EventPattern", {}):
            yield f"{name} hears more than its own events"
        for entry in rule["Targets"]:
            retry, function = entry.get("RetryPolicy", {}), target(entry["Arn"])
            if "MaximumRetryAttempts" not in retry or "MaximumEventAgeInSeconds" not in retry:
                yield f"{name} brings an event again for a day"
            queue = target(entry.get("DeadLetterConfig", {}).get("Arn"))
            if stack.resources.get(queue, {}).get("Type") != "AWS::SQS::Queue":
                yield f"{name} keeps nothing of what it cannot bring"
            elif not any(may_be_sent(policy, queue, name) for _, policy in stack.of_type("AWS::SQS::QueuePolicy")):
                yield f"{name} may not send into {queue}"
            elif not stack.properties(queue).get("SqsManagedSseEnabled"):
                yield f"{queue} is not encrypted"
            configs = [c for _, c in stack.of_type("AWS::Lambda::EventInvokeConfig") if target(c["FunctionName"]) == function]
            kept = [target(c.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")) for c in configs]
            if not kept or stack.resources.get(kept[0], {}).get("Type") != "AWS::S3::Bucket":
                yield f"{function} keeps nothing of the events that it gives up"


RULES = [
    functions_are_alike,
    parameters_reach_functions,
    streams_neither_block_nor_lose,
    schedules_do_not_fail_unseen,
    news_are_not_lost,
]
