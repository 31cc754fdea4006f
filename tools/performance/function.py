"""A release binary as a process, and what it has cost so far."""

import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from performance.runtime_api import RuntimeApi

LAMBDA = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_REGION": "eu-west-1",
    "AWS_LAMBDA_FUNCTION_NAME": "measured",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
    "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
    "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/measured",
    "AWS_LAMBDA_LOG_STREAM_NAME": "measured",
    "AWS_LAMBDA_HTTP_IGNORE_STAGE_IN_PATH": "true",
}


class Function:
    """A function from exec on, under a Runtime API of its own."""

    def __init__(self, binary: Path, variables: dict[str, str], under: tuple[str, ...] = ()):
        self.api = RuntimeApi()
        environment = LAMBDA | variables | {"AWS_LAMBDA_RUNTIME_API": self.api.address}
        self.began = time.perf_counter()
        self._process = subprocess.Popen(
            [*under, str(binary)], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait()
        self.api.close()

    def cpu(self) -> float:
        """The CPU time of all threads so far, in milliseconds."""
        # The number of the process's CPU clock, as clock_getcpuclockid(3) makes it.
        return 1000 * time.clock_gettime((~self._process.pid << 3) | 2)

    def memory(self) -> float:
        """What is resident, in MB."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1000


def instructions(binary: Path, variables: dict[str, str], events: Iterator, calls: int) -> int:
    """The instructions from exec until the next `calls` events are answered and another is asked for, as callgrind counts them."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "out")
        with Function(binary, variables, ("valgrind", "-q", "--tool=callgrind", f"--callgrind-out-file={out}")) as function:
            for _ in range(calls):
                function.api.invoke(next(events), seconds=120)
            function.api.wait_for_poll(seconds=120)
        return int(re.search(r"^(?:totals|summary): (\d+)", out.read_text(encoding="utf-8"), re.MULTILINE)[1])


def can_count() -> bool:
    """Whether instructions can be counted here."""
    return shutil.which("valgrind") is not None
