"""What the functions need besides their table: Secrets Manager with fixed secrets, an SES that keeps the mails,
and an EventBridge that keeps the events."""

import json
import threading
import urllib.parse
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# Mail to this domain is refused as SES refuses it over quota.
THROTTLED_DOMAIN = "throttled.example"

_SENT = (
    '<SendEmailResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><SendEmailResult><MessageId>{id}</MessageId>'
    "</SendEmailResult><ResponseMetadata><RequestId>{id}</RequestId></ResponseMetadata></SendEmailResponse>"
)
_THROTTLED = (
    '<ErrorResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><Error><Type>Sender</Type><Code>Throttling</Code>'
    "<Message>Maximum sending rate exceeded.</Message></Error><RequestId>0</RequestId></ErrorResponse>"
)


@dataclass
class StandIns:
    """All of them behind one address, as AWS's SDKs speak to them."""

    secrets: dict[str, str]
    mails: list[dict] = field(default_factory=list)
    events: list[dict] = field(default_factory=list)
    secrets_read: int = 0

    def __post_init__(self):
        handler = type("Handler", (_Handler,), {"services": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _tags(form: dict[str, str]) -> dict[str, str]:
    """The message tags, by which SES's events would name the mail."""
    tags = {}
    while (name := f"Tags.member.{len(tags) + 1}") + ".Name" in form:
        tags[form[f"{name}.Name"]] = form[f"{name}.Value"]
    return tags


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # an answer is two writes; without it the second waits for an acknowledgement
    services: StandIns

    def log_message(self, *_arguments):
        """Nothing: the functions log their own calls."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if self.headers.get("X-Amz-Target") == "secretsmanager.GetSecretValue":
            self._secret(json.loads(body))
        elif self.headers.get("X-Amz-Target") == "AWSEvents.PutEvents":
            self._events(json.loads(body)["Entries"])
        else:
            self._mail({name: values[0] for name, values in urllib.parse.parse_qs(body).items()})

    def _secret(self, asked: dict) -> None:
        self.services.secrets_read += 1
        value = self.services.secrets.get(asked["SecretId"])
        stage = asked.get("VersionStage", "AWSCURRENT")
        if value is None or stage != "AWSCURRENT":  # never rotated
            self._answer(400, "application/x-amz-json-1.1", json.dumps({"__type": "ResourceNotFoundException", "Message": "none"}))
            return
        answer = {"ARN": asked["SecretId"], "Name": asked["SecretId"], "SecretString": value, "VersionStages": [stage]}
        self._answer(200, "application/x-amz-json-1.1", json.dumps(answer))

    def _events(self, entries: list[dict]) -> None:
        self.services.events += entries
        answers = [{"EventId": str(number)} for number, _ in enumerate(entries)]
        self._answer(200, "application/x-amz-json-1.1", json.dumps({"FailedEntryCount": 0, "Entries": answers}))

    def _mail(self, form: dict[str, str]) -> None:
        to = form.get("Destination.ToAddresses.member.1", "")
        if to.endswith(f"@{THROTTLED_DOMAIN}"):
            self._answer(400, "text/xml", _THROTTLED)
            return
        self.services.mails.append(
            {
                "to": to,
                "from": form.get("Source", ""),
                "subject": form.get("Message.Subject.Data", ""),
                "text": form.get("Message.Body.Text.Data", ""),
                "html": form.get("Message.Body.Html.Data", ""),
                "tags": _tags(form),
            }
        )
        self._answer(200, "text/xml", _SENT.format(id=len(self.services.mails)))

    def _answer(self, status: int, kind: str, body: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())
