"""The stack of template.yaml in an emulator: `sam deploy`, what it made, `sam delete`."""

import json
import subprocess
import sys
from pathlib import Path

from botocore.exceptions import ClientError

from checks.expand_template import parse
from deploy.differences import adapted
from deploy.emulator import Emulator
from replay.rie import ARCHITECTURE, BUILT_TEMPLATE

FOLDER = Path(".aws-sam/deployment")
OPERATORS = Path(__file__).parents[1] / "ops"


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
        command = [sys.executable, str(OPERATORS / script), "--stack", self.name, *options]
        environment = self.emulator.environment | {"AWS_ENDPOINT_URL": self.emulator.url}
        result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
        if result.returncode != code:
            raise Failed(f"{script} {' '.join(options)} ended with {result.returncode}, not {code}:\n{result.stdout}{result.stderr}")
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
