"""Lambda's Runtime API for one process, over loopback: hands over events and takes the answers."""

import json
import selectors
import socket
import time
import uuid

_PATH = "/2018-06-01/runtime/invocation/"


class RuntimeApi:
    """One function polls here. It may use any number of connections; one event is under way at a time."""

    def __init__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._waiting = selectors.DefaultSelector()
        self._waiting.register(self._listener, selectors.EVENT_READ)
        self._received: dict[socket.socket, bytes] = {}
        self._polling: socket.socket | None = None

    def wait_for_poll(self, seconds: float = 30) -> float:
        """Until the function asks for its next event; answers when that was."""
        while self._polling is None:
            connection, path, _ = self._request(seconds)
            if not path.endswith("/next"):
                raise RuntimeError(f"asked for {path} instead of its next event")
            self._polling = connection
        return time.perf_counter()

    def invoke(self, event, seconds: float = 30) -> tuple[object, float]:
        """Hands over `event` to the function that polls. Its answer, and when that came."""
        self.wait_for_poll(seconds)
        body = json.dumps(event).encode()
        headers = {
            "Lambda-Runtime-Aws-Request-Id": str(uuid.uuid4()),
            "Lambda-Runtime-Deadline-Ms": int(time.time() * 1000) + 28_000,
            "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-west-1:123456789012:function:measured",
            "Lambda-Runtime-Trace-Id": "Root=1-6a1e8f00-000000000000000000000001",
        }
        polling, self._polling = self._polling, None
        _reply(polling, "200 OK", body, headers)
        connection, path, answer = self._request(seconds)
        came = time.perf_counter()
        _reply(connection, "202 Accepted", b'{"status":"OK"}', {})
        if not path.endswith("/response"):
            raise RuntimeError(f"{path}: {answer.decode()}")
        return json.loads(answer), came

    def close(self) -> None:
        for connection in [*self._received, self._listener]:
            connection.close()
        self._waiting.close()

    def _request(self, seconds: float) -> tuple[socket.socket, str, bytes]:
        """The next whole request, on whichever connection."""
        deadline = time.monotonic() + seconds
        while True:
            ready = self._waiting.select(max(0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError(f"the function is silent for {seconds} s")
            for key, _ in ready:
                if key.fileobj is self._listener:
                    self._accept()
                elif request := self._read(key.fileobj):
                    return request

    def _accept(self) -> None:
        connection, _ = self._listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received[connection] = b""
        self._waiting.register(connection, selectors.EVENT_READ)

    def _read(self, connection: socket.socket) -> tuple[socket.socket, str, bytes] | None:
        part = connection.recv(1 << 20)
        if not part:
            self._waiting.unregister(connection)
            del self._received[connection]
            connection.close()
            return None
        received = self._received[connection] + part
        self._received[connection] = received
        head, found, body = received.partition(b"\r\n\r\n")
        if not found:
            return None
        line, *headers = head.decode().split("\r\n")
        length = next((int(h.partition(":")[2]) for h in headers if h.lower().startswith("content-length:")), 0)
        if len(body) < length:
            return None
        self._received[connection] = b""
        path = line.split()[1]
        if not path.startswith(_PATH):
            raise RuntimeError(f"{path}: {body.decode()}")
        return connection, path, body


def _reply(connection: socket.socket, status: str, body: bytes, headers: dict) -> None:
    headers = headers | {"Content-Type": "application/json", "Content-Length": len(body)}
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    connection.sendall("\r\n".join(lines).encode() + body)
