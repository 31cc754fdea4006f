"""Rules of our own for the expanded template: what cfn-lint cannot know.

    python tools/checks/check_template.py [template.yaml]

Each rule is a function from a Stack to its findings, in rules/ by what it looks at. test_check_template.py breaks the template on
purpose, as mistakes/ says, and expects the rule's name. An exception is written beside the rule that grants it, with its reason.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # tools/: its folders are packages

from checks.expand_template import expand, parse
from checks.rules import alarms, api, data, firewall, functions, metrics, permissions
from checks.stack import Stack

RULES = [*permissions.RULES, *functions.RULES, *data.RULES, *api.RULES, *firewall.RULES, *alarms.RULES, *metrics.RULES]


def findings(expanded: dict) -> list[tuple[str, str]]:
    """Rule and finding, for everything that the expanded template does wrong."""
    stack = Stack(expanded)
    return [(rule.__name__, finding) for rule in RULES for finding in rule(stack)]


def main() -> int:
    template = parse(Path(sys.argv[1] if len(sys.argv) > 1 else "template.yaml").read_text(encoding="utf-8"))
    found = findings(expand(template))
    for rule, finding in found:
        print(f"{rule}: {finding}")
    print(f"{len(RULES)} rules, {len(found)} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
