"""Breaks the template on purpose, one mistake at a time, and expects the rule that finds it.

    python tools/test_check_policies.py [template.yaml]
"""

import copy
import sys
import unittest
from pathlib import Path

from check_policies import RULES, findings
from expand_template import parse

TEMPLATE = parse(Path("template.yaml").read_text(encoding="utf-8"))


def statement(template: dict, role: str, sid: str) -> dict:
    for entry in template["Resources"][role]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]:
        if entry["Sid"] == sid:
            return entry
    raise KeyError(f"{role}/{sid}")


def properties(template: dict, name: str) -> dict:
    return template["Resources"][name]["Properties"]


def response(template: dict, kind: str) -> dict:
    return properties(template, "Api")["GatewayResponses"][kind]


# Rule -> mistakes that it must find. Each gets a copy of the template in its long form.
MISTAKES = {
    "actions_are_exact": {
        "a wildcard action": lambda t: statement(t, "AccountsRole", "ReadTable").update(Action=["dynamodb:*"]),
        "a scan of more than keys": lambda t: statement(t, "PurgeRole", "FindExpired").pop("Condition"),
        "a scan": lambda t: statement(t, "IdentityRole", "ReadTable").update(Action=["dynamodb:Scan"]),
        "everything but": lambda t: statement(t, "MailerRole", "SendMail").update(NotAction="ses:DeleteIdentity"),
    },
    "resources_are_exact": {
        "any resource": lambda t: statement(t, "MailerRole", "SendMail").update(Resource="*"),
        "any index": lambda t: statement(t, "AccountsRole", "ReadIndexes").update(Resource={"Fn::Sub": "${Table.Arn}/index/*"}),
        "more behind the exception": lambda t: statement(t, "MailerRole", "Trace").update(Action=["s3:GetObject"]),
    },
    "each_function_has_a_role_of_its_own": {
        "a shared role": lambda t: properties(t, "MembersFunction").update(Role={"Fn::GetAtt": ["AccountsRole", "Arn"]}),
        "a role made by SAM": lambda t: properties(t, "MembersFunction").pop("Role"),
        "a managed policy": lambda t: properties(t, "MailerRole").update(ManagedPolicyArns=["arn:aws:iam::aws:policy/ReadOnlyAccess"]),
    },
    "functions_are_alike": {
        "no log group": lambda t: properties(t, "MailerFunction").pop("LoggingConfig"),
        "another's log group": lambda t: properties(t, "MailerFunction")["LoggingConfig"].update(LogGroup={"Ref": "MembersLogs"}),
        "another's log": lambda t: statement(t, "MailerRole", "Log").update(Resource={"Fn::GetAtt": ["MembersLogs", "Arn"]}),
        "chatty": lambda t: properties(t, "IdentityFunction")["LoggingConfig"].pop("SystemLogLevel"),
        "no trace": lambda t: t["Globals"]["Function"].pop("Tracing"),
        "one architecture": lambda t: properties(t, "MailerFunction").update(Architectures=["x86_64"]),
        "slower than the gateway": lambda t: t["Globals"]["Function"].update(Timeout=30),
    },
    "data_outlives_the_stack": {
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
    "table_access_is_narrow": {
        "authorizer reads all": lambda t: statement(t, "AuthorizerRole", "ReadPublicKeys").pop("Condition"),
        "purge updates all": lambda t: statement(t, "PurgeRole", "ClearAccounts").pop("Condition"),
        "members write all": lambda t: statement(t, "MembersRole", "WriteMembers").pop("Condition"),
    },
    "secrets_have_their_readers_only": {
        "mailer signs tokens": lambda t: statement(t, "MailerRole", "ReadLinkSecret").update(
            Resource=[{"Ref": "LinkSecret"}, {"Ref": "SigningSecret"}]
        ),
        "told, not granted": lambda t: properties(t, "MembersFunction")["Environment"]["Variables"].update(
            LINK_SECRET_ID={"Ref": "LinkSecret"}
        ),
        "granted, not told": lambda t: properties(t, "IdentityFunction")["Environment"]["Variables"].pop("SIGNING_SECRET_ID"),
    },
    "routes_are_guarded": {
        "one left open": lambda t: properties(t, "AccountsFunction")["Events"]["DeleteAccount"]["Properties"].update(
            Auth={"Authorizer": "NONE"}
        ),
        "sign-in behind a token": lambda t: properties(t, "IdentityFunction")["Events"]["Login"]["Properties"].pop("Auth"),
        "sign-in missing": lambda t: properties(t, "IdentityFunction")["Events"].pop("Login"),
    },
    "the_authorizer_is_strict": {
        "no memory": lambda t: properties(t, "Api")["Auth"]["Authorizers"]["Bearer"]["Identity"].update(ReauthorizeEvery=0),
        "long memory": lambda t: properties(t, "Api")["Auth"]["Authorizers"]["Bearer"]["Identity"].update(ReauthorizeEvery=3600),
        "anything passes": lambda t: properties(t, "Api")["Auth"]["Authorizers"]["Bearer"]["Identity"].update(ValidationExpression=".*"),
    },
    "routes_are_throttled": {
        "no limit for the stage": lambda t: properties(t, "Api")["MethodSettings"].pop(0),
        "no limit for sign-up": lambda t: properties(t, "Api")["MethodSettings"].pop(1),
        "as wide as the stage": lambda t: properties(t, "Api")["MethodSettings"][1].update(
            ThrottlingRateLimit={"Ref": "RequestsPerSecond"}
        ),
        "a route misspelt": lambda t: properties(t, "Api")["MethodSettings"][1].update(ResourcePath="/~1api~1acounts~1signup"),
        "metrics of each method": lambda t: properties(t, "Api")["MethodSettings"][1].update(MetricsEnabled=True),
    },
    "refusals_have_our_form": {
        "left to the gateway": lambda t: properties(t, "Api")["GatewayResponses"].pop("THROTTLED"),
        "403 for unknown routes": lambda t: response(t, "MISSING_AUTHENTICATION_TOKEN").update(StatusCode=403),
        "broken JSON": lambda t: response(t, "UNAUTHORIZED")["ResponseTemplates"].update({"application/json": '{"type":'}),
        "no challenge": lambda t: response(t, "UNAUTHORIZED")["ResponseParameters"]["Headers"].pop("WWW-Authenticate"),
        "no CORS": lambda t: response(t, "DEFAULT_5XX")["ResponseParameters"]["Headers"].pop("Access-Control-Allow-Origin"),
        "an undocumented code": lambda t: response(t, "ACCESS_DENIED")["ResponseTemplates"].update(
            {
                "application/json": '{"type":"about:blank","title":"Forbidden","status":403,"code":"DENIED",'
                '"detail":"","requestId":"$context.requestId"}'
            }
        ),
    },
    "requests_are_logged": {
        "no log": lambda t: properties(t, "Api").pop("AccessLogSetting"),
        "two lines": lambda t: properties(t, "Api")["AccessLogSetting"].update(Format='{"a":\n1}'),
        "an address": lambda t: properties(t, "Api")["AccessLogSetting"].update(Format='{"ip":"$context.identity.sourceIp"}'),
    },
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
    "buckets_are_private": {
        "public": lambda t: properties(t, "UndeliveredBucket")["PublicAccessBlockConfiguration"].update(BlockPublicAcls=False),
        "for ever": lambda t: properties(t, "UndeliveredBucket").pop("LifecycleConfiguration"),
    },
    "alarms_reach_somebody": {"silent": lambda t: properties(t, "MailerErrorsAlarm").pop("AlarmActions")},
}


class Mistakes(unittest.TestCase):
    def test_the_template_itself_has_no_findings(self):
        self.assertEqual(findings(TEMPLATE), [])

    def test_every_rule_has_a_mistake_that_it_finds(self):
        self.assertEqual({rule.__name__ for rule in RULES}, set(MISTAKES))

    def test_each_mistake_is_found_by_its_rule(self):
        for rule, mistakes in MISTAKES.items():
            for name, make in mistakes.items():
                with self.subTest(rule=rule, mistake=name):
                    broken = copy.deepcopy(TEMPLATE)
                    make(broken)
                    self.assertNotEqual(broken, TEMPLATE)
                    self.assertIn(rule, {found for found, _ in findings(broken)})


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=1))
