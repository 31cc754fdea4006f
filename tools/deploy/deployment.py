"""Deploys the whole template to an emulator of AWS on loopback, and holds the deployment to what is promised.

    python tools/deploy/deployment.py        after sam build --parameter-overrides Architecture=x86_64; cargo build --bin admin

`sam deploy` of what `sam build` has made; the story of events/ and more through API Gateway, Lambda, DynamoDB, its stream,
SES and Secrets Manager; records that are given up, and redriven; an update; a second stack beside the first with every
option on, for the README's tour; `sam delete`. Policies count: each function acts with its role's rights. What the
emulator cannot do is printed, stands in docs/emulators.md, and is tried: a difference that is none any more is a failure.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from botocore.exceptions import ClientError

sys.path.insert(0, str(Path(__file__).parents[1]))  # tools/: its folders are packages

from checks.expand_template import expand, parse
from deploy.api import Api
from deploy.emulator import Emulator, Mailbox
from deploy.journey import PASSWORD, Journey, sign_up
from deploy.observed import SENDER, Observed
from deploy.replay_deployed import Deployed
from deploy.stack import Failed, Stack
from deploy.undelivered import Undelivered
from replay import tour
from replay.rie import BUILT_TEMPLATE

SOURCE = Path("template.yaml")
DOMAIN = "accounts.example.com"
SCHEDULES = {"Schedule", "ScheduleV2"}
SCHEDULED = {"source": "aws.events", "detail-type": "Scheduled Event", "time": "2026-06-02T10:30:00Z", "detail": {}}
# Kinds of events that a run brings about.
RUN_HERE = SCHEDULES | {"Api", "DynamoDB"}
SUCCEEDED = {"CREATE_COMPLETE", "UPDATE_COMPLETE"}


def hold(claim: bool, otherwise: str) -> None:
    if not claim:
        raise Failed(otherwise)


def check_deployed(stack: Stack) -> None:
    """Everything that the template declares without a condition stands, and the outputs say where."""
    hold(stack.status() in SUCCEEDED, f"the stack {stack.name} is {stack.status()}")
    left_out = {line.split()[2] for line in stack.adapted if line.startswith("left out")}
    resources, declared = stack.resources(), expand(parse(SOURCE.read_text(encoding="utf-8")))["Resources"]
    expected = {name for name, resource in declared.items() if "Condition" not in resource} - left_out
    # The deployment's name holds a fingerprint of the API, which is made with other values here.
    missing = {name for name in expected - resources.keys() if declared[name]["Type"] != "AWS::ApiGateway::Deployment"}
    hold(not missing, f"{stack.name} lacks {sorted(missing)}")
    unfinished = {name: r["ResourceStatus"] for name, r in resources.items() if r["ResourceStatus"] not in SUCCEEDED}
    hold(not unfinished, f"{stack.name}: {unfinished}")
    outputs = stack.outputs()
    asked = {name for name, output in stack.template["Outputs"].items() if "Condition" not in output}
    hold(asked <= outputs.keys(), f"{stack.name} has no outputs {sorted(asked - outputs.keys())}")
    broken = {name: value for name, value in outputs.items() if not value or "$" in value or "{" in value}
    hold(not broken, f"outputs of {stack.name} that did not resolve: {broken}")
    print(f"{stack.name}: {stack.status()}, {len(resources)} resources, {len(outputs)} outputs", flush=True)


def check_every_function_ran(stack: Stack) -> None:
    """Each function has logged into its own group. What waits for a schedule is started; what waits for an event of
    another service is named, since nothing here sends one."""
    logs, functions = stack.emulator.client("logs"), stack.emulator.client("lambda")
    silent = []
    for name, function in stack.template["Resources"].items():
        if function["Type"] != "AWS::Serverless::Function":
            continue
        kinds = {event["Type"] for event in function["Properties"].get("Events", {}).values()}
        if kinds and kinds <= SCHEDULES:
            answer = functions.invoke(FunctionName=stack.physical(name), Payload=json.dumps(SCHEDULED))
            hold("FunctionError" not in answer, f"{name} fails on its schedule: {answer['Payload'].read()}")
        group = stack.physical(function["Properties"]["LoggingConfig"]["LogGroup"]["Ref"])
        if not logs.describe_log_streams(logGroupName=group)["logStreams"]:
            if kinds and not kinds & RUN_HERE:
                print(f"not run here: {name}, which waits for {sorted(kinds)}", flush=True)
            else:
                silent.append(name)
    hold(not silent, f"these functions have not run: {silent}")


def lasting(stack: Stack) -> dict[str, str]:
    """What has to outlive the stack, by logical name."""
    resources = stack.resources()
    kept = {name for name, declared in stack.template["Resources"].items() if "DeletionPolicy" in declared}
    return {name: resources[name]["PhysicalResourceId"] for name in kept & resources.keys()}


def check_update(stack: Stack, api: Api) -> None:
    before = lasting(stack)
    stack.tool("brake.py", "--off")
    stack.deploy(BrandName="Renamed")
    check_deployed(stack)
    hold(lasting(stack) == before, f"an update replaced what lasts: {before} is now {lasting(stack)}")
    hold("Renamed" in api.call("GET", "/reset-password").text, "a changed parameter has not reached the function")
    signed_in = api.call("POST", "/api/auth/login", {"email": "grace@example.org", "password": PASSWORD})
    hold(signed_in.status == 200, f"data did not survive an update: {signed_in}")


def check_restore(stack: Stack, api: Api) -> None:
    """A restored table takes the old one's place, with its items; what happened after is not in it."""
    emulator, name = stack.emulator, f"{stack.name}-restored"
    before = stack.outputs()["TableName"]
    stack.admin("table", "restore", name)
    after = api.call("POST", "/api/accounts/signup", sign_up("too-late@example.org", "Too late"))
    hold(after.status == 201, f"the stack does not work beside a restored table: {after}")
    stack.admin("table", "use", name, code=2)  # nobody confirms it
    stack.admin_interrupted("--yes", "table", "use", name, once=lambda: "Table" not in stack.resources())
    stack.admin("--yes", "table", "use", name)
    hold("works on" in stack.admin("table", "use", name), "a stack that works on a table is led there again")
    hold(stack.status() == "UPDATE_COMPLETE", f"after a restore, {stack.name} is {stack.status()}")
    hold(stack.outputs()["TableName"] == name, f"the stack's table is {stack.outputs()['TableName']}")
    hold(stack.physical("Table") == name, f"the restored table is not the stack's own, but {stack.physical('Table')}")
    hold(before in emulator.client("dynamodb").list_tables()["TableNames"], "the old table is gone")
    early = api.call("POST", "/api/auth/login", {"email": "ada@example.com", "password": PASSWORD})
    late = api.call("POST", "/api/auth/login", {"email": "too-late@example.org", "password": PASSWORD})
    hold((early.status, late.status) == (200, 401), f"not what the table was: {early} {late}")
    again = api.call("POST", "/api/accounts/signup", sign_up("again@example.org", "Again"))
    hold(again.status == 201, f"the restored table cannot be written: {again}")
    Journey(emulator, api, stack.secret("SigningSecretArn")).mail("again@example.org", "verify")
    print("admin table: the stack works on a restored table, stream and mails included", flush=True)


