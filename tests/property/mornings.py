"""Whole mornings to try the rules on: any commands, legal or not, on any clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from giaoban.domain import commands as c
from giaoban.domain.errors import InvalidTransition
from giaoban.domain.events import Event
from giaoban.domain.items import KINDS
from giaoban.domain.running_order import RunningOrder, apply, decide, new_order
from tests.factories import BEGINS_AT_MS

SECOND_MS = 1000


@dataclass(frozen=True)
class Step:
    """A command, so long after the one before; negative when the clock was set back."""

    after_ms: int
    command: c.Command

    def __repr__(self) -> str:
        return f"({self.after_ms:+}, {self.command})"


@dataclass(frozen=True)
class Morning:
    """The lengths of the items as planned, and what was pressed."""

    lengths_ms: tuple[int, ...]
    steps: tuple[Step, ...]

    @property
    def plan(self) -> RunningOrder:
        fields = [
            {
                "kind": "break" if number == 2 else KINDS[number % len(KINDS)],
                "title": f"Mục {number}",
                "planned_ms": length_ms,
                "min_ms": 60 * SECOND_MS if number == 2 else None,
            }
            for number, length_ms in enumerate(self.lengths_ms, 1)
        ]
        return new_order(BEGINS_AT_MS, fields)


@dataclass(frozen=True)
class Press:
    """One step as it went; `happened` is None when it was refused."""

    before: RunningOrder
    command: c.Command
    now_ms: int
    happened: tuple[Event, ...] | None
    after: RunningOrder


def presses(morning: Morning) -> Iterator[Press]:
    """The morning, press by press."""
    order, now_ms = morning.plan, BEGINS_AT_MS
    for step in morning.steps:
        now_ms += step.after_ms
        happened: tuple[Event, ...] | None
        try:
            happened = decide(order, step.command, now_ms)
            after = apply(order, step.command.name, now_ms, happened)
        except InvalidTransition:
            happened, after = None, order
        yield Press(order, step.command, now_ms, happened, after)
        order = after


def accepted(morning: Morning) -> list[Press]:
    return [press for press in presses(morning) if press.happened is not None]


item_ids = st.sampled_from(["1", "2", "3", "4", "6"])
positions = st.integers(1, 7)
lengths_ms = st.sampled_from([1, 30 * SECOND_MS, 60 * SECOND_MS, 600 * SECOND_MS])
optional_fields: dict[str, st.SearchStrategy[Any]] = {
    "speaker": st.sampled_from([None, "HĐND xã Cao Minh, huyện Tràng Định"]),
    "cap_ms": st.none() | lengths_ms,
    "min_ms": st.none() | lengths_ms,
    "not_before_at_ms": st.none() | st.integers(-900, 3600).map(lambda s: BEGINS_AT_MS + s * SECOND_MS),
}
new_items = st.fixed_dictionaries(
    {"kind": st.sampled_from(KINDS), "title": st.sampled_from(["Bổ sung", "Ý kiến"]), "planned_ms": lengths_ms},
    optional=optional_fields,
)
changes = st.fixed_dictionaries(
    {}, optional={"title": st.just("Tên khác"), "planned_ms": lengths_ms, **optional_fields}
)

starts = st.none() | st.integers(-48, 48).map(lambda hours: BEGINS_AT_MS + hours * 3_600 * SECOND_MS)
running = st.one_of(
    st.builds(c.Next, st.none() | item_ids),
    st.builds(c.Start, item_ids),
    st.just(c.Pause()),
    st.just(c.Resume()),
    st.just(c.Finish()),
    st.builds(c.AddTime, st.sampled_from([-600, -60, -1, 1, 60, 300]).map(lambda s: s * SECOND_MS)),
)
arranging = st.one_of(
    st.builds(c.Skip, item_ids),
    st.builds(c.Unskip, item_ids),
    st.builds(c.Move, item_ids, positions),
    st.builds(c.Insert, positions, new_items),
    st.builds(c.Edit, item_ids, changes.filter(bool)),
    st.builds(c.Remove, item_ids),
    st.builds(c.SetPlan, starts, st.none() | lengths_ms),
    st.builds(c.Remove, item_ids),
    st.builds(c.Restore, item_ids, st.none() | positions),
    st.builds(
        c.Compress,
        st.integers(-900, 3600).map(lambda s: BEGINS_AT_MS + s * SECOND_MS),
        st.dictionaries(st.sampled_from(["paper", "break", "opening"]), lengths_ms, max_size=2),
    ),
    st.builds(c.SetLengths, st.dictionaries(item_ids, lengths_ms, min_size=1, max_size=3)),
)
listed = st.one_of(
    new_items,
    st.builds(lambda item_id, fields: {"item_id": item_id, **fields}, item_ids, changes),
)
arranging = st.one_of(
    arranging,
    st.builds(
        lambda items: c.ReplacePending(tuple(items)),
        st.lists(listed, min_size=1, max_size=4, unique_by=lambda item: item.get("item_id") or id(item)),
    ),
)
showing = st.one_of(
    st.builds(c.SetScene, st.sampled_from([*c.SCENES, "auto"])),
    st.builds(c.SetMessage, st.sampled_from(["", "Nghỉ 10 phút"]), st.sampled_from(["all", "speaker", "06010"])),
)
undoable_commands = st.one_of(running, running, arranging)
any_commands = st.one_of(running, running, arranging, st.just(c.Undo()), st.just(c.Undo()), showing)

forward_ms = st.sampled_from([0, 1, 500, SECOND_MS, 45 * SECOND_MS, 300 * SECOND_MS, 1200 * SECOND_MS])
any_ms = forward_ms | st.sampled_from([-1, -SECOND_MS, -3600 * SECOND_MS])


def mornings(
    commands: st.SearchStrategy[c.Command] = any_commands, after_ms: st.SearchStrategy[int] = any_ms
) -> st.SearchStrategy[Morning]:
    """Mornings of two to five items and up to 25 presses; drawing the number first makes long ones common."""
    step = st.builds(Step, after_ms, commands)
    steps = st.integers(0, 25).flatmap(lambda count: st.lists(step, min_size=count, max_size=count))
    return st.builds(Morning, st.lists(lengths_ms, min_size=2, max_size=5).map(tuple), steps.map(tuple))
