"""What the screens make of the running order; what the page's script also tells is held to the shared cases."""

from typing import Any

import pytest

from giaoban.screens import order
from giaoban.screens.projector import agenda
from giaoban.screens.way_in import telephones
from tests.factories import shared_cases

STAGE = shared_cases("stage")


def row(item_id: str, kind: str, state: str = "pending", **fields: Any) -> dict[str, Any]:
    facts = {"title": f"Mục {item_id}", "speaker": None, "started_at_ms": None, "expected_start_at_ms": 0}
    return {"id": item_id, "kind": kind, "state": state, **facts, **fields}


@pytest.mark.parametrize("case", STAGE["items"], ids=lambda case: case["item"]["title"])
def test_texts_of_items(case: dict[str, Any]) -> None:
    assert order.texts(case["item"]) == case["texts"]


@pytest.mark.parametrize("case", STAGE["scenes"], ids=str)
def test_the_scene_that_can_be_shown(case: dict[str, Any]) -> None:
    snapshot = {
        "scene": {"name": case["scene"]},
        "live": {} if case["live"] else None,
        "message": {} if case["message"] else None,
    }
    assert order.shown_scene(snapshot) == case["shown"]


def test_neighbours_of_one_kind_are_one_part_and_skipped_ones_none() -> None:
    items = [row("1", "opening"), row("2", "break", "skipped"), row("3", "opening"), row("4", "paper")]

    parts = order.sections(items)

    assert [(part["label"], len(part["items"])) for part in parts] == [("Khai mạc", 2), ("Tham luận", 1)]


@pytest.mark.parametrize(
    ("states", "told"),
    [
        (["done", "live"], ["now"]),
        (["done", "done"], ["done"]),
        (["done", "pending"], ["now"]),
        (["pending", "pending"], ["coming"]),
    ],
)
def test_the_state_of_a_part(states: list[str], told: list[str]) -> None:
    parts = order.sections(row(str(number), "paper", state) for number, state in enumerate(states))
    assert [part["state"] for part in parts] == told


def test_only_the_part_of_the_live_item_is_on_now() -> None:
    items = [row("1", "paper", "done"), row("2", "paper"), row("3", "break", "live"), row("4", "paper")]
    assert [part["state"] for part in order.sections(items)] == ["coming", "now", "coming"]


def test_the_agenda_opens_all_papers_while_one_is_on() -> None:
    items = [row("1", "paper", "done"), row("2", "break", "done"), row("3", "paper", "live"), row("4", "paper")]

    shown = agenda({"items": items, "phase": "live"})

    assert [(line["number"], line["state"], line["next"]) for line in shown["lines"]] == [
        (1, "done", False),
        (2, "now", False),
        (3, "", True),
    ]


def test_more_lines_than_the_picture_holds_are_shown_around_the_present_one() -> None:
    items = [row(str(number), "paper", "done" if number < 20 else "pending") for number in range(40)]

    numbers = [line["number"] for line in agenda({"items": items, "phase": "between"})["lines"]]

    assert len(numbers) == 14
    assert 21 in numbers
    assert numbers == sorted(numbers)


def test_an_agenda_of_nothing() -> None:
    assert agenda({"items": [], "phase": "idle"})["lines"] == []


def test_telephones_of_a_hotline_can_be_dialled() -> None:
    assert telephones("0912.939.739; 0205 3811.484") == [
        ("0912.939.739", "0912939739"),
        ("0205 3811.484", "02053811484"),
    ]
    assert telephones("") == []
    assert telephones("phòng kỹ thuật") == []
