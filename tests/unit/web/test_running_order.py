"""The running order in words; what the pages' scripts also tell is held to the shared cases."""

from typing import Any

import pytest

from giaoban.domain.items import KINDS
from giaoban.web import running_order as wording
from tests.factories import make_item, shared_cases

STAGE = shared_cases("stage")


def test_every_kind_and_every_time_state_has_its_word() -> None:
    assert STAGE["kinds"] == wording.KIND_WORDS
    assert tuple(wording.KIND_WORDS) == KINDS
    assert STAGE["time_states"] == wording.TIME_STATE_WORDS


@pytest.mark.parametrize("case", STAGE["items"], ids=lambda case: case["item"]["title"])
def test_names_of_items(case: dict[str, Any]) -> None:
    assert wording.short_heading(case["item"]) == case["heading"]
    whole = case["texts"]["unit"]  # the speaker scene has room for all of it
    assert wording.heading(case["item"]) == whole


@pytest.mark.parametrize("case", STAGE["numbers"], ids=str)
def test_numbers_of_papers(case: dict[str, Any]) -> None:
    assert wording.paper_number(case["id"], case["papers"]) == case["number"]
    assert wording.label({"kind": "paper", "id": case["id"]}, case["papers"]) == case["label"]


@pytest.mark.parametrize("case", shared_cases("speaker")["cases"], ids=lambda case: repr(case["text"]))
def test_units_in_narrow_lines(case: dict[str, Any]) -> None:
    assert wording.short_unit(case["text"]) == case["short"]


@pytest.mark.parametrize("case", shared_cases("timer")["clock"], ids=lambda case: case["name"])
def test_the_live_items_clock(case: dict[str, Any]) -> None:
    facts = {name: case["live"][name] for name in ("started_at_ms", "paused_at_ms", "paused_total_ms", "planned_ms")}
    item = make_item(kind=case["kind"], state="live", added_ms=case["live"]["added_ms"], **facts)

    clock = wording.clock(item, case["now_ms"])

    assert clock is not None
    assert (clock["state"], clock["left_ms"]) == (case["state"], case["remaining_ms"])
    assert clock["word"] == STAGE["time_states"][case["state"]]
    assert clock["share"] == pytest.approx(100 * case["bar"], abs=0.1)
    assert clock["ends_at_ms"] == case["now_ms"] + case["remaining_ms"]


def test_nothing_live_has_no_clock() -> None:
    assert wording.clock(None, 0) is None
