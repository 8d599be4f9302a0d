"""The rehearsal itself: the rooms come in, and an MC walks through the whole running order."""

import asyncio
import time
import uuid
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from giaoban.rehearsal.api import Answer, Api, CannotRehearse, Refused, Unanswered
from giaoban.rehearsal.room import Room
from giaoban.rehearsal.screen import Audience, Picture, Screen

AT_ONCE: Final = 8  # rooms that speak HTTP in the same moment; more would measure this process, not the server
SEEN_WITHIN_S: Final = 10  # a screen that has not shown a change by then has lost it
JOINED_WITHIN_S: Final = 60
LATE_ROOM: Final = 20  # every twentieth room checks in during the second item
WEAK_LINE: Final = 10  # every tenth screen loses its line in the fifth
MINUTE_MS: Final = 60_000


@dataclass(slots=True)
class Row:
    """One item: planned, held for and lasted (ms; planned at full length, the others as rehearsed).

    `worst_lag_ms` is the longest time from a press to the last screen's receipt.
    """

    title: str
    planned_ms: int
    held_ms: float = 0
    lasted_ms: int = 0
    check_ins: int = 0
    worst_lag_ms: float = 0


@dataclass(slots=True)
class Report:
    """How it went; `losses` is one sentence for each thing that was lost."""

    rooms: int
    screens: int
    speed: float
    rows: list[Row] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)


