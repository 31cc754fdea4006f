"""Makes derived data anew: counters, copies of names, and events of changes whose records were lost (docs/rebuild.md).

    python tools/ops/rebuild.py --stack accounts
    python tools/ops/rebuild.py --stack accounts --account 42

Invokes the stack's TrailFunction until it has nothing left to do.
"""

import argparse
import json
import sys
import time

import boto3
from botocore.config import Config

# Accounts whose changes are still on their way are asked for again so often, and after so many seconds.
ATTEMPTS = 10
WAIT = 5


class Trail:
    """The function, by whatever name the stack gave it."""

    def __init__(self, stack: str):
        found = boto3.client("cloudformation").describe_stack_resource(StackName=stack, LogicalResourceId="TrailFunction")
        self.name = found["StackResourceDetail"]["PhysicalResourceId"]
        self._lambda = boto3.client("lambda", config=Config(read_timeout=90, retries={"max_attempts": 0}))

    def rebuild(self, asked: dict) -> dict:
        answer = self._lambda.invoke(FunctionName=self.name, Payload=json.dumps({"rebuild": asked}))
        rebuilt = json.load(answer["Payload"])
        if "FunctionError" in answer:
            raise RuntimeError(rebuilt.get("errorMessage", rebuilt))
        return rebuilt


def every_account(trail: Trail) -> list[int]:
    """Goes through all of them; answers those to ask for again."""
    again, done, start = [], 0, None
    while True:
        rebuilt = trail.rebuild({"all": True} | ({"from": start} if start else {}))
        again += rebuilt["again"]
        done += rebuilt["accounts"]
        print(f"{done} accounts", flush=True)
        start = rebuilt["next"]
        if start is None:
            counted = rebuilt["counted"]
            print("accounts come and go: their number was left" if counted is None else f"{counted} accounts live")
            return again


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stack", required=True)
    parser.add_argument("--account", type=int)
    chosen = parser.parse_args()
    trail = Trail(chosen.stack)
    again = every_account(trail) if chosen.account is None else [chosen.account]
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(WAIT)
        again = [left for account in again for left in trail.rebuild({"accountId": account})["again"]]
        if not again:
            print("done")
            return 0
    print("changes of these accounts are still on their way; try again later:", *again)
    return 1


if __name__ == "__main__":
    sys.exit(main())
