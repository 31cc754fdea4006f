"""What the service costs, from the request units in docs/costs.md, the template, and AWS's list prices.

    python tools/ops/costs.py            prints the tables
    python tools/ops/costs.py --write    puts them into docs/costs.md, between the marks there

The prices are in prices.toml. Change PER_USER for your own numbers.
"""

import re
import sys
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # tools/: its folders are packages

from checks.expand_template import parse
from checks.metrics import counted, of_alarm

DOCUMENT, TEMPLATE = Path("docs/costs.md"), Path("template.yaml")
MARKS = ("<!-- prices:begin -->\n", "<!-- prices:end -->")

MILLION = 1e-6
LIST = tomllib.loads(Path(__file__).with_name("prices.toml").read_text(encoding="utf-8"))
STEPS = LIST["aws"]["steps"]
# The first step of each price.
PRICES = (
    {name: price * MILLION for name, price in LIST["aws"]["million"].items()}
    | LIST["aws"]["each"]
    | {name: steps[0][1] for name, steps in STEPS.items()}
)

# ---- What is assumed of each request, beside its units.
LOG_BYTES = 1_200  # the access log's line and the function's, with its metrics
# What X-Ray samples by its default rule: the first request each second, and this share of the others.
TRACED, TRACED_EACH_SECOND = 0.05, 1
AUTHORIZED = 0.1  # the share that asks the authorizer; it is remembered for five minutes
AUTHORIZER_GB_SECONDS = 0.25 * 0.010
MAILER_GB_SECONDS = 0.25 * 0.100
TRAIL_GB_SECONDS = 0.25 * 0.050
MEMBERS_IN_4_KB = 15  # of a page of 50
ACCOUNTS_OF_A_USER = 3
# Metrics of our own beside those that the functions count one by one: milliseconds, units read and written, and so many codes of
# refusals that occur in a month.
OTHER_METRICS, CODES = 3, 6
# A function asks for the key of the table once in five minutes, as long as it is in use.
MONTH = 30 * 24 * 60 * 60
FIVE_MINUTES = 5 * 60
# A warm function reads both values of its secret every five minutes; so many instances are warm all day.
WARM_INSTANCES = 4


@dataclass(frozen=True)
class Operation:
    """A row of the document's table, and which of its operations; the function's memory in GB and its time in seconds."""

    row: str
    at: int = 0
    memory: float = 0.5
    seconds: float = 0.020
    mails: float = 0
    after: str = ""  # the row of what `mailer` and `trail` do afterwards


IDENTITY = 1769 / 1024
OPERATIONS = {
    "sign-up": Operation("sign-up", 0, IDENTITY, 0.110, mails=1, after="after sign-up"),
    "sign-in": Operation("sign in, refresh", 0, IDENTITY, 0.100, after="after a sign-in"),
    "refresh": Operation("sign in, refresh", 1, IDENTITY, 0.015),
    "invitation of a new address": Operation("invite a new address, a known one", 0, 0.5, 0.035, mails=1, after="after an invitation"),
    "acceptance with a new password": Operation(
        "accept as a known user, as a new one", 1, IDENTITY, 0.120, after="after another change of an account or a member"
    ),
    "account by its id": Operation("get account by id, by name"),
    "own accounts": Operation("list own accounts (n)"),
    "page of 50 members": Operation("list members, 50 a page", 0, 0.5, 0.030),
    "change of an account": Operation(
        "update account, rename it", 0, 0.5, 0.025, after="after another change of an account or a member"
    ),
    "change of roles": Operation(
        "change roles or status", 0, 0.5, 0.025, after="after another change of an account or a member"
    ),
}

# Requests of one user in a month, and what is stored of each, in GB.
PER_USER = {
    "sign-up": 0.01,
    "sign-in": 4,
    "refresh": 160,
    "invitation of a new address": 0.04,
    "acceptance with a new password": 0.035,
    "account by its id": 600,
    "own accounts": 40,
    "page of 50 members": 20,
    "change of an account": 0.2,
    "change of roles": 0.1,
}
GB_PER_USER = 6e-6
MONTHLY_USERS = (1_000, 100_000, 1_000_000, 10_000_000)
KB_AN_ANSWER = 1.5


def amount(text: str) -> float:
    """A number of units as the document has it: `3`, `1.5 + 0.5 n`, `3 + 0.5 per 4 KB`."""
    base, _, more = text.partition(" + ")
    if not more:
        return float(base)
    times = ACCOUNTS_OF_A_USER if more.endswith(" n") else 50 / MEMBERS_IN_4_KB
    return float(base) + float(more.split()[0]) * times


