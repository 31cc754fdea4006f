"""Mistakes for the rules of rules/data.py: a rule, and what it must find. Each gets a copy of the template in its long form."""

from checks.mistakes.parts import properties

MISTAKES = {
    "data_outlives_the_stack": {
        "a table that blocks a rollback": lambda t: t["Resources"]["Table"].update(DeletionPolicy="RetainExceptOnCreate"),
        "a secret left by a failed creation": lambda t: t["Resources"]["LinkSecret"].update(DeletionPolicy="Retain"),
        "table": lambda t: t["Resources"]["Table"].pop("DeletionPolicy"),
        "secret": lambda t: t["Resources"]["SigningSecret"].update(DeletionPolicy="Delete"),
        "log group": lambda t: t["Resources"]["ApiLogs"].pop("UpdateReplacePolicy"),
        "bucket": lambda t: t["Resources"]["UndeliveredBucket"].pop("DeletionPolicy"),
    },
    "logs_end": {"no retention": lambda t: properties(t, "ApiLogs").pop("RetentionInDays")},
    "the_table_is_safe": {
        "no recovery": lambda t: properties(t, "Table").pop("PointInTimeRecoverySpecification"),
        "no protection": lambda t: properties(t, "Table").update(DeletionProtectionEnabled=False),
        "another TTL": lambda t: properties(t, "Table")["TimeToLiveSpecification"].update(AttributeName="expires"),
        "a name": lambda t: properties(t, "Table").update(TableName="accounts"),
    },
    "buckets_are_private": {
        "public": lambda t: properties(t, "UndeliveredBucket")["PublicAccessBlockConfiguration"].update(BlockPublicAcls=False),
        "longer than it must": lambda t: properties(t, "UndeliveredBucket")["LifecycleConfiguration"]["Rules"][0].update(
            ExpirationInDays=90
        ),
        "suspended": lambda t: properties(t, "UndeliveredBucket")["LifecycleConfiguration"]["Rules"][0].update(Status="Disabled"),
        "versions": lambda t: properties(t, "UndeliveredBucket").update(VersioningConfiguration={"Status": "Enabled"}),
        "for ever": lambda t: properties(t, "UndeliveredBucket").pop("LifecycleConfiguration"),
    },
}
