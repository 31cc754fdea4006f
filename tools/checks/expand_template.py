"""Expand the SAM template to the CloudFormation that it stands for, without credentials or a network.

    python tools/checks/expand_template.py template.yaml > expanded.json

CloudFormation expands the template in the cloud; cfn-lint only sees what SAM generates once it is expanded here.
"""

import copy
import json
import logging
import os
import sys
from pathlib import Path

from samcli.yamlhelper import yaml_parse
from samtranslator.translator.transform import transform

os.environ.setdefault("AWS_DEFAULT_REGION", "eu-west-1")  # SAM asks for one, to know the partition


class _NoManagedPolicies:
    """SAM looks up managed policies by their short names in IAM. The template names none, so there is nothing to look up."""

    @staticmethod
    def load() -> dict:
        return {}


def parse(text: str) -> dict:
    """The template with short intrinsics (`!Ref X`) in their long form (`{"Ref": "X"}`)."""
    return yaml_parse(text)


def expand(template: dict) -> dict:
    """The expanded template. The one that is given stays as it is.

    Raises what SAM raises: the message names the resource and the property that it refuses.
    """
    fragment = copy.deepcopy(template)
    # `sam deploy` uploads the code and writes its address here; SAM knows no other form.
    fragment["Globals"]["Function"]["CodeUri"] = "s3://bucket/key"
    defaults = {name: parameter["Default"] for name, parameter in template["Parameters"].items() if "Default" in parameter}
    logging.getLogger("samtranslator").setLevel(logging.ERROR)  # its remarks about its own feature toggles
    return json.loads(json.dumps(transform(fragment, defaults, _NoManagedPolicies())))


def main() -> None:
    template = parse(Path(sys.argv[1]).read_text(encoding="utf-8"))
    json.dump(expand(template), sys.stdout, indent=1, sort_keys=True)
    print()


if __name__ == "__main__":
    main()
