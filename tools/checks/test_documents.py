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
CRATES = ["functions/*", "shared", "shared/*"]
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


if __name__ == "__main__":
    unittest.main()
