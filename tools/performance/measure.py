"""Takes the measurements: cold starts in turns, so that a busy machine slows all functions alike, then warm calls."""

import json
import statistics
from itertools import repeat
from pathlib import Path

from performance.function import Function, can_count, instructions
from performance.scenario import Scenario
from replay.standins import StandIns

WARM_UP = 20
COUNTED = 3
SAMPLES = 5


def medians(samples: list[dict]) -> dict:
    return {name: statistics.median(sample[name] for sample in samples) for name in samples[0]}


def cold(binary: Path, variables: dict, event, services: StandIns) -> dict:
    """One start, and the first answer."""
    asked = services.secrets_read
    with Function(binary, variables) as function:
        polled = function.api.wait_for_poll()
        init = function.cpu()
        secrets = services.secrets_read - asked
        _, answered = function.api.invoke(event)
        function.api.wait_for_poll()
        return {
            "init_cpu": init,
            "init_wall": 1000 * (polled - function.began),
            "answer_cpu": function.cpu(),
            "answer_wall": 1000 * (answered - function.began),
            "memory": function.memory(),
            "secrets": secrets,
        }


def warm(binary: Path, variables: dict, event, rows: int, calls: int) -> float:
    """The CPU time of one call, in milliseconds."""
    with Function(binary, variables) as function:
        for _ in range(WARM_UP):
            answer, _ = function.api.invoke(event)
        if answer.get("statusCode", 200) != 200 or (rows and len(json.loads(answer["body"])["value"]) != rows):
            raise RuntimeError(f"not what is to be measured: {answer}")
        function.api.wait_for_poll()
        before = function.cpu()
        for _ in range(calls):
            function.api.invoke(event)
        function.api.wait_for_poll()
        return (function.cpu() - before) / calls


def counted(binary: Path, variables: dict, event) -> int:
    """The instructions of one warm call."""
    few, more = (instructions(binary, variables, repeat(event), calls) for calls in (COUNTED, 2 * COUNTED))
    return (more - few) // COUNTED


def measure(scenario: Scenario, binaries: dict[str, Path], services: StandIns, rounds: int, calls: int) -> dict:
    """Everything, as medians."""
    variables, events = scenario.variables, scenario.events()
    starts: dict[str, list] = {name: [] for name in events}
    for _ in range(rounds):
        for name, event in events.items():
            starts[name].append(cold(binaries[name], variables, event, services))
    functions = {name: medians(samples) for name, samples in starts.items()}
    for name, function in functions.items():
        function["size"] = binaries[name].stat().st_size / 1e6
        if can_count():
            function["instructions"] = instructions(binaries[name], variables, repeat(events[name]), 0)
    reads = {}
    for read, (name, event, rows) in scenario.warm().items():
        taken = [warm(binaries[name], variables, event, rows, calls) for _ in range(min(rounds, SAMPLES))]
        reads[read] = {"function": name, "cpu": statistics.median(taken)}
        if can_count():
            reads[read]["instructions"] = counted(binaries[name], variables, event)
    return {"rounds": rounds, "calls": calls, "functions": functions, "reads": reads}
