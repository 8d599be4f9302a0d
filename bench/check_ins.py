"""All rooms check in within one second: is any check-in lost, doubled or refused?

    .venv/bin/python -m bench.check_ins

Every room has its screen on the line and sends one check-in, evenly over --seconds (0: all in the same moment), then
sends it again, as a page does that has not seen the answer. Exit status 1 when anything went wrong.

With --storm each room sends its check-in three times instead, all of them shuffled over --seconds (10 then), while an
MC presses Next, ± minutes, pause and resume twice a second.
"""

import argparse
import asyncio
import random
import statistics
import sys
import time
import uuid
from typing import Any, Final

from bench.screens import Fleet, body_of, http_request
from bench.servers import Demo, pin_this_process, serve_demo

STORM_SENDS: Final = 3
PRESSES_PER_S: Final = 2
PRESSES: Final = (("next", {}), ("add_time", {"delta_ms": 60_000}), ("pause", {}), ("resume", {}))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--seconds", type=float)
    arguments.add_argument("--storm", action="store_true")
    given = arguments.parse_args()
    pin_this_process()
    faults = 0
    for number in range(1, given.rounds + 1):
        with serve_demo() as demo:
            fleet = Fleet(demo.server.port, [{"token": token} for token in demo.room_tokens.values()])
            if given.storm:
                faults += asyncio.run(one_storm(demo, number, 10 if given.seconds is None else given.seconds))
            else:
                faults += asyncio.run(one_round(demo, number, 1 if given.seconds is None else given.seconds))
            fleet.close()
    print(f"faults: {faults}")
    sys.exit(faults > 0)


async def one_round(demo: Demo, number: int, seconds: float) -> int:
    """Prints how it went; the number of faults."""
    sent = {code: check_in() for code in demo.room_tokens}
    before_s = demo.server.cpu_s()
    first = await send_all(demo, sent, seconds)
    cpu_s = demo.server.cpu_s() - before_s
    again = await send_all(demo, sent, seconds)
    lost, doubled = await kept(demo, sent)
    errors = sum(isinstance(answer, Exception) for _, answer in [*first.values(), *again.values()])
    changed = sum(first[code][1] != again[code][1] for code in sent)
    waits_ms = sorted(wait_s * 1000 for wait_s, _ in first.values())
    print(
        f"round {number}: {len(sent)} check-ins in {seconds:g} s: errors {errors}, lost {lost}, doubled {doubled},"
        f" answers that changed {changed}; answered after {statistics.median(waits_ms):.0f} ms (median),"
        f" {waits_ms[int(0.99 * len(waits_ms))]:.0f} ms (99 %), {waits_ms[-1]:.0f} ms (last); server cpu {cpu_s:.2f} s",
        flush=True,
    )
    return errors + lost + doubled + changed


async def kept(demo: Demo, sent: dict[str, dict[str, Any]]) -> tuple[int, int]:
    """How many of them do not count for their room, and how many were stored more than once."""
    log = [line for line in await ask(demo, "GET", "/log") if line["kind"] == "check_in"]
    stored = {row["code"]: row["effective"] for row in (await ask(demo, "GET", "/roll-call"))["rows"]}
    lost = sum(not stored[code] or stored[code]["check_in_id"] != body["check_in_id"] for code, body in sent.items())
    return lost, len(log) - len({line["data"]["record"]["check_in_id"] for line in log})


async def one_storm(demo: Demo, number: int, seconds: float) -> int:
    """Prints how it went; the number of faults."""
    sent = {code: check_in() for code in demo.room_tokens}
    order = list(sent) * STORM_SENDS
    random.Random(number).shuffle(order)
    answers: dict[str, list[Any]] = {code: [] for code in sent}
    waits_ms, presses_ms = [], []
    refused = 0

    async def send(place: int, code: str) -> None:
        await asyncio.sleep(place * seconds / len(order))
        wait_s, answer = await timed(demo, "PUT", f"/endpoints/{code}/check-in", sent[code], demo.room_tokens[code])
        waits_ms.append(wait_s * 1000)
        answers[code].append(answer)

    async def run() -> None:
        nonlocal refused
        for version in range(int(seconds * PRESSES_PER_S)):
            name, args = PRESSES[version % len(PRESSES)]
            command = {"command_id": str(uuid.uuid4()), "expected_version": version, "name": name, "args": args}
            wait_s, answer = await timed(demo, "POST", "/running-order/commands", command)
            presses_ms.append(wait_s * 1000)
            refused += isinstance(answer, Exception)
            await asyncio.sleep(1 / PRESSES_PER_S)

    before_s = demo.server.cpu_s()
    await asyncio.gather(run(), *(send(place, code) for place, code in enumerate(order)))
    cpu_s = demo.server.cpu_s() - before_s
    lost, doubled = await kept(demo, sent)
    errors = sum(isinstance(answer, Exception) for told in answers.values() for answer in told)
    changed = sum(answer != told[0] for told in answers.values() for answer in told)
    waits_ms.sort()
    presses_ms.sort()
    print(
        f"storm {number}: {len(sent)} rooms × {STORM_SENDS} in {seconds:g} s, {len(presses_ms)} presses:"
        f" errors {errors}, lost {lost}, doubled {doubled}, answers that changed {changed}, presses refused {refused};"
        f" check-ins answered after {statistics.median(waits_ms):.0f} ms (median),"
        f" {waits_ms[int(0.99 * len(waits_ms))]:.0f} ms (99 %),"
        f" {waits_ms[-1]:.0f} ms (last); presses after {statistics.median(presses_ms):.0f} ms (median),"
        f" {presses_ms[-1]:.0f} ms (last); server cpu {cpu_s:.2f} s",
        flush=True,
    )
    return errors + lost + doubled + changed + refused


async def timed(demo: Demo, method: str, path: str, body: Any, token: str = "") -> tuple[float, Any]:
    """Seconds until the answer, and the answer or the error."""
    sent_at_s = time.monotonic()
    try:
        answer = await ask(demo, method, path, body, token)
    except (OSError, RuntimeError, ValueError) as error:
        answer = error
    return time.monotonic() - sent_at_s, answer


def check_in() -> dict[str, Any]:
    return {
        "check_in_id": str(uuid.uuid4()),
        "status": "present",
        "headcount": 5,
        "happened_at_ms": time.time_ns() // 1_000_000,
    }


async def send_all(demo: Demo, sent: dict[str, dict[str, Any]], seconds: float) -> dict[str, tuple[float, Any]]:
    """By room: seconds until the answer, and the answer or the error."""
    answers: dict[str, tuple[float, Any]] = {}

    async def send(place: int, code: str) -> None:
        await asyncio.sleep(place * seconds / len(sent))
        answers[code] = await timed(demo, "PUT", f"/endpoints/{code}/check-in", sent[code], demo.room_tokens[code])

    await asyncio.gather(*(send(place, code) for place, code in enumerate(sent)))
    return answers


async def ask(demo: Demo, method: str, path: str, body: Any = None, token: str = "") -> Any:
    reader, writer = await asyncio.open_connection("127.0.0.1", demo.server.port)
    writer.write(http_request(method, demo.path + path, body, token or demo.mc_token))
    answer = await reader.read()
    writer.close()
    return body_of(answer)


if __name__ == "__main__":
    main()
