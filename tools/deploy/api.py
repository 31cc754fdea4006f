"""The deployed API as a client sees it, with openapi.yaml as the judge of every answer that a function gives."""

import http.client
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import yaml
from jsonschema import Draft202012Validator


@dataclass(frozen=True)
class Answer:
    """A status, headers by names in lower case, and the body as it was sent."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def body(self):
        return json.loads(self.text) if "json" in self.headers.get("content-type", "") and self.text else self.text

    @property
    def code(self) -> str | None:
        return self.body.get("code") if isinstance(self.body, dict) else None

    @property
    def of_the_gateway(self) -> bool:
        """Whether no function made it. Gateway responses would give this answer our form; see docs/emulators.md."""
        return self.status >= 400 and self.body in ({"message": "Unauthorized"}, {"message": "Missing Authentication Token"})


class Api:
    """Calls through the API Gateway of the emulator: the API is found by its host, the stage stands before the path."""

    def __init__(self, port: int, api_id: str, stage: str):
        self.api_id, self.stage, self._port = api_id, stage, port
        self.host = f"{api_id}.execute-api.localhost:{port}"
        self.url = f"http://{self.host}/{stage}"

    def call(self, method: str, target: str, body=None, token: str | None = None, **headers: str) -> Answer:
        """`target` is a path, with a query where there is one. A body that is no text is sent as JSON."""
        sent = {"Host": self.host, "User-Agent": "deployment"}
        if body is not None:
            sent["Content-Type"] = "application/json"
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        text = body if isinstance(body, str) or body is None else json.dumps(body)
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            connection.request(method, f"/{self.stage}{target}", text and text.encode(), sent)
            response = connection.getresponse()
            answered = {name.lower(): value for name, value in response.getheaders()}
            answer = Answer(response.status, answered, response.read().decode())
        finally:
            connection.close()
        if method != "OPTIONS" and not answer.of_the_gateway:
            found = against_the_contract(method, urlsplit(target).path, answer)
            if found:
                raise AssertionError(f"{method} {target}: {answer.status} is not as openapi.yaml has it: {'; '.join(found)}")
        return answer


@cache
def contract() -> dict:
    return yaml.safe_load(Path("openapi.yaml").read_text(encoding="utf-8"))


def resolved(value: dict) -> dict:
    while "$ref" in value:
        target = contract()
        for part in value["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        value = target
    return value


PAGES = "/{page}"  # slashes included, which OpenAPI cannot say


def operation(method: str, path: str) -> dict | None:
    """The operation at a path; one without parameters comes first, and that of all other pages last."""
    for template in sorted(contract()["paths"], key=lambda template: (template == PAGES, template.count("{"))):
        variable = ".+" if template == PAGES else "[^/]+"
        pattern = variable.join(re.escape(part) for part in re.split(r"\{\w+\}", template))
        if re.fullmatch(pattern, path):
            return contract()["paths"][template].get(method.lower())
    return None


def against_the_contract(method: str, path: str, answer: Answer) -> list[str]:
    """What openapi.yaml does not say about this answer."""
    known = operation(method, path)
    if known is None:
        return [f"{method} {unquote(path)} is no operation"]
    if str(answer.status) not in known["responses"]:
        return [f"no such status of {known['operationId']}"]
    response = resolved(known["responses"][str(answer.status)])
    found = [
        f"header {name} is missing"
        for name, header in response.get("headers", {}).items()
        if resolved(header).get("required") and name.lower() not in answer.headers | {"www-authenticate": ""}
    ]
    content = response.get("content")
    if not content:
        return found + ([f"a body: {answer.text}"] if answer.text not in ("", "{}") else [])
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if kind not in content:
        return [*found, f"content type {kind!r}"]
    schema = content[kind].get("schema")
    if schema and "json" in kind:
        whole = {"components": contract()["components"], **schema}
        found += [f"{error.json_path}: {error.message}" for error in Draft202012Validator(whole).iter_errors(answer.body)]
    return found


def target(path: str, query: dict[str, list[str]] | None) -> str:
    """A path and a query as a request line has them."""
    pairs = [f"{quote(name)}={quote(value)}" for name, values in (query or {}).items() for value in values]
    return quote(path, safe="/%") + ("?" + "&".join(pairs) if pairs else "")
