"""Rules of our own for the expanded template: what cfn-lint cannot know.

    python tools/check_policies.py [template.yaml]

Each rule is a function from a Stack to its findings; tools/test_check_policies.py breaks the template on purpose and
expects the rule's name. An exception stands beside the rule that grants it, with its reason.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from expand_template import expand, parse

# Routes without a token. Those that change something or cost a password hash are throttled one by one.
PUBLIC_AND_THROTTLED = {
    ("POST", "/api/accounts/signup"),
    ("POST", "/api/auth/login"),
    ("POST", "/api/auth/refresh"),
    ("POST", "/api/auth/logout"),
    ("POST", "/api/auth/verify-email"),
    ("POST", "/api/auth/password/forgot"),
    ("POST", "/api/auth/password/reset"),
    ("POST", "/api/invitations/lookup"),
    ("POST", "/api/invitations/accept"),
    ("POST", "/api/invitations/decline"),
}
PUBLIC = PUBLIC_AND_THROTTLED | {
    ("GET", "/.well-known/jwks.json"),
    ("GET", "/.well-known/openid-configuration"),
    ("GET", "/invitation"),
    ("GET", "/verify-email"),
    ("GET", "/reset-password"),
    ("GET", "/pages/pages.js"),
    ("GET", "/pages/pages.css"),
}

# (role, statement) -> why its resource holds a wildcard.
WILDCARD_RESOURCES = {
    ("*", "Trace"): "X-Ray knows no resources",
    ("MailerRole", "FindStream"): "ListStreams takes a table's streams, not one of them",
    ("MailerRole", "KeepUndelivered"): "objects that Lambda names itself, below its own prefix",
    ("TrailRole", "FindStream"): "ListStreams takes a table's streams, not one of them",
    ("TrailRole", "KeepUndelivered"): "objects that Lambda names itself, below its own prefix",
    ("PurgeRole", "KeepUndelivered"): "objects that Lambda names itself, below its own prefix",
}

# Which function may read which secret.
SECRET_READERS = {"SigningSecret": {"identity"}, "LinkSecret": {"identity", "mailer"}, "CursorSecret": {"accounts", "members"}}

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

# Functions that no request waits for.
MAY_TAKE_LONGER = {"MailerFunction", "TrailFunction", "PurgeFunction"}

# Status and code of each refusal that API Gateway makes itself, as the contract has them.
GATEWAY_RESPONSES = {
    "UNAUTHORIZED": (401, "UNAUTHENTICATED"),
    "ACCESS_DENIED": (403, "UNAUTHORIZED"),
    "WAF_FILTERED": (403, "UNAUTHORIZED"),
    "MISSING_AUTHENTICATION_TOKEN": (404, "NOT_FOUND"),
    "RESOURCE_NOT_FOUND": (404, "NOT_FOUND"),
    "INVALID_SIGNATURE": (404, "NOT_FOUND"),
    "EXPIRED_TOKEN": (404, "NOT_FOUND"),
    "INVALID_API_KEY": (404, "NOT_FOUND"),
    "DEFAULT_4XX": (404, "NOT_FOUND"),
    "BAD_REQUEST_BODY": (400, "VALIDATION_FAILED"),
    "BAD_REQUEST_PARAMETERS": (400, "VALIDATION_FAILED"),
    "REQUEST_TOO_LARGE": (413, "PAYLOAD_TOO_LARGE"),
    "UNSUPPORTED_MEDIA_TYPE": (415, "UNSUPPORTED_MEDIA_TYPE"),
    "THROTTLED": (429, "TOO_MANY_REQUESTS"),
    "QUOTA_EXCEEDED": (429, "TOO_MANY_REQUESTS"),
    "INTEGRATION_TIMEOUT": (503, "UNAVAILABLE"),
    "INTEGRATION_FAILURE": (503, "UNAVAILABLE"),
    "AUTHORIZER_FAILURE": (503, "UNAVAILABLE"),
    "AUTHORIZER_CONFIGURATION_ERROR": (503, "UNAVAILABLE"),
    "API_CONFIGURATION_ERROR": (500, "INTERNAL"),
    "DEFAULT_5XX": (500, "INTERNAL"),
}

MUST_OUTLIVE_THE_STACK = {
    "AWS::DynamoDB::Table",
    "AWS::SecretsManager::Secret",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
}


class Stack:
    """The expanded template, with the questions that the rules ask of it."""

    def __init__(self, expanded: dict):
        self.resources = expanded["Resources"]

    def of_type(self, kind: str) -> Iterator[tuple[str, dict]]:
        """Name and properties of each resource of a kind."""
        for name, resource in self.resources.items():
            if resource["Type"] == kind:
                yield name, resource.get("Properties", {})

    def properties(self, name: str) -> dict:
        return self.resources.get(name, {}).get("Properties", {})

    def only(self, kind: str) -> dict:
        """Properties of the one resource of a kind."""
        [(_, properties)] = self.of_type(kind)
        return properties

    def statements(self) -> Iterator[tuple[str, dict]]:
        """Role and statement, for everything that a role allows."""
        for role, properties in self.of_type("AWS::IAM::Role"):
            for policy in properties.get("Policies", []):
                for statement in policy["PolicyDocument"]["Statement"]:
                    # What only some deployments allow has to be as narrow.
                    statement = statement.get("Fn::If", [None, statement])[1]
                    if statement["Effect"] == "Allow":
                        yield role, statement

    def operations(self) -> Iterator[tuple[str, str, dict]]:
        """Method, path and definition of each route, the preflights left out."""
        for path, methods in self.only("AWS::ApiGateway::RestApi")["Body"]["paths"].items():
            for method, operation in methods.items():
                if method != "options":
                    yield method.upper(), path, operation


def listed(value) -> list:
    return value if isinstance(value, list) else [value]


def target(reference) -> str:
    """The logical id that a Ref, a GetAtt or a Sub points at."""
    if isinstance(reference, dict):
        [(kind, value)] = reference.items()
        if kind == "Ref":
            return value
        if kind == "Fn::GetAtt":
            return value[0]
        if kind == "Fn::Sub":
            text = value if isinstance(value, str) else value[0]
            found = re.search(r"\$\{(\w+)", text)
            return found.group(1) if found else ""
    return ""


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


def functions_are_alike(stack: Stack):
    groups = []
    for name, function in stack.of_type("AWS::Lambda::Function"):
        logging = function.get("LoggingConfig", {})
        groups.append(target(logging.get("LogGroup")))
        if groups[-1] != name.replace("Function", "Logs") or groups[-1] not in stack.resources:
            yield f"{name} logs into {groups[-1] or 'a group that Lambda makes, without retention'}"
        if logging.get("LogFormat") != "JSON" or logging.get("SystemLogLevel") != "WARN":
            yield f"{name} does not log as the others do"
        if function.get("TracingConfig", {}).get("Mode") != "Active":
            yield f"{name} is not traced"
        if function.get("Architectures") != [{"Ref": "Architecture"}] or function.get("Runtime") != "provided.al2023":
            yield f"{name} is not built as the others are"
        if function.get("Timeout", 3) >= 29 and name not in MAY_TAKE_LONGER:
            yield f"{name} may run longer than API Gateway waits"
        written = [s for r, s in stack.statements() if r == target(function.get("Role")) and s.get("Sid") == "Log"]
        if [target(resource) for s in written for resource in listed(s["Resource"])] != [groups[-1]]:
            yield f"{name} may not write its own log, or may write another's"


def data_outlives_the_stack(stack: Stack):
    for name, resource in stack.resources.items():
        if resource["Type"] in MUST_OUTLIVE_THE_STACK:
            for policy in ("DeletionPolicy", "UpdateReplacePolicy"):
                if resource.get(policy) != "Retain":
                    yield f"{name} has no {policy}: Retain"


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
        told = {
            name.removesuffix("Function").lower()
            for name, function in stack.of_type("AWS::Lambda::Function")
            if {"Ref": secret} in function["Environment"]["Variables"].values()
        }
        if granted != readers or told != readers:
            yield f"{secret} is for {sorted(readers)}; granted to {sorted(granted)}, told to {sorted(told)}"


def routes_are_guarded(stack: Stack):
    api = stack.only("AWS::ApiGateway::RestApi")["Body"]
    schemes = api.get("components", {}).get("securitySchemes", {})
    seen = set()
    for method, path, operation in stack.operations():
        seen.add((method, path))
        guarded = operation.get("security") == [{"Bearer": []}] and "Bearer" in schemes
        if not guarded and (method, path) not in PUBLIC:
            yield f"{method} {path} needs no token"
        if guarded and (method, path) in PUBLIC:
            yield f"{method} {path} needs a token, though nobody can have one yet"
    yield from (f"{method} {path} is missing" for method, path in sorted(PUBLIC - seen))


def the_authorizer_is_strict(stack: Stack):
    schemes = stack.only("AWS::ApiGateway::RestApi")["Body"].get("components", {}).get("securitySchemes", {})
    authorizer = schemes.get("Bearer", {}).get("x-amazon-apigateway-authorizer", {})
    ttl = authorizer.get("authorizerResultTtlInSeconds", -1)
    if not 60 <= ttl <= 300:
        yield f"its answers are kept for {ttl} s, not 60 to 300"
    pattern = authorizer.get("identityValidationExpression", "")
    accepted = ["Bearer a.b.c", "bearer eyJ0.eyJz_-.c2ln"]
    refused = ["", "Bearer", "Bearer a.b", "Bearer a.b.c.d", "Basic a.b.c", "a.b.c", "Bearer a.b.c x", "Bearer a.b.c="]
    if not pattern or not all(re.fullmatch(pattern, t) for t in accepted) or any(re.fullmatch(pattern, t) for t in refused):
        yield f"its validation expression is {pattern!r}"


def routes_are_throttled(stack: Stack):
    settings = {}
    for setting in stack.only("AWS::ApiGateway::Stage").get("MethodSettings", []):
        path = setting["ResourcePath"]
        path = path if path == "/*" else "/" + path.removeprefix("/").replace("~1", "/").removeprefix("/")
        settings[setting["HttpMethod"], unquote(path)] = setting
    everything = settings.pop(("*", "/*"), {})
    for limit in ("ThrottlingRateLimit", "ThrottlingBurstLimit"):
        if everything.get(limit) is None:
            yield f"the stage has no {limit}"
        for method, path in sorted(PUBLIC_AND_THROTTLED):
            own = settings.get((method, path), {}).get(limit)
            if own is None or own == everything.get(limit):
                yield f"{method} {path} has no {limit} of its own"
    known = {(method, path) for method, path, _ in stack.operations()}
    yield from (f"settings for {method} {path}, which is no route" for method, path in sorted(settings.keys() - known))
    for (method, path), setting in [*settings.items(), (("*", "/*"), everything)]:
        if setting.get("MetricsEnabled"):
            yield f"{method} {path} has metrics of each method, which cost more than the requests"


def refusals_have_our_form(stack: Stack):
    responses = stack.only("AWS::ApiGateway::RestApi")["Body"].get("x-amazon-apigateway-gateway-responses", {})
    for kind, (status, code) in GATEWAY_RESPONSES.items():
        response = responses.get(kind)
        if response is None:
            yield f"{kind} is left to API Gateway"
            continue
        try:
            body = json.loads(response.get("responseTemplates", {}).get("application/json", ""))
        except ValueError as error:
            yield f"{kind} has no JSON body: {error}"
            continue
        if list(body) != ["type", "title", "status", "code", "detail", "requestId"]:
            yield f"{kind} answers {list(body)}"
        elif (int(response.get("statusCode", 0)), body["status"], body["code"]) != (status, status, code):
            yield f"{kind} answers {response.get('statusCode')}, {body['status']} {body['code']}, not {status} {code}"
        elif body["requestId"] != "$context.requestId" or body["type"] != "about:blank":
            yield f"{kind} does not name its request"
        headers = {k.removeprefix("gatewayresponse.header."): v for k, v in response.get("responseParameters", {}).items()}
        wanted = {"Content-Type", "Cache-Control", "x-request-id", "Access-Control-Allow-Origin", "Access-Control-Expose-Headers"}
        wanted |= {"WWW-Authenticate"} if status == 401 else set()
        wanted |= {"Retry-After"} if status in (429, 503) else set()
        if wanted != headers.keys():
            yield f"{kind} has the wrong headers: {sorted(wanted ^ headers.keys())}"
        elif headers["x-request-id"] != "context.requestId" or headers["Content-Type"] != "'application/problem+json'":
            yield f"{kind} has a wrong value in {headers}"
    yield from (f"{kind} is in the template but not in the contract" for kind in responses.keys() - GATEWAY_RESPONSES.keys())


def requests_are_logged(stack: Stack):
    stage = stack.only("AWS::ApiGateway::Stage")
    line = stage.get("AccessLogSetting", {}).get("Format", "")
    if "\n" in line or not isinstance(json.loads(line or "0"), dict):
        yield "an access log entry is not one line of JSON"
    elif "$context.path" in line or "$context.identity" in line:
        yield "the access log holds what may be personal"
    if not stage.get("TracingEnabled"):
        yield "the API is not traced"


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
            configs = [c for _, c in stack.of_type("AWS::Lambda::EventInvokeConfig") if target(c["FunctionName"]) == function]
            kept = [target(c.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")) for c in configs]
            if not kept or stack.resources.get(kept[0], {}).get("Type") != "AWS::S3::Bucket":
                yield f"{function} keeps nothing of the events that it gives up"


def the_mailer_writes_what_is_its_own(stack: Stack):
    for role, statement in stack.statements():
        if role != "MailerRole" or not any(a.startswith("dynamodb:") for a in listed(statement["Action"])):
            continue
        conditions = {key: values for condition in statement.get("Condition", {}).values() for key, values in condition.items()}
        if {"Fn::GetAtt": ["Table", "Arn"]} not in listed(statement["Resource"]) or conditions.get("dynamodb:LeadingKeys") == ["MAIL#*"]:
            continue
        if conditions.get("dynamodb:Attributes") != ["pk", "sk", "delivery"] or statement["Action"] != "dynamodb:UpdateItem":
            yield f"{role}/{statement.get('Sid')} writes more than what became of a mail"


def buckets_are_private(stack: Stack):
    for name, bucket in stack.of_type("AWS::S3::Bucket"):
        block = bucket.get("PublicAccessBlockConfiguration", {})
        if len(block) != 4 or not all(block.values()):
            yield f"{name} may be made public"
        if "BucketEncryption" not in bucket or "LifecycleConfiguration" not in bucket:
            yield f"{name} is not encrypted, or keeps everything for ever"


def alarms_reach_somebody(stack: Stack):
    for name, alarm in stack.of_type("AWS::CloudWatch::Alarm"):
        if "AlarmTopicArn" not in json.dumps(alarm.get("AlarmActions", "")):
            yield f"{name} tells nobody"
        if alarm.get("TreatMissingData") != "notBreaching":
            yield f"{name} rings, or stays silent, when nothing happens"


RULES = [
    actions_are_exact,
    resources_are_exact,
    each_function_has_a_role_of_its_own,
    functions_are_alike,
    data_outlives_the_stack,
    logs_end,
    the_table_is_safe,
    table_access_is_narrow,
    secrets_have_their_readers_only,
    routes_are_guarded,
    the_authorizer_is_strict,
    routes_are_throttled,
    refusals_have_our_form,
    requests_are_logged,
    streams_neither_block_nor_lose,
    schedules_do_not_fail_unseen,
    news_are_not_lost,
    the_mailer_writes_what_is_its_own,
    buckets_are_private,
    alarms_reach_somebody,
]


def findings(template: dict) -> list[tuple[str, str]]:
    """Rule and finding, for everything that the template does wrong."""
    stack = Stack(expand(template))
    return [(rule.__name__, finding) for rule in RULES for finding in rule(stack)]


def main() -> int:
    template = parse(Path(sys.argv[1] if len(sys.argv) > 1 else "template.yaml").read_text(encoding="utf-8"))
    found = findings(template)
    for rule, finding in found:
        print(f"{rule}: {finding}")
    print(f"{len(RULES)} rules, {len(found)} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
