"""What roles may do: each function what it needs, and no other."""

import json
import re

from checks.stack import Stack, listed, target

# (role, statement) -> why its resource holds a wildcard.
WILDCARD_RESOURCES = {
    ("*", "Trace"): "X-Ray knows no resources",
    ("MailerRole", "SendMail"): "SES asks for the recipient's identity too, where it is one; mail_is_sent_as_the_sender holds it",
    ("MailerRole", "FindStream"): "ListStreams takes a table's streams, not one of them",
    ("MailerRole", "KeepUndelivered"): "objects that Lambda names itself, below its own prefix",
    ("TrailRole", "FindStream"): "ListStreams takes a table's streams, not one of them",
    ("TrailRole", "KeepUndelivered"): "objects that Lambda names itself, below its own prefix",
    ("PurgeRole", "KeepUndelivered"): "objects that Lambda names itself, below its own prefix",
}

# Which function may read which secret.
SECRET_READERS = {
    "SigningSecret": {"identity"},
    "LinkSecret": {"identity", "mailer"},
    "FactorSecret": {"identity"},
    "CursorSecret": {"accounts", "members"},
}

# (role, statement) -> why it is not held to some partitions.
ALL_PARTITIONS = {
    ("IdentityRole", "*"): "works with every kind of item",
    ("PurgeRole", "FindExpired"): "any item may expire; it sees keys and times to live only",
    ("PurgeRole", "DeleteExpired"): "any item may expire",
}

# The only statement that may scan: housekeeping, not a request.
MAY_SCAN = ("PurgeRole", "FindExpired")

