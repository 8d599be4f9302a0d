"""What deploy/Containerfile says, read by a test: no machine that builds images is needed."""

import shlex
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).absolute().parents[1]


def instructions() -> list[list[str]]:
    """The file's instructions, word by word."""
    text = (ROOT / "deploy/Containerfile").read_text("utf-8").replace("\\\n", " ")
    return [shlex.split(line) for line in text.splitlines() if line and not line.startswith("#")]


def copied() -> dict[str, str]:
    """What the images take from the checkout, and where below /opt/giaoban each goes."""
    where: dict[str, str] = {}
    for name, *words in instructions():
        if name == "COPY" and not words[0].startswith("--from"):
            *sources, target = words
            for source in sources:
                inside = target.removeprefix("/opt/giaoban/")
                where[source] = inside + Path(source).name if inside.endswith("/") else inside
    return where
