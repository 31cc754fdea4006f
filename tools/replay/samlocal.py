"""`sam local start-api` and `sam local invoke` for machines without a container engine.

    python tools/replay/samlocal.py start-api [--port 3001]
    python tools/replay/samlocal.py invoke AccountsFunction --event events/accounts/list.json

Needs a build for this machine (`sam build --parameter-overrides Architecture=x86_64`) and a table: that of a running
`cargo run` as events/env.json names it, or with --alone one of its own, which nothing outlives. Routes, authorizer,
environment and events are SAM's own; only the container is left out.
"""

import argparse
import atexit
import contextlib
import json
import signal
import sys
from pathlib import Path

from samcli.lib.providers.api_provider import ApiProvider
from samcli.lib.utils.stream_writer import StreamWriter
from samcli.local.apigw.local_apigw_service import LocalApigwService
from samcli.local.docker.exceptions import ProcessSigTermException

sys.path.insert(0, str(Path(__file__).parents[1]))  # tools/: its folders are packages

from checks.expand_template import expand, parse
from replay.rie import BUILT_TEMPLATE, Application
from replay.surroundings import Surroundings


def pair(text: str) -> tuple[str, str]:
    """`Name=Value`, as in --parameter Stage=dev."""
    name, found, value = text.partition("=")
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is not Name=Value")
    return name, value


def options(arguments: list[str]) -> argparse.Namespace:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--template", type=Path, default=BUILT_TEMPLATE, help="the built template")
    shared.add_argument("--env-vars", type=Path, default=Path("events/env.json"), help="environment, as for sam local")
    shared.add_argument("--parameter", type=pair, action="append", default=[], metavar="NAME=VALUE")
    shared.add_argument("--alone", action="store_true", help="with a table, secrets and a mail service of its own")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    start_api = commands.add_parser("start-api", parents=[shared], help="serve the API")
    start_api.add_argument("--port", type=int, default=3001)
    invoke = commands.add_parser("invoke", parents=[shared], help="hand one event to one function")
    invoke.add_argument("function", help="logical id, as in AccountsFunction")
    invoke.add_argument("--event", type=Path, help="file with the event; standard input without it")
    return parser.parse_args(arguments)


def serve(application: Application, port: int) -> None:
    api = ApiProvider(application.stacks, cwd=application.folder).api
    service = LocalApigwService(
        api=api, lambda_runner=application.runner, port=port, host="127.0.0.1", stderr=StreamWriter(sys.stderr)
    )
    service.create()
    print(f"serving {len(api.routes)} routes on http://127.0.0.1:{port}", flush=True)
    with contextlib.suppress(ProcessSigTermException):  # how samcli ends when it is told to
        service.run()


def main() -> int:
    chosen = options(sys.argv[1:])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that what was started is stopped
    variables = {} if chosen.alone else json.loads(chosen.env_vars.read_text(encoding="utf-8"))
    if chosen.alone:
        around = Surroundings(expand(parse(Path("template.yaml").read_text(encoding="utf-8")))["Resources"])
        atexit.register(around.close)
        variables = {"Parameters": around.environment}
    application = Application(chosen.template, dict(chosen.parameter), variables)
    if chosen.command == "start-api":
        serve(application, chosen.port)
        return 0
    text = chosen.event.read_text(encoding="utf-8") if chosen.event else sys.stdin.read()
    answer = application.invoke(chosen.function, json.loads(text))
    print(json.dumps(answer, indent=2))
    return 1 if "errorType" in answer else 0


if __name__ == "__main__":
    sys.exit(main())
