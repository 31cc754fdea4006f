"""Checks the documents: links, the numbers of decisions, and the graph of crates in ARCHITECTURE.md.

    python tools/checks/test_documents.py
"""

import re
import subprocess
import tomllib
import unittest
from pathlib import Path

DECISIONS = Path("docs/decisions")
GRAPH = re.compile(r"<!-- graph:begin -->\n```text\n(.*?)```\n<!-- graph:end -->", re.DOTALL)
# What the service consists of. `local`, the tests and the fuzzer may depend on all of it.
CRATES = ["functions/*", "shared", "shared/*", "admin"]
SECTIONS = ["Context", "Decision", "Price"]


def documents() -> dict[Path, str]:
    """The text of every Markdown file of the project."""
    listed = subprocess.run(["git", "ls-files", "*.md"], capture_output=True, text=True, check=True).stdout
    return {Path(name): Path(name).read_text(encoding="utf-8") for name in listed.splitlines() if Path(name).exists()}


def anchors(text: str) -> set[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().replace(" ", "-").lower() for heading in headings}


def manifests() -> dict[str, dict]:
    """The manifests of the service's crates by the names of the crates."""
    paths = [path for pattern in CRATES for path in Path().glob(f"{pattern}/Cargo.toml")]
    found = [tomllib.loads(path.read_text(encoding="utf-8")) for path in paths]
    return {manifest["package"]["name"]: manifest for manifest in found}


class Documents(unittest.TestCase):
    def test_links_lead_to_files_and_headings(self):
        texts, checked = documents(), 0
        for source, text in texts.items():
            for link in re.findall(r"\]\(([^)\s]+)\)", text):
                if re.match(r"[a-z]+:", link):
                    continue
                path, _, anchor = link.partition("#")
                target = (source.parent / path).resolve().relative_to(Path.cwd()) if path else source
                self.assertTrue(target.exists(), f"{source}: {link}")
                if anchor:
                    self.assertIn(anchor, anchors(texts[target]), f"{source}: {link}")
                checked += 1
        self.assertGreater(checked, 50)

    def test_decisions_are_numbered_listed_and_complete(self):
        pages = sorted(DECISIONS.glob("[0-9]*.md"))
        self.assertEqual([page.name[:4] for page in pages], [f"{number:04}" for number in range(1, len(pages) + 1)])
        listed = re.findall(r"^\| \[\d{4}\]\((.+)\) \| (.+) \|$", (DECISIONS / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
        titles = []
        for page in pages:
            text = page.read_text(encoding="utf-8")
            title = text.splitlines()[0].removeprefix(f"# {page.name[:4]}: ")
            titles.append((page.name, title))
            self.assertEqual(re.findall(r"^## (.+)$", text, re.MULTILINE), SECTIONS, page)
        self.assertEqual(listed, titles)

    def test_the_graph_of_crates_is_that_of_the_manifests(self):
        crates = manifests()
        self.assertGreater(len(crates), 10)
        expected = {name: crates.keys() & manifest.get("dependencies", {}).keys() for name, manifest in crates.items()}
        (graph,) = GRAPH.findall(Path("ARCHITECTURE.md").read_text(encoding="utf-8"))
        lines = [line.partition("->") for line in graph.splitlines()]
        self.assertEqual({name.strip(): set(used.split()) for name, _, used in lines}, expected)

    def test_documents_name_what_the_code_has(self):
        named = subprocess.run(["git", "ls-files", "*.rs"], capture_output=True, text=True, check=True).stdout.splitlines()
        code = "\n".join(Path(name).read_text(encoding="utf-8") for name in named if Path(name).exists())
        defined = set(re.findall(r"\b(?:fn|struct|enum|trait|type|mod|macro_rules!)\s+(\w+)", code))
        missing, checked = [], 0
        for source in [Path("ARCHITECTURE.md"), *Path("docs").glob("*.md")]:
            for first, second in re.findall(r"`(\w+)::(\w+)`", source.read_text(encoding="utf-8")):
                checked += 1
                known = first in defined and (second in defined or re.search(rf"^\s+{second}\b[,({{ ]", code, re.MULTILINE))
                if not known and first != "AWS":
                    missing.append(f"{source}: {first}::{second}")
        self.assertEqual(missing, [])
        self.assertGreater(checked, 5)

    def test_an_invitation_is_followed_through_few_files(self):
        text = Path("docs/walkthroughs.md").read_text(encoding="utf-8")
        section = text.partition("### The files, in reading order")[2].partition("\n## ")[0]
        files = re.findall(r"\]\(\.\./([^)]+\.rs)\)", section)
        self.assertEqual(len(files), len(set(files)))
        self.assertTrue(20 <= len(files) <= 25, len(files))


if __name__ == "__main__":
    unittest.main()
