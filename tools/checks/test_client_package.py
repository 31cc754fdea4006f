"""Checks what `npm publish` would publish of clients/typescript, once it is built.

    python tools/checks/test_client_package.py
"""

import json
import subprocess
import unittest
from pathlib import Path

CLIENT = Path("clients/typescript")


def manifest() -> dict:
    """The package's manifest."""
    return json.loads((CLIENT / "package.json").read_text(encoding="utf-8"))


def packed() -> set[str]:
    """The files that would be published."""
    command = ["npm", "pack", "--dry-run", "--json", "--ignore-scripts"]
    (package,) = json.loads(subprocess.run(command, cwd=CLIENT, capture_output=True, text=True, check=True).stdout)
    return {file["path"] for file in package["files"]}


class Package(unittest.TestCase):
    def test_it_has_what_its_manifest_names_and_no_tests(self):
        files, entry = packed(), manifest()["exports"]["."]
        for name in [*entry.values(), manifest()["types"]]:
            self.assertIn(name.removeprefix("./"), files)
        self.assertLessEqual({"README.md", "CHANGELOG.md", "LICENSE", "package.json"}, files)
        sources = {path.stem for path in (CLIENT / "src").glob("*.ts")}
        self.assertLessEqual({f"dist/{name}.{ending}" for name in sources for ending in ["js", "d.ts", "js.map"]}, files)
        self.assertEqual([name for name in files if name.startswith(("test", "node_modules"))], [])

    def test_it_depends_on_openapi_fetch_only(self):
        self.assertEqual(list(manifest()["dependencies"]), ["openapi-fetch"])
        self.assertNotIn("peerDependencies", manifest())

    def test_its_licence_is_the_projects(self):
        self.assertEqual(manifest()["license"], "Apache-2.0")
        self.assertEqual((CLIENT / "LICENSE").read_bytes(), Path("LICENSE").read_bytes())

    def test_its_changelog_has_its_version(self):
        self.assertIn(f"## {manifest()['version']}", (CLIENT / "CHANGELOG.md").read_text(encoding="utf-8"))


if __name__ == "__main__":
    unittest.main()
