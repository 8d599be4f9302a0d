"""How the console's log says what was done."""

from typing import Any

import pytest

from giaoban.admin.wording import log_words

HEADINGS = {"5": "Huyện Bắc Sơn", "6": "Huyện Văn Lãng"}


@pytest.mark.parametrize(
    ("kind", "event", "words"),
    [
        ("set_lengths", {"lengths": {"5": 300_000}}, "Đổi thời lượng Huyện Bắc Sơn thành 5 phút"),
        ("set_lengths", {"lengths": {"5": 300_000, "6": 300_000}}, "Đổi thời lượng 2 mục thành 5 phút"),
        ("set_lengths", {"lengths": {"5": 300_000, "6": 360_000}}, "Đổi thời lượng 2 mục"),
        ("set_lengths", {"lengths": {"9": 90_000}}, "Đổi thời lượng một mục thành 1 phút 30 giây"),
        ("restore", {"item_id": "6", "position": 6}, "Lấy lại mục: Huyện Văn Lãng"),
    ],
)
def test_a_command_in_a_few_words(kind: str, event: dict[str, Any], words: str) -> None:
    assert log_words({"kind": kind, "data": {"events": [event]}}, HEADINGS) == words


def test_a_late_break_says_by_how_much_it_was_shortened() -> None:
    events = [
        {"type": "item_ended", "item_id": "5"},
        {"type": "item_started", "item_id": "6"},
        {"type": "time_added", "item_id": "6", "delta_ms": -180_000, "reason": "Rút ngắn giải lao để bù giờ"},
    ]

    said = log_words({"kind": "next", "data": {"events": events}}, {"6": "Giải lao"})

    assert said == "Chuyển sang Giải lao (rút ngắn 3 phút)"
