"""Writes docs/performance.md from measurements: every number on that page is one of them, or a goal."""

from performance import goals
from performance.cloud import MEMORY

PAGE = """# Performance

`python tools/performance/performance.py` builds the functions, measures them and writes this page. Change nothing here by hand. The
numbers are of one machine ({machine}) on {date}. Compare the ratios.

- **The baseline** is `benches/hello`: a function of `lambda_http` that answers one word, built with the same profile.
- A function runs as a plain process. It polls a Runtime API on loopback (`tools/performance/runtime_api.py`) and reads the local
  stack's table. There is no distance, and no TLS but where it says so: in the cloud a round trip to the table takes some
  milliseconds.
- Each number is the median of {rounds} rounds. The functions take turns, so load on the machine slows all of them alike.
- **Bold** is a goal that is not reached.

## Cold start

*Ready* is the first poll for an event. *Answered* is the first answer, with the reads that it needs. *Secrets* are calls of Secrets Manager
before the function is ready.

{cold}

The first events: one account (`accounts`), a page of {members} members (`members`), the own profile (`identity`), a token (`authorizer`),
a change that was handled before (`mailer`, `trail`), a run without anything to clear (`purge`).

![CPU until a function is ready, and time to its first answer, as multiples of the baseline](performance.svg)

## Warm reads

CPU time of the function alone, for one event after {warm_up} others, over {calls} events.

{reads}

## TLS, and a part of a CPU

The same first event with the table behind TLS 1.3 and four certificates of RSA keys of 2,048 bits, as many as AWS sends. Times are from
exec to the first answer: with a whole CPU, and with the part of one that Lambda gives a function of so many MB. Lambda gives more to
the start, so these are the most.

{cloud}

## Growth

What operations cost when the account has so many more members and the table so many more accounts. Request units (RRU, WRU) and round
trips are those of a call whose connections are open. A first page of a list reads more, because it counts the rows, up to the bound in
[limits.md](limits.md).

{growth}

![Instructions of each operation over the number of rows](growth.svg)

## Goals

| | goal |
|---|---|
| CPU until ready | {init} times the baseline, `identity` {identity} times |
| time to the first answer | {wall} times the baseline |
| memory after the first answer | {memory} MB |
| binary | HTTP functions {http} MB, `authorizer` {authorizer} MB, the others {others} MB |
| CPU of one account, 20 own accounts, 50 members | {one}, {own}, {fifty} ms |
| instructions of 50 members | {millions} million |

`python tools/performance/performance.py --check` takes few rounds, writes nothing, and fails if a ratio or a count exceeds what
`tools/performance/goals.py` allows, or if an operation costs more in a larger table.
"""


def number(value: float, goal: float | None = None, digits: int = 2, unit: str = "") -> str:
    text = f"{value:.{digits}f}{unit}"
    return f"**{text}**" if goal is not None and round(value, digits) > goal else text


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] + ["--:"] * (len(head) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def cold(functions: dict) -> str:
    """The table of cold starts."""
    base, rows = functions["hello"], []
    for name, one in functions.items():
        hello = name == "hello"
        rows.append(
            [
                "hello (baseline)" if hello else f"`{name}`",
                number(one["init_cpu"], unit=" ms"),
                number(one["init_cpu"] / base["init_cpu"], goals.INIT_CPU.get(name)),
                number(one["instructions"] / 1e6) if "instructions" in one else "",
                number(one["answer_cpu"], unit=" ms"),
                number(one["answer_wall"], unit=" ms"),
                number(one["answer_wall"] / base["answer_wall"], None if hello else goals.ANSWER_WALL),
                number(one["memory"], None if hello else goals.MEMORY, 1, " MB"),
                number(one["size"], goals.SIZE.get(name), 1, " MB"),
                f"{one['secrets']:.0f}",
            ]
        )
    head = ["function", "CPU until ready", "× hello", "million instructions", "CPU until answered", "time until answered", "× hello"]
    return table([*head, "memory", "binary", "secrets"], rows)


def reads(measured: dict) -> str:
    """The table of warm reads."""
    base, rows = measured["nothing (baseline)"], []
    for name, one in measured.items():
        goal = goals.READ_INSTRUCTIONS.get(name)
        rows.append(
            [
                name,
                f"`{one['function']}`",
                number(one["cpu"], goals.READ_CPU.get(name), 3, " ms"),
                number(one["cpu"] / base["cpu"], digits=1),
                number(one["instructions"] / 1e6, goal and goal / 1e6) if "instructions" in one else "",
            ]
        )
    return table(["read", "function", "CPU", "× hello", "million instructions"], rows)


def cloud(measured: dict) -> str:
    """The table of TLS and shares. What was not measured is empty."""
    shares = {"whole": "whole CPU"} | {f"{memory}": f"{memory} MB" for memory in MEMORY}
    rows = []
    for name, one in measured.items():
        counted = [number(one[what] / 1e6) if what in one else "" for what in ("plain", "tls")]
        times = [number(one[f"answered {share}"], digits=1, unit=" ms") if f"answered {share}" in one else "" for share in shares]
        rows.append([f"`{name}`", *counted, *times])
    return table(["function", "million instructions", "with TLS", *shares.values()], rows)


def growth(measured: dict) -> str:
    """The table of growth."""
    rows = []
    for name, sizes in measured.items():
        for one in sizes:
            counted = number(one["instructions"] / 1e6) if "instructions" in one else ""
            units = [number(one["read"], digits=1), number(one["write"], digits=1)]
            rows.append([name, f"{one['rows']:,}", f"{one['trips']}", *units, counted])
    return table(["operation", "rows", "round trips", "RRU", "WRU", "million instructions"], rows)


def page(measured: dict, machine: str, date: str, members: int, warm_up: int) -> str:
    """The whole page."""
    cpu = goals.READ_CPU
    return PAGE.format(
        machine=machine,
        date=date,
        members=members,
        warm_up=warm_up,
        rounds=measured["rounds"],
        calls=measured["calls"],
        cold=cold(measured["functions"]),
        reads=reads(measured["reads"]),
        cloud=cloud(measured["cloud"]),
        growth=growth(measured["growth"]),
        init=goals.INIT_CPU["accounts"],
        identity=goals.INIT_CPU["identity"],
        wall=goals.ANSWER_WALL,
        memory=goals.MEMORY,
        http=goals.SIZE["accounts"],
        authorizer=goals.SIZE["authorizer"],
        others=goals.SIZE["trail"],
        one=cpu["one account"],
        own=cpu["20 own accounts"],
        fifty=cpu["50 members"],
        millions=goals.READ_INSTRUCTIONS["50 members"] // 1_000_000,
    )
