"""What operations cost as the table grows: request units and round trips, and instructions where callgrind counts them.

The account of the scenario gets so many members, and the table as many accounts of others."""

import itertools
import json
import urllib.parse
from pathlib import Path

from performance.function import Function, instructions
from performance.measure import COUNTED
from performance.recorder import Recorder
from performance.scenario import MEMBERS, OWN_ACCOUNTS, Scenario, with_options
from replay.surroundings import Surroundings

ROWS = (10, 1_000, 100_000)
FEW_ROWS = ROWS[:2]
# Of the members that are there at the fewest rows, two pages are full.
PAGE = 25
# Ids of rows that are copied: below 2^53, and far above those that a scenario's few draws are likely to be.
FIRST_ID = 9_007_000_000_000_000


class Growth:
    """Measures at one size after the other."""

    def __init__(self, scenario: Scenario, around: Surroundings, binaries: dict[str, Path]):
        self._scenario, self._table, self._binaries = scenario, around.table, binaries
        self._endpoint = around.table.endpoint
        self._account = scenario.known("accountId")
        members = around.table.items(f"ACCOUNT#{self._account}")
        self._member = next(item for item in members if item["sk"]["S"].startswith("MEMBER#") and not item["owner"]["BOOL"])
        self._other = next(item for item in members if item["sk"]["S"] == "ACCOUNT")
        self._rows = 0
        self._names = itertools.count()

    def measure(self, sizes: tuple[int, ...], counting: bool) -> dict[str, list[dict]]:
        """What each operation costs at each size; in instructions too, if they are counted."""
        found: dict[str, list[dict]] = {name: [] for name in self.operations()}
        for rows in sizes:
            self._grow(rows)
            for name, (function, events) in self.operations().items():
                found[name].append({"rows": rows} | self._cost(function, events))
                if counting:
                    found[name][-1]["instructions"] = self._instructions(function, events)
        return found

    def operations(self) -> dict:
        """The function of each, and its events: no invitation is sent twice, and each change of roles changes them."""
        event, bob = self._scenario.event, self._member["sk"]["S"].removeprefix("MEMBER#").lstrip("0")
        change = event("members/update")
        change["path"] = f"/api/accounts/{self._account}/users/{bob}"
        change["pathParameters"]["userId"] = bob
        roles = itertools.cycle((["viewer"], ["user"]))
        changed = (change | {"body": json.dumps({"roles": next(roles)})} for _ in itertools.count())
        invited = (event("members/invite", email=f"grown-{next(self._names)}@example.com") for _ in itertools.count())
        return {
            "one account": ("accounts", itertools.repeat(event("accounts/get"))),
            f"{OWN_ACCOUNTS} own accounts": ("accounts", itertools.repeat(event("accounts/list"))),
            f"{PAGE} members, a following page": ("members", itertools.repeat(self._following_page())),
            "invite": ("members", invited),
            "change roles": ("members", changed),
        }

    def _following_page(self) -> dict:
        """Asks for a second page in the order of the table. A first page also counts all rows, up to a bound."""
        first = self._scenario.page(PAGE, orderby="id")
        with Function(self._binaries["members"], self._scenario.variables) as members:
            answer, _ = members.api.invoke(first)
        link = urllib.parse.urlsplit(json.loads(answer["body"])["nextLink"])
        return with_options(first, dict(urllib.parse.parse_qsl(link.query)))

    def _cost(self, name: str, events) -> dict:
        binary, variables = self._binaries[name], self._scenario.variables
        recorder = Recorder(self._endpoint)
        try:
            with Function(binary, variables | {"AWS_ENDPOINT_URL_DYNAMODB": recorder.url}) as function:
                # The second call has open connections.
                for _ in range(2):
                    function.api.wait_for_poll()
                    recorder.take()
                    answer, _ = function.api.invoke(next(events))
            if answer["statusCode"] not in (200, 201):
                raise RuntimeError(f"not what is to be measured: {answer}")
            return recorder.take()
        finally:
            recorder.close()

    def _instructions(self, name: str, events) -> int:
        binary, variables = self._binaries[name], self._scenario.variables
        few, more = (instructions(binary, variables, events, calls) for calls in (COUNTED, 2 * COUNTED))
        return (more - few) // COUNTED

    def _grow(self, rows: int) -> None:
        """Puts copies of a member into the account, and copies of the account beside it."""
        items = []
        for number in range(self._rows, rows):
            one = FIRST_ID + number
            user, account = f"USER#{one}", f"ACCOUNT#{one}"
            items.append(
                self._member
                | text(sk=f"MEMBER#{one:016}", email=f"copy-{number}@example.com", gsi1pk=user, gsi1sk=f"ACCOUNT#{int(self._account):016}")
            )
            created = self._other["gsi2sk"]["S"].partition("#")[0]
            items.append(self._other | text(pk=account, name=f"Copy {number}", gsi2sk=f"{created}#{one:016}"))
        # Beyond the bound of a list, its number of rows is that of the counter, which `trail` keeps.
        count = {"count": {"N": f"{rows + MEMBERS}"}, "version": {"N": f"{rows}"}}
        items.append(text(pk=f"ACCOUNT#{self._account}", sk="COUNT", entity="count") | count)
        self._table.put(items)
        self._rows = rows


def text(**attributes: str) -> dict:
    return {name: {"S": value} for name, value in attributes.items()}


def not_flat(measured: dict[str, list[dict]]) -> list[str]:
    """What costs more in a large table than in a small one: units and round trips at all, instructions by more than a tenth."""
    found = []
    for name, sizes in measured.items():
        small, *larger = sizes
        for large in larger:
            for what, more in (("trips", 1.0), ("read", 1.0), ("write", 1.0), ("instructions", 1.1)):
                if large.get(what, 0) > small.get(what, 0) * more:
                    found.append(f"{name}: {large[what]:,} {what} with {large['rows']:,} rows, {small[what]:,} with {small['rows']:,}")
    return found
