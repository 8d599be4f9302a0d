"""The rooms' telephones all at once: a table out, a table in, and what it would change before anything is stored."""

import base64
import binascii
import json
import zlib
from collections.abc import Sequence
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from htmx_flask import make_response
from werkzeug.wrappers import Response

from giaoban.admin.blueprints import bp
from giaoban.domain.contacts import NewContact, TableRow, checked, read_contacts
from giaoban.domain.errors import InvalidInput, NotFound
from giaoban.domain.spreadsheets import as_csv
from giaoban.models import Conference
from giaoban.services.contacts import NOBODY
from giaoban.sheets import FILE_MOST, read
from giaoban.web.current import require, required_identity, services

EDITORS: Final = ("admin", "mc", "secretary")
PACKED_MOST: Final = 1024 * 1024  # bytes once unpacked
NOT_OURS: Final = "Phần xem trước không còn nguyên vẹn. Xin đọc lại tệp."


@bp.get("/quan-tri/hoi-nghi/<slug>/dien-thoai")
@require(*EDITORS)
def contacts(slug: str) -> Response:
    return _page(services().conferences.find(slug))


@bp.get("/quan-tri/hoi-nghi/<slug>/dien-thoai/tep.csv")
@require(*EDITORS)
def contacts_file(slug: str) -> Response:
    """All rooms with what is known of each, as a table to be filled in and read again."""
    conference = services().conferences.find(slug)
    known = services().contacts.seen_by(conference, required_identity())
    rows = [("code", "name", "office", "telephone")]
    for room in conference.endpoints:
        contact = known.get(room.code, NOBODY)
        rows.append((room.code, room.full_name, contact.office, contact.telephone))
    answer = make_response(as_csv(rows))
    answer.content_type = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="dien-thoai-{slug}.csv"'
    return answer


@bp.post("/quan-tri/hoi-nghi/<slug>/dien-thoai")
@require(*EDITORS)
def read_contacts_file(slug: str) -> Response:
    """What the table would change; nothing is stored."""
    conference = services().conferences.find(slug)
    file = request.files.get("file")
    name = (file.filename if file is not None else "") or ""
    try:
        if file is None or not name:
            raise InvalidInput("Chưa chọn tệp.")
        with file.stream as stream:
            data = stream.read(FILE_MOST + 1)
        rows = read_contacts(read(data), services().conferences.units(conference))
    except InvalidInput as error:
        return _page(conference, problem=error.message, file_name=name, status=422)
    return _page(conference, file_name=name, **_preview(conference, rows))


@bp.post("/quan-tri/hoi-nghi/<slug>/dien-thoai/luu")
@require(*EDITORS)
def save_contacts(slug: str) -> Response:
    """Store what was shown. The rooms that the table does not name keep what they have."""
    conference = services().conferences.find(slug)
    try:
        new = _unpacked(request.form.get("packed", ""))
        count = services().contacts.set_many(conference, new, required_identity())
    except InvalidInput as error:
        return _page(conference, problem=error.message, status=422)
    except NotFound:
        return _page(conference, problem="Danh sách điểm cầu vừa thay đổi. Xin đọc lại tệp.", status=409)
    flash(f"Đã lưu số điện thoại của {count} điểm cầu.")
    return redirect(url_for("admin.contacts", slug=slug), 303)


def _preview(conference: Conference, rows: Sequence[TableRow]) -> dict[str, Any]:
    """The rows by what they would do: new, changed, same, without a number, wrong."""
    known = services().contacts.seen_by(conference, required_identity())
    names = {room.code: room.full_name for room in conference.endpoints}
    changes: list[dict[str, Any]] = []
    same = 0
    for row in rows:
        if row.contact is None:
            continue
        before = known.get(row.contact.code, NOBODY)
        office = row.contact.office or before.office  # a table of numbers alone takes no office away
        if (before.office, before.telephone) == (office, row.contact.telephone):
            same += 1
            continue
        changes.append(
            {
                "row": row,
                "name": names[row.contact.code],
                "new": NewContact(row.contact.code, office, row.contact.telephone),
                "before": before,
            }
        )
    return {
        "previewed": True,
        "changes": changes,
        "added": sum(not change["before"].telephone for change in changes),
        "same": same,
        "empty": sum(row.contact is None and not row.problem for row in rows),
        "bad": [row for row in rows if row.problem],
        "packed": _packed([change["new"] for change in changes]),
    }


def _packed(new: Sequence[NewContact]) -> str:
    """What is to be stored, as the page carries it: a table of a province takes little room."""
    told = [[contact.code, contact.office, contact.telephone] for contact in new]
    return base64.b64encode(zlib.compress(json.dumps(told).encode(), 9)).decode()


def _unpacked(packed: str) -> list[NewContact]:
    """What `_packed` wrote, checked anew: it comes from a browser. Raises InvalidInput."""
    try:
        unpacking = zlib.decompressobj()
        text = unpacking.decompress(base64.b64decode(packed, validate=True), PACKED_MOST)
        told = json.loads(text)
        return [checked(str(code), office, telephone) for code, office, telephone in told]
    except (binascii.Error, zlib.error, RecursionError, TypeError, ValueError) as error:
        raise InvalidInput(NOT_OURS) from error


def _page(conference: Conference, *, status: int = 200, **more: Any) -> Response:
    known = services().contacts.seen_by(conference, required_identity())
    rooms = [room for room in conference.endpoints if room.level != "province"]
    page = {
        "conference": conference,
        "who": required_identity(),
        "rooms": len(rooms),
        "with_number": sum(bool(known.get(room.code, NOBODY).numbers) for room in rooms),
        "file_most_mb": FILE_MOST // 1024 // 1024,
        **more,
    }
    return make_response(render_template("admin/contacts/show.html", **page), status)
