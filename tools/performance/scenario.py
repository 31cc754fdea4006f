"""What the functions are measured with: an account of 50 members, a person with 20 accounts, and an event for each function."""

import copy
import json
from pathlib import Path

from performance.function import Function
from replay.patterns import fill_text
from replay.surroundings import SECRETS, Surroundings

MEMBERS = 50
OWN_ACCOUNTS = 20
SETTINGS = {name: "1000" for name in ("INVITATION_MAILS_PER_UNPROVEN_PERSON_AND_DAY", "INVITATION_MAILS_PER_MEMBER_AND_HOUR")} | {
    "SIGNING_SECRET_ID": "SigningSecret",
    "LINK_SECRET_ID": "LinkSecret",
    "CURSOR_SECRET_ID": "CursorSecret",
    "FACTOR_SECRET_ID": "FactorSecret",
    # Their lists are other lists.
    "PLATFORM_ADMIN_EMAILS": "",
    "RUST_LOG": "error",
}


class Scenario:
    """The rows, written by the functions themselves, and the events that read them."""

    def __init__(self, binaries: dict[str, Path], around: Surroundings):
        assert set(SECRETS) <= set(SETTINGS.values())
        self.variables = around.environment | SETTINGS
        self._known: dict = {}
        with Function(binaries["identity"], self.variables) as identity:
            self._save(self._http(identity, "identity/sign-up", 201), adaId="id", accountId="accountId")
            tokens = self._http(identity, "identity/login", 200)
        self._save(tokens, adaToken="accessToken")
        with Function(binaries["authorizer"], self.variables) as authorizer:
            answer, _ = authorizer.api.invoke(self.event("authorizer/valid"))
        self._save(answer["context"], adaSession="sessionId", adaVerified="emailVerified", adaExpires="expiresAt")
        with Function(binaries["members"], self.variables) as members:
            for number in range(1, MEMBERS):
                self._http(members, "members/invite", 201, email=f"person-{number}@example.com", firstName=f"Person {number}")
        with Function(binaries["accounts"], self.variables) as accounts:
            for number in range(1, OWN_ACCOUNTS):
                self._http(accounts, "accounts/create", 201, name=f"Account {number}")
        records = around.table.new_records("performance")
        signed_up = next(one for one in records if one["dynamodb"]["Keys"]["pk"]["S"].startswith("USER#"))
        self._change = {"Records": [signed_up]}

    def events(self) -> dict[str, object]:
        """What each function is asked first."""
        return {
            "hello": self.event("accounts/get"),
            "accounts": self.event("accounts/get"),
            "members": self.page(),
            "identity": self.event("identity/profile"),
            "authorizer": self.event("authorizer/valid"),
            "mailer": self._change,
            "trail": self._change,
            "purge": self.event("purge/scheduled"),
        }

    def warm(self) -> dict[str, tuple[str, object, int]]:
        """What is measured of functions that are warm: function, event, and the rows of an answer."""
        return {
            "nothing (baseline)": ("hello", self.event("accounts/get"), 0),
            "one account": ("accounts", self.event("accounts/get"), 0),
            "20 own accounts": ("accounts", self.event("accounts/list"), OWN_ACCOUNTS),
            "50 members": ("members", self.page(), MEMBERS),
            "own profile": ("identity", self.event("identity/profile"), 0),
            "a token": ("authorizer", self.event("authorizer/valid"), 0),
        }

    def known(self, name: str) -> str:
        """An id or a token of the scenario."""
        return str(self._known[name])

    def event(self, recorded: str, **body) -> dict:
        """A recorded event with what is known in it, and with other members of its body."""
        text = fill_text(Path("events", f"{recorded}.json").read_text(encoding="utf-8"), self._known)
        event = json.loads(text)
        if body:
            event["body"] = json.dumps(json.loads(event["body"]) | body)
        return event

    def page(self, top: int = MEMBERS, **more: str) -> dict:
        """Asks for a page of so many members; `more` are other options, without their dollar signs."""
        event = copy.deepcopy(self.event("members/list"))
        return with_options(event, {"$top": str(top)} | {f"${name}": value for name, value in more.items()})

    def _http(self, function: Function, recorded: str, status: int, **body) -> dict:
        answer, _ = function.api.invoke(self.event(recorded, **body))
        if answer["statusCode"] != status:
            raise RuntimeError(f"{recorded}: {answer}")
        return json.loads(answer["body"])

    def _save(self, answer: dict, **members: str) -> None:
        for name, member in members.items():
            # Ada is the only one here: what was recorded of Bob is sent as hers.
            self._known |= dict.fromkeys((name, name.replace("ada", "bob")), answer[member])


def with_options(event: dict, options: dict[str, str]) -> dict:
    """`event` with these options in its query."""
    several = {name: [value] for name, value in options.items()}
    return event | {"queryStringParameters": options, "multiValueQueryStringParameters": several}
