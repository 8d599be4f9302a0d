"""All rooms check in within one second: is any check-in lost, doubled or refused?

    .venv/bin/python -m bench.check_ins

Every room has its screen on the line and sends one check-in, evenly over --seconds (0: all in the same moment), then
sends it again, as a page does that has not seen the answer. Exit status 1 when anything went wrong.
"""

import argparse
import asyncio
import statistics
import sys
import time
import uuid
from typing import Any

from bench.screens import Fleet, body_of, http_request
from bench.servers import Demo, pin_this_process, serve_demo


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--seconds", type=float, default=1)
    given = arguments.parse_args()
    pin_this_process()
    faults = 0
    for number in range(1, given.rounds + 1):
        with serve_demo() as demo:
            fleet = Fleet(demo.server.port, [{"token": token} for token in demo.room_tokens.values()])
            faults += asyncio.run(one_round(demo, number, given.seconds))
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
    roll_call = await ask(demo, "GET", "/roll-call")
    log = [line for line in await ask(demo, "GET", "/log") if line["kind"] == "check_in"]
    stored = {row["code"]: row["effective"] for row in roll_call["rows"]}
    errors = sum(isinstance(answer, Exception) for _, answer in [*first.values(), *again.values()])
    lost = sum(not stored[code] or stored[code]["check_in_id"] != body["check_in_id"] for code, body in sent.items())
    doubled = len(log) - len({line["data"]["record"]["check_in_id"] for line in log})
    changed = sum(first[code][1] != again[code][1] for code in sent)
    waits_ms = sorted(wait_s * 1000 for wait_s, _ in first.values())
    print(
        f"round {number}: {len(sent)} check-ins in {seconds:g} s: errors {errors}, lost {lost}, doubled {doubled},"
        f" answers that changed {changed}; answered after {statistics.median(waits_ms):.0f} ms (median),"
        f" {waits_ms[int(0.99 * len(waits_ms))]:.0f} ms (99 %), {waits_ms[-1]:.0f} ms (last); server cpu {cpu_s:.2f} s",
        flush=True,
    )
    return errors + lost + doubled + changed


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
        sent_at_s = time.monotonic()
        try:
            answer = await ask(demo, "PUT", f"/endpoints/{code}/check-in", sent[code], demo.room_tokens[code])
        except (OSError, RuntimeError, ValueError) as error:
            answer = error
        answers[code] = (time.monotonic() - sent_at_s, answer)

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