def check_delete(stack: Stack) -> None:
    before, table, emulator = lasting(stack), stack.outputs()["TableName"], stack.emulator
    types = {name: stack.template["Resources"][name]["Type"] for name in before}
    stack.delete()
    hold(stack.status() == "DELETED", f"after sam delete, {stack.name} is {stack.status()}")
    dynamodb = emulator.client("dynamodb")
    hold(dynamodb.scan(TableName=table, Select="COUNT")["Count"] > 0, "the table is empty after sam delete")
    try:
        dynamodb.delete_table(TableName=table)
        raise Failed("the table lets itself be deleted")
    except ClientError as error:
        hold("protect" in str(error).lower(), f"the table is not protected: {error}")
    standing = {
        "AWS::DynamoDB::Table": dynamodb.list_tables()["TableNames"],
        "AWS::S3::Bucket": [bucket["Name"] for bucket in emulator.client("s3").list_buckets()["Buckets"]],
        "AWS::SecretsManager::Secret": [secret["Name"] for secret in emulator.client("secretsmanager").list_secrets()["SecretList"]],
        "AWS::Logs::LogGroup": [group["logGroupName"] for group in emulator.client("logs").describe_log_groups()["logGroups"]],
        "AWS::IAM::Role": [role["RoleName"] for role in emulator.client("iam").list_roles()["Roles"]],
    }
    gone = [name for name, physical in before.items() if physical not in standing[types[name]]]
    hold(not gone, f"these did not outlive the stack: {gone}")
    print(f"sam delete: {stack.name} is gone; {len(before)} resources outlived it, as they have to", flush=True)