class Walk:
    """Through the copy `slug` at the server at `url`."""

    def __init__(self, url: str, slug: str, rooms: Sequence[Room], speed: float, console: Console) -> None:
        self._url = url
        self._path = f"/conferences/{slug}"
        self._slug = slug
        self._rooms = rooms
        self._speed = speed
        self._console = console
        self._audience = Audience()
        self._rooms_api = Api(url, AT_ONCE)
        self._mc_api = Api(url, 1)  # a press does not wait behind check-ins
        self._token = ""
        self._version = 0
        self._report = Report(len(rooms), len(rooms) + 1, speed)

    async def run(self, username: str, password: str) -> Report:
        """Rehearse, from the first join to the last check. Raises CannotRehearse."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        try:
            with Progress(*columns, console=self._console) as self._progress:
                await self._sign_in(username, password)
                await self._fill_the_rooms()
                order = await self._order()
                await self._go_through(order["items"])
                await self._compare_with_the_server()
        except Unanswered as error:
            raise CannotRehearse(f"Máy chủ tại {self._url} không trả lời: {error}") from None
        except Refused as refused:
            raise CannotRehearse(f"Máy chủ tại {self._url} từ chối: {refused}") from None
        finally:
            await self._audience.close()
            self._rooms_api.close()
            self._mc_api.close()
        return self._report

    # ---- coming in

    async def _sign_in(self, username: str, password: str) -> None:
        try:
            await self._mc_api.call("GET", self._path)
            answer = await self._mc_api.call("POST", "/sessions", {"username": username, "password": password})
        except Refused as refused:
            raise CannotRehearse(
                f"Máy chủ tại {self._url} không biết hội nghị tổng duyệt ({refused})."
                " Lệnh này phải dùng cùng cơ sở dữ liệu và GIAOBAN_SECRET_KEY với máy chủ."
            ) from None
        self._token = answer.body["token"]

    async def _fill_the_rooms(self) -> None:
        bar = self._progress.add_task("Các điểm cầu kết nối", total=len(self._rooms) + 1)
        hall = Screen("Màn chiếu hội trường", self._url, {"conference": self._slug})
        self._audience.open(hall)

        async def join(room: Room) -> None:
            await room.sign_in(self._rooms_api)
            self._audience.open(Screen(room.name, self._url, {"token": room.token}))

        await asyncio.gather(*(join(room) for room in self._rooms))
        joined = self._audience.expect(0)
        waiting = asyncio.create_task(joined.missing(JOINED_WITHIN_S))
        while not waiting.done():
            self._progress.update(bar, completed=sum(screen.has(0) for screen in self._audience.screens))
            await asyncio.wait([waiting], timeout=0.2)
        if absent := await waiting:
            raise CannotRehearse(f"{len(absent)} màn hình không kết nối được, trong đó có: {absent.pop().name}.")
        self._progress.update(bar, completed=len(self._audience.screens))

    # ---- going through

    async def _go_through(self, items: Sequence[dict[str, Any]]) -> None:
        bar = self._progress.add_task("", total=len(items))
        names = {room.code: room.name for room in self._rooms}
        for number, item in enumerate(items, 1):
            self._progress.update(bar, description=f"Mục {number}: {item['title'][:40]}", completed=number - 1)
            room = names.get(item["endpoint_code"])
            title = f"{room}: {item['title']}" if room else item["title"]
            self._row = Row(title, item["planned_ms"])
            self._report.rows.append(self._row)
            await self._press("next", {"item_id": item["id"]})
            self._hold_ms = item["planned_ms"] / self._speed
            until = asyncio.create_task(self._hold())
            await self._answer()
            await self._happenings(number, len(items))
            await until
        await self._press("finish", {})
        self._progress.update(bar, description="Tổng duyệt xong", completed=len(items))

    async def _hold(self) -> None:
        """Until the item has been on for as long as it is to be held; that may grow meanwhile."""
        started_at_s = time.monotonic()
        while (rest_s := started_at_s + self._hold_ms / 1000 - time.monotonic()) > 0:
            await asyncio.sleep(min(rest_s, 0.25))
        self._row.held_ms = self._hold_ms

    async def _happenings(self, number: int, items: int) -> None:
        """What a morning brings, one thing an item."""
        late = list(self._rooms[::LATE_ROOM]) if items > 1 else []
        minute_ms = MINUTE_MS / self._speed
        if number == 1:
            await self._check_in([room for room in self._rooms if room not in late])
        elif number == 2:
            await self._check_in(late)
        elif number == 3:
            self._hold_ms += minute_ms
            await self._press("pause", {})
            await asyncio.sleep(minute_ms / 1000)
            await self._press("resume", {})
        elif number == 4:
            self._hold_ms += minute_ms
            await self._press("add_time", {"delta_ms": MINUTE_MS})
        elif number == 5:
            await self._drop_lines()

    async def _answer(self) -> None:
        """The rooms that are asked now say that they are ready."""
        rooms = {room.code: room for room in self._rooms}
        for row in (await self._ask("GET", "/readiness")).body:
            room = rooms.get(row["endpoint_code"])
            if room is None or row["status"] == "ready":
                continue
            if not await room.say_ready(self._rooms_api, self._slug, row["item_id"]):
                self._lost([f"{room.name}: không trả lời được câu hỏi sẵn sàng"])

    async def _check_in(self, rooms: Sequence[Room]) -> None:
        """Over the first half of the item, one after the other."""
        pause_s = self._hold_ms / 2000 / max(1, len(rooms))
        sending: list[Awaitable[bool]] = []
        for room in rooms:
            sending.append(asyncio.ensure_future(room.check_in(self._rooms_api, self._slug)))
            await asyncio.sleep(pause_s)
        self._row.check_ins = sum(await asyncio.gather(*sending))

    async def _drop_lines(self) -> None:
        weak = self._audience.screens[::WEAK_LINE]
        for screen in weak:
            screen.drop_line()
        missing = await self._audience.expect(self._version).missing(SEEN_WITHIN_S)
        self._lost(f"{screen.name}: mất kết nối rồi không trở lại" for screen in missing)

    async def _press(self, name: str, args: dict[str, Any]) -> None:
        """One command of the MC, and the time until every screen shows what it did."""
        command = {
            "command_id": str(uuid.uuid4()),
            "expected_version": self._version,
            "name": name,
            "args": args,
        }
        shown = self._audience.expect(self._version + 1)
        answer = await self._ask("POST", "/running-order/commands", command)
        self._version = answer.body["version"]
        missing = await shown.missing(SEEN_WITHIN_S)
        lag_ms = (shown.last_at_s - answer.sent_at_s) * 1000
        self._row.worst_lag_ms = max(self._row.worst_lag_ms, lag_ms)
        self._lost(f"{screen.name}: không nhận được phiên bản {self._version}" for screen in missing)
        picture = Picture.of(answer.body["snapshot"])
        wrong = (screen for screen in self._audience.screens if screen not in missing and screen.picture != picture)
        self._lost(f"{screen.name}: hiện sai ở phiên bản {self._version}" for screen in wrong)

    # ---- what came of it

    async def _compare_with_the_server(self) -> None:
        """Every room's check-in stands in the roll call, and every item was gone through."""
        roll_call = (await self._ask("GET", "/roll-call")).body
        effective = {row["code"]: row["effective"] for row in roll_call["rows"]}
        for room in self._rooms:
            stored = effective.get(room.code)
            told = (room.sent.get("check_in_id"), room.sent.get("headcount"))
            if stored is None or (stored["check_in_id"], stored["headcount"]["total"]) != told:
                self._report.losses.append(f"{room.name}: điểm danh không có trong danh sách")
        for row, item in zip(self._report.rows, (await self._order())["items"], strict=True):
            if item["ended_at_ms"] is None:
                self._report.losses.append(f"Mục “{row.title}”: không có giờ kết thúc")
            else:
                row.lasted_ms = item["ended_at_ms"] - item["started_at_ms"]

    def _lost(self, sentences: Any) -> None:
        self._report.losses.extend(sentences)

    async def _order(self) -> dict[str, Any]:
        order: dict[str, Any] = (await self._ask("GET", "/running-order")).body
        self._version = order["version"]
        return order

    async def _ask(self, method: str, path: str, body: Any = None) -> Answer:
        return await self._mc_api.call(method, self._path + path, body, self._token)
