"""docs/security.md names tests that there are, and judges each item of the standard once."""

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).absolute().parents[2]
TEXT = (ROOT / "docs/security.md").read_text("utf-8")
VERDICTS = {"met", "partly", "not met", "–"}


def rows(heading: str) -> list[list[str]]:
    """The cells of the table's rows below that heading, without its head."""
    part = TEXT.split(f"\n{heading}")[1].split("\n## " if heading.startswith("## ") else "\n##")[0]
    lines = [line for line in part.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def test_every_test_that_is_named_exists() -> None:
    named = set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT))
    missing = [
        f"{path}::{name}"
        for path, name in sorted(named)
        if not (ROOT / path).is_file() or not re.search(rf"^def {name}\(", (ROOT / path).read_text("utf-8"), re.M)
    ]
    assert len(named) > 40
    assert missing == []


def test_every_threat_has_its_defence_and_its_test() -> None:
    threats = rows("## Threats")
    assert len(threats) > 20
    for how, defence, proof in threats:
        assert how
        assert defence
        assert "::test_" in proof, how


def test_every_item_is_judged_once_and_each_chapter_is_there() -> None:
    chapters = re.findall(r"^### V(\d+) ", TEXT, re.M)
    assert chapters == [str(number) for number in range(1, 18)]
    judged: Counter[str] = Counter()
    for chapter in re.findall(r"^### V\d+ .*$", TEXT, re.M):
        number = chapter.split()[1][1:]
        for items, verdict, *why in rows(chapter):
            assert verdict in VERDICTS, items
            assert verdict == "met" or why != [""], items
            for item in items.split(", "):
                assert item.startswith(number + "."), item
                judged[item] += 1
    assert judged
    assert [item for item, count in judged.items() if count > 1] == []
