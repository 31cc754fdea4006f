"""Holds the shipped RapiDoc against the published one: python tools/checks/test_vendored.py

The hashes are those of the files in the package whose integrity `package.json` has. Where npm is there and reaches its registry, the
package itself is compared too."""

import base64
import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
import unittest
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "local/console/rapidoc"
# SHA-256 of each file, with its place in the package.
FILES = {
    "rapidoc-min.js": ("dist/rapidoc-min.js", "affbd173a65e870e18f392cca963113bcdafb6e50e88cd2f6a834a65b22db94d"),
    "rapidoc-min.js.LICENSE.txt": (
        "dist/rapidoc-min.js.LICENSE.txt",
        "b6366d212427ca41732dd93ce56a47ceaf7a0902edc2e90b22ca6a9d6feff20e",
    ),
    "LICENSE.txt": ("LICENSE.txt", "92682ac573adb5e1357f1f41dd0eaa2f0e9dd6116b569218978c2469c1cd085c"),
}


def manifest() -> dict:
    """What is shipped, in the words of npm."""
    return json.loads((FOLDER / "package.json").read_text(encoding="utf-8"))


def packed(folder: str) -> Path | None:
    """The published package; `None` where npm does not get it."""
    npm = shutil.which("npm")
    if not npm:
        return None
    name = f"{manifest()['name']}@{manifest()['version']}"
    command = [npm, "pack", "--ignore-scripts", "--fetch-retries=0", "--pack-destination", folder, name]
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=60)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return None
    return next(Path(folder).glob("*.tgz"), None)


class Vendored(unittest.TestCase):
    def test_the_files_are_those_that_were_reviewed(self):
        for name, (_, expected) in FILES.items():
            with self.subTest(name):
                self.assertEqual(hashlib.sha256((FOLDER / name).read_bytes()).hexdigest(), expected)
        self.assertEqual({path.name for path in FOLDER.iterdir()}, {*FILES, "package.json"})
        self.assertEqual(manifest()["license"], "MIT")
        self.assertIn(f"RapiDoc {manifest()['version']} ", (FOLDER / "rapidoc-min.js").read_text(encoding="utf-8")[:100])

    def test_they_are_the_published_ones(self):
        with tempfile.TemporaryDirectory() as folder:
            package = packed(folder)
            if package is None:
                self.skipTest("npm does not reach its registry from here")
            digest = base64.b64encode(hashlib.sha512(package.read_bytes()).digest()).decode()
            self.assertEqual(f"sha512-{digest}", manifest()["integrity"])
            with tarfile.open(package) as archive:
                for name, (place, _) in FILES.items():
                    published = archive.extractfile(f"package/{place}")
                    self.assertEqual(published.read(), (FOLDER / name).read_bytes(), name)


if __name__ == "__main__":
    unittest.main()
