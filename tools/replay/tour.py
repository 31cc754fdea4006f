"""Takes the tour of the README: every shell block below its heading, line by line, on a stack of its own.

    python tools/replay/tour.py README.md

The stack is what `cargo run` starts, on a free port and an empty folder; the tour's address is replaced by its own. A
line that fails ends the tour.
"""

import os
import re
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # tools/: its folders are packages

from replay.rie import stop

HEADING = re.compile(r"^##\s+.*\btour\b", re.IGNORECASE)
ADDRESS = re.compile(r"https?://(?:127\.0\.0\.1|localhost):3000")
MAILBOX = "$url/_local/"


def blocks(markdown: str) -> list[str]:
    """The ```sh blocks below the tour's heading, up to the next heading of that level."""
    found: list[str] = []
    in_tour, block = False, None
    for line in markdown.splitlines():
        if block is not None:
            if line.startswith("```"):
                found.append("\n".join(block))
                block = None
            else:
                block.append(line)
        elif line.startswith("## "):
            in_tour = bool(HEADING.match(line))
        elif in_tour and re.match(r"^```(sh|bash|console)\b", line):
            block = []
    return found


def start(folder: str) -> tuple[subprocess.Popen, str]:
    """`cargo run` on any free port, and the address that it prints."""
    process = subprocess.Popen(
        ["cargo", "run", "--locked", "--quiet", "--", "--port", "0", "--data", f"{folder}/data"],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    for line in process.stdout:
        print(line, end="", flush=True)
        if found := re.search(r"listening on (http://\S+)", line):
            threading.Thread(target=process.stdout.read, daemon=True).start()  # so that it never waits for us to read
            return process, found.group(1).rstrip("/")
    raise RuntimeError(f"cargo run ended with {process.wait()} before it listened")


def take(readme: str, address: str, folder: str, mailbox: str | None = None) -> bool:
    """Takes the tour of a README at another address, with a mailbox of its own if that is elsewhere."""
    shell = "\n".join(blocks(Path(readme).read_text(encoding="utf-8")))
    shell = re.sub(r"^cargo run.*$", "", shell, flags=re.MULTILINE)
    if "curl" not in shell:
        raise ValueError(f"{readme} has no tour")
    shell = shell.replace(MAILBOX, mailbox or MAILBOX)
    script = Path(folder, "tour.sh")
    script.write_text("set -euo pipefail\nset -v\n" + ADDRESS.sub(address, shell) + "\n", encoding="utf-8")
    result = subprocess.run(["bash", str(script)], env=os.environ | {"LC_ALL": "C.UTF-8"}, timeout=300)
    print(f"\nthe tour {'is complete' if result.returncode == 0 else 'failed'}", flush=True)
    return result.returncode == 0


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        process, address = start(folder)
        try:
            complete = take(sys.argv[1], address, folder)
        finally:
            stop(process)
    return 0 if complete else 1


if __name__ == "__main__":
    sys.exit(main())
