"""Mistakes for the rules of rules/metrics.py: a rule, and what it must find. Each gets a copy of the template in its long form."""

from checks.mistakes.parts import change_widget, metric, properties

MISTAKES = {
    "metrics_are_sent": {
        "no MetricsConfig": lambda t: properties(t, "MailerFunction")["Events"]["MailChanges"]["Properties"].pop("MetricsConfig"),
        "another's dimension": lambda t: metric(t, "UndeliveredAlarm", "kept").update(
            Dimensions=[{"Name": "FunctionName", "Value": {"Ref": "MailerFunction"}}]
        ),
        "a mapping that is a function": lambda t: metric(t, "UndeliveredAlarm", "kept").update(
            Dimensions=[{"Name": "EventSourceMappingUUID", "Value": {"Ref": "MailerFunction"}}]
        ),
        "a name misspelt": lambda t: properties(t, "MailerErrorsAlarm").update(MetricName="Error"),
        "system errors of a table": lambda t: properties(t, "TableErrorsAlarm")["Metrics"][0]["Expression"].update(
            {"Fn::Sub": "SELECT SUM(SystemErrors) FROM SCHEMA(\"AWS/DynamoDB\", TableName) WHERE TableName = '${Table}'"}
        ),
        "a widget without a stage": lambda t: change_widget(
            t, "How long an answer takes", lambda w: w["metrics"].__setitem__(0, w["metrics"][0][:4])
        ),
        "a widget of what nothing counts": lambda t: change_widget(
            t, "Sign-ins, sign-ups and mails", lambda w: w["metrics"][0].__setitem__(1, "logins")
        ),
        "a search by too little": lambda t: change_widget(
            t,
            "Refusals by code",
            lambda w: w["metrics"][0][0].update(expression="SEARCH('{Accounts,stack} MetricName=\"refused\"', 'Sum', 300)"),
        ),
    },
    "alarms_can_be_computed": {
        "two series": lambda t: properties(t, "UndeliveredAlarm")["Metrics"][1].pop("ReturnData"),
        "too many": lambda t: properties(t, "ThrottledAlarm")["Metrics"].extend(
            {**properties(t, "ThrottledAlarm")["Metrics"][1], "Id": f"more{at}"} for at in range(4)
        ),
    },
    "what_can_fail_is_watched": {
        alarm: lambda t, alarm=alarm: t["Resources"].pop(alarm)
        for alarm in ("TableThrottledAlarm", "TableErrorsAlarm", "RulesFailedAlarm", "PurgeMissingAlarm", "TrailDelayAlarm")
    }
    | {
        "an index less": lambda t: properties(t, "TableThrottledAlarm")["Metrics"].pop(),
        "a queue unwatched": lambda t: properties(t, "UndeliveredAlarm")["Metrics"].pop(5),
        "a queue that cannot be written": lambda t: properties(t, "RulesFailedAlarm")["Metrics"].pop(2),
        "an event less": lambda t: properties(t, "UndeliveredAlarm")["Metrics"].pop(1),
    },
}
