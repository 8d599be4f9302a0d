"""The hash chain: one rule for ever, the same whatever database the line comes from."""

import hashlib
import json
from typing import Any

import pytest

from giaoban.domain.chain import LINE_KEYS, canonical, genesis, line_hash

LINE: dict[str, Any] = {
    "seq": 2,
    "version": 1,
    "at_ms": 1_637_886_600_000,
    "actor": "mc:lan",
    "kind": "next",
    "command_id": "0b0e7a4e-6a8f-4b8e-9b53-0d2b3c4f5a61",
    "data": {"events": [{"type": "item_started", "item_id": "1", "at_ms": 1_637_886_600_000}]},
}


def test_the_rule_never_changes() -> None:
    assert genesis("giao-ban") == hashlib.sha256(b"giaoban-log-1\ngiao-ban").hexdigest()
    assert line_hash(genesis("giao-ban"), LINE) == "2c26c3c69a3e27ef487c3f629853321ce8a1518c12658076f779028eb844013e"


def test_another_program_can_make_the_same_hash() -> None:
    text = json.dumps(LINE, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    assert line_hash("0" * 64, LINE) == hashlib.sha256(("0" * 64 + "\n" + text).encode()).hexdigest()


@pytest.mark.parametrize("key", LINE_KEYS)
def test_every_part_of_a_line_counts(key: str) -> None:
    changed = {**LINE, key: "khác"}

    assert line_hash("", changed) != line_hash("", LINE)
    assert set(LINE) == set(LINE_KEYS)


def test_every_hash_hangs_on_the_one_before_and_the_first_on_the_conference() -> None:
    assert line_hash(genesis("a"), LINE) != line_hash(genesis("b"), LINE)


@pytest.mark.parametrize(
    "data",
    [
        {"b": 1, "a": {"d": [1.5, 0.1, 1e300, -0.0, 12345678901234567890], "c": None}},
        {"Thành phần": {"10": 1, "9": 2, "Đại biểu": 3}},
        {"text": 'Dòng "một"\u2028 \u00a0 \\ / \x7f 🇻🇳'},
    ],
    ids=["numbers", "keys", "texts"],
)
def test_what_a_database_gives_back_has_the_same_hash(data: dict[str, Any]) -> None:
    stored = json.loads(json.dumps(data))  # as SQLAlchemy writes it, in whatever order
    turned = json.loads(json.dumps(dict(reversed(data.items())), indent=1, ensure_ascii=False))

    assert canonical(stored) == canonical(turned) == canonical(data)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800"])
def test_what_is_no_json_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="."):
        line_hash("", {**LINE, "data": {"value": value}})
