"""The metrics that alarms and dashboards of a template look at, each with its dimensions."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from checks.stack import Stack, target

QUERY = re.compile(r'^SELECT \w+\((\w+)\) FROM SCHEMA\("([\w/]+)", ([\w, ]+)\) WHERE (\w+) = \'(.+)\'$')
SEARCH = re.compile(r"^SEARCH\('\{([\w/]+),([\w,]+)\} MetricName=\"(\w+)\"")
COUNTED = re.compile(r'\bcount\("([a-z]\w*)"\)')


@dataclass(frozen=True)
class Metric:
    """One metric in use. A dimension's value is the logical id that it refers to, its literal text, or "" for any."""

    where: str
    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]

    @property
    def by(self) -> frozenset[str]:
        return frozenset(name for name, _ in self.dimensions)


def referred(value) -> str:
    return target(value) if isinstance(value, dict) else value


def of_alarm(name: str, alarm: dict) -> Iterator[Metric]:
    """The metrics of an alarm, each as often as CloudWatch charges for it: a query of Metrics Insights counts as one here."""
    entries = alarm.get("Metrics") or [{"MetricStat": {"Metric": alarm}}]
    for entry in entries:
        if metric := entry.get("MetricStat", {}).get("Metric"):
            dimensions = tuple((d["Name"], referred(d["Value"])) for d in metric.get("Dimensions", []))
            yield Metric(name, metric["Namespace"], metric["MetricName"], dimensions)
            continue
        expression = entry["Expression"]
        text = expression["Fn::Sub"] if isinstance(expression, dict) else expression
        if text.startswith("SELECT"):
            if not (found := QUERY.match(text)):
                yield Metric(name, "?", text, ())
                continue
            metric, namespace, schema, key, value = found.groups()
            values = {key: target({"Fn::Sub": value}) or value}
            yield Metric(name, namespace, metric, tuple((each, values.get(each, "")) for each in schema.split(", ")))


def of_dashboard(name: str, dashboard: dict) -> Iterator[Metric]:
    """The metrics of a dashboard's widgets, with CloudWatch's shorthand for what the row before has."""
    body = json.loads(dashboard["DashboardBody"]["Fn::Sub"])
    for widget in body["widgets"]:
        where, before = f"{name}: {widget['properties']['title']}", []
        for row in widget["properties"]["metrics"]:
            texts = [each for each in row if isinstance(each, str)]
            if not texts:
                if found := SEARCH.match(row[0]["expression"]):
                    namespace, by, metric = found.groups()
                    yield Metric(where, namespace, metric, tuple((each, "") for each in by.split(",")))
                continue
            if texts[0] == "...":
                texts = before[: len(before) - len(texts) + 1] + texts[1:]
            texts = [before[at] if text == "." else text for at, text in enumerate(texts)]
            before = texts
            pairs = zip(texts[2::2], texts[3::2], strict=True)
            yield Metric(where, texts[0], texts[1], tuple((key, target({"Fn::Sub": value}) or value) for key, value in pairs))


def used(stack: Stack) -> list[Metric]:
    found = [metric for name, alarm in stack.of_type("AWS::CloudWatch::Alarm") for metric in of_alarm(name, alarm)]
    return found + [metric for name, board in stack.of_type("AWS::CloudWatch::Dashboard") for metric in of_dashboard(name, board)]


def counted(functions: Path = Path("functions")) -> set[str]:
    """The metrics that the functions count one by one, from their source."""
    files = [path for path in functions.rglob("*.rs") if "tests" not in path.as_posix()]
    return {name for path in files for name in COUNTED.findall(path.read_text(encoding="utf-8"))}
