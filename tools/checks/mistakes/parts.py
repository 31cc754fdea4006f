"""Parts of the template that mistakes are made in."""

import json
from collections.abc import Callable


def statement(template: dict, role: str, sid: str) -> dict:
    for entry in template["Resources"][role]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]:
        if entry["Sid"] == sid:
            return entry
    raise KeyError(f"{role}/{sid}")


def properties(template: dict, name: str) -> dict:
    return template["Resources"][name]["Properties"]


def response(template: dict, kind: str) -> dict:
    return properties(template, "Api")["GatewayResponses"][kind]


def metric(template: dict, alarm: str, name: str) -> dict:
    """One of an alarm's metrics."""
    return next(m for m in properties(template, alarm)["Metrics"] if m["Id"] == name)["MetricStat"]["Metric"]


def change_widget(template: dict, title: str, change: Callable[[dict], object]) -> None:
    """Makes a mistake in the properties of one of the dashboard's widgets."""
    body = properties(template, "Dashboard")["DashboardBody"]
    read = json.loads(body["Fn::Sub"])
    change(next(w["properties"] for w in read["widgets"] if w["properties"]["title"] == title))
    body["Fn::Sub"] = json.dumps(read)
