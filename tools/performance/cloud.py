"""Cold starts as in the cloud: the table behind TLS, and a function with a part of a CPU."""

import statistics
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing
from itertools import repeat
from pathlib import Path

from performance.function import Function, can_count, instructions
from performance.scenario import Scenario
from performance.share import CpuShare, can_share
from performance.tls import TlsEndpoint

FUNCTIONS = ("accounts", "members", "identity")
# MB of a function. The template gives 256.
MEMORY = (256, 512)


def measure(scenario: Scenario, binaries: dict[str, Path], endpoint: str, rounds: int) -> dict[str, dict]:
    """For each function what TLS adds, and the time to the first answer at each share of a CPU."""
    events = scenario.events()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        tls = scenario.variables | stack.enter_context(closing(TlsEndpoint(endpoint, folder))).variables
        shares: dict[str, tuple[str, ...]] = {"whole": ()}
        if can_share():
            shares |= {f"{memory}": stack.enter_context(closing(CpuShare(memory))).under for memory in MEMORY}
        found: dict[str, dict] = {name: {} for name in FUNCTIONS}
        for name, one in found.items():
            if can_count():
                for what, variables in (("plain", scenario.variables), ("tls", tls)):
                    one[what] = instructions(binaries[name], variables, repeat(events[name]), 1)
        taken = {(name, share): [] for name in FUNCTIONS for share in shares}
        for _ in range(rounds):
            for (name, share), times in taken.items():
                times.append(list(starts(binaries[name], tls, events[name], shares[share])))
        for (name, share), times in taken.items():
            ready, answered = (statistics.median(column) for column in zip(*times, strict=True))
            found[name] |= {f"ready {share}": ready, f"answered {share}": answered}
    return found


def starts(binary: Path, variables: dict, event, under: tuple[str, ...]) -> Iterator[float]:
    """Milliseconds from exec to the first poll, and to the first answer."""
    with Function(binary, variables, under) as function:
        yield 1000 * (function.api.wait_for_poll() - function.began)
        _, answered = function.api.invoke(event)
        yield 1000 * (answered - function.began)
