"""Readiness: the rooms that speak next are asked whether microphone and camera are ready.

Asked are the rooms of the next two items to come, each about one item at a time, and never the room that speaks. An
answer is a fact about an item and its room and is kept for ever. The last one counts, by when it was given, as long as
it holds: it grows stale after half an hour, and the room's own also when its line was lost for over a minute after it
was received. Whoever answered for the room did so by another way than that line.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from giaoban.domain.errors import InvalidInput, InvalidTransition, NotFound
from giaoban.domain.items import Item
from giaoban.domain.roll_call import AHEAD_MOST_MS
from giaoban.domain.running_order import RunningOrder
from giaoban.domain.texts import clean_text

RECORDED: Final = "readiness"  # the kind of its line in the log
ASKED_AHEAD: Final = 2
STATUSES: Final = ("ready", "not_ready")
REASONS: Final = ("Mic", "Camera", "Người phát biểu chưa có mặt")  # the usual ones; any other text will do
REASON_LONGEST: Final = 100
HOLDS_MS: Final = 30 * 60_000
AWAY_MS: Final = 60_000  # a line that is back sooner was never away
SWAP_REASON: Final = "Điểm cầu chưa sẵn sàng"


@dataclass(frozen=True, slots=True)
class Said:
    """What a client sends: its own id, about which item, what it says, and when that happened (ms since the epoch)."""

    readiness_id: str
    item_id: str
    status: str
    reason: str | None
    happened_at_ms: int


@dataclass(frozen=True, slots=True)
class Answer:
    """A stored answer. `arrival` orders answers of one instant."""

    readiness_id: str
    item_id: str
    endpoint_code: str
    status: str
    reason: str | None
    source: str
    happened_at_ms: int
    received_at_ms: int
    actor: str
    arrival: int

    @property
    def given_at_ms(self) -> int:
        """When it was given: nothing was given after it arrived, whatever the sender's clock says."""
        return min(self.happened_at_ms, self.received_at_ms)

    @property
    def holds_until_at_ms(self) -> int:
        return self.given_at_ms + HOLDS_MS

    def as_json(self) -> dict[str, Any]:
        """The answer as the API and the log give it."""
        return {
            "readiness_id": self.readiness_id,
            "item_id": self.item_id,
            "endpoint_code": self.endpoint_code,
            "status": self.status,
            "reason": self.reason,
            "source": self.source,
            "happened_at_ms": self.happened_at_ms,
            "received_at_ms": self.received_at_ms,
            "actor": self.actor,
        }


def answer_from_json(data: Mapping[str, Any], arrival: int) -> Answer:
    """The answer that `as_json` wrote. Raises TypeError on anything else."""
    return Answer(**data, arrival=arrival)


def asked(order: RunningOrder, halls: Collection[str] = ()) -> tuple[Item, ...]:
    """The items about which their rooms are asked now, in order; `halls` are codes that are never asked."""
    live = order.live
    not_asked = {None, *halls, live.endpoint_code if live is not None else None}
    found = []
    for item in order.pending[:ASKED_AHEAD]:
        if item.endpoint_code not in not_asked:
            not_asked.add(item.endpoint_code)
            found.append(item)
    return tuple(found)


def last_word(answers: Iterable[Answer]) -> Answer | None:
    """Of the answers about one item by one room the one that counts."""
    return max(answers, key=lambda answer: (answer.given_at_ms, answer.arrival), default=None)


def holds(answer: Answer, now_ms: int, away_since_ms: int | None) -> bool:
    """Whether it still says something; `away_since_ms` is when the room's line was last lost for over AWAY_MS, or is
    lost since, None when it never was."""
    lost = answer.source == "self" and away_since_ms is not None and away_since_ms >= answer.received_at_ms
    return now_ms < answer.holds_until_at_ms and not lost


def parse(body: Mapping[str, Any], now_ms: int) -> Said:
    """A checked answer.

    Raises InvalidInput: a status that is none, a reason for being ready, an instant that is none or in the future.
    """
    status = body["status"]
    if status not in STATUSES:
        raise InvalidInput("Xin trả lời: sẵn sàng hoặc chưa sẵn sàng.", field="status", allowed=list(STATUSES))
    given = body.get("reason")
    reason = None if given is None else clean_text(given, "reason", longest=REASON_LONGEST) or None
    if status == "ready" and reason is not None:
        raise InvalidInput("Chỉ ghi lý do khi chưa sẵn sàng.", field="reason")
    item_id = clean_text(body["item_id"], "item_id", longest=20, shortest=1)
    happened_at_ms = body["happened_at_ms"]
    if isinstance(happened_at_ms, bool) or not isinstance(happened_at_ms, int) or happened_at_ms < 0:
        raise InvalidInput("“happened_at_ms” phải là số nguyên không âm.", field="happened_at_ms")
    if happened_at_ms > now_ms + AHEAD_MOST_MS:
        raise InvalidInput(
            "Giờ trả lời ở sau giờ máy chủ. Xin kiểm tra đồng hồ của máy.",
            field="happened_at_ms",
            server_now_ms=now_ms,
        )
    return Said(body["readiness_id"], item_id, status, reason, happened_at_ms)


def check_item(order: RunningOrder, item_id: str, endpoint_code: str) -> None:
    """Whatever has become of the item, an answer about it may come late; but it is about that room's own.

    Raises NotFound for an item that never was, InvalidTransition for one that is another room's.
    """
    item = next((item for item in (*order.items, *order.bin) if item.id == item_id), None)
    if item is None:
        raise NotFound("Không có mục này trong chương trình.")
    if item.endpoint_code != endpoint_code:
        raise InvalidTransition("Mục này không phải phần của điểm cầu này.", item_id=item_id)