@cache
def rows() -> dict[str, tuple[str, str]]:
    """Read and write request units in the document's tables, as they are written there."""
    text = DOCUMENT.read_text(encoding="utf-8").partition(MARKS[0])[0]
    found = re.findall(r"^\| ([^|]+) \| [\d, ]+ \| ([^|]+) \| ([^|]+) \|$", text, re.MULTILINE)
    found += re.findall(r"^\| (after [^|]+) \| ([^|]+) \| ([^|]+) \|$", text, re.MULTILINE)
    return {name: (reads, writes) for name, reads, writes in found}


def units(operation: Operation) -> tuple[float, float]:
    """Read and write request units. A row of two operations has both, or one number for both."""
    reads, writes = (cell.split(", ") for cell in rows()[operation.row])
    own = amount(reads[min(operation.at, len(reads) - 1)]), amount(writes[min(operation.at, len(writes) - 1)])
    if not operation.after:
        return own
    after = rows()[operation.after]
    return own[0] + amount(after[0]), own[1] + amount(after[1])


def cost(operation: Operation) -> dict[str, float]:
    """What one request costs, by service."""
    reads, writes = units(operation)
    recorded = bool(operation.after)  # the trail, once for each change: batches make it less
    invocations = 1 + AUTHORIZED + operation.mails + recorded
    gb_seconds = operation.memory * operation.seconds + AUTHORIZED * AUTHORIZER_GB_SECONDS
    gb_seconds += operation.mails * MAILER_GB_SECONDS + recorded * TRAIL_GB_SECONDS
    return {
        "API Gateway": PRICES["API request"],
        "Lambda": invocations * PRICES["invocation"] + gb_seconds * PRICES["GB-second"],
        "DynamoDB": reads * PRICES["RRU"] + writes * PRICES["WRU"],
        "EventBridge": recorded * PRICES["event"],
        "SES": operation.mails * PRICES["mail"],
        "logs": LOG_BYTES / 1e9 * PRICES["GB of logs"],
        "X-Ray": TRACED * PRICES["trace"],  # beyond the first of each second
    }


def of_type(resources: dict, kind: str) -> dict[str, dict]:
    return {name: resource["Properties"] for name, resource in resources.items() if resource["Type"] == kind}


def alarm_metrics(resources: dict) -> int:
    """The metrics that alarms look at, as CloudWatch charges for them: each by itself, a query for each series that it reads."""
    statements = [
        statement.get("Fn::If", [None, statement])[1]
        for role in of_type(resources, "AWS::IAM::Role").values()
        for policy in role.get("Policies", [])
        for statement in policy["PolicyDocument"]["Statement"]
    ]
    actions = {action for s in statements for action in (s["Action"] if isinstance(s["Action"], list) else [s["Action"]])}
    operations = len({action for action in actions if action.startswith("dynamodb:") and "Stream" not in action}) + 1  # and transactions
    metrics = [metric for name, alarm in of_type(resources, "AWS::CloudWatch::Alarm").items() for metric in of_alarm(name, alarm)]
    return sum(operations if ("Operation", "") in metric.dimensions else 1 for metric in metrics)


def idle() -> dict[str, float]:
    """What a month costs without a request: counted in the template, and metrics in the functions' source."""
    resources = parse(TEMPLATE.read_text(encoding="utf-8"))["Resources"]
    secrets = len(of_type(resources, "AWS::SecretsManager::Secret"))
    functions = len(of_type(resources, "AWS::Serverless::Function"))
    reads = 2 * WARM_INSTANCES * secrets * MONTH / FIVE_MINUTES
    own = len(counted()) + OTHER_METRICS + CODES
    return {
        "Secrets Manager": secrets * PRICES["secret"] + reads * PRICES["secret read"],
        "KMS": functions * MONTH / FIVE_MINUTES * PRICES["key request"],
        "alarms": alarm_metrics(resources) * PRICES["alarm metric"],
        "metrics": own * PRICES["metric"],
        "dashboard": len(of_type(resources, "AWS::CloudWatch::Dashboard")) * PRICES["dashboard"],
    }


def traced(invocations: float) -> float:
    """How many of a month's invocations X-Ray samples, if no second is without one."""
    first = min(invocations, TRACED_EACH_SECOND * MONTH)
    return first + TRACED * (invocations - first)


