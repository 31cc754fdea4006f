"""AWS WAF: one source address cannot use up a method, and a blocked caller can read the answer."""

import json
import re

from checks.rules.api import CHEAP, HASHING, STEPS
from checks.stack import Stack

# The rule that counts a request, by what the request costs.
COUNTED_BY = dict.fromkeys(HASHING | STEPS, "SignInPerAddress") | dict.fromkeys(CHEAP, "RefreshPerAddress")
# Headers of a blocked answer, as gateway responses have them. AWS WAF sets Content-Type, and refuses one of ours.
HEADERS = {
    "Retry-After",
    "Cache-Control",
    "Strict-Transport-Security",
    "Vary",
    "Access-Control-Allow-Origin",
    "Access-Control-Expose-Headers",
}


def matches(statement: dict, method: str, path: str) -> bool:
    """Whether a scope-down statement is about a request."""
    [(kind, value)] = statement.items()
    match kind:
        case "AndStatement":
            return all(matches(each, method, path) for each in value["Statements"])
        case "NotStatement":
            return not matches(value["Statement"], method, path)
        case "RegexMatchStatement":
            return re.search(value["RegexString"], path) is not None
        case "ByteMatchStatement":
            return value["SearchString"] == method and "Method" in value["FieldToMatch"]
    raise ValueError(f"{kind} is not known here")


def rate_rules(stack: Stack) -> dict[str, dict]:
    rules = stack.only("AWS::WAFv2::WebACL")["Rules"]
    return {rule["Name"]: rule for rule in rules if "RateBasedStatement" in rule["Statement"]}


def one_address_is_limited(stack: Stack):
    rules = {name: rule["Statement"]["RateBasedStatement"] for name, rule in rate_rules(stack).items()}
    for name, rule in rules.items():
        if rule["AggregateKeyType"] != "IP" or "Ref" not in rule["Limit"] or rule["Limit"]["Ref"] not in stack.parameters:
            yield f"{name} does not limit an address by a parameter"
    if "ScopeDownStatement" not in rules.get("TotalPerAddress", {}):
        return (yield "no rule counts every request of an address")
    for stage in ("", "/prod"):
        for method, path, _ in stack.operations():
            counting = {name for name, rule in rules.items() if matches(rule["ScopeDownStatement"], method, stage + path)}
            special = counting - {"TotalPerAddress"}
            wanted = COUNTED_BY.get((method, path))
            if "TotalPerAddress" not in counting or (wanted and special != {wanted}):
                yield f"{method} {stage}{path} is counted by {sorted(counting)}"
            if any(matches(rule["ScopeDownStatement"], "OPTIONS", stage + path) for rule in rules.values()):
                yield f"the preflight of {stage}{path} is counted, and refused unseen"


def blocked_answers_can_be_read(stack: Stack):
    bodies = stack.only("AWS::WAFv2::WebACL").get("CustomResponseBodies", {})
    for name, rule in rate_rules(stack).items():
        answer = rule["Action"].get("Block", {}).get("CustomResponse", {})
        headers = {header["Name"]: header["Value"] for header in answer.get("ResponseHeaders", [])}
        if headers.keys() != HEADERS or headers["Access-Control-Allow-Origin"] != {"Ref": "AllowedOrigin"}:
            yield f"{name} answers with {sorted(headers)}"
        body = json.loads(bodies.get(answer.get("CustomResponseBodyKey"), {}).get("Content", "{}"))
        if (answer.get("ResponseCode"), body.get("status"), body.get("code")) != (429, 429, "TOO_MANY_REQUESTS"):
            yield f"{name} does not answer 429 in our form"


RULES = [
    one_address_is_limited,
    blocked_answers_can_be_read,
]
