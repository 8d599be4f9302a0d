"""The running order as a table: the agreed columns, times at the venue, lengths that no spreadsheet misreads."""

import pytest

from giaoban.domain.commands import Insert, Skip, Start
from giaoban.domain.order_table import COLUMNS, Row, minutes, rows, table
from giaoban.domain.running_order import RunningOrder
from tests.factories import BEGINS_AT_MS, MINUTE_MS, at, do, make_order

ZONE = "Asia/Ho_Chi_Minh"


def texts(order: RunningOrder, now_ms: int = BEGINS_AT_MS) -> list[list[str]]:
    return [list(row) for row in table(rows(order.items, order.forecast(now_ms).times), ZONE, BEGINS_AT_MS)]


def test_one_row_an_item_under_the_agreed_head() -> None:
    order = make_order(10, 7.5, speaker="Thường trực HĐND tỉnh", endpoint_code="06010", cap_ms=600_000, min_ms=300_000)

    assert texts(order) == [
        list(COLUMNS),
        ["1", "07:30", "10", "Khai mạc", "Thường trực HĐND tỉnh", "Mục 1", "06010", "10", "5", "", "1"],
        ["2", "07:40", "7:30", "Khai mạc", "Thường trực HĐND tỉnh", "Mục 2", "06010", "10", "5", "", "2"],
    ]


def test_a_pin_on_another_day_has_its_date() -> None:
    assert texts(make_order(10, not_before_at_ms=at(24 * 60)))[1][9] == "07:30 27/11/2021"
    assert texts(make_order(10, not_before_at_ms=at(15.5)))[1][9] == "07:45:30"


def test_what_came_after_the_start_has_the_time_that_is_expected() -> None:
    begun = do(make_order(10, 10), Start("1"))
    fields = {"kind": "paper", "title": "Thêm", "planned_ms": 5 * MINUTE_MS}

    longer = do(begun, Insert(2, fields), at(1))

    assert [row[1] for row in texts(longer, at(1))[1:]] == ["07:30", "07:40", "07:40"]


def test_a_skipped_one_keeps_its_place() -> None:
    assert [row[1] for row in texts(do(make_order(10, 10, 10), Skip("2")))[1:]] == ["07:30", "07:40", "07:40"]


@pytest.mark.parametrize(
    ("ms", "text"), [(600_000, "10"), (450_000, "7:30"), (1_000, "0:01"), (60_250, "1:00.250"), (86_400_000, "1440")]
)
def test_lengths_are_minutes_and_seconds(ms: int, text: str) -> None:
    assert minutes(ms) == text


def test_the_columns_are_those_of_a_row() -> None:
    assert len(COLUMNS) == len(Row.__slots__)