def stepped(count: float, steps: list[list[float]]) -> float | None:
    """The price of `count`, each at the price of its step; none beyond the last step."""
    total, begins = 0.0, 0.0
    for ends, price in steps:
        total += max(0.0, min(count, ends) - begins) * price
        begins = ends
    return total if count <= begins else None


def month(users: int) -> dict[str, float]:
    """A month with so many users who sign in, by service."""
    total: dict[str, float] = {}
    for name, times in PER_USER.items():
        for service, price in cost(OPERATIONS[name]).items():
            total[service] = total.get(service, 0) + users * times * price
    requests = users * sum(PER_USER.values())
    changes = users * sum(times for name, times in PER_USER.items() if OPERATIONS[name].after)
    mails = users * sum(times * OPERATIONS[name].mails for name, times in PER_USER.items())
    # The API samples for itself, and each function that no request waits for.
    total["X-Ray"] = sum(map(traced, (requests, changes, mails))) * PRICES["trace"]
    total["API Gateway"] = stepped(requests, STEPS["API request"])
    total["storage"] = users * GB_PER_USER * (PRICES["GB stored"] + PRICES["GB of backup"])
    return total | idle()


def dollars(value: float) -> str:
    return f"{value:,.2f}"


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def tables() -> str:
    services = list(cost(OPERATIONS["sign-in"]))
    costs = {name: cost(operation) for name, operation in OPERATIONS.items()}
    per_million = [
        [name, *(dollars(each[service] / MILLION) for service in services), dollars(sum(each.values()) / MILLION)]
        for name, each in costs.items()
    ]
    months = {users: month(users) for users in MONTHLY_USERS}
    heads = [f"{users:,} users" for users in months]
    per_service = [[service, *(dollars(each[service]) for each in months.values())] for service in months[MONTHLY_USERS[0]]]
    requests = sum(PER_USER.values())
    per_service += [
        ["**together**", *(f"**{dollars(sum(each.values()))}**" for each in months.values())],
        ["for each user", *(f"{sum(each.values()) / users:,.5f}" for users, each in months.items())],
        ["requests", *(f"{users * requests:,.0f}" for users in months)],
    ]
    still = [[name, dollars(price)] for name, price in idle().items()]
    parts = [
        table(["USD per million", *services, "together"], per_million),
        table(["USD a month, without a request", ""], still),
        table(["USD a month", *heads], per_service),
        table(["USD a month, as listed", *heads, "read"], beside(months)),
        table(["USD a month", *heads], fronts(months)),
    ]
    return "\n".join(parts)


def beside(months: dict[int, dict[str, float]]) -> list[list[str]]:
    """What other products list for the same numbers of users."""
    own = ["this project", *(dollars(sum(each.values())) for each in months.values()), LIST["aws"]["read"]]
    rows = [own]
    for name, listed in LIST["others"].items():
        prices = [stepped(users, listed["users"]) for users in months]
        shown = ("no list price" if price is None else dollars(listed["basic"] + price) for price in prices)
        rows.append([f"[{name}]({listed['source']})", *shown, listed["read"]])
    return rows


def fronts(months: dict[int, dict[str, float]]) -> list[list[str]]:
    """What another front would cost in place of the REST API, or before it."""
    requests = [users * sum(PER_USER.values()) for users in months]
    delivered = [count * (PRICES["CloudFront request"] + KB_AN_ANSWER * 1e-6 * PRICES["GB from CloudFront"]) for count in requests]
    return [
        ["API Gateway, REST API", *(dollars(each["API Gateway"]) for each in months.values())],
        ["an HTTP API in its place", *(dollars(stepped(count, STEPS["HTTP API request"])) for count in requests)],
        ["CloudFront before either, in addition", *map(dollars, delivered)],
    ]


def shown(document: str) -> str:
    """The part of the document between the marks."""
    return document.partition(MARKS[0])[2].partition(MARKS[1])[0]


def main() -> None:
    if sys.argv[1:] == ["--write"]:
        document = DOCUMENT.read_text(encoding="utf-8")
        before, _, rest = document.partition(MARKS[0])
        DOCUMENT.write_text(before + MARKS[0] + tables() + MARKS[1] + rest.partition(MARKS[1])[2], encoding="utf-8")
    else:
        print(tables(), end="")


if __name__ == "__main__":
    main()
