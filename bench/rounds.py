"""The frame of a benchmark that is made anew for each number of screens, several times over."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from bench.servers import pin_this_process

Figure = dict[str, Any]


def arguments(described: str | None, screens: Sequence[int]) -> argparse.ArgumentParser:
    """`--rounds`, `--screens` and `--json`; a benchmark may add its own."""
    parser = argparse.ArgumentParser(description=described, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--screens", type=int, nargs="+", default=list(screens))
    parser.add_argument("--json", type=Path, help="where to write the figures, one object")
    return parser


def measure(
    given: argparse.Namespace,
    one_round: Callable[[int], Sequence[Figure]],
    good: Callable[[int, Sequence[Figure]], bool],
) -> NoReturn:
    """Print each figure of each round of so many screens as a line of JSON, then what `good` says of all of them.

    Ends the process: exit status 1 when some number of screens was not good.
    """
    pin_this_process()
    figures: list[Figure] = []
    bad = False
    for screens in given.screens:
        own: list[Figure] = []
        for number in range(1, given.rounds + 1):
            for figure in one_round(screens):
                own.append({"screens": screens, "round": number, **figure})
                print(json.dumps(own[-1]), flush=True)
        bad = not good(screens, own) or bad
        figures += own
    if given.json:
        given.json.write_text(json.dumps({"figures": figures}, indent=1) + "\n")
    sys.exit(bad)
