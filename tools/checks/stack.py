"""The expanded template, as the rules see it."""

import re
from collections.abc import Iterator


class Stack:
    """The expanded template, with the questions that the rules ask of it."""

    def __init__(self, expanded: dict):
        self.resources = expanded["Resources"]
        self.parameters = expanded["Parameters"]
        self.mappings = expanded.get("Mappings", {})

    def of_type(self, kind: str) -> Iterator[tuple[str, dict]]:
        """Name and properties of each resource of a kind."""
        for name, resource in self.resources.items():
            if resource["Type"] == kind:
                yield name, resource.get("Properties", {})

    def properties(self, name: str) -> dict:
        return self.resources.get(name, {}).get("Properties", {})

    def only(self, kind: str) -> dict:
        """Properties of the one resource of a kind."""
        [(_, properties)] = self.of_type(kind)
        return properties

    def statements(self) -> Iterator[tuple[str, dict]]:
        """Role and statement, for everything that a role allows."""
        for role, properties in self.of_type("AWS::IAM::Role"):
            for policy in properties.get("Policies", []):
                for statement in policy["PolicyDocument"]["Statement"]:
                    # What only some deployments allow has to be as narrow.
                    statement = statement.get("Fn::If", [None, statement])[1]
                    if statement["Effect"] == "Allow":
                        yield role, statement

    def operations(self) -> Iterator[tuple[str, str, dict]]:
        """Method, path and definition of each route, the preflights left out."""
        for path, methods in self.only("AWS::ApiGateway::RestApi")["Body"]["paths"].items():
            for method, operation in methods.items():
                if method != "options":
                    yield method.upper(), path, operation


def listed(value) -> list:
    return value if isinstance(value, list) else [value]


def target(reference) -> str:
    """The logical id that a Ref, a GetAtt or a Sub points at."""
    if isinstance(reference, dict):
        [(kind, value)] = reference.items()
        if kind == "Ref":
            return value
        if kind == "Fn::GetAtt":
            return value[0]
        if kind == "Fn::Sub":
            text = value if isinstance(value, str) else value[0]
            found = re.search(r"\$\{(\w+)", text)
            return found.group(1) if found else ""
    return ""
