"""Sends the examples of openapi.yaml to the local stack, and compares the answers with the examples of answers.

    python tools/openapi/examples.py

The stack is target/debug/local, in memory and on a free port. Examples are sent as the document has them, but for values that exist at
run time only: ids, tokens, codes. story.py gives those, by the name of the member or parameter. Everything is compared: an operation,
an example or an answer that the story leaves out fails.
"""

import sys
from itertools import permutations
from pathlib import Path
from urllib.parse import quote, urlencode

sys.path.insert(0, str(Path(__file__).parents[1]))  # tools/: its folders are packages

from openapi.document import Operation, load, operations
from openapi.stack import Answer, Stack
from openapi.story import tell

# What exists at run time only, by the name of its member. Of these, only the type of JSON is compared.
AT_RUN_TIME = {
    *("id", "accountId", "userId", "ownerId", "pendingOwnerId", "requestId", "sourceIp", "userAgent"),
    *("at", "createdAt", "updatedAt", "lastUsedAt", "sentAt", "expiresAt", "offeredAt", "authenticatedAt", "lastChangeAt"),
    *("accessToken", "refreshToken", "enrolmentToken", "secret", "uri", "path", "x", "kid", "issuer"),
    *("challenge", "jwks_uri", "token_endpoint", "userinfo_endpoint"),
}
# Lists of such values.
AT_RUN_TIME_EACH = {"recoveryCodes"}


class Mismatch(AssertionError):
    """An example that the service does not agree with."""


class Runner:
    """Sends examples, and remembers which."""

    def __init__(self, stack: Stack):
        self.stack = stack
        self.operations = operations(load())
        self.unsent = {(name, *one) for name, operation in self.operations.items() for one in examples_to_send(operation)}
        self.unanswered = {(name, *one) for name, operation in self.operations.items() for one in examples_to_be_answered(operation)}

    def send(self, name: str, *, by: str | None = None, example: str | None = None, status: int | None = None, **values) -> Answer:
        """The answer to an operation's example.

        `by` is an access token. `example` is the name of one of several examples of the body. `values` are what exists at run time
        only, and replace members of the body and variables of the path by name. Without `status`, the answer has to be a success.
        """
        operation = self.operations[name]
        body, which = self._body(operation, example, values)
        headers = self._headers(operation, by, values)
        answer = self.stack.send(operation.method, self._path(operation, values), headers, body)
        self.unsent.discard((name, "body", which))
        self._check(operation, answer, status)
        return answer

    def send_options(self, name: str, *, by: str, **values) -> list[Answer]:
        """The answers to each example of an operation's query options, one after the other."""
        answers = []
        operation = self.operations[name]
        for option, which, value in operation.options():
            value = values.get(which, value)
            text = value if isinstance(value, str) else str(value).lower()
            target = f"{self._path(operation, values)}?{urlencode({option: text}, quote_via=quote)}"
            answer = self.stack.send(operation.method, target, self._headers(operation, by, {}))
            self.unsent.discard((name, option, which))
            self._check(operation, answer, None, f"{option}={value}")
            answers.append(answer)
        return answers

    def left(self) -> list[str]:
        """What the story did not send, or was not answered."""
        sent = [f"not sent: {' '.join(one)}" for one in sorted(self.unsent)]
        return sent + [f"never answered: {' '.join(map(str, one))}" for one in sorted(self.unanswered)]

    def _body(self, operation: Operation, example: str | None, values: dict) -> tuple[object, str]:
        bodies = operation.bodies()
        if not bodies:
            if operation.takes_body():
                raise Mismatch(f"{operation.name} has no example of its body")
            return None, "none"
        if example is None and len(bodies) > 1:
            raise ValueError(f"{operation.name} has several examples: {', '.join(bodies)}")
        which = example or next(iter(bodies))
        body = bodies[which]
        return {member: values.get(member, value) for member, value in body.items()}, which

    def _headers(self, operation: Operation, by: str | None, values: dict) -> dict:
        headers = dict(values.get("headers", {}))
        if by:
            headers["Authorization"] = f"Bearer {by}"
        elif operation.needs_token:
            raise ValueError(f"{operation.name} needs a token")
        return headers

    def _path(self, operation: Operation, values: dict) -> str:
        path = operation.path
        for parameter in operation.parameters:
            if parameter["in"] == "path":
                path = path.replace(f"{{{parameter['name']}}}", quote(str(values[parameter["name"]]), safe=""))
        return path

    def _check(self, operation: Operation, answer: Answer, status: int | None, what: str = ""):
        shown = f"{operation.name} {what}: {answer.status} {answer.body}"
        if answer.status != status if status else not answer.status < 300:
            raise Mismatch(shown)
        if mistakes := operation.mistakes(answer):
            raise Mismatch(f"{shown}\n" + "\n".join(mistakes))
        for which, example in operation.answers(answer.status).items():
            if difference(example, answer.body) is None:
                self.unanswered.discard((operation.name, answer.status, which))


def examples_to_send(operation: Operation) -> list[tuple[str, str]]:
    options = [(option, name) for option, name, _ in operation.options()]
    bodies = [("body", name) for name in operation.bodies()]
    # A request without a body and without options succeeds too, unless an option is required.
    needs_option = any(one["in"] == "query" and one.get("required") for one in operation.parameters)
    return options + (bodies or ([] if needs_option else [("body", "none")]))


def examples_to_be_answered(operation: Operation) -> list[tuple[int, str]]:
    """The examples of successes; one that has a body and no example is named `missing`."""
    found = []
    for status, response in operation.responses.items():
        if status < "300" and "application/json" in response.get("content", {}):
            found += [(int(status), name) for name in operation.answers(int(status)) or ["missing"]]
    return found


def difference(example: object, answer: object, name: str = "") -> str | None:
    """Where an answer is not as its example, if anywhere."""
    if name in AT_RUN_TIME:
        return None if type(example) is type(answer) else name
    if isinstance(example, dict) and isinstance(answer, dict):
        if example.keys() != answer.keys():
            return name or "the members"
        return next(filter(None, (difference(example[key], answer[key], key) for key in example)), None)
    if isinstance(example, list) and isinstance(answer, list):
        if len(example) != len(answer):
            return name
        if name in AT_RUN_TIME_EACH:
            return None
        # Members are listed by their ids, which are random: any order will do.
        orders = permutations(answer) if name == "value" else [answer]
        found = [next(filter(None, (difference(*pair, name) for pair in zip(example, order, strict=True))), None) for order in orders]
        return None if None in found else found[0]
    return None if example == answer else name


def main() -> int:
    with Stack() as stack:
        runner = Runner(stack)
        tell(runner)
        wrong = stack.inconsistencies()
    left = runner.left() + wrong
    print("\n".join(left) or f"{len(runner.operations)} operations, their examples and answers: as openapi.yaml has them")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
