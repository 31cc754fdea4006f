"""A way to the table that notes each call: what it consumed, and which calls waited for one another."""

import json
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

READS = ("GetItem", "BatchGetItem", "Query", "Scan")


@dataclass
class Recorder:
    """Passes on what DynamoDB is asked."""

    endpoint: str
    calls: list[tuple[float, float, bool, float]] = field(default_factory=list)

    def __post_init__(self):
        handler = type("Handler", (_Handler,), {"recorder": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def take(self) -> dict:
        """What was asked since the last time."""
        calls, self.calls = self.calls, []
        trips, last = 0, 0.0
        # The longest chain in which each call began after the one before had ended.
        for ended, began in sorted((ended, began) for began, ended, _, _ in calls):
            if began >= last:
                trips, last = trips + 1, ended
        return {
            "trips": trips,
            "read": sum(units for _, _, reading, units in calls if reading),
            "write": sum(units for _, _, reading, units in calls if not reading),
        }

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    recorder: Recorder

    def log_message(self, *_arguments):
        """Nothing."""

    def do_GET(self):
        self._answer(200, b"healthy", "text/plain")

    def do_POST(self):
        began = time.monotonic()
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        passed = {name: self.headers[name] for name in ("Authorization", "Content-Type", "X-Amz-Date", "X-Amz-Target")}
        request = urllib.request.Request(self.recorder.endpoint, body, passed)
        try:
            with urllib.request.urlopen(request) as response:
                status, answer = response.status, response.read()
        except urllib.error.HTTPError as error:
            status, answer = error.code, error.read()
        consumed = json.loads(answer).get("ConsumedCapacity", [])
        tables = consumed if isinstance(consumed, list) else [consumed]
        reading = passed["X-Amz-Target"].rpartition(".")[2] in READS
        units = sum(table["CapacityUnits"] for table in tables)
        self.recorder.calls.append((began, time.monotonic(), reading, units))
        self._answer(status, answer, "application/x-amz-json-1.0")

    def _answer(self, status: int, body: bytes, kind: str):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
