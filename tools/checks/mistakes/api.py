"""Mistakes for the rules of rules/api.py: a rule, and what it must find. Each gets a copy of the template in its long form."""

from checks.mistakes.parts import properties, response

MISTAKES = {
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
        "a small limit for refresh": lambda t: properties(t, "Api")["MethodSettings"].append(
            {**properties(t, "Api")["MethodSettings"][1], "ResourcePath": "/~1api~1auth~1refresh"}
        ),
        "a limit that does not grow": lambda t: properties(t, "Api")["MethodSettings"][1].update(
            ThrottlingBurstLimit={"Ref": "RequestBurst"}
        ),
        "a concurrency without a rate": lambda t: t["Mappings"]["HashingRates"].pop("50"),
        "a rate beyond what is hashed": lambda t: t["Mappings"]["HashingRates"]["50"].update(PerSecond=5000),
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
        "plain HTTP again": lambda t: response(t, "DEFAULT_5XX")["ResponseParameters"]["Headers"].pop("Strict-Transport-Security"),
        "cached for another origin": lambda t: response(t, "THROTTLED")["ResponseParameters"]["Headers"].pop("Vary"),
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
        "no trace": lambda t: properties(t, "Api").pop("TracingEnabled"),
        "two lines": lambda t: properties(t, "Api")["AccessLogSetting"].update(Format='{"a":\n1}'),
        "an address": lambda t: properties(t, "Api")["AccessLogSetting"].update(Format='{"ip":"$context.identity.sourceIp"}'),
    },
    "a_domain_is_the_only_address": {
        "two addresses": lambda t: properties(t, "Api").pop("DisableExecuteApiEndpoint"),
        "none without a domain": lambda t: properties(t, "Api").update(DisableExecuteApiEndpoint=True),
        "where API Gateway does not look": lambda t: properties(t, "Api").update(OpenApiVersion="2.0"),
    },
    "addresses_are_what_they_say": {
        "tokens over plain HTTP": lambda t: t["Parameters"]["PublicUrl"].update(AllowedPattern="^(https?://[^/ ]+(/[^ ]*[^/ ])?)?$"),
        "a path of many segments": lambda t: t["Parameters"]["PublicUrl"].update(
            AllowedPattern=t["Parameters"]["AppUrl"]["AllowedPattern"]
        ),
        "a domain without the path": lambda t: properties(t, "DomainMapping").pop("BasePath"),
        "links over plain HTTP": lambda t: t["Parameters"]["AppUrl"].pop("AllowedPattern"),
    },
}
