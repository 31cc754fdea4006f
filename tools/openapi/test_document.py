"""Compares values of openapi.yaml with the code that has them too.

python tools/openapi/test_document.py
"""

import itertools
import re
import string
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # tools/: its folders are packages

from openapi.document import load, operations

DOCUMENT = load()
SCHEMAS = DOCUMENT["components"]["schemas"]
COUNTRIES = Path("shared/model/src/values/country.rs")


class Document(unittest.TestCase):
    def test_countries_are_those_of_the_code(self):
        table = COUNTRIES.read_text(encoding="utf-8").split("const ASSIGNED", 1)[1].split("];", 1)[0]
        self.assertEqual(SCHEMAS["CountryCode"]["enum"], re.findall(r'"([A-Z]{2})"', table))

    def test_a_country_is_taken_in_any_case(self):
        pattern = re.compile(SCHEMAS["CountryInAnyCase"]["pattern"])
        pairs = map("".join, itertools.product(string.ascii_letters, repeat=2))
        taken = [pair for pair in pairs if pattern.search(pair)]
        self.assertEqual(sorted({pair.upper() for pair in taken}), SCHEMAS["CountryCode"]["enum"])
        self.assertEqual(len(taken), 4 * len(SCHEMAS["CountryCode"]["enum"]))

    def test_every_tag_is_described_and_used(self):
        used = {tag for operation in operations(DOCUMENT).values() for tag in operation.described["tags"]}
        self.assertEqual({tag["name"] for tag in DOCUMENT["tags"] if tag["description"]}, used)

    def test_links_lead_to_operations_and_their_parameters(self):
        known = operations(DOCUMENT)
        for operation in known.values():
            for response in operation.responses.values():
                for link in response.get("links", {}).values():
                    names = {parameter["name"] for parameter in known[link["operationId"]].parameters}
                    self.assertLessEqual(link.get("parameters", {}).keys(), names, link)


if __name__ == "__main__":
    unittest.main()
