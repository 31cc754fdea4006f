"""What the stack keeps: table, secrets, buckets, logs."""

from checks.stack import Stack

MUST_OUTLIVE_THE_STACK = {
    "AWS::DynamoDB::Table",
    "AWS::SecretsManager::Secret",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
}
# Days for which a copy of an item may stay outside the table: erasure does not reach it. operations.md says so.
MAX_DAYS = 14


def data_outlives_the_stack(stack: Stack):
    for name, resource in stack.resources.items():
        if resource["Type"] in MUST_OUTLIVE_THE_STACK:
            # What a failed creation leaves behind is empty. A protected table refuses to be deleted, and would fail the rollback.
            protected = resource.get("Properties", {}).get("DeletionProtectionEnabled")
            wanted = {"DeletionPolicy": "Retain" if protected else "RetainExceptOnCreate", "UpdateReplacePolicy": "Retain"}
            yield from (f"{name} has no {key}: {value}" for key, value in wanted.items() if resource.get(key) != value)


def logs_end(stack: Stack):
    for name, group in stack.of_type("AWS::Logs::LogGroup"):
        if "RetentionInDays" not in group:
            yield f"{name} is kept for ever"


def the_table_is_safe(stack: Stack):
    table = stack.only("AWS::DynamoDB::Table")
    wanted = {
        "BillingMode": "PAY_PER_REQUEST",
        "DeletionProtectionEnabled": True,
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        "SSESpecification": {"SSEEnabled": True},
        "TimeToLiveSpecification": {"AttributeName": "ttl", "Enabled": True},
        "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
    }
    for name, value in wanted.items():
        if table.get(name) != value:
            yield f"{name} is {table.get(name)}, not {value}"
    if "TableName" in table:
        yield "a table with a name cannot be replaced, and stands in the way of a second stack"


def buckets_are_private(stack: Stack):
    for name, bucket in stack.of_type("AWS::S3::Bucket"):
        block = bucket.get("PublicAccessBlockConfiguration", {})
        if len(block) != 4 or not all(block.values()):
            yield f"{name} may be made public"
        if "BucketEncryption" not in bucket:
            yield f"{name} is not encrypted"
        rules = bucket.get("LifecycleConfiguration", {}).get("Rules", [])
        if not any(rule["Status"] == "Enabled" and rule.get("ExpirationInDays", MAX_DAYS + 1) <= MAX_DAYS for rule in rules):
            yield f"{name} keeps what may hold a password's hash for more than {MAX_DAYS} days"
        if "VersioningConfiguration" in bucket:
            yield f"{name} keeps what was deleted"


RULES = [
    data_outlives_the_stack,
    logs_end,
    the_table_is_safe,
    buckets_are_private,
]
