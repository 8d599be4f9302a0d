"""How many durable check-ins a second, while an MC presses Next every second and 212 screens are on the line?

    .venv/bin/python -m bench.throughput                        as fast as they are answered, 211 connections
    .venv/bin/python -m bench.throughput --rate 1600            held to that many a second
    .venv/bin/python -m bench.throughput --sizes 500 1000 2000 4000 --json check-ins.json
    .venv/bin/python -m bench.throughput --processes 2          on PostgreSQL, with Redis between the processes

Each round starts a server anew. First the MC presses without check-ins, then with them, in the same run: the ratio of
the 99th percentiles of click to screen says what the check-ins cost the screens. At the end every acknowledged check-in
has to stand in the log once. Exit status 1 when one is missing or was refused, or a screen missed a press.
"""

import argparse
import json
import socket
import statistics
import sys
import uuid
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from bench.load import Line, Presses, Room, Run, run
from bench.screens import Fleet, body_of, http_request
from bench.servers import Demo, pin_this_process, serve_demo, serve_grown_demo

SCREENS = 212
UNHURRIED = {"WRITES_PER_S": "1000000", "LOG_LEVEL": "ERROR"}  # one room or MC sends more than a person ever could
WARM_UP = 400
FORWARD = 20  # presses of `next` before as many of `undo`: the demo has 23 items


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--seconds", type=float, default=10, help="without and again with check-ins")
    arguments.add_argument("--rate", type=float, default=0, help="check-ins a second; 0: as fast as they are answered")
    arguments.add_argument("--sizes", type=int, nargs="+", help="instead: the time that so many check-ins take, alone")
    arguments.add_argument("--processes", type=int, default=1, help="more than one: on PostgreSQL, held to no core")
    arguments.add_argument("--json", type=Path, help="where to write the figures, one object")
    given = arguments.parse_args()
    if given.processes == 1:
        pin_this_process()
    figures = []
    for number in range(1, given.rounds + 1):
        sizes = [one_size(size, given.processes) for size in given.sizes or ()]
        for figure in sizes or [one_round(given.seconds, given.rate, given.processes)]:
            figures.append({"round": number, **figure})
            print(json.dumps(figures[-1]), flush=True)
    if not given.sizes:
        for name in ("rate", "p99_ms", "fan_out_ratio"):
            print(f"{name}, median of {given.rounds}: {statistics.median(figure[name] for figure in figures):.2f}")
    if given.json:
        given.json.write_text(json.dumps({"figures": figures}, indent=1) + "\n")
    sys.exit(any(figure["errors"] or figure["lost"] or figure["doubled"] or figure["missed"] for figure in figures))


def one_round(seconds: float, rate: float, processes: int) -> dict[str, Any]:
    """The figures of a fresh server with screens and an MC."""
    with demo_of(processes) as demo:
        tokens = list(demo.room_tokens.values())
        auths = [{"token": tokens[number % len(tokens)]} for number in range(SCREENS - 1)] + [{}]
        fleet = Fleet(demo.server.port, auths)  # all at the process that is pressed at
        rooms = make_rooms(demo)
        warm = run(rooms, 60, most=WARM_UP)
        requests = [press(demo, version) for version in range(4 + 2 * int(seconds))]
        half = 2 + int(seconds)
        line = Line(demo.server.port)
        quiet = Presses(fleet, line, requests[:half])
        run([], seconds, presses=quiet)
        version = len(quiet.lasts_ms)
        loaded = Presses(fleet, line, requests[version:])
        cpu_before_s = cpu_of(demo)
        told = run(rooms, seconds, rate=rate, presses=loaded)
        cpu_s = cpu_of(demo) - cpu_before_s
        fleet.close()
        quiet_ms, loaded_ms = (at(0.99, presses.receipts_ms) for presses in (quiet, loaded))
        return {
            **figures_of(told, cpu_s),
            **faults(demo, [warm, told]),
            "missed": quiet.missing + loaded.missing,
            "presses": len(loaded.lasts_ms),
            "fan_out_quiet_p99_ms": round(quiet_ms, 1),
            "fan_out_loaded_p99_ms": round(loaded_ms, 1),
            "fan_out_quiet_median_ms": round(statistics.median(quiet.lasts_ms), 1),
            "fan_out_loaded_median_ms": round(statistics.median(loaded.lasts_ms), 1),
            "fan_out_ratio": round(loaded_ms / quiet_ms, 2),
        }


