"""Breaks the template on purpose, one mistake at a time, and expects the rule that finds it.

python tools/checks/test_check_template.py
"""

import copy
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # tools/: its folders are packages

from checks.check_template import RULES, findings
from checks.expand_template import expand, parse
from checks.mistakes import alarms, api, data, firewall, functions, metrics, permissions

TEMPLATE = parse(Path("template.yaml").read_text(encoding="utf-8"))
# Rule -> mistakes that it must find.
MISTAKES = permissions.MISTAKES | functions.MISTAKES | data.MISTAKES | api.MISTAKES | firewall.MISTAKES | alarms.MISTAKES | metrics.MISTAKES
EXPANDED = expand(TEMPLATE)


def expanded(broken: dict) -> dict:
    """The template with a mistake, expanded. SAM leaves plain resources alone, so that a mistake in one needs no expansion."""
    changed = {
        name for name in TEMPLATE["Resources"] | broken["Resources"] if TEMPLATE["Resources"].get(name) != broken["Resources"].get(name)
    }
    others = [key for key in TEMPLATE if key not in ("Resources", "Outputs") and TEMPLATE[key] != broken[key]]
    types = {(broken["Resources"].get(name) or TEMPLATE["Resources"][name])["Type"] for name in changed}
    if others or any(kind.startswith("AWS::Serverless::") for kind in types):
        return expand(broken)
    resources = {name: resource for name, resource in EXPANDED["Resources"].items() if name in broken["Resources"] or name not in changed}
    overlaid = EXPANDED | broken
    overlaid["Resources"] = resources | {name: broken["Resources"][name] for name in changed & broken["Resources"].keys()}
    return overlaid


class Mistakes(unittest.TestCase):
    def test_the_template_itself_has_no_findings(self):
        self.assertEqual(findings(EXPANDED), [])

    def test_every_rule_has_a_mistake_that_it_finds(self):
        self.assertEqual({rule.__name__ for rule in RULES}, set(MISTAKES))

    def test_each_mistake_is_found_by_its_rule(self):
        for rule, mistakes in MISTAKES.items():
            for name, make in mistakes.items():
                with self.subTest(rule=rule, mistake=name):
                    broken = copy.deepcopy(TEMPLATE)
                    make(broken)
                    self.assertNotEqual(broken, TEMPLATE)
                    self.assertIn(rule, {found for found, _ in findings(expanded(broken))})


if __name__ == "__main__":
    unittest.main()
