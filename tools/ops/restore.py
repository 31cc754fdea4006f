"""Restores the table to a point in time, beside the old one, and brings the stack to it.

    python tools/ops/restore.py --stack accounts --as accounts-restored --at 2026-06-02T10:30:00Z     makes the table
    python tools/ops/restore.py --stack accounts --use accounts-restored                              leads the stack there

The first command changes nothing that is in use; look at the table before you go on. The second one makes two updates of the
stack as it was deployed last: in the first everything names the restored table, and the old one leaves the stack (and stays,
by its DeletionPolicy); in the second the restored table becomes the stack's own. Afterwards template.yaml has to name it
too: without `TableName`, the next `sam deploy` would make an empty table. docs/operations.md has the whole order of things.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import boto3

sys.path.insert(0, str(Path(__file__).parents[1]))  # tools/: its folders are packages

from checks.expand_template import parse

LOGICAL = "Table"
# Where `sam deploy` keeps what it uploads.
SAM_STACK = "aws-sam-cli-managed-default"


class Restore:
    def __init__(self, stack: str):
        self.stack = stack
        self._cloudformation, self._dynamodb = boto3.client("cloudformation"), boto3.client("dynamodb")

    def make(self, name: str, at: str) -> None:
        """A new table with the old one's items as they were, and with the settings that a restore leaves out."""
        source = self._outputs(self.stack)["TableName"]
        when = {"UseLatestRestorableTime": True} if at == "latest" else {"RestoreDateTime": at}
        self._dynamodb.restore_table_to_point_in_time(SourceTableName=source, TargetTableName=name, **when)
        print(f"restoring {source} as {name}; this takes minutes to hours", flush=True)
        self._wait_until_active(name)
        declared = self.template()["Resources"][LOGICAL]["Properties"]
        stream = {"StreamEnabled": True} | declared["StreamSpecification"]
        self._dynamodb.update_table(TableName=name, StreamSpecification=stream)
        self._wait_until_active(name)
        self._dynamodb.update_table(TableName=name, DeletionProtectionEnabled=declared["DeletionProtectionEnabled"])
        self._wait_until_active(name)
        self._dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=declared["TimeToLiveSpecification"])
        recovery = declared["PointInTimeRecoverySpecification"]
        self._dynamodb.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=recovery)
        print(f"{name} is ready")

    def use(self, name: str) -> None:
        """Leads the stack to the table, and makes it the stack's own."""
        table = self._dynamodb.describe_table(TableName=name)["Table"]
        if "LatestStreamArn" not in table:
            raise SystemExit(f"{name} has no stream: make it with --as")
        known = {"Ref": name, "Arn": table["TableArn"], "StreamArn": table["LatestStreamArn"]}
        between = literal(self.template(), known)
        del between["Resources"][LOGICAL]
        self._update("names-the-restored-table", between)
        after = self.template_with(name)
        self._update("owns-the-restored-table", after, ImportExistingResources=True)
        print(f"{self.stack} works on {name}. Now add to {LOGICAL} in template.yaml, and commit: TableName: {name}")

    def template(self) -> dict:
        """The template as `sam deploy` has sent it last."""
        if not hasattr(self, "_template"):
            body = self._cloudformation.get_template(StackName=self.stack, TemplateStage="Original")["TemplateBody"]
            self._template = body if isinstance(body, dict) else parse(body)
        return self._template

    def template_with(self, name: str) -> dict:
        changed = json.loads(json.dumps(self._template))
        changed["Resources"][LOGICAL]["Properties"]["TableName"] = name
        return changed

    def _update(self, what: str, template: dict, **more) -> None:
        """One update of the stack, with the parameters that it has."""
        described = self._cloudformation.describe_stacks(StackName=self.stack)["Stacks"][0]
        bucket, key = self._outputs(SAM_STACK)["SourceBucket"], f"{self.stack}/{what}.template"
        boto3.client("s3").put_object(Bucket=bucket, Key=key, Body=json.dumps(template).encode())
        url = boto3.client("s3").generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": key})
        name = f"{what}-{int(time.time())}"
        self._cloudformation.create_change_set(
            StackName=self.stack,
            ChangeSetName=name,
            TemplateURL=url.partition("?")[0],
            Parameters=[{"ParameterKey": one["ParameterKey"], "UsePreviousValue": True} for one in described["Parameters"]],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
            **more,
        )
        both = {"StackName": self.stack, "ChangeSetName": name}
        self._cloudformation.get_waiter("change_set_create_complete").wait(**both, WaiterConfig={"Delay": 2})
        for change in self._cloudformation.describe_change_set(**both)["Changes"]:
            changed = change["ResourceChange"]
            print(f"  {changed['Action']:8}{changed['LogicalResourceId']} ({changed['ResourceType']})", flush=True)
        self._cloudformation.execute_change_set(**both)
        self._cloudformation.get_waiter("stack_update_complete").wait(StackName=self.stack, WaiterConfig={"Delay": 2, "MaxAttempts": 900})

    def _outputs(self, stack: str) -> dict[str, str]:
        described = self._cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
        return {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}

    def _wait_until_active(self, name: str) -> None:
        while True:
            table = self._dynamodb.describe_table(TableName=name)["Table"]
            if table["TableStatus"] == "ACTIVE":
                return
            time.sleep(5)


def literal(value, known: dict[str, str]):
    """The value with each mention of the table's resource replaced by what it stands for."""
    if isinstance(value, dict):
        if value == {"Ref": LOGICAL}:
            return known["Ref"]
        attribute = value.get("Fn::GetAtt") if len(value) == 1 else None
        if attribute is not None:
            resource, _, name = (attribute if isinstance(attribute, str) else ".".join(attribute)).partition(".")
            return known[name] if resource == LOGICAL else value
        return {key: literal(entry, known) for key, entry in value.items()}
    if isinstance(value, list):
        return [literal(entry, known) for entry in value]
    if isinstance(value, str):
        for name, text in known.items():
            value = value.replace(f"${{{LOGICAL}}}" if name == "Ref" else f"${{{LOGICAL}.{name}}}", text)
    return value


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stack", required=True)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--as", dest="name", metavar="NAME", help="restore the table under this name")
    what.add_argument("--use", metavar="NAME", help="lead the stack to the table of this name")
    parser.add_argument("--at", default="latest", metavar="TIME", help="as in 2026-06-02T10:30:00Z; the latest that there is")
    chosen = parser.parse_args()
    restore = Restore(chosen.stack)
    if chosen.name:
        restore.make(chosen.name, chosen.at)
    else:
        restore.use(chosen.use)
    return 0


if __name__ == "__main__":
    sys.exit(main())