# All that a scan may see.
SCANNED = {
    "ForAllValues:StringEquals": {"dynamodb:Attributes": ["pk", "sk", "ttl"]},
    "StringEqualsIfExists": {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"},
}

# SAM writes the partition of the region that it expands for into these.
EXPANDED_BY_REGION = {"AWS::ApiGateway::RestApi", "AWS::Lambda::Permission"}

# What the mailer may do to a membership. AWS documents each operator: ForAllValues is true without the key, so that Null asks for
# it; dynamodb:ReturnValues keeps an update from answering the whole item.
DELIVERY_ONLY = {
    "ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["ACCOUNT#*"]},
    "ForAllValues:StringEquals": {"dynamodb:Attributes": ["pk", "sk", "delivery"]},
    "Null": {"dynamodb:LeadingKeys": False, "dynamodb:Attributes": False},
    "StringEqualsIfExists": {"dynamodb:ReturnValues": ["NONE", "UPDATED_OLD", "UPDATED_NEW"]},
}


def actions_are_exact(stack: Stack):
    for role, statement in stack.statements():
        for action in listed(statement["Action"]):
            scans = action == "dynamodb:Scan"
            narrow = (role, statement.get("Sid")) == MAY_SCAN and statement.get("Condition") == SCANNED
            if "*" in action or (scans and not narrow):
                yield f"{role}/{statement.get('Sid')} allows {action}"
        if "NotAction" in statement or "NotResource" in statement:
            yield f"{role}/{statement.get('Sid')} allows everything but something"


def resources_are_exact(stack: Stack):
    for role, statement in stack.statements():
        sid = statement.get("Sid")
        if any(pair in WILDCARD_RESOURCES for pair in ((role, sid), ("*", sid))):
            if ("*", sid) in WILDCARD_RESOURCES and any(not a.startswith("xray:") for a in listed(statement["Action"])):
                yield f"{role}/{sid} hides more than traces behind its wildcard"
            continue
        for resource in listed(statement["Resource"]):
            if "*" in json.dumps(resource):
                yield f"{role}/{sid} reaches {json.dumps(resource)}"


def each_function_has_a_role_of_its_own(stack: Stack):
    owners: dict[str, str] = {}
    for name, function in stack.of_type("AWS::Lambda::Function"):
        role = target(function.get("Role"))
        if role not in stack.resources or role != name.replace("Function", "Role"):
            yield f"{name} has the role {role or function.get('Role')}"
        elif stack.properties(role).get("ManagedPolicyArns"):
            yield f"{role} takes a managed policy, which allows more than the function does"
        if role in owners:
            yield f"{name} shares its role with {owners[role]}"
        owners[role] = name


def table_access_is_narrow(stack: Stack):
    for role, statement in stack.statements():
        if not any(a.startswith("dynamodb:") for a in listed(statement["Action"])):
            continue
        on_table = {"Fn::GetAtt": ["Table", "Arn"]} in listed(statement["Resource"])
        keys = [k for condition in statement.get("Condition", {}).values() for k in condition]
        excepted = {(role, "*"), (role, statement.get("Sid"))} & ALL_PARTITIONS.keys()
        if on_table and "dynamodb:LeadingKeys" not in keys and not excepted:
            yield f"{role}/{statement.get('Sid')} reaches every item"


def secrets_have_their_readers_only(stack: Stack):
    for secret, readers in SECRET_READERS.items():
        granted = {
            role.removesuffix("Role").lower()
            for role, statement in stack.statements()
            for resource in listed(statement["Resource"])
            if target(resource) == secret
        }
        configured = {
            name.removesuffix("Function").lower()
            for name, function in stack.of_type("AWS::Lambda::Function")
            if {"Ref": secret} in function["Environment"]["Variables"].values()
        }
        if granted != readers or configured != readers:
            yield f"{secret} is for {sorted(readers)}; granted to {sorted(granted)}, configured for {sorted(configured)}"


READS = {"dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"}


def the_mailer_writes_what_is_its_own(stack: Stack):
    for role, statement in stack.statements():
        if role != "MailerRole" or not any(a.startswith("dynamodb:") for a in listed(statement["Action"])):
            continue
        if set(listed(statement["Action"])) <= READS:
            continue
        conditions = statement.get("Condition", {})
        keys = conditions.get("ForAllValues:StringLike", {}).get("dynamodb:LeadingKeys")
        if {"Fn::GetAtt": ["Table", "Arn"]} not in listed(statement["Resource"]) or keys in (["MAIL#*"], ["MAIL#WAITING#*"]):
            continue
        if conditions != DELIVERY_ONLY or statement["Action"] != "dynamodb:UpdateItem":
            yield f"{role}/{statement.get('Sid')} writes more than what became of a mail"


def mail_is_sent_as_the_sender(stack: Stack):
    for role, statement in stack.statements():
        if not any(action.startswith("ses:") for action in listed(statement["Action"])):
            continue
        arns = [r["Fn::Sub"] if isinstance(r["Fn::Sub"], str) else r["Fn::Sub"][0] for r in listed(statement["Resource"]) if "Fn::Sub" in r]
        kinds = {arn.rpartition(":")[2] for arn in arns}
        if role != "MailerRole" or statement["Action"] != "ses:SendEmail":
            yield f"{role}/{statement.get('Sid')} sends more than the mailer does"
        if kinds != {"identity/*", "configuration-set/${Set}"} or len(arns) != len(listed(statement["Resource"])):
            yield f"{role}/{statement.get('Sid')} sends with {sorted(kinds)}: SES asks for sender, recipient and configuration set"
        if statement.get("Condition") != {"StringEquals": {"ses:FromAddress": {"Ref": "MailFrom"}}}:
            yield f"{role}/{statement.get('Sid')} sends as another than MailFrom"


def any_partition_will_do(stack: Stack):
    """China and GovCloud have other ARNs and suffixes. Names of services as principals are the same everywhere."""
    for name, resource in stack.resources.items():
        if resource["Type"] in EXPANDED_BY_REGION:
            continue
        text = re.sub(r'"[a-z]+\.amazonaws\.com"', "", json.dumps(resource))
        yield from (f"{name} names {found}" for found in re.findall(r"arn:aws[\w-]*:|[\w.${}-]*\.amazonaws\.com[\w.]*", text))


RULES = [
    actions_are_exact,
    resources_are_exact,
    each_function_has_a_role_of_its_own,
    table_access_is_narrow,
    secrets_have_their_readers_only,
    the_mailer_writes_what_is_its_own,
    mail_is_sent_as_the_sender,
    any_partition_will_do,
]
