"""Runs built functions as Lambda would, without a container: AWS's own runtime interface emulator around each binary.

The emulator comes with the aws-sam-cli package, which mounts it into its containers. Reading the template, resolving
the environment, routing and making events stay SAM's own code (see samlocal.py and replay.py).
"""

import atexit
import json
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

import samcli
from samcli.commands.local.lib.local_lambda import LocalLambdaRunner
from samcli.lib.providers.sam_function_provider import SamFunctionProvider
from samcli.lib.providers.sam_stack_provider import SamLocalStackProvider

ARCHITECTURE = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}[platform.machine()]
BUILT_TEMPLATE = Path(".aws-sam/build/template.yaml")
# Endpoints on loopback, and credentials that are none: nothing here may ever reach AWS.
NO_CREDENTIALS = {"key": "local", "secret": "local", "region": "eu-west-1"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port: int, process: subprocess.Popen, seconds: float = 10) -> None:
    """Until something listens on the port."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            raise RuntimeError(f"ended with {process.returncode} before it listened on port {port}")
        time.sleep(0.01)
    raise TimeoutError(f"nothing listens on port {port} after {seconds} s")


def stop(process: subprocess.Popen) -> None:
    """Ends a process that was started in a session of its own, and what it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _emulator() -> str:
    """The emulator's path; the package may have been unpacked without the right to run it."""
    shipped = Path(samcli.__file__).parent / "local" / "rapid" / f"aws-lambda-rie-{ARCHITECTURE}"
    if os.access(shipped, os.X_OK):
        return str(shipped)
    folder = tempfile.mkdtemp(prefix="rie-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    copy = shutil.copy(shipped, folder)
    os.chmod(copy, 0o755)
    return copy


class Environment:
    """One execution environment of one function: it starts when it is first invoked, and takes one event at a time."""

    def __init__(self, name: str, code: Path, variables: dict[str, str], timeout: int):
        self.name, self.code, self.variables, self.timeout = name, code, variables, timeout
        self._lock = threading.Lock()
        self._process: subprocess.Popen | None = None
        self._port = 0

    def invoke(self, event: str) -> str:
        """The function's answer, or {"errorType", "errorMessage"}, both as JSON."""
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._start()
            url = f"http://127.0.0.1:{self._port}/2015-03-31/functions/function/invocations"
            request = urllib.request.Request(url, event.encode(), {"Content-Type": "application/json"})
            with urllib.request.urlopen(request, timeout=self.timeout + 10) as answer:
                return answer.read().decode()

    def _start(self) -> None:
        binary = self.code / "bootstrap"
        if not binary.is_file():
            raise FileNotFoundError(f"{binary} is missing: run `sam build --parameter-overrides Architecture={ARCHITECTURE}` first")
        self._port = free_port()
        addresses = [f"127.0.0.1:{self._port}", f"127.0.0.1:{free_port()}"]
        variables = self.variables | {"LAMBDA_TASK_ROOT": str(self.code), "PATH": "/usr/bin:/bin", "TZ": ":UTC"}
        self._process = subprocess.Popen(
            [_EMULATOR, "--log-level", "error", "--runtime-interface-emulator-address", addresses[0]]
            + ["--runtime-api-address", addresses[1], str(binary)],
            cwd=self.code,
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        threading.Thread(target=self._log, args=(self._process.stdout,), daemon=True).start()
        wait_for(self._port, self._process)

    @staticmethod
    def _log(lines) -> None:
        """What the function writes, without the emulator's own three lines for each event."""
        for line in lines:
            if not line.startswith(("START RequestId:", "END RequestId:", "REPORT RequestId:")):
                print(line, end="", file=sys.stderr, flush=True)

    def close(self) -> None:
        if self._process is not None:
            stop(self._process)


class Runtime:
    """Takes the place of samcli's LambdaRuntime, which would start a container for each function."""

    def __init__(self):
        self._environments: dict[str, Environment] = {}
        self._lock = threading.Lock()
        atexit.register(self.close)

    def invoke(self, config, event, *_args, stdout=None, **_kwargs):
        with self._lock:
            environment = self._environments.get(config.full_path)
            if environment is None:
                variables = {name: str(value) for name, value in config.env_vars.resolve().items()}
                environment = Environment(config.name, Path(config.code_abs_path), variables, config.timeout)
                self._environments[config.full_path] = environment
        answer = environment.invoke(event)
        if stdout is not None:
            stdout.write_str(answer)
        return {}

    def close(self) -> None:
        for environment in self._environments.values():
            environment.close()
        self._environments.clear()


class Application:
    """The built template as SAM reads it, with its functions ready to be invoked."""

    def __init__(self, template: Path, parameters: dict[str, str], variables: dict | None = None):
        parameters = {"Architecture": ARCHITECTURE} | parameters
        folder = str(template.resolve().parent)
        self.stacks, _ = SamLocalStackProvider.get_stacks(
            str(template.resolve()), parameter_overrides=parameters, global_parameter_overrides=parameters
        )
        self.folder = folder
        self.runtime = Runtime()
        self.runner = LocalLambdaRunner(
            self.runtime, SamFunctionProvider(self.stacks), folder, folder, env_vars_values=variables or {}
        )
        self.runner.get_aws_creds = lambda: dict(NO_CREDENTIALS)

    def invoke(self, function: str, event: dict) -> dict:
        """The answer to an event of the function with this logical id."""
        answers: list[str] = []
        sink = type("Sink", (), {"write_str": staticmethod(answers.append)})()
        self.runner.invoke(function, json.dumps(event), stdout=sink)
        return json.loads(answers[0])

    def close(self) -> None:
        self.runtime.close()


_EMULATOR = _emulator()
