"""openapi.yaml, and the examples that its operations have."""

from collections.abc import Iterator
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator, FormatChecker

from openapi.stack import Answer

METHODS = ("get", "head", "post", "put", "patch", "delete")
JSON = "application/json"


class Operation:
    """One operation, with its references resolved."""

    def __init__(self, document: dict, path: str, method: str):
        item = document["paths"][path]
        self.document, self.path, self.method = document, path, method.upper()
        self.described = item[method]
        self.name = self.described["operationId"]
        self.parameters = [resolve(document, one) for one in item.get("parameters", []) + self.described.get("parameters", [])]
        self.responses = {status: resolve(document, one) for status, one in self.described["responses"].items()}

    @property
    def needs_token(self) -> bool:
        return self.described.get("security") != []

    def bodies(self) -> dict:
        """The examples of the request's body by name."""
        content = self.described.get("requestBody", {}).get("content", {})
        return examples(content.get(JSON, {}))

    def takes_body(self) -> bool:
        return "requestBody" in self.described

    def options(self) -> Iterator[tuple[str, str, object]]:
        """The examples of query options: the option, the example's name, its value."""
        for parameter in self.parameters:
            if parameter["in"] == "query":
                for name, value in examples(parameter).items():
                    yield parameter["name"], name, value

    def takes(self, place: str, name: str) -> dict | None:
        """The parameter of this name, if the operation has one."""
        found = [one for one in self.parameters if (one["in"], one["name"]) == (place, name)]
        return found[0] if found else None

    def answers(self, status: int) -> dict:
        """The examples of the answer with this status by name."""
        return examples(self.responses[str(status)].get("content", {}).get(JSON, {}))

    def mistakes(self, answer: Answer) -> list[str]:
        """What the document does not say about this answer."""
        response = self.responses.get(str(answer.status))
        if response is None:
            return [f"{answer.status} is not described"]
        found = list(self._mistakes_in_headers(response, answer))
        content = response.get("content", {})
        if not content:
            return found + ([] if answer.body == "" else ["a body is not described"])
        kind = answer.kind.removesuffix("; charset=utf-8")
        if kind not in content:
            return [*found, f"{kind} is not described"]
        return found + self._against(content[kind]["schema"], answer.body)

    def _mistakes_in_headers(self, response: dict, answer: Answer) -> Iterator[str]:
        for name, header in response.get("headers", {}).items():
            header, value = resolve(self.document, header), answer.headers.get(name)
            if value is not None:
                value = int(value) if header["schema"]["type"] == "integer" else value
                yield from (f"{name}: {mistake}" for mistake in self._against(header["schema"], value))
            elif header.get("required"):
                yield f"{name} is missing"

    def _against(self, schema: dict, value: object) -> list[str]:
        # The schema among the components that its references name.
        whole = {"allOf": [schema], "components": self.document["components"]}
        validator = Draft202012Validator(whole, format_checker=FormatChecker())
        return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def load() -> dict:
    # The loader in C takes a tenth of the time.
    return yaml.load(Path("openapi.yaml").read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def operations(document: dict) -> dict[str, Operation]:
    """The operations by their `operationId`."""
    found = [Operation(document, path, method) for path, item in document["paths"].items() for method in METHODS if method in item]
    return {operation.name: operation for operation in found}


def resolve(document: dict, value: dict) -> dict:
    while "$ref" in value:
        target = document
        for part in value["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        value = target
    return value


def examples(described: dict) -> dict:
    """The examples of a media type or a parameter by name; a single one has the name `example`."""
    if "example" in described:
        return {"example": described["example"]}
    return {name: one["value"] for name, one in described.get("examples", {}).items()}
