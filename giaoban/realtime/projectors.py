"""What projectors report, of this process and of the others, and when what they show is to be looked at anew."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from giaoban.domain.projectors import Report, Sighting, State, sighting_from_json, state
from giaoban.pace import Pace
from giaoban.services.ports import Clock

REPORTS_PER_S: Final = 2.0
VERSIONS_KEPT: Final = 64  # of each conference: with when they were stored
HEARTBEAT_TICKS: Final = 3  # a tick is a second
SILENT_MOST: Final = 12  # ticks without a word until a process counts as dead

Marks = Mapping[str, tuple[Any, ...]]


@dataclass(slots=True)
class Page:
    """A projector's page that is open here; `projector_id` None for one without a name, `told` what it was told."""

    conference_id: int
    projector_id: str | None
    told: tuple[str, str | None] | None = None


class ProjectorsSeen:
    """Pages by their socket's id, and the last sighting of each projector.

    `announce(conference_id)` is called whenever a console would show something else; numbers alone, such as a lag of
    40 ms in place of 50, are no reason.
    """

    def __init__(self, clock: Clock, announce: Callable[[int], None]) -> None:
        self._clock = clock
        self._announce = announce
        self._pace = Pace(REPORTS_PER_S)
        self._pages: dict[str, Page] = {}
        self._seen: dict[tuple[int, str], Sighting] = {}
        self._versions: dict[int, deque[tuple[int, int]]] = {}
        self._shown: dict[int, Marks] = {}
        self._fresh: set[tuple[int, str]] = set()
        self._unpaired_elsewhere: dict[str, Mapping[int, int]] = {}
        self._numbers: dict[str, int] = {}
        self._silent: dict[str, int] = {}
        self._number = 0
        self._ticks = 0

    # ---- the pages here

    def opened(self, sid: str, conference_id: int, projector_id: str | None) -> Page:
        page = self._pages[sid] = Page(conference_id, projector_id)
        self._look(conference_id)
        return page

    def closed(self, sid: str) -> None:
        page = self._pages.pop(sid, None)
        self._pace.forget(sid)
        if page is None:
            return
        others = any(each.projector_id == page.projector_id for each in [*self._pages.values()])
        key = (page.conference_id, page.projector_id or "")
        if key in self._seen and not others:
            self._take(key, replace(self._seen[key], left_at_ms=self._clock.now_ms()))
        self._look(page.conference_id)

    def page(self, sid: str) -> Page | None:
        return self._pages.get(sid)

    def pages(self, conference_id: int) -> dict[str, Page]:
        """Those that look at that conference, by their socket's id."""
        return {sid: page for sid, page in [*self._pages.items()] if page.conference_id == conference_id}

    def may_report(self, sid: str) -> bool:
        """Count a report; whether it is not one too many."""
        return self._pace.take(sid) >= 0

    def reported(self, sid: str, report: Report, sent_at_ms: int) -> None:
        """What came over the line of a page that has a name. A page that nobody sees says nothing against one of the
        same projector that somebody does."""
        page = self._pages[sid]
        assert page.projector_id is not None
        key, now_ms = (page.conference_id, page.projector_id), self._clock.now_ms()
        before = self._seen.get(key)
        if report.hidden and before and not before.report.hidden and state(before, now_ms, None).name == "on":
            return
        self._take(key, Sighting(report, now_ms, now_ms - sent_at_ms))
        self._look(page.conference_id)

    def _take(self, key: tuple[int, str], sighting: Sighting) -> None:
        self._seen[key] = sighting
        self._fresh.add(key)

    # ---- what they should show

    def version_shown(self, conference_id: int, version: int, at_ms: int) -> None:
        """That version was stored at that time. An older one than the last: a backup was restored."""
        kept = self._versions.setdefault(conference_id, deque(maxlen=VERSIONS_KEPT))
        if kept and version < kept[-1][0]:
            kept.clear()
        if not kept or version > kept[-1][0]:
            kept.append((version, at_ms))

    def behind_since_ms(self, conference_id: int, version: int) -> int | None:
        """When the first version above that one was stored, as far as is known here; None when there is none."""
        kept = self._versions.get(conference_id, ())
        return next((at_ms for later, at_ms in [*kept] if later > version), None)

    # ---- what consoles show

    def of(self, conference_id: int) -> dict[str, Sighting]:
        return {key[1]: sighting for key, sighting in [*self._seen.items()] if key[0] == conference_id}

    def unpaired(self, conference_id: int) -> int:
        here = sum(page.projector_id is None for page in self.pages(conference_id).values())
        return here + sum(counts.get(conference_id, 0) for counts in [*self._unpaired_elsewhere.values()])

    def keep(self, conference_id: int, projector_ids: set[str]) -> None:
        """Forget all others of that conference."""
        for key in [key for key in self._seen if key[0] == conference_id and key[1] not in projector_ids]:
            self._seen.pop(key, None)
            self._fresh.discard(key)
        self._shown.pop(conference_id, None)

    def _look(self, conference_id: int) -> None:
        marks = self._marks(conference_id)
        if marks != self._shown.get(conference_id, {"": (0,)}):
            self._shown[conference_id] = marks
            self._announce(conference_id)

    def _marks(self, conference_id: int) -> Marks:
        """All that makes a difference on a console."""
        now_ms = self._clock.now_ms()
        marks: dict[str, tuple[Any, ...]] = {"": (self.unpaired(conference_id),)}
        for projector_id, sighting in self.of(conference_id).items():
            report = sighting.report
            told: State = state(sighting, now_ms, self.behind_since_ms(conference_id, report.version))
            size = (report.width, report.height, report.full_screen)
            marks[projector_id] = (told.name, told.since_at_ms, report.version, report.scene, size)
        return marks

    # ---- the other processes, and the passing of time

    def tick(self) -> dict[str, Any] | None:
        """Once a second; what the other processes are to be told, None for nothing."""
        self._ticks += 1
        for process in [*self._silent]:
            self._silent[process] += 1
            if self._silent[process] >= SILENT_MOST:
                self._unpaired_elsewhere.pop(process, None)
                del self._silent[process]
        conferences = {key[0] for key in self._seen} | {page.conference_id for page in [*self._pages.values()]}
        for conference_id in conferences | self._shown.keys():
            self._look(conference_id)
        if not self._fresh and (self._ticks % HEARTBEAT_TICKS or not self._pages):
            return None
        return self.message()

    def everything(self) -> None:
        """Somebody is new and has to be told all."""
        self._fresh.update(self._seen)

    def message(self) -> dict[str, Any]:
        """`{kind, number, seen: [[conference, projector, sighting]], unpaired: {conference: count}}`."""
        self._number += 1
        fresh, self._fresh = self._fresh, set()
        unpaired: dict[str, int] = {}
        for page in [*self._pages.values()]:
            if page.projector_id is None:
                unpaired[str(page.conference_id)] = unpaired.get(str(page.conference_id), 0) + 1
        seen = [[*key, self._seen[key].as_json()] for key in sorted(fresh) if key in self._seen]
        return {"kind": "projectors", "number": self._number, "seen": seen, "unpaired": unpaired}

    def heard(self, process: str, message: Mapping[str, Any]) -> None:
        """What another process told; news that is older than ours is none. Another machine's clock may be ahead."""
        now_ms = self._clock.now_ms()
        for conference_id, projector_id, told in message["seen"]:
            sighting = sighting_from_json(told)
            left_at_ms = None if sighting.left_at_ms is None else min(sighting.left_at_ms, now_ms)
            sighting = replace(sighting, at_ms=min(sighting.at_ms, now_ms), left_at_ms=left_at_ms)
            before = self._seen.get((conference_id, projector_id))
            if before is None or sighting.moment_ms >= before.moment_ms:
                self._seen[conference_id, projector_id] = sighting
        if message["number"] > self._numbers.get(process, -1):
            self._numbers[process] = message["number"]
            self._silent[process] = 0
            self._unpaired_elsewhere[process] = {int(each): count for each, count in message["unpaired"].items()}
        for conference_id in {each[0] for each in message["seen"]} | {*map(int, message["unpaired"])}:
            self._look(conference_id)
