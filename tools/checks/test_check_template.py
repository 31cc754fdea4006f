"""Breaks the template on purpose, one mistake at a time, and expects the rule that finds it.

    python tools/checks/test_check_template.py
"""

import copy
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # tools/: its folders are packages

from checks.check_template import RULES, findings
from checks.expand_template import parse
from checks.mistakes import alarms, api, data, functions, permissions

TEMPLATE = parse(Path("template.yaml").read_text(encoding="utf-8"))
# Rule -> mistakes that it must find.
MISTAKES = permissions.MISTAKES | functions.MISTAKES | data.MISTAKES | api.MISTAKES | alarms.MISTAKES


class Mistakes(unittest.TestCase):
    def test_the_template_itself_has_no_findings(self):
        self.assertEqual(findings(TEMPLATE), [])

    def test_every_rule_has_a_mistake_that_it_finds(self):
        self.assertEqual({rule.__name__ for rule in RULES}, set(MISTAKES))

    def test_each_mistake_is_found_by_its_rule(self):
        for rule, mistakes in MISTAKES.items():
            for name, make in mistakes.items():
                with self.subTest(rule=rule, mistake=name):
                    broken = copy.deepcopy(TEMPLATE)
                    make(broken)
                    self.assertNotEqual(broken, TEMPLATE)
                    self.assertIn(rule, {found for found, _ in findings(broken)})


if __name__ == "__main__":
    unittest.main()
