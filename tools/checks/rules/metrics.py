"""Alarms and widgets: each looks at a metric that exists, under the dimensions that it has, and what must be watched is.

What AWS sends, and under which dimensions, is in its documents: docs/operations.md, *Alarms*, names them.
"""

from checks.metrics import counted, of_alarm, used
from checks.stack import Stack, listed, target

FUNCTION, TABLE, INDEX = frozenset({"FunctionName"}), frozenset({"TableName"}), frozenset({"TableName", "GlobalSecondaryIndexName"})
MAPPING, RULE, OPERATION = frozenset({"EventSourceMappingUUID"}), frozenset({"RuleName"}), frozenset({"TableName", "Operation"})
API, OWN = frozenset({"ApiName", "Stage"}), frozenset({"stack"})
# Metric -> the sets of dimensions under which it is sent. With others, CloudWatch answers nothing, and no alarm goes off.
SENT = {
    "AWS/ApiGateway": dict.fromkeys(["Count", "4XXError", "5XXError", "Latency", "IntegrationLatency"], {API}),
    "AWS/Lambda": dict.fromkeys(
        ["Invocations", "Errors", "Throttles", "Duration", "IteratorAge", "AsyncEventsDropped", "DestinationDeliveryFailures"], {FUNCTION}
    )
    | dict.fromkeys(["OnFailureDestinationDeliveredEventCount", "DroppedEventCount", "FailedInvokeEventCount"], {MAPPING}),
    "AWS/DynamoDB": {
        "ReadThrottleEvents": {TABLE, INDEX},
        "WriteThrottleEvents": {TABLE, INDEX},
        "ConsumedReadCapacityUnits": {TABLE, INDEX},
        "ConsumedWriteCapacityUnits": {TABLE, INDEX},
        "SystemErrors": {OPERATION},
        "ThrottledRequests": {OPERATION},
        "UserErrors": {frozenset()},  # of the whole AWS account and region
    },
    # The default bus; a metric of another bus has EventBusName too.
    "AWS/Events": dict.fromkeys(["FailedInvocations", "InvocationsSentToDlq", "InvocationsFailedToBeSentToDlq"], {RULE}),
    "AWS/SQS": {"ApproximateNumberOfMessagesVisible": {frozenset({"QueueName"})}},
    "AWS/SES": dict.fromkeys(["Reputation.BounceRate", "Reputation.ComplaintRate"], {frozenset()}),
    "Accounts": dict.fromkeys(["milliseconds", "readUnits", "writeUnits"], {OWN}) | {"refused": {frozenset({"stack", "code"})}},
}
# Dimension -> what its value has to be.
KINDS = {
    "FunctionName": "AWS::Lambda::Function",
    "EventSourceMappingUUID": "AWS::Lambda::EventSourceMapping",
    "RuleName": "AWS::Events::Rule",
    "TableName": "AWS::DynamoDB::Table",
    "QueueName": "AWS::SQS::Queue",
}
# What CloudWatch learns of an event source mapping only if the mapping asks for it.
OPT_IN = {"OnFailureDestinationDeliveredEventCount", "DroppedEventCount", "FailedInvokeEventCount"}
MAX_METRICS = 10  # of one alarm: PutMetricAlarm, Metrics


def metrics_are_sent(stack: Stack):
    own = dict.fromkeys(counted(), {OWN})
    for metric in used(stack):
        known = (SENT | {"Accounts": SENT["Accounts"] | own}).get(metric.namespace, {})
        if metric.name not in known:
            yield f"{metric.where}: nothing sends {metric.namespace} {metric.name}"
        elif metric.by not in known[metric.name]:
            yield f"{metric.where}: {metric.name} is not sent under {sorted(metric.by)}"
        for dimension, value in metric.dimensions:
            if value and dimension in KINDS and stack.resources.get(value, {}).get("Type") != KINDS[dimension]:
                yield f"{metric.where}: {dimension} is {value}"
        if metric.name in OPT_IN:
            mapping = stack.properties(dict(metric.dimensions).get("EventSourceMappingUUID", ""))
            if "EventCount" not in mapping.get("MetricsConfig", {}).get("Metrics", []):
                yield f"{metric.where}: {metric.name} needs MetricsConfig: EventCount on its mapping"


def alarms_can_be_computed(stack: Stack):
    for name, alarm in stack.of_type("AWS::CloudWatch::Alarm"):
        entries = alarm.get("Metrics", [])
        if entries and sum(entry.get("ReturnData", True) for entry in entries) != 1:
            yield f"{name} must return one of its series"
        if len(list(of_alarm(name, alarm))) > MAX_METRICS:
            yield f"{name} has more metrics than an alarm may have"


def what_can_fail_is_watched(stack: Stack):
    alarms = dict(stack.of_type("AWS::CloudWatch::Alarm"))
    watched = {(m.name, *(v for _, v in m.dimensions if v)) for name, alarm in alarms.items() for m in of_alarm(name, alarm)}
    wanted = set()
    for name, mapping in stack.of_type("AWS::Lambda::EventSourceMapping"):
        function = target(mapping["FunctionName"])
        wanted |= {("OnFailureDestinationDeliveredEventCount", name), ("DestinationDeliveryFailures", function), ("IteratorAge", function)}
    wanted |= {("ApproximateNumberOfMessagesVisible", name) for name, _ in stack.of_type("AWS::SQS::Queue")}
    for name, table in stack.of_type("AWS::DynamoDB::Table"):
        indexes = [(index["IndexName"],) for index in table.get("GlobalSecondaryIndexes", [])]
        wanted |= {(kind, name, *index) for kind in ("ReadThrottleEvents", "WriteThrottleEvents") for index in [(), *indexes]}
        wanted.add(("SystemErrors", name))
    for name, rule in stack.of_type("AWS::Events::Rule"):
        wanted.add(("FailedInvocations", name))
        if any("DeadLetterConfig" in aim for aim in listed(rule["Targets"])):
            wanted.add(("InvocationsFailedToBeSentToDlq", name))
        if "ScheduleExpression" in rule:
            wanted |= {("Invocations", target(aim["Arn"])) for aim in listed(rule["Targets"])}
    yield from (f"no alarm for {' of '.join(missing)}" for missing in sorted(wanted - watched))


RULES = [
    metrics_are_sent,
    alarms_can_be_computed,
    what_can_fail_is_watched,
]
