"""Mistakes for the rules of rules/firewall.py: a rule, and what it must find. Each gets a copy of the template in its long form."""

from checks.mistakes.parts import properties


def rule(template: dict, name: str) -> dict:
    return next(rule for rule in properties(template, "WebAcl")["Rules"] if rule["Name"] == name)


def rate(template: dict, name: str) -> dict:
    return rule(template, name)["Statement"]["RateBasedStatement"]


def answer(template: dict, name: str) -> dict:
    return rule(template, name)["Action"]["Block"]["CustomResponse"]


MISTAKES = {
    "one_address_is_limited": {
        "refresh uncounted": lambda t: properties(t, "WebAcl")["Rules"].remove(rule(t, "RefreshPerAddress")),
        "sign-in uncounted": lambda t: properties(t, "WebAcl")["Rules"].remove(rule(t, "SignInPerAddress")),
        "the rest uncounted": lambda t: properties(t, "WebAcl")["Rules"].remove(rule(t, "TotalPerAddress")),
        "refresh counted with sign-ins": lambda t: rate(t, "SignInPerAddress")["ScopeDownStatement"]["AndStatement"]["Statements"].pop(),
        "preflights counted": lambda t: rate(t, "RefreshPerAddress")["ScopeDownStatement"]["AndStatement"]["Statements"].pop(0),
        "all addresses together": lambda t: rate(t, "TotalPerAddress").update(AggregateKeyType="CONSTANT"),
        "a fixed limit": lambda t: rate(t, "TotalPerAddress").update(Limit={"Ref": "AWS::NoValue"}),
    },
    "blocked_answers_can_be_read": {
        "no CORS": lambda t: answer(t, "RefreshPerAddress")["ResponseHeaders"].pop(),
        "any origin": lambda t: answer(t, "RefreshPerAddress")["ResponseHeaders"][4].update(Value="*"),
        "403": lambda t: answer(t, "SignInPerAddress").update(ResponseCode=403),
        "no body": lambda t: answer(t, "TotalPerAddress").pop("CustomResponseBodyKey"),
    },
}