def everything_on(emulator: Emulator) -> dict[str, str]:
    """Parameters with which every condition of the template holds, and what they name."""
    route53, acm, sns = emulator.client("route53"), emulator.client("acm"), emulator.client("sns")
    zone = route53.create_hosted_zone(Name=DOMAIN, CallerReference="1")["HostedZone"]["Id"]
    emulator.client("ses").create_configuration_set(ConfigurationSet={"Name": "accounts"})
    return {
        "PublicUrl": f"https://{DOMAIN}/v1",
        "CertificateArn": acm.request_certificate(DomainName=DOMAIN)["CertificateArn"],
        "HostedZoneId": zone.rpartition("/")[2],
        "AppUrl": "https://app.example.com/team",
        "AlarmTopicArn": sns.create_topic(Name="alarms")["TopicArn"],
        "MailConfigurationSet": "accounts",
        "IdentityConcurrency": "20",
        "EnableWaf": "true",
        # For the check that the emulator does not throttle.
        "PublicRequestsPerSecond": "1",
        "PublicRequestBurst": "1",
    }


def run(emulator: Emulator, built: Path) -> None:
    stack = Stack(emulator, "accounts", "prod", built)
    print(*stack.adapted, sep="\n", flush=True)
    stack.deploy()
    check_deployed(stack)
    api = Api(emulator.port, stack.physical("Api"), stack.stage)
    Undelivered(emulator, stack, api).run(SENDER)
    failed = Deployed(stack, api).run_all()
    failed += Journey(emulator, api, stack.secret("SigningSecretArn")).run()
    hold(not failed, "\n".join(["through the deployed API:", *failed]))
    check_every_function_ran(stack)
    check_update(stack, api)

    other = Stack(emulator, "accounts-dev", "dev", built)
    other.deploy(**everything_on(emulator))
    check_deployed(other)
    other_api = Api(emulator.port, other.physical("Api"), other.stage)
    mailbox = Mailbox(emulator)
    with tempfile.TemporaryDirectory() as folder:
        hold(tour.take("README.md", other_api.url, folder, mailbox.url), "the README's tour failed on a deployment")
    mailbox.close()
    gone = Observed(emulator, other, other_api).run()
    hold(not gone, "\n".join(gone))
    check_restore(other, other_api)
    check_delete(other)
    check_delete(stack)
    hold(not emulator.listens_elsewhere(), f"something listens elsewhere than on loopback: {emulator.listens_elsewhere()}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--template", type=Path, default=BUILT_TEMPLATE, help="the built template")
    chosen = parser.parse_args()
    start = time.monotonic()
    emulator = Emulator()
    try:
        run(emulator, chosen.template)
    except BaseException as error:
        print("".join(emulator.log.read_text(encoding="utf-8").splitlines(keepends=True)[-40:]), file=sys.stderr)
        if not isinstance(error, Failed):
            raise
        print(f"FAILED: {error}", file=sys.stderr)
        return 1
    finally:
        emulator.close()
    print(f"the deployment holds, in {time.monotonic() - start:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
