"""The sheets with which rooms come in: one A5 a room as a PDF, and the table for mail merge."""

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any, Final

import segno

from giaoban.documents import typeset
from giaoban.domain.roll_call_groups import Group, by_district
from giaoban.domain.spreadsheets import guarded
from giaoban.domain.telephones import telephones
from giaoban.domain.times import clock, day, length_words
from giaoban.extensions import db
from giaoban.models import Conference, Endpoint
from giaoban.services.access import Access
from giaoban.services.documents import File
from giaoban.services.ports import Clock
from giaoban.services.programme import head, label, paper_numbers
from giaoban.services.running_order import RunningOrders
from giaoban.threads import while_others_go_on

COLUMNS: Final = ("code", "name", "join_code", "link")

Link = Callable[[str], str]  # the address at which a path is reached from outside


class AccessSheets:
    """What is handed to the rooms. Whoever reads a join code comes in: only for whoever administers."""

    def __init__(self, clock: Clock, access: Access, running_order: RunningOrders) -> None:
        self._clock = clock
        self._access = access
        self._running_order = running_order

    def table(self, conference: Conference, link: Link, *, mark: bool = False) -> bytes:
        """CSV with `COLUMNS`, one line a room, in UTF-8; with `mark` as spreadsheet programs know that by."""
        file = io.StringIO(newline="")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for room, code in self._access.codes(conference):
            writer.writerow((room.code, guarded(room.full_name), code, link(f"/vao/{code}")))
        return file.getvalue().encode("utf-8-sig" if mark else "utf-8")

    def sheets(self, conference: Conference, link: Link, codes: Sequence[str] | None = None) -> File:
        """The PDF for the rooms of those codes, all when None, district by district in the roster's order."""
        now_ms = self._clock.now_ms()
        data = self.document(conference, link, codes)
        name = f"phieu-truy-cap-{conference.slug}.pdf"
        return File(name, "application/pdf", typeset.pdf("access_sheet.typ", data, now_ms))

    def document(self, conference: Conference, link: Link, codes: Sequence[str] | None = None) -> dict[str, Any]:
        """What `documents/access_sheet.typ` sets."""
        of = {room.code: (room, code) for room, code in self._access.codes(conference)}
        papers = self._papers(conference)
        sheets = []
        for group in by_district([_row(room) for room, _ in of.values()]):
            for number, row in enumerate(group.rows, 1):
                room, code = of[row["code"]]
                if codes is None or room.code in codes:
                    who, _, district = room.full_name.partition(", ")
                    place = f"{_group_name(group)}: phiếu {number}/{len(group.rows)}"
                    said = {"papers": papers.get(room.code, []), "place": place}
                    sheets.append({"who": who, "of": district, "code": code, **said})
        links = [link(f"/vao/{sheet['code']}") for sheet in sheets]
        db.session.commit()  # nothing is held open while the pictures are made
        sheets = [sheet | qr for sheet, qr in zip(sheets, while_others_go_on(_qr_codes, links), strict=True)]
        return {
            "title": f"Phiếu truy cập điểm cầu: {conference.title}",
            "conference": conference.title,
            "org": head(conference, self._clock.now_ms())["org"],
            "address": link("/vao").partition("://")[2],
            "times": self._times(conference),
            "telephones": [written for written, _ in telephones(conference.hotline)],
            "sheets": sheets,
        }

    def _times(self, conference: Conference) -> list[dict[str, str]]:
        """When rooms report and when it opens, as planned."""
        order, zone = self._running_order.load(conference), conference.timezone
        named = {"technical_check": "Điểm danh", "opening": "Khai mạc"}
        times: dict[str, int] = {}
        for item, when in zip(order.items, order.forecast(order.starts_at_ms).times, strict=True):
            at_ms = when.planned_start_at_ms or when.expected_start_at_ms
            if item.kind in named and at_ms is not None:
                times.setdefault(named[item.kind], at_ms)
        times = times or {"Bắt đầu": conference.starts_at_ms}
        return [{"name": name, "at": clock(at_ms, zone), "day": day(at_ms, zone)} for name, at_ms in times.items()]

    def _papers(self, conference: Conference) -> dict[str, list[str]]:
        """What each room is to speak on, by its code: "Tham luận 12, kế hoạch lúc 10:15, không quá 10 phút"."""
        order, zone = self._running_order.load(conference), conference.timezone
        numbers = paper_numbers(order)
        found: dict[str, list[str]] = {}
        for item, when in zip(order.items, order.forecast(order.starts_at_ms).times, strict=True):
            at_ms = when.planned_start_at_ms or when.expected_start_at_ms
            if item.endpoint_code is None or item.state == "skipped" or at_ms is None:
                continue
            said = [label(item, numbers), f"kế hoạch lúc {clock(at_ms, zone)}"]
            if item.cap_ms is not None:
                said.append(f"không quá {length_words(item.cap_ms)}")
            found.setdefault(item.endpoint_code, []).append(", ".join(said))
        return found


def _row(room: Endpoint) -> dict[str, Any]:
    return {
        "code": room.code,
        "level": room.level,
        "parent_code": room.parent_code,
        "full_name": room.full_name,
    }


def _group_name(group: Group) -> str:
    return "Các điểm cầu" if group.head is None else str(group.head["full_name"])


def _qr_codes(links: Sequence[str]) -> list[dict[str, Any]]:
    return [_qr(link) for link in links]


def _qr(link: str) -> dict[str, Any]:
    """The QR code of a link as runs of dark modules, [x, y, length] each; `size` modules wide, without its margin."""
    matrix = segno.make(link, error="m", boost_error=False, micro=False).matrix
    runs = []
    for y, line in enumerate(matrix):
        x = 0
        while x < len(line):
            length = 0
            while x + length < len(line) and line[x + length]:
                length += 1
            if length:
                runs.append([x, y, length])
            x += length or 1
    return {"size": len(matrix), "runs": runs}
