"""What people do with a deployed API, and every kind of refusal: through gateway, authorizer, functions, table, stream, mail."""

import re
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from deploy.api import Answer, Api
from deploy.emulator import Emulator
from replay.replay import LINK
from replay.tokens import variants

PASSWORD = "a difference engine"
SECONDS_FOR_A_MAIL = 20
# How many wrong passwords the parameter SignInFailures allows.
FAILURES = 10


class Journey:
    """The steps, in their order; each method whose name begins with `that_` is one, and raises where it does not hold."""

    def __init__(self, emulator: Emulator, api: Api, signing_secret: str):
        self._emulator, self._api, self._secret = emulator, api, signing_secret
        self.answered: set[str] = set()  # codes of the problems that were answered

    def run(self) -> list[str]:
        """The steps that failed, each with why."""
        steps: dict[str, Callable[[], None]] = {
            name: getattr(self, name) for name in type(self).__dict__ if name.startswith("that_")
        }
        failed = []
        for name, step in steps.items():
            try:
                step()
            except (AssertionError, AttributeError, KeyError, TypeError) as error:  # most likely what an earlier step should have told
                failed.append(f"{name[5:].replace('_', ' ')}: {type(error).__name__}: {error}")
        print(f"{len(steps) - len(failed)} of {len(steps)} steps of tools/deploy/journey.py hold", flush=True)
        print("problems answered:", ", ".join(sorted(self.answered)), flush=True)
        return failed

    # ---- Steps

    def that_sign_up_mails_a_link_that_verifies(self) -> None:
        self.call("POST", "/api/accounts/signup", sign_up("grace@example.org", "Compilers"), expect=201)
        self.grace = self.sign_in("grace@example.org")
        assert self.call("GET", "/api/users/me", token=self.grace).body["emailVerified"] is False
        mail = self.mail("grace@example.org", "Verify")
        link = re.search(rf"https://\S+#token={LINK.pattern}", mail["BodyText"]).group()
        assert urlsplit(link).hostname.startswith(self._api.api_id), f"the link leads to {link}"
        assert self.call("GET", urlsplit(link).path.removeprefix(f"/{self._api.stage}"), expect=200).text.startswith("<!doctype html>")
        token = link.partition("#token=")[2]
        self.refused(401, "INVALID_CREDENTIALS", "POST", "/api/auth/verify-email", {"token": token})
        self.call("POST", "/api/auth/verify-email", {"token": token}, self.grace, expect=204)
        self.grace = self.sign_in("grace@example.org")
        assert self.call("GET", "/api/users/me", token=self.grace).body["emailVerified"] is True
        self.account = self.call("GET", "/api/accounts", token=self.grace).body["value"][0]["id"]

    def that_an_invitation_is_accepted_by_its_mailed_link(self) -> None:
        invited = {"email": "alan@example.org", "firstName": "Alan", "lastName": "Turing", "roles": ["viewer"]}
        member = self.call("POST", f"/api/accounts/{self.account}/users", invited, self.grace, expect=201).body
        self.alan_id = member["id"]
        token = LINK.search(self.mail("alan@example.org", "invite")["BodyText"]).group()
        seen = self.call("POST", "/api/invitations/lookup", {"token": token}, expect=200).body
        assert seen["accountName"] == "Compilers" and seen["passwordRequired"] is True, seen
        self.call("POST", "/api/invitations/accept", {"token": token, "password": PASSWORD}, expect=200)
        self.refused(409, "INVITATION_NOT_PENDING", "POST", "/api/invitations/accept", {"token": token, "password": PASSWORD})
        self.alan = self.sign_in("alan@example.org")

    def that_roles_are_felt_at_the_next_request(self) -> None:
        path, change = f"/api/accounts/{self.account}", {"description": "Of programs"}
        self.refused(403, "UNAUTHORIZED", "PUT", path, change, self.alan)
        self.call("PUT", f"{path}/users/{self.alan_id}", {"roles": ["manage"]}, self.grace, expect=200)
        tag = self.call("PUT", path, change, self.alan, expect=200).headers["etag"]
        self.refused(412, "PRECONDITION_FAILED", "PUT", path, change, self.grace, If_Match='"0"')
        self.call("PUT", path, {"description": None}, self.grace, expect=200, If_Match=tag)
        self.call("DELETE", f"{path}/users/{self.alan_id}", token=self.grace, expect=200)
        self.refused(403, "UNAUTHORIZED", "GET", path, None, self.alan)

    def that_an_answer_is_repeated_once_for_all(self) -> None:
        key = {"Idempotency_Key": "journey"}
        first = self.call("POST", "/api/accounts", {"name": "Once"}, self.grace, expect=201, **key)
        again = self.call("POST", "/api/accounts", {"name": "Once"}, self.grace, expect=201, **key)
        assert again.text == first.text and again.headers["idempotent-replayed"] == "true", again
        self.refused(422, "IDEMPOTENCY_KEY_REUSED", "POST", "/api/accounts", {"name": "Twice"}, self.grace, **key)
        self.refused(409, "ACCOUNT_ALREADY_EXISTS", "POST", "/api/accounts", {"name": "ONCE"}, self.grace)

    def that_lists_are_filtered_and_paged_to_their_end(self) -> None:
        for number in range(3):
            self.call("POST", "/api/accounts", {"name": f"Page {number}"}, self.grace, expect=201)
        query = "$filter=startswith(name,'Page')%20and%20status%20eq%20'active'&$orderby=name%20desc&$top=2"
        page = self.call("GET", f"/api/accounts?{query}", token=self.grace, expect=200).body
        names = [account["name"] for account in page["value"]]
        assert page["count"] == 3 and page["nextLink"], page
        link = urlsplit(page["nextLink"])
        path = link.path.removeprefix(f"/{self._api.stage}")
        last = self.call("GET", f"{path}?{link.query}", token=self.grace, expect=200).body
        names += [account["name"] for account in last["value"]]
        assert names == ["Page 2", "Page 1", "Page 0"] and last["nextLink"] is None, (names, last)
        self.refused(400, "INVALID_QUERY", "GET", "/api/accounts?$filter=name%20eq", None, self.grace)
        self.refused(400, "INVALID_QUERY", "GET", f"{path}?{link.query}", None, self.sign_in("alan@example.org"))

    def that_refresh_rotates_and_sign_out_is_felt_at_once(self) -> None:
        first = self.call("POST", "/api/auth/login", credentials("grace@example.org"), expect=200).body
        second = self.call("POST", "/api/auth/refresh", {"refreshToken": first["refreshToken"]}, expect=200).body
        self.call("GET", "/api/users/me", token=second["accessToken"], expect=200)
        self.call("POST", "/api/auth/logout", {"refreshToken": second["refreshToken"]}, expect=204)
        self.refused(401, "UNAUTHENTICATED", "GET", "/api/users/me", None, second["accessToken"])

    def that_the_gateway_lets_no_bad_token_through(self) -> None:
        bad = variants(self.grace, self._secret)
        assert self.call("GET", "/api/users/me", token=bad["likewiseToken"]).status == 200, "the tokens made here are no good"
        for token in (None, "garbage", "a.b.c", bad["expiredToken"], bad["foreignAudienceToken"], bad["forgedToken"]):
            answer = self.call("GET", "/api/users/me", token=token)
            assert answer.status == 401, f"{token}: {answer}"

    def that_a_body_has_to_be_json_of_a_sane_size(self) -> None:
        self.refused(415, "UNSUPPORTED_MEDIA_TYPE", "POST", "/api/accounts", "name=x", self.grace, Content_Type="text/plain")
        self.refused(413, "PAYLOAD_TOO_LARGE", "POST", "/api/accounts", {"name": "x" * 65_536}, self.grace)
        problem = self.refused(400, "VALIDATION_FAILED", "POST", "/api/accounts", {"name": "", "color": "red"}, self.grace)
        assert len(problem["errors"]) == 2, problem
        self.refused(400, "INVALID_TOKEN", "POST", "/api/auth/verify-email", {"token": "A" * 98})

    def that_guessing_a_password_ends(self) -> None:
        self.call("POST", "/api/accounts/signup", sign_up("kurt@example.org", "Incompleteness"), expect=201)
        wrong = {"email": "kurt@example.org", "password": "consistent and complete"}
        for _ in range(FAILURES):
            self.refused(401, "INVALID_CREDENTIALS", "POST", "/api/auth/login", wrong)
        self.refused(429, "TOO_MANY_REQUESTS", "POST", "/api/auth/login", credentials("kurt@example.org"))

    def that_a_deleted_account_is_gone_and_its_name_free(self) -> None:
        path = f"/api/accounts/{self.account}"
        self.refused(409, "OWNER_REQUIRED", "DELETE", "/api/users/me", {"password": PASSWORD}, self.grace)
        self.call("DELETE", path, token=self.grace, expect=200)
        self.refused(404, "ACCOUNT_NOT_FOUND", "GET", path, None, self.grace)
        self.refused(404, "ACCOUNT_NOT_FOUND", "GET", f"{path}/users", None, self.grace)
        self.call("POST", "/api/accounts", {"name": "Compilers"}, self.grace, expect=201)

    # ---- What steps are made of

    def call(self, method: str, target: str, body=None, token: str | None = None, expect: int | None = None, **headers) -> Answer:
        answer = self._api.call(method, target, body, token, **headers)
        if expect is not None and answer.status != expect:
            raise AssertionError(f"{method} {target}: {answer.status}, not {expect}: {answer.text}")
        if answer.code:
            self.answered.add(f"{answer.status} {answer.code}")
        return answer

    def refused(self, status: int, code: str, method: str, target: str, body=None, token: str | None = None, **headers) -> dict:
        """The problem document of a refusal; openapi.yaml has seen to its form."""
        answer = self.call(method, target, body, token, status, **headers)
        assert answer.code == code, f"{method} {target}: {answer.text}, not {code}"
        return answer.body

    def sign_in(self, email: str) -> str:
        return self.call("POST", "/api/auth/login", credentials(email), expect=200).body["accessToken"]

    def mail(self, to: str, subject: str) -> dict:
        """The latest mail to an address with this in its subject, once it is there."""
        deadline = time.monotonic() + SECONDS_FOR_A_MAIL
        while time.monotonic() < deadline:
            for mail in reversed(self._emulator.mails(to)):
                if subject.lower() in mail["Subject"].lower():
                    return mail
            time.sleep(0.1)
        raise AssertionError(f"no mail to {to} about {subject!r}: {[mail['Subject'] for mail in self._emulator.mails(to)]}")


def sign_up(email: str, account: str) -> dict:
    names = {"firstName": email.partition("@")[0].title(), "lastName": "Example", "accountName": account, "country": "GB"}
    return {"email": email, "password": PASSWORD} | names


def credentials(email: str) -> dict:
    return {"email": email, "password": PASSWORD}
