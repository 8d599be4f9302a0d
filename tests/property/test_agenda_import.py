"""Whatever cells hold, an import reads them; and what was exported comes back as it was."""

from importlib import resources
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from giaoban.domain import commands as c
from giaoban.domain.agenda_changes import changes
from giaoban.domain.agenda_columns import FIELDS, columns_at, guess
from giaoban.domain.agenda_table import Choices, read_table
from giaoban.domain.errors import InvalidInput
from giaoban.domain.grid import Row, Sheet, from_data, tidy, to_data
from giaoban.domain.items import KINDS, Item
from giaoban.domain.order_table import rows, table
from giaoban.domain.room_names import RoomNames
from giaoban.domain.roster import read_roster
from giaoban.domain.running_order import RunningOrder, new_order
from giaoban.sheets import read
from tests.factories import BEGINS_AT_MS, MINUTE_MS, do
from tests.property.mornings import mornings, presses

ZONE = "Asia/Ho_Chi_Minh"
ROOMS = RoomNames(read_roster(resources.files("giaoban.seed").joinpath("lang_son_2021.csv").read_bytes()))

likely = st.sampled_from(
    [
        "10",
        "0:10",
        "10:00:00",
        "8h05–8h15",
        "8h05",
        "-",
        "–",
        "1e-5",
        "0.5",
        "26/11/2021 09:45",
        "99/99/9999 8h",
        "Chi Lăng",
    ]
    + [
        "Tham luận",
        "Giải lao",
        "Khai mạc",
        "Nội dung",
        "Phút",
        "Giờ",
        "Mã mục",
        "Tổng cộng",
        "1",
        "2",
        "7",
        "h",
        "'",
        "٣",
    ]
)
cells = st.one_of(likely, likely, st.text(max_size=12), st.text("0123456789:.,hgp'– ", max_size=8))
sheets = st.builds(
    lambda lines: Sheet(
        "",
        tuple(
            Row(number, tuple(tidy(cell) for cell in line), hidden, faults, filled)
            for number, (line, hidden, faults, filled) in enumerate(lines, 1)
        ),
    ),
    st.lists(
        st.tuples(
            st.lists(cells, min_size=1, max_size=7),
            st.booleans(),
            st.dictionaries(st.integers(0, 7), st.sampled_from(["formula", "#REF!"]), max_size=1),
            st.frozensets(st.integers(0, 7), max_size=2),
        ),
        max_size=8,
    ),
)
columns = st.dictionaries(st.sampled_from(FIELDS), st.integers(0, 8), max_size=8)
choices = st.builds(
    Choices,
    st.integers(0, 9),
    columns,
    st.booleans(),
    st.none() | st.just(MINUTE_MS),
    st.dictionaries(st.sampled_from(["chi lang", "x"]), st.sampled_from(["-", "187"]), max_size=1),
)


@given(sheets, choices, mornings())
def test_no_table_is_too_strange_and_what_it_would_do_can_be_done(sheet: Sheet, how: Choices, morning: Any) -> None:
    order = [press.after for press in presses(morning)][-1] if morning.steps else morning.plan
    assert from_data(to_data([sheet])) == (sheet,)
    found = changes(order, read_table(sheet, how, ROOMS), how, ROOMS, zone=ZONE, now_ms=BEGINS_AT_MS)

    begun = [item for item in order.items if item.begun]
    assert [item for item in found.after.items if item.begun] == begun
    if found.command is not None:
        command = c.parse("replace_pending", {"items": [dict(item) for item in found.command.items]})
        assert do(order, command).items == found.after.items
        assert do(do(order, command), c.Undo()).items == order.items
    bad = {problem.row for problem in found.problems}
    assert all(line.row in bad for line in found.lines if line.status in ("bad", "held"))


@given(sheets)
def test_columns_are_guessed_of_anything(sheet: Sheet) -> None:
    found = guess(sheet)
    assert columns_at(sheet, found.head) == found.columns or found.head == 0
    assert len(set(found.columns.values())) == len(found.columns)


@given(st.binary(max_size=300) | st.builds(bytes.__add__, st.just(b"PK\x03\x04"), st.binary(max_size=80)))
def test_no_bytes_are_too_strange(data: bytes) -> None:
    assert told(data)


def told(data: bytes) -> bool:
    """Whether there are rows, or a sentence why not."""
    try:
        return any(sheet.rows for sheet in read(data))
    except InvalidInput as error:
        return bool(error.message)


# ---- out and in again

texts = st.text(st.characters(exclude_categories=("C", "Z"), codec="utf-8"), min_size=1, max_size=20).filter(
    lambda text: tidy(text) == text and not text.startswith("'")
)
lengths_ms = st.integers(1, 24 * 3600).map(lambda seconds: seconds * 1000)
items = st.lists(
    st.fixed_dictionaries(
        {"kind": st.sampled_from(KINDS), "title": texts, "planned_ms": lengths_ms},
        optional={
            "speaker": texts,
            "endpoint_code": st.sampled_from(["185", "06010", "06466"]),
            "cap_ms": lengths_ms,
            "min_ms": lengths_ms,
            "not_before_at_ms": st.integers(0, 48 * 3600).map(lambda second: BEGINS_AT_MS + second * 1000),
        },
    ),
    min_size=1,
    max_size=6,
)


def plan_of(item: Item) -> tuple[Any, ...]:
    return tuple(getattr(item, name) for name in Item.__slots__ if name not in ("id", "baseline_start_at_ms"))


def exported(order: RunningOrder) -> Sheet:
    lines = table(rows(order.items, order.forecast(BEGINS_AT_MS).times), ZONE, order.starts_at_ms)
    return Sheet("", tuple(Row(number, tuple(line)) for number, line in enumerate(lines, 1)))


@given(items)
def test_what_was_exported_is_the_same_when_it_comes_in(plan: list[dict[str, Any]]) -> None:
    order = new_order(BEGINS_AT_MS, plan)
    sheet = exported(order)
    found = guess(sheet)
    how = Choices(found.head, found.columns)

    same = changes(order, read_table(sheet, how, ROOMS), how, ROOMS, zone=ZONE, now_ms=BEGINS_AT_MS)
    assert same.problems == ()
    assert same.command is None

    empty = new_order(BEGINS_AT_MS, [])
    anew = changes(empty, read_table(sheet, how, ROOMS), how, ROOMS, zone=ZONE, now_ms=BEGINS_AT_MS)
    assert [plan_of(item) for item in anew.after.items] == [plan_of(item) for item in order.items]
