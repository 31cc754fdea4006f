"""Measures cold starts and warm reads of the release binaries, and writes docs/performance.md.

    python tools/performance/performance.py                 builds, measures, writes docs/performance.md and docs/performance.svg
    python tools/performance/performance.py --check         few rounds; fails on ratios and counts (goals.py)
    python tools/performance/performance.py --binaries DIR  measures what is built: DIR/<name> or DIR/<name>/bootstrap

Instructions are counted where valgrind is installed.
"""

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # tools/: its folders are packages

from checks.expand_template import expand, parse
from performance import chart, cloud, growth, report
from performance.function import can_count
from performance.goals import SIZE, exceeded
from performance.measure import SAMPLES, WARM_UP, measure
from performance.scenario import MEMBERS, Scenario
from replay.surroundings import Surroundings

NAMES = ["hello", *SIZE]


def build() -> Path:
    """Builds all of them; answers the folder."""
    bins = [f"--bin={name}" for name in NAMES]
    subprocess.run(["cargo", "build", "--release", "--locked", *bins], check=True)
    return Path(os.environ.get("CARGO_TARGET_DIR", "target"), "release")


def find(folder: Path) -> dict[str, Path]:
    """The binaries in `folder`, as cargo or as cargo-lambda leaves them."""
    paths = {name: folder / name / "bootstrap" if (folder / name).is_dir() else folder / name for name in NAMES}
    missing = [str(path) for path in paths.values() if not path.is_file()]
    if missing:
        sys.exit(f"missing: {', '.join(missing)}")
    return paths


def machine() -> str:
    return f"{platform.machine()}, {os.cpu_count()} cores"


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--binaries", type=Path, metavar="DIR")
    parser.add_argument("--dynamodb", metavar="URL", help="another DynamoDB with streams, instead of an embedded one")
    parser.add_argument("--rounds", type=int, help="21, or 3 with --check")
    parser.add_argument("--calls", type=int, default=100, help="events for one sample of a warm read")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also writes the measurements there")
    return parser.parse_args()


def main() -> int:
    chosen = options()
    binaries = find(chosen.binaries or build())
    resources = expand(parse(Path("template.yaml").read_text(encoding="utf-8")))["Resources"]
    around = Surroundings(resources, chosen.dynamodb)
    try:
        scenario = Scenario(binaries, around)
        measured = measure(scenario, binaries, around.services, chosen.rounds or (3 if chosen.check else 21), chosen.calls)
        sizes = growth.FEW_ROWS if chosen.check else growth.ROWS
        measured["cloud"] = cloud.measure(scenario, binaries, around.table.endpoint, min(measured["rounds"], SAMPLES))
        counting = can_count() and not chosen.check
        measured["growth"] = growth.Growth(scenario, around, binaries).measure(sizes, counting)
    finally:
        around.close()
    parts = {"functions": report.cold, "reads": report.reads, "cloud": report.cloud, "growth": report.growth}
    print(*(table(measured[part]) for part, table in parts.items()), sep="\n\n")
    if chosen.json:
        chosen.json.write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")
    if chosen.check:
        found = exceeded(measured) + growth.not_flat(measured["growth"])
        print(*found or ["nothing exceeds what goals.py allows"], sep="\n")
        return 1 if found else 0
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    page = report.page(measured, machine(), today, MEMBERS, WARM_UP)
    Path("docs/performance.md").write_text(page, encoding="utf-8")
    Path("docs/performance.svg").write_text(chart.svg(measured["functions"]), encoding="utf-8")
    Path("docs/growth.svg").write_text(chart.growth(measured["growth"]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
