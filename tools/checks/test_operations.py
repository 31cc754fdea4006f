"""Compares docs/operations.md and docs/first-deployment.md with the template and with the commands, and docs/costs.md with the prices.

    python tools/checks/test_operations.py
"""

import re
import subprocess
import sys
import unittest
from pathlib import Path

import botocore.session
from botocore import xform_name

sys.path.insert(0, str(Path(__file__).parents[1]))  # tools/: its folders are packages

from checks.expand_template import parse
from ops import costs

TEXT = Path("docs/operations.md").read_text(encoding="utf-8")
BOTH = TEXT + Path("docs/first-deployment.md").read_text(encoding="utf-8")
TEMPLATE = parse(Path("template.yaml").read_text(encoding="utf-8"))
# Of the AWS CLI itself, and not of the operation.
OF_THE_CLI = {"query", "output", "region", "profile"}
# What the AWS CLI calls otherwise, because the name is taken.
RENAMED = {("sns", "notification-endpoint"): "endpoint"}


# High-level commands of the AWS CLI, which have no model.
WITHOUT_MODEL = {("s3",), ("logs", "tail")}


def lines() -> list[str]:
    """The lines of both documents' shell blocks, without comments."""
    blocks = re.findall(r"^ *```sh\n(.*?)^ *```$", BOTH, re.MULTILINE | re.DOTALL)
    return [re.split(r"\s#\s", line)[0] for block in blocks for line in block.splitlines()]


def commands(program: str) -> list[tuple[str, set[str]]]:
    """Each command of a program in the shell blocks: the words up to its first option, and the options."""
    found = []
    for line in lines():
        for part in re.split(r"; |\$\(| \| ", line):
            for command in re.findall(rf"(?:^|\s){program} ([a-z].*)$", part):
                found.append((command.partition(" --")[0], set(re.findall(r"\s--([\w-]+)", f" {command}"))))
    return found


class Operations(unittest.TestCase):
    def test_every_alarm_has_a_section_and_every_section_an_alarm(self):
        alarms = {name for name, resource in TEMPLATE["Resources"].items() if resource["Type"] == "AWS::CloudWatch::Alarm"}
        sections = TEXT.partition("\n## Alarms\n")[2].partition("\n## ")[0]
        self.assertEqual(alarms, set(re.findall(r"^### (\w+)$", sections, re.MULTILINE)))

    def test_the_costs_are_those_of_the_script(self):
        self.assertEqual(costs.shown(costs.DOCUMENT.read_text(encoding="utf-8")), costs.tables(), "run: python tools/ops/costs.py --write")

    def test_outputs_and_resources_that_it_names_exist(self):
        named = set(re.findall(r"\$\(output (\w+)\)", BOTH)) | set(re.findall(r"`(\w+SecretArn)`", BOTH))
        self.assertTrue(named <= TEMPLATE["Outputs"].keys(), named - TEMPLATE["Outputs"].keys())
        logical = set(re.findall(r"\$\(physical (\w+)\)", BOTH))
        self.assertGreater(len(logical), 4)
        self.assertTrue(logical <= TEMPLATE["Resources"].keys(), logical - TEMPLATE["Resources"].keys())
        given = {name for line in lines() if "sam deploy" in line for name in re.findall(r"\s([A-Z]\w+)=", line)}
        self.assertLess({"LogLevel", "MailFrom"}, given)
        self.assertTrue(given <= TEMPLATE["Parameters"].keys(), given - TEMPLATE["Parameters"].keys())
        words = set(re.findall(r"`([A-Z]\w+)(?:=[^`]*)?`", TEXT))
        parameters = {"MailFrom", "AlarmTopicArn", "ManageApiLogging", "IdentityConcurrency", "EnableWaf"}
        self.assertTrue(parameters <= words, f"the test looks for parameters that are not there: {parameters - words}")
        self.assertTrue(parameters <= TEMPLATE["Parameters"].keys(), parameters - TEMPLATE["Parameters"].keys())

    def test_commands_of_the_aws_cli_exist_with_their_options(self):
        session, checked = botocore.session.get_session(), 0
        for words, options in commands("aws"):
            service, operation = words.split()[:2]
            if {(service,), (service, operation)} & WITHOUT_MODEL:
                continue
            model = session.get_service_model(service)
            names = {xform_name(name, "-"): name for name in model.operation_names}
            self.assertIn(operation, names, f"aws {service}")
            shape = model.operation_model(names[operation]).input_shape
            members = {xform_name(member, "-") for member in shape.members}
            for option in options - OF_THE_CLI:
                option = RENAMED.get((service, option), option)
                self.assertTrue({option, option.removeprefix("no-")} & members, f"aws {words} --{option}")
                checked += 1
        self.assertGreater(checked, 40)

    def test_scripts_exist_with_their_options(self):
        checked = 0
        for script, options in commands("python"):
            said = subprocess.run([sys.executable, script, "--help"], capture_output=True, text=True, check=True)
            for option in options:
                self.assertIn(f"--{option}", said.stdout, script)
                checked += 1
        self.assertGreater(checked, 1)


if __name__ == "__main__":
    unittest.main()
