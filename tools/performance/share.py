"""The CPU share of a Lambda function of some memory, as a control group of Linux gives it."""

import os
from pathlib import Path

# Lambda's documentation: at this memory, in MB, a function has one virtual CPU; below, its share of one.
WHOLE = 1_769
# Microseconds for which a quota is.
PERIOD = 20_000
ROOT = Path("/sys/fs/cgroup")
# Control groups of version 1, which have a folder for each controller, and of version 2.
PLACES = (ROOT / "cpu", ROOT)


class CpuShare:
    """A control group for processes that have the CPU of `memory` MB."""

    def __init__(self, memory: int):
        place = next(place for place in PLACES if usable(place))
        self._group = place / f"performance-{os.getpid()}-{memory}"
        self._group.mkdir()
        quota = round(PERIOD * memory / WHOLE)
        if place == ROOT:
            self._write("cpu.max", f"{quota} {PERIOD}")
        else:
            self._write("cpu.cfs_period_us", str(PERIOD))
            self._write("cpu.cfs_quota_us", str(quota))

    @property
    def under(self) -> tuple[str, ...]:
        """The command that puts the next one into the group."""
        return ("sh", "-c", f'echo $$ >{self._group}/cgroup.procs && exec "$@"', "sh")

    def close(self) -> None:
        self._group.rmdir()

    def _write(self, file: str, text: str) -> None:
        (self._group / file).write_text(text, encoding="ascii")


def usable(place: Path) -> bool:
    """Whether groups with a quota can be made there."""
    files = ("cpu.cfs_quota_us",) if place != ROOT else ("cgroup.subtree_control",)
    if not os.access(place, os.W_OK) or not all((place / file).exists() for file in files):
        return False
    return place != ROOT or "cpu" in (place / "cgroup.subtree_control").read_text(encoding="ascii").split()


def can_share() -> bool:
    """Whether this machine lets us."""
    return any(map(usable, PLACES))
