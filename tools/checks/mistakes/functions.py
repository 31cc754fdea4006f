"""Mistakes for the rules of rules/functions.py: a rule, and what it must find. Each gets a copy of the template in its long form."""

from checks.mistakes.parts import properties, statement

MISTAKES = {
    "functions_are_alike": {
        "no log group": lambda t: properties(t, "MailerFunction").pop("LoggingConfig"),
        "another's log group": lambda t: properties(t, "MailerFunction")["LoggingConfig"].update(LogGroup={"Ref": "MembersLogs"}),
        "another's log": lambda t: statement(t, "MailerRole", "Log").update(Resource={"Fn::GetAtt": ["MembersLogs", "Arn"]}),
        "chatty": lambda t: properties(t, "IdentityFunction")["LoggingConfig"].pop("SystemLogLevel"),
        "debug lines dropped": lambda t: properties(t, "IdentityFunction")["LoggingConfig"].pop("ApplicationLogLevel"),
        "no trace": lambda t: t["Globals"]["Function"].pop("Tracing"),
        "always a trace": lambda t: t["Globals"]["Function"].update(Tracing="Active"),
        "one architecture": lambda t: properties(t, "MailerFunction").update(Architectures=["x86_64"]),
        "slower than the gateway": lambda t: t["Globals"]["Function"].update(Timeout=30),
    },
    "parameters_reach_functions": {"an alias": lambda t: t["Globals"]["Function"].update(AutoPublishAlias="live")},
    "streams_neither_block_nor_lose": {
        key: lambda t, key=key: properties(t, "MailerFunction")["Events"]["MailChanges"]["Properties"].pop(key)
        for key in (
            "FunctionResponseTypes",
            "BisectBatchOnFunctionError",
            "MaximumRetryAttempts",
            "MaximumRecordAgeInSeconds",
            "FilterCriteria",
            "DestinationConfig",
        )
    }
    | {
        "no grant": lambda t: statement(t, "MailerRole", "KeepUndelivered").update(Action="s3:GetObject"),
        "no alarm": lambda t: t["Resources"].pop("MailerDelayAlarm"),
    },
    "schedules_do_not_fail_unseen": {
        "for a day": lambda t: properties(t, "PurgeFunction")["Events"]["EveryFiveMinutes"]["Properties"].pop("RetryPolicy"),
        "lost": lambda t: properties(t, "PurgeFunction").pop("EventInvokeConfig"),
        "no grant": lambda t: statement(t, "PurgeRole", "KeepUndelivered").update(Action="s3:GetObject"),
        "no alarm": lambda t: t["Resources"].pop("PurgeErrorsAlarm"),
    },
    "news_are_not_lost": {
        "every event": lambda t: properties(t, "MailerFunction")["Events"]["MailNews"]["Properties"]["Pattern"].pop("detail"),
        "no end": lambda t: properties(t, "MailerFunction")["Events"]["MailNews"]["Properties"].pop("RetryPolicy"),
        "no queue": lambda t: properties(t, "MailerFunction")["Events"]["MailNews"]["Properties"].pop("DeadLetterConfig"),
        "a queue that takes nothing": lambda t: t["Resources"].pop("MailNewsQueuePolicy"),
        "a queue that takes anything": lambda t: properties(t, "MailNewsQueuePolicy")["PolicyDocument"]["Statement"][0].pop("Condition"),
        "a queue in the clear": lambda t: properties(t, "MailNewsQueue").pop("SqsManagedSseEnabled"),
        "nothing kept": lambda t: properties(t, "MailerFunction")["EventInvokeConfig"].pop("DestinationConfig"),
    },
}