def one_size(size: int, processes: int) -> dict[str, Any]:
    """The figures of a fresh server that takes so many check-ins and nothing else."""
    with demo_of(processes) as demo:
        rooms = make_rooms(demo)
        warm = run(rooms, 60, most=WARM_UP)
        cpu_before_s = cpu_of(demo)
        told = run(rooms, 600, most=size)
        cpu_s = cpu_of(demo) - cpu_before_s
        return {"size": size, **figures_of(told, cpu_s), **faults(demo, [warm, told]), "missed": 0}


def demo_of(processes: int) -> AbstractContextManager[Demo]:
    return serve_demo(**UNHURRIED) if processes == 1 else serve_grown_demo(processes, **UNHURRIED)


def cpu_of(demo: Demo) -> float:
    """Processor time of all server processes so far, seconds."""
    return sum(server.cpu_s() for server in demo.servers)


def make_rooms(demo: Demo) -> list[Room]:
    """The rooms' connections, spread evenly over the processes."""
    ports = [server.port for server in demo.servers]
    return [
        Room(ports[number % len(ports)], demo.path, code, token)
        for number, (code, token) in enumerate(demo.room_tokens.items())
    ]


def figures_of(told: Run, cpu_s: float) -> dict[str, Any]:
    return {
        "check_ins": len(told.acknowledged),
        "seconds": round(told.seconds, 3),
        "rate": round(told.rate, 1),
        "p50_ms": round(told.waited_ms(0.5), 1),
        "p99_ms": round(told.waited_ms(0.99), 1),
        "worst_ms": round(told.waited_ms(1), 1),
        "server_cpu_ms_each": round(cpu_s * 1000 / max(1, len(told.acknowledged)), 3),
    }


def faults(demo: Demo, runs: list[Run]) -> dict[str, int]:
    """Refusals, acknowledged check-ins that the log does not hold, and those that it holds twice or with a gap."""
    acknowledged = [check_in_id for told in runs for check_in_id in told.acknowledged]
    logged: dict[str, int] = {}
    seq = doubled = 0
    while lines := ask(demo, f"/log?after={seq}"):
        for line in lines:
            seq += 1
            doubled += line["seq"] != seq
            if line["kind"] == "check_in":
                check_in_id = line["data"]["record"]["check_in_id"]
                logged[check_in_id] = logged.get(check_in_id, 0) + 1
    doubled += sum(count > 1 for count in logged.values())
    return {
        "errors": sum(len(told.errors) for told in runs),
        "lost": sum(check_in_id not in logged for check_in_id in acknowledged),
        "doubled": doubled,
    }


def press(demo: Demo, version: int) -> bytes:
    """The command that brings the order from that version to the next, on a connection that is kept."""
    name = "undo" if version // FORWARD % 2 else "next"
    command = {"command_id": str(uuid.uuid4()), "expected_version": version, "name": name, "args": {}}
    request = http_request("POST", f"{demo.path}/running-order/commands", command, demo.mc_token)
    return request.replace(b"Connection: close", b"Connection: keep-alive")


def ask(demo: Demo, path: str) -> Any:
    with socket.create_connection(("127.0.0.1", demo.server.port), timeout=60) as connection:
        connection.sendall(http_request("GET", demo.path + path, None, demo.mc_token))
        return body_of(b"".join(iter(lambda: connection.recv(65536), b"")))


def at(share: float, values: list[float]) -> float:
    """The value below which that share of them lies."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


if __name__ == "__main__":
    main()
