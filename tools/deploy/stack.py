"""The stack of template.yaml in an emulator: `sam deploy`, what it made, `sam delete`."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from botocore.exceptions import ClientError

from checks.expand_template import parse
from deploy.differences import adapted
from deploy.emulator import Emulator
from replay.rie import ARCHITECTURE, BUILT_TEMPLATE

FOLDER = Path(".aws-sam/deployment")
OPERATORS = Path(__file__).parents[1] / "ops"
ADMIN = Path(os.environ.get("CARGO_TARGET_DIR", "target")) / "debug/admin"


class Failed(Exception):
    """What does not hold; the message says all of it."""


class Stack:
    """A stack of one of the environments in samconfig.toml. Each `deploy` after the first is an update."""

    def __init__(self, emulator: Emulator, name: str, environment: str, built: Path = BUILT_TEMPLATE):
        self.emulator, self.name, self.stage = emulator, name, environment
        self._configuration = ("--config-file", str(Path("samconfig.toml").resolve()), "--config-env", environment)
        self._cloudformation = emulator.client("cloudformation")
        template = parse(built.read_text(encoding="utf-8"))
        for resource in template["Resources"].values():
            properties = resource.get("Properties", {})
            if resource["Type"] == "AWS::Serverless::Function":
                code = built.parent / properties["CodeUri"]
                if not (code / "bootstrap").is_file():
                    raise Failed(f"{code}/bootstrap is missing: sam build --parameter-overrides Architecture={ARCHITECTURE}")
                properties["CodeUri"] = str(code.resolve())
        self.template = template
        adjusted, self.adapted = adapted(template)
        FOLDER.mkdir(parents=True, exist_ok=True)
        self._file = FOLDER / "template.json"
        self._file.write_text(json.dumps(adjusted, indent=1), encoding="utf-8")

    def deploy(self, **parameters: str) -> None:
        parameters = {"Architecture": ARCHITECTURE, "EndpointUrl": self.emulator.url, "Stage": self.stage} | parameters
        overrides = [f"{name}={value}" for name, value in parameters.items()]
        self._sam(
            *("deploy", "--template-file", str(self._file.resolve()), *self._configuration, "--no-confirm-changeset"),
            *("--no-progressbar", "--parameter-overrides", *overrides),
        )

    def delete(self) -> None:
        self._sam("delete", "--stack-name", self.name, "--no-prompts", *self._configuration)

    def _sam(self, *arguments: str) -> None:
        environment = self.emulator.environment | {
            "AWS_ENDPOINT_URL": self.emulator.url,
            "SAM_CLI_TELEMETRY": "0",
            "SAM_CLI_POLL_DELAY": "1",
        }
        command = [str(Path(sys.executable).parent / "sam"), *arguments]
        result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
        if result.returncode:
            raise Failed(f"sam {arguments[0]} ended with {result.returncode}:\n{result.stdout[-6000:]}{result.stderr[-2000:]}")

    def tool(self, script: str, *options: str, code: int = 0) -> str:
        """What an operator's script prints about this stack, run as an operator runs it."""
        return self._operate([sys.executable, str(OPERATORS / script), "--stack", self.name, *options], code)

    def admin(self, *words: str, code: int = 0) -> str:
        """What the operators' command prints about this stack."""
        return self._operate([str(ADMIN), "--stack", self.name, *words], code)

    def admin_of_bucket(self, bucket: str, *words: str) -> str:
        """What the operators' command prints about a bucket alone."""
        return self._operate([str(ADMIN), *words, "--bucket", bucket], 0)

    def admin_interrupted(self, *words: str, once: Callable[[], bool]) -> None:
        """Begins a command, and presses Ctrl-C once something holds."""
        command = [str(ADMIN), "--stack", self.name, *words]
        begun = subprocess.Popen(command, env=self._operator(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        while begun.poll() is None and not once():
            time.sleep(0.1)
        begun.send_signal(signal.SIGINT)
        _, errors = begun.communicate(timeout=300)
        if begun.returncode != 130:
            raise Failed(f"{' '.join(words)} ended with {begun.returncode}, not 130:\n{errors}")

    def _operator(self) -> dict[str, str]:
        return self.emulator.environment | {"AWS_ENDPOINT_URL": self.emulator.url}

    def _operate(self, command: list[str], code: int) -> str:
        result = subprocess.run(command, env=self._operator(), capture_output=True, text=True, timeout=300)
        if result.returncode != code:
            raise Failed(f"{' '.join(command)} ended with {result.returncode}, not {code}:\n{result.stdout}{result.stderr}")
        return result.stdout

    def status(self) -> str:
        """CREATE_COMPLETE and the like; DELETED when there is none."""
        try:
            return self._cloudformation.describe_stacks(StackName=self.name)["Stacks"][0]["StackStatus"]
        except ClientError:
            return "DELETED"

    def outputs(self) -> dict[str, str]:
        described = self._cloudformation.describe_stacks(StackName=self.name)["Stacks"][0]
        return {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}

    def resources(self) -> dict[str, dict]:
        """Logical names, with type, physical name and status."""
        pages = self._cloudformation.get_paginator("list_stack_resources").paginate(StackName=self.name)
        return {entry["LogicalResourceId"]: entry for page in pages for entry in page["StackResourceSummaries"]}

    def secret(self, output: str) -> str:
        arn = self.outputs()[output]
        return self.emulator.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]

    def physical(self, logical: str) -> str:
        return self.resources()[logical]["PhysicalResourceId"]
