"""Where ministack is not AWS, as far as it changes the template. docs/emulators.md explains each, and what else differs.

Nothing of the template is left out or spelled otherwise without a line that says so; deployment.py fails once a difference is
none any more (observed.py tries each), so that this list stays as short as it can be.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class LeftOut:
    """Resources that the emulator refuses."""

    name: str
    concerns: Callable[[dict], bool]
    # One such resource; the difference stands as long as the emulator refuses it.
    example: dict


LEFT_OUT = [
    LeftOut(
        "alarms with metric math",
        lambda resource: resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"],
        {
            "Type": "AWS::CloudWatch::Alarm",
            "Properties": {
                "Metrics": [{"Id": "all", "Expression": "SUM(METRICS())"}],
                "ComparisonOperator": "GreaterThanThreshold",
                "Threshold": 0,
                "EvaluationPeriods": 1,
            },
        },
    ),
    LeftOut(
        "associations of a web ACL",
        lambda resource: resource["Type"] == "AWS::WAFv2::WebACLAssociation",
        {
            "Type": "AWS::WAFv2::WebACLAssociation",
            "Properties": {
                "WebACLArn": "arn:aws:wafv2:eu-west-1:000000000000:regional/webacl/a/1",
                "ResourceArn": "arn:aws:apigateway:eu-west-1::/restapis/a/stages/prod",
            },
        },
    ),
]
NAMES_OF_SECRETS = "references to secrets"
PERMISSIONS_TO_SEND = "permissions to send mail"


def adapted(template: dict) -> tuple[dict, list[str]]:
    """The template as the emulator takes it, and a line for everything that is not as it was."""
    resources, lines = {}, []
    for name, resource in template["Resources"].items():
        reason = next((difference.name for difference in LEFT_OUT if difference.concerns(resource)), None)
        if reason:
            lines.append(f"left out: {name} ({reason})")
        else:
            resources[name] = copy.deepcopy(resource)
    for name, resource in resources.items():
        for statement in statements(resource):
            if all(action.startswith("ses:Send") for action in listed(statement["Action"])):
                statement["Resource"] = "*"
                statement.pop("Condition", None)
                lines.append(f"spelled otherwise: {statement['Sid']} of {name} ({PERMISSIONS_TO_SEND})")
    secrets = {name for name, resource in resources.items() if resource["Type"] == "AWS::SecretsManager::Secret"}
    lines += [f"spelled otherwise: !Ref {name} ({NAMES_OF_SECRETS})" for name in sorted(secrets)]
    return with_arns(template | {"Resources": resources}, secrets), lines


def with_arns(value, secrets: set[str]):
    """The value with each reference to a secret as its ARN, which is what CloudFormation makes of it."""
    if isinstance(value, dict):
        if value.keys() == {"Ref"} and value["Ref"] in secrets:
            return {"Fn::GetAtt": [value["Ref"], "Id"]}
        return {key: with_arns(entry, secrets) for key, entry in value.items()}
    return [with_arns(entry, secrets) for entry in value] if isinstance(value, list) else value


def statements(resource: dict) -> list[dict]:
    """The statements of a role's own policies."""
    policies = resource.get("Properties", {}).get("Policies", []) if resource["Type"] == "AWS::IAM::Role" else []
    declared = [statement for policy in policies for statement in policy["PolicyDocument"]["Statement"]]
    # One that depends on a condition: both that it may be.
    either = [branch for entry in declared for branch in entry.get("Fn::If", [None, entry])[1:]]
    return [statement for statement in either if "Action" in statement]


def listed(value) -> list:
    return value if isinstance(value, list) else [value]
