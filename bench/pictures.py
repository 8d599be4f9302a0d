"""Draws docs/images/growth.svg from what the other benchmarks have measured.

    .venv/bin/python -m bench.fan_out --screens 212 1000 4000 10000 --json F/fan-out.json
    .venv/bin/python -m bench.memory --screens 1000 2500 5000 10000 --json F/memory.json
    .venv/bin/python -m bench.throughput --sizes 500 1000 2000 4000 --json F/check-ins.json
    .venv/bin/python -m bench.restart --screens 1000 2500 5000 10000 --json F/restart.json
    .venv/bin/python -m bench.soak --json F/soak.json
    .venv/bin/python -m bench.pictures F

Each dot is a round, the line goes through the medians, the dashed one from the origin through the largest: what grows
with the work and no faster stays on or below it.
"""

import argparse
import json
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.axes import Axes

matplotlib.use("svg")
from matplotlib import pyplot as plt  # noqa: E402  # the backend has to be chosen first

PICTURE = Path(__file__).resolve().parents[1] / "docs" / "images" / "growth.svg"
RED, GREY = "#9a0a0f", "#6b6b6b"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path, help="where the figures are")
    folder = arguments.parse_args().folder
    fan_out, memory, check_ins, restart = (
        json.loads((folder / f"{name}.json").read_text())["figures"]
        for name in ("fan-out", "memory", "check-ins", "restart")
    )
    matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "giaoban", "font.size": 9})
    figure, places = plt.subplots(2, 3, figsize=(11, 6.4), layout="constrained")
    (one, two, three), (four, five, six) = places
    growth(one, fan_out, "screens", "ours_p99_ms", "Click to 99 % of the screens, ms")
    growth(one, fan_out, "screens", "beside_p99_ms", "", GREY, "ceiling: raw writes of one frame")
    growth(two, [{**row, "mib": row["kib_a_screen"] * row["screens"] / 1024} for row in memory], "screens", "mib",
           "Memory of the screens, MiB")  # fmt: skip
    growth(three, restart, "screens", "all_back_s", "All screens back after SIGKILL, s")
    growth(three, restart, "screens", "half_back_s", "", GREY, "half of them")
    growth(four, check_ins, "size", "seconds", "So many check-ins stored, s")
    growth(five, [{**row, "cpu_s": row["server_cpu_ms_each"] * row["size"] / 1000} for row in check_ins], "size",
           "cpu_s", "Their processor time, s")  # fmt: skip
    soak(six, json.loads((folder / "soak.json").read_text())["memory"])
    figure.savefig(PICTURE, metadata={"Date": None})


def growth(
    place: Axes, rows: Sequence[dict[str, Any]], x: str, y: str, title: str, color: str = RED, label: str = "giaoban"
) -> None:
    """What `y` is at each size `x`: rounds as dots, medians as a line, proportion as dashes."""
    sizes = sorted({row[x] for row in rows})
    medians = [statistics.median(row[y] for row in rows if row[x] == size) for size in sizes]
    place.plot([row[x] for row in rows], [row[y] for row in rows], ".", color=color, alpha=0.4)
    place.plot(sizes, medians, "-", color=color, label=label)
    place.plot([0, sizes[-1]], [0, medians[-1]], ":", color=color, linewidth=0.8)
    place.set_xlim(left=0)
    place.set_ylim(bottom=0)
    place.set_xlabel({"screens": "screens", "size": "check-ins"}[x])
    if title:
        place.set_title(title)
    if place.get_lines()[-1].get_color() == GREY:
        place.legend(frameon=False)


def soak(place: Axes, samples: Sequence[Sequence[float]]) -> None:
    """Resident memory over the hours of a conference."""
    place.plot([hours for hours, _ in samples], [mib for _, mib in samples], "-", color=RED)
    place.set_ylim(bottom=0)
    place.set_xlabel("hours of the conference")
    place.set_title("Memory of the server over half a day, MiB")


if __name__ == "__main__":
    main()
