"""A room's own maket: to print, or to show on its screen; a district's communes' too. Works without scripts."""

from typing import Any, Final

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from giaoban.documents.typeset import Form
from giaoban.domain.errors import NotAllowed, NotFound
from giaoban.domain.maket_sizes import KNOWN, SCREEN, Size
from giaoban.domain.telephones import telephones
from giaoban.models import Conference, Endpoint
from giaoban.models.conference import endpoint_by_code
from giaoban.screens.blueprint import bp
from giaoban.screens.endpoint import own_room
from giaoban.services.identity import Identity
from giaoban.services.scope import scope_of
from giaoban.web.current import identity, services
from giaoban.web.limits import count_drawing

# What a room is offered: a size and the form that serves it.
OFFERED: Final[tuple[tuple[str, Form], ...]] = (
    ("a4", "pdf"),
    ("a3", "pdf"),
    ("3x2m", "pdf"),
    ("4x2.5m", "pdf"),
    (SCREEN, "png"),
)


@bp.get("/diem-cau/ma-ket")
def maket() -> str | Response:
    """The room's maket and its files; `cua` names a commune of the district that asks. Strangers go to the way in."""
    return _shown("screens/makets/page.html")


@bp.get("/diem-cau/ma-ket/chieu")
def maket_screen() -> str | Response:
    """The same maket alone, as large as the screen."""
    return _shown("screens/makets/screen.html")


@bp.get("/diem-cau/ma-ket/<code>.<any(pdf, svg, png):form>")
def maket_file(code: str, form: Form) -> Response:
    """The maket of that room as a file of the size `kho`, one that has a name."""
    who = identity()
    if who is None:
        return redirect(url_for("screens.way_in"), 303)
    who, conference = own_room(who)
    size = KNOWN.get(request.args.get("kho", SCREEN))
    if size is None:
        raise NotFound("Không có khổ ma két này.")
    room = _room(who, conference, code)
    count_drawing(who)
    file = services().makets.file(conference, room, size, form)
    answer = Response(file.data, mimetype=file.mimetype)
    answer.headers.set("Content-Disposition", "inline" if form == "svg" else "attachment", filename=file.name)
    return answer


def _shown(template: str) -> str | Response:
    who = identity()
    if who is None:
        return redirect(url_for("screens.way_in"), 303)
    who, conference = own_room(who)
    room = _room(who, conference, request.args.get("cua") or str(who.endpoint_code))
    communes = [each for each in conference.endpoints if each.parent_code == who.endpoint_code]
    page: dict[str, Any] = {
        "conference": conference,
        "room": room,
        "own": room.code == who.endpoint_code,
        "own_name": who.label,
        "communes": communes if who.level == "district" else [],
        "files": [(KNOWN[key], form, _words(KNOWN[key], form)) for key, form in OFFERED],
        "screen": KNOWN[SCREEN],
        "telephones": telephones(conference.hotline),
    }
    return render_template(template, **page)


def _words(size: Size, form: Form) -> str:
    return f"{size.words} ({form.upper()})"


def _room(who: Identity, conference: Conference, code: str) -> Endpoint:
    """Raises NotFound, and NotAllowed for a room that is neither the own one nor a commune of the own district."""
    room = None if "\0" in code else endpoint_by_code(conference.id, code)
    if room is None:
        raise NotFound("Không có điểm cầu này.")
    if not scope_of(who, conference.id).has(room):
        raise NotAllowed("Mỗi điểm cầu chỉ tải được ma két của mình.")
    return room
