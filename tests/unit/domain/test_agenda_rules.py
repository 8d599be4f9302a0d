"""Which rules an agenda breaks, by how much, and what puts it right."""

from dataclasses import replace
from typing import Any

import pytest

from giaoban.domain.agenda_rules import BREAK_MS, Finding, findings
from giaoban.domain.items import Item
from giaoban.domain.running_order import new_order
from giaoban.seed import demo
from tests.factories import BEGINS_AT_MS, MINUTE_MS, at, make_item

NOON_AT_MS = at(4.5 * 60)


def check(*items: Item, ends_by_at_ms: int | None = NOON_AT_MS) -> list[Finding]:
    return findings(items, BEGINS_AT_MS, ends_by_at_ms)


def rules(*items: Item) -> list[tuple[str, str | None]]:
    return [(finding.rule, finding.item_id) for finding in check(*items)]


def item(item_id: str, minutes: float, kind: str = "report", **fields: Any) -> Item:
    return make_item(item_id, kind=kind, planned_ms=round(minutes * MINUTE_MS), **fields)


def paper(item_id: str, minutes: float, **fields: Any) -> Item:
    return item(item_id, minutes, "paper", **{"endpoint_code": "185", "cap_ms": 10 * MINUTE_MS, **fields})


def test_the_conference_of_2021_breaks_none() -> None:
    order = new_order(BEGINS_AT_MS, demo.items())

    assert findings(order.items, BEGINS_AT_MS, NOON_AT_MS) == []


def test_a_paper_over_its_cap_is_set_back_to_it() -> None:
    (found,) = check(paper("1", 12))

    assert (found.rule, found.by_ms, found.limit_ms) == ("over_cap", 2 * MINUTE_MS, 10 * MINUTE_MS)
    assert found.remedy is not None
    assert (found.remedy.name, found.remedy.args) == ("edit", {"item_id": "1", "planned_ms": 10 * MINUTE_MS})


def test_an_item_under_its_least_length_is_lengthened_to_it() -> None:
    (found,) = check(item("1", 5, min_ms=8 * MINUTE_MS))

    assert (found.rule, found.by_ms) == ("under_min", 3 * MINUTE_MS)
    assert found.remedy is not None
    assert found.remedy.args["planned_ms"] == 8 * MINUTE_MS


def test_a_paper_is_given_in_some_room() -> None:
    assert rules(paper("1", 10, endpoint_code=None), item("2", 10)) == [("no_endpoint", "1")]


@pytest.mark.parametrize(
    ("pinned", "rule", "by_ms"),
    [(30, "gap", 20 * MINUTE_MS), (10, None, 0), (4, "late", 6 * MINUTE_MS), (10.5, None, 0), (9.5, None, 0)],
)
def test_an_hour_that_an_item_is_pinned_to_is_met(pinned: float, rule: str | None, by_ms: int) -> None:
    found = check(item("1", 10), item("2", 10, not_before_at_ms=at(pinned)))

    assert [(each.rule, each.by_ms) for each in found] == ([(rule, by_ms)] if rule else [])


def test_nobody_sits_for_more_than_two_hours() -> None:
    found = check(item("1", 90), item("2", 30), item("3", 5), item("4", 5), item("5", 10, "break"), item("6", 100))

    assert [(each.rule, each.item_id, each.by_ms) for each in found] == [("no_break", "3", 5 * MINUTE_MS)]
    assert found[0].remedy is not None
    assert found[0].remedy.args == {"before": "3", "kind": "break", "planned_ms": BREAK_MS}


def test_the_check_of_the_lines_is_no_sitting() -> None:
    assert rules(item("1", 60, "technical_check"), item("2", 120)) == []


def test_a_half_day_is_over_at_noon() -> None:
    items = [item("1", 120), item("2", 10, "break"), item("3", 120), item("4", 10, "break"), item("5", 15)]

    assert [(each.rule, each.item_id, each.by_ms) for each in check(*items)] == [("too_long", None, 5 * MINUTE_MS)]
    assert check(*items, ends_by_at_ms=None) == []
    assert check(*items, ends_by_at_ms=BEGINS_AT_MS) == []


def test_what_is_skipped_or_has_begun_breaks_nothing() -> None:
    assert rules(paper("1", 12, state="skipped", not_before_at_ms=at(60))) == []
    begun = replace(paper("1", 12), state="live", started_at_ms=at(0))
    assert rules(begun, item("2", 10, not_before_at_ms=at(60)), paper("3", 12)) == [("over_cap", "3")]


def test_findings_come_in_the_order_of_the_agenda() -> None:
    found = rules(item("1", 10), item("2", 10, not_before_at_ms=at(60)), paper("3", 12))

    assert found == [("gap", "2"), ("over_cap", "3")]
