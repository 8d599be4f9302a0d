"""The makets of all rooms: the lines that they share, one of them as it will look, and its files."""

from collections.abc import Mapping
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from giaoban.admin import conference_form
from giaoban.admin.agenda import STATUS_WORDS
from giaoban.admin.blueprints import bp
from giaoban.admin.documents import handed_out
from giaoban.admin.maket_bundle import panel_facts
from giaoban.documents.typeset import Form
from giaoban.domain import maket
from giaoban.domain.errors import InvalidInput, InvalidTransition, NotFound
from giaoban.domain.maket_names import PREFIX
from giaoban.domain.maket_sizes import DEFAULT, KNOWN, size_of
from giaoban.models import Conference
from giaoban.models.conference import endpoint_by_code
from giaoban.web.current import STAFF, require, required_identity, services

OTHER: Final = "other"  # the size that is typed
OTHERS_NAMED: Final = 5
TOO_LONG: Final = f"Mỗi dòng của ma két dài không quá {maket.LINE_LONGEST} ký tự, không có ký tự đặc biệt."


@bp.get("/quan-tri/hoi-nghi/<slug>/ma-ket")
@require(*STAFF)
def makets(slug: str) -> str:
    """The page; `diem-cau` and `kho` name the room and the size to begin with."""
    return _page(_conference(slug), {"room": request.args.get("diem-cau", ""), "size": request.args.get("kho", "")})


@bp.post("/quan-tri/hoi-nghi/<slug>/ma-ket")
@require("admin")
def save_maket(slug: str) -> Response | tuple[str, int]:
    """The lines that the hall's projector and all rooms' makets share."""
    conference = services().conferences.find(slug)
    try:
        services().conference_life.set_maket(conference, request.form, required_identity())
    except InvalidInput:
        return _page(conference, request.form, problems=[TOO_LONG]), 422
    except InvalidTransition as error:
        return _page(conference, request.form, problems=[error.message]), 409
    flash("Đã lưu ma két. Màn chiếu đang mở cần tải lại trang.")
    chosen: dict[str, Any] = {"diem-cau": request.form.get("room") or None, "kho": _size_typed(request.form) or None}
    return redirect(url_for("admin.makets", slug=slug, **chosen), 303)


@bp.post("/quan-tri/hoi-nghi/<slug>/ma-ket/xem")
@require(*STAFF)
def preview_maket(slug: str) -> str | tuple[str, int]:
    """The maket of what stands in the form, which is not stored: the fragment, or without scripts the page."""
    conference = _conference(slug)
    if not request.htmx:  # type: ignore[attr-defined]
        return _page(conference, request.form)
    view = _view(conference, request.form)
    page = render_template("admin/makets/_view.html", conference=conference, view=view)
    return (page, 422) if view["problem"] else page


@bp.get("/quan-tri/hoi-nghi/<slug>/ma-ket/<code>.<any(pdf, svg, png):form>")
@require(*STAFF)
def maket_file(slug: str, code: str, form: Form) -> Response:
    """The maket of that room as a file of the size `kho`."""
    conference = _conference(slug)
    room = None if "\0" in code else endpoint_by_code(conference.id, code)
    if room is None:
        raise NotFound("Không có điểm cầu này.")
    size = size_of(request.args.get("kho", DEFAULT.key))
    return handed_out(services().makets.file(conference, room, size, form))


def _conference(slug: str) -> Conference:
    return services().conferences.seen_by(required_identity(), slug)


def _page(conference: Conference, sent: Mapping[str, str], problems: list[str] | None = None) -> str:
    """The page with what was typed, or with the conference's own lines where nothing of them was."""
    who = required_identity()
    typed = {**conference_form.maket_shown(conference), **sent}
    if sent.get("kind") is not None and "day" not in sent:
        typed["day"] = ""
    if typed.get("size") not in (*KNOWN, OTHER):
        typed |= {"size": OTHER if typed.get("size") else DEFAULT.key, "own_size": typed.get("size", "")}
    return render_template(
        "admin/makets/show.html",
        conference=conference,
        typed=typed,
        view=_view(conference, typed),
        bundle=Markup(render_template("admin/makets/_bundle.html", **panel_facts(conference))),
        problems=problems or [],
        sizes=list(KNOWN.values()),
        rooms=conference.endpoints,
        prefix=PREFIX,
        editable=who.may("administer") and conference.stage != "closed",
        status_word=STATUS_WORDS[conference.status],
        who=who,
    )


def _view(conference: Conference, typed: Mapping[str, str]) -> dict[str, Any]:
    """One maket as it will look, `svg`, or the `problem` with what was typed."""
    found = services().makets.rooms_named(conference, typed.get("room", ""))
    if not found:
        return {"problem": "Không có điểm cầu nào tên như vậy."}
    room = found[0]
    try:
        size = size_of(_size_typed(typed))
        lines = maket.checked(typed) if "kind" in typed else None
    except InvalidInput as error:
        return {"problem": error.message if error.details.get("field") == "size" else TOO_LONG}
    others = conference.maket if lines is None else {k: v for k, v in conference.maket.items() if k not in maket.NAMES}
    whole = {**others, **(lines or {})}
    svg = services().makets.preview(conference, room, size, whole)
    return {
        "problem": "",
        "svg": Markup(svg),  # noqa: S704  # typst's, all letters are outlines
        "name": room.full_name,
        "code": room.code,
        "size": size,
        "others": [each.full_name for each in found[1 : OTHERS_NAMED + 1]] if typed.get("room") else [],
        "unsaved": whole != conference.maket,
    }


def _size_typed(typed: Mapping[str, str]) -> str:
    chosen = typed.get("size") or DEFAULT.key
    return typed.get("own_size", "") if chosen == OTHER else chosen
