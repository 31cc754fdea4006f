"""Holds samconfig.toml to the template's parameters, and the production stack to its protection.

    python tools/checks/test_samconfig.py
"""

import re
import shlex
import sys
import tomllib
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # tools/: its folders are packages

from checks.expand_template import parse

CONFIG = tomllib.loads(Path("samconfig.toml").read_text(encoding="utf-8"))
PARAMETERS = parse(Path("template.yaml").read_text(encoding="utf-8"))["Parameters"]


def overrides(environment: str) -> dict[str, str]:
    text = CONFIG[environment].get("deploy", {}).get("parameters", {}).get("parameter_overrides", "")
    return dict(pair.split("=", 1) for pair in shlex.split(text))


class Samconfig(unittest.TestCase):
    def test_each_override_is_a_parameter_with_a_value_that_it_takes(self):
        environments = [name for name in CONFIG if isinstance(CONFIG[name], dict)]
        self.assertLess({"prod", "dev"}, set(environments))
        for environment in environments:
            for name, value in overrides(environment).items():
                with self.subTest(environment=environment, parameter=name):
                    self.assertIn(name, PARAMETERS)
                    allowed = [str(each) for each in PARAMETERS[name].get("AllowedValues", [value])]
                    self.assertIn(value, allowed)
                    self.assertRegex(value, re.compile(PARAMETERS[name].get("AllowedPattern", "")))

    def test_production_limits_what_one_address_may_do(self):
        self.assertEqual(overrides("prod").get("EnableWaf"), "true")

    def test_production_asks_before_it_changes(self):
        self.assertTrue(CONFIG["prod"]["deploy"]["parameters"]["confirm_changeset"])


if __name__ == "__main__":
    unittest.main()
