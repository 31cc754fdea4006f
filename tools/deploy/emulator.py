"""ministack, an emulator of AWS, on loopback: a process of its own that ends with everything it started."""

import contextlib
import ctypes
import json
import os
import re
import subprocess
import tempfile
import threading
import time
import urllib.request
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import boto3
from botocore.config import Config

from replay.rie import free_port, stop, wait_for

HYPERCORN = Path(".venv/ministack/bin/hypercorn")
REGION = "eu-west-1"
LISTENING = "0A"  # in /proc/net/tcp
PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h


class Emulator:
    """One emulator with nothing in it. Neither AWS nor another address than 127.0.0.1 is ever in reach."""

    def __init__(self):
        # What the emulator leaves behind becomes ours to wait for, whatever process is the first one here.
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._mark = f"DEPLOYMENT={uuid.uuid4()}"  # what it starts inherits this, so that it can be found
        self._folder = tempfile.TemporaryDirectory(prefix="deployment-")
        self.log = Path(self._folder.name, "log")
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": self._folder.name,
            "TMPDIR": self._folder.name,
            "LC_ALL": "C.UTF-8",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }
        name, _, value = self._mark.partition("=")
        settings = {
            name: value,
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "IOT_MTLS_ENABLED": "0",  # would listen on all interfaces
            "SFTP_ENABLED": "0",
            "LAMBDA_EXECUTOR": "local",
            "AUTH": "true",  # roles and their policies count
            "MINISTACK_REGION": REGION,
        }
        with self.log.open("w", encoding="utf-8") as output:
            self._process = subprocess.Popen(
                [HYPERCORN.resolve(), "--bind", f"127.0.0.1:{self.port}", "ministack.app:app"],
                cwd=self._folder.name,
                env=self.environment | settings,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            wait_for(self.port, self._process, seconds=60)
        except Exception:
            print(self.log.read_text(encoding="utf-8"))
            self.close()
            raise

    def client(self, service: str, key: str = "test", secret: str = "test"):
        """A client of one of its services, with every right unless the key is somebody's own."""
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            config=Config(retries={"max_attempts": 0}, read_timeout=90, s3={"addressing_style": "path"}),
        )

    def mails(self, to: str | None = None) -> list[dict]:
        """What SES was given to send, oldest first."""
        with urllib.request.urlopen(f"{self.url}/_ministack/ses/messages") as answer:
            accounts = json.load(answer)["messages"]
        return [mail for mails in accounts.values() for mail in mails if to is None or to in mail["To"]]

    def processes(self) -> list[int]:
        """The emulator and everything it started that still runs."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if self._mark.encode() in (folder / "environ").read_bytes().split(b"\0"):
                    found.append(int(folder.name))
        return found

    def listens_elsewhere(self) -> list[str]:
        """Addresses other than those of loopback on which one of the processes listens."""
        sockets = set()
        for process in self.processes():
            with contextlib.suppress(OSError):
                for entry in Path(f"/proc/{process}/fd").iterdir():
                    with contextlib.suppress(OSError):
                        sockets.update(re.findall(r"socket:\[(\d+)\]", os.readlink(entry)))
        found = []
        for table in ("/proc/net/tcp", "/proc/net/tcp6"):
            for line in Path(table).read_text(encoding="ascii").splitlines()[1:]:
                _, local, _, state, *_, inode = line.split()[:10]
                if state == LISTENING and inode in sockets and not local.startswith("0100007F:"):
                    found.append(local)
        return found

    def close(self) -> None:
        """Ends it. Raises if something it started lives on."""
        stop(self._process)
        deadline = time.monotonic() + 5
        while (left := self.processes()) and time.monotonic() < deadline:
            time.sleep(0.05)
        for process in left:
            os.kill(process, 9)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        self._folder.cleanup()
        if left:
            raise RuntimeError(f"these processes outlived the emulator: {left}")


class Mailbox:
    """The emulator's mails in the form of the local stack's mailbox, whatever stands before `mailbox.json`."""

    def __init__(self, emulator: Emulator):
        handler = type("Handler", (_Handler,), {"emulator": emulator})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    emulator: Emulator

    def log_message(self, *_arguments):
        """Nothing: what it is asked stands in the tour."""

    def do_GET(self):
        asked = urlsplit(self.path)
        if asked.path != "/mailbox.json":
            self.send_error(404)
            return
        to = dict(parse_qsl(asked.query)).get("to")
        mails = [{"to": mail["To"][0], "text": mail["BodyText"]} for mail in reversed(self.emulator.mails(to))]
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(mails).encode())
