"""What API Gateway does before and instead of a function: tokens, throttles, refusals, the access log."""

import json
import re
from urllib.parse import unquote

from checks.stack import Stack

# Routes without a token that hash a password or send a mail: each has a limit of its own.
HASHING = {
    ("POST", "/api/accounts/signup"),
    ("POST", "/api/auth/login"),
    ("POST", "/api/auth/verify-email"),
    ("POST", "/api/users/me/email/confirm"),
    ("POST", "/api/auth/password/forgot"),
    ("POST", "/api/auth/password/reset"),
    ("POST", "/api/invitations/accept"),
}
# Those that are cheap, and on the limit of every method: all callers share a method's limit, and a small one is exhausted soon.
CHEAP = {
    ("POST", "/api/auth/refresh"),
    ("POST", "/api/auth/logout"),
    ("POST", "/api/users/me/email/undo"),
    ("POST", "/api/invitations/lookup"),
    ("POST", "/api/invitations/decline"),
}
# Cheap steps of a sign-in: on the limit of every method, and counted among an address's sign-ins.
STEPS = {
    ("POST", "/api/auth/login/second-factor"),
    ("POST", "/api/auth/passkey/options"),
    ("POST", "/api/auth/passkey/login"),
}
ANSWERED_WITHOUT_A_BODY = {
    "/.well-known/jwks.json",
    "/.well-known/openid-configuration",
    "/invitation",
    "/verify-email",
    "/change-email",
    "/security",
    "/ownership",
    "/reset-password",
}
FOR_BROWSERS = {"/", "/{page+}", "/pages/pages.js", "/pages/security.js", "/pages/pages.css"}
PUBLIC = HASHING | CHEAP | STEPS | {("HEAD", path) for path in ANSWERED_WITHOUT_A_BODY}
PUBLIC |= {("GET", path) for path in ANSWERED_WITHOUT_A_BODY | FOR_BROWSERS}

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
            yield f"{method} {path} needs a token, which its caller cannot have yet"
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
        for method, path in sorted(HASHING):
            own = settings.get((method, path), {}).get(limit)
            if "HashingRates" not in json.dumps(own) or {"Ref": "IdentityConcurrency"} not in own["Fn::If"][2]["Fn::FindInMap"]:
                yield f"{method} {path} has no {limit} that follows IdentityConcurrency"
    yield from (f"{method} {path} is cheap, and all callers share its limit" for method, path in sorted(settings.keys() & (CHEAP | STEPS)))
    rates, concurrency = stack.mappings["HashingRates"], stack.parameters["IdentityConcurrency"]
    if {str(value) for value in concurrency.get("AllowedValues", [])} != rates.keys():
        yield "HashingRates does not have the values of IdentityConcurrency"
    for reserved, rate in rates.items():
        # Ten a second for each instance; without a reservation, as for ten.
        if rate["PerSecond"] != 5 * (int(reserved) if int(reserved) > 0 else 10) or rate["Burst"] != 2 * rate["PerSecond"]:
            yield f"HashingRates of {reserved} are not half of what that hashes"
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
        wanted |= {"Strict-Transport-Security", "Vary"}
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
    if stage.get("TracingEnabled") != {"Fn::If": ["HasTracing", True, False]}:
        yield "the API is not traced as EnableTracing says"


def a_domain_is_the_only_address(stack: Stack):
    api = stack.only("AWS::ApiGateway::RestApi")["Body"]
    # In OpenAPI 3 it is read from a server, not from the document: aws/serverless-application-model, issue 2396.
    servers = [server.get("x-amazon-apigateway-endpoint-configuration", {}) for server in api.get("servers", [])]
    if {"disableExecuteApiEndpoint": {"Fn::If": ["HasDomain", True, False]}} not in servers:
        yield "with a domain of the stack's own, the API answers at execute-api too"


# What is behind the host in PublicUrl, or (none).
PATH = {"Fn::Select": [3, {"Fn::Split": ["/", {"Fn::Sub": "${PublicUrl}/(none)"}]}]}


def addresses_are_what_they_say(stack: Stack):
    good = ["", "https://a.example", "https://a.example/x", "http://localhost:3000", "http://127.0.0.1", "http://[::1]:8080/x"]
    bad = ["http://a.example", "http://localhost.example", "http://127.0.0.1.example", "https://a.example/", "https://", "a.example"]
    for name in ("PublicUrl", "AppUrl"):
        pattern = re.compile(stack.parameters[name].get("AllowedPattern", ""))
        wrong = [text for text in good if not pattern.fullmatch(text)] + [text for text in bad if pattern.fullmatch(text)]
        if wrong:
            yield f"{name} is wrong about {wrong}"
    if re.fullmatch(stack.parameters["PublicUrl"].get("AllowedPattern", ".*"), "https://a.example/x/y"):
        yield "PublicUrl has more of a path than a base path mapping takes"
    paths = [mapping.get("BasePath") for _, mapping in stack.of_type("AWS::ApiGateway::BasePathMapping")]
    if paths != [PATH]:
        yield f"the domain serves {paths}, and not the path of PublicUrl"


RULES = [
    routes_are_guarded,
    the_authorizer_is_strict,
    routes_are_throttled,
    refusals_have_our_form,
    requests_are_logged,
    a_domain_is_the_only_address,
    addresses_are_what_they_say,
]
