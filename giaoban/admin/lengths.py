"""Many lengths changed at once: which items, by how much, what comes of it, and one command that does it.

The preview carries the lengths that it was made of; what is applied is what it showed, or nothing.
"""

from collections.abc import Mapping
from typing import Any, Final

from flask import render_template, request
from htmx_flask import make_response
from werkzeug.wrappers import Response

from giaoban.admin import item_form
from giaoban.admin.blueprints import bp
from giaoban.admin.presses import what_happened, whole
from giaoban.admin.running_order import DRIVERS, done, words
from giaoban.domain import editing as domain
from giaoban.domain.errors import IdReused, InvalidInput, InvalidTransition, StaleVersion
from giaoban.domain.items import Item
from giaoban.domain.running_order import RunningOrder
from giaoban.models import Conference
from giaoban.web.current import current_conference, require, required_identity, services
from giaoban.web.running_order import KIND_WORDS, heading

HOWS: Final = {"set": "Đặt thành", "add": "Thêm", "take": "Bớt"}
NOTHING_CHOSEN: Final = "Chưa chọn mục nào."


class _Moved(Exception):
    """Lengths are no longer those that the preview was made of."""


@bp.get("/dieu-hanh/thoi-luong")
@require(*DRIVERS)
def lengths() -> Response:
    """The form: pending items to choose from, one by one or by kind."""
    return _form(current_conference())


@bp.post("/dieu-hanh/thoi-luong/xem")
@require(*DRIVERS)
def preview_lengths() -> Response:
    """What would come of it: old and new lengths and the expected end. Nothing is stored."""
    conference = current_conference()
    form = request.form
    if not form.get("minutes", "").strip() or not (form.getlist("item") or form.getlist("kind")):
        return _form(conference, part=True)
    try:
        return _form(conference, preview=_preview(conference), part=True)
    except (InvalidInput, InvalidTransition) as error:
        return _form(conference, problem=_said(error), part=True, status=422)


@bp.post("/dieu-hanh/lenh/set_lengths")
@require(*DRIVERS)
def set_lengths() -> Response:
    """All of it as one command, as long as the lengths are still those that were looked at."""
    conference = current_conference()
    seen = whole(request.form.get("expected_version"))

    def plan(order: RunningOrder) -> dict[str, Any]:
        if order.version != seen and not _as_looked_at(order):
            raise _Moved()
        return {"lengths": _new(_chosen(order))}

    try:
        services().editing.save(
            conference, request.form.get("command_id", ""), "set_lengths", plan, required_identity()
        )
    except _Moved:
        why = "Chương trình vừa đổi trong lúc quý vị chọn, nên chưa lưu. Xin xem lại bảng dưới đây rồi bấm Lưu."
        return _form(conference, problem=why, status=409)
    except (StaleVersion, InvalidTransition) as error:
        return _form(conference, problem=what_happened(conference, "set_lengths", error), status=409)
    except (InvalidInput, IdReused) as error:
        return _form(conference, problem=_said(error), status=422)
    return done(conference, close_drawer=True)


def _said(error: InvalidInput | InvalidTransition | IdReused) -> str:
    return item_form.problem(error)[1] if isinstance(error, InvalidInput) else error.message


def _as_looked_at(order: RunningOrder) -> bool:
    """Whether all that was chosen is still to come, with the lengths that the preview showed."""
    lengths = {item.id: str(item.planned_ms) for item in order.pending}
    ids = set(request.form.getlist("item")) | {item.id for item in _chosen(order)}
    return all(lengths.get(item_id) == request.form.get(f"was_{item_id}", "") for item_id in ids)


def _chosen(order: RunningOrder) -> list[Item]:
    """The items to come that were ticked, themselves or their kind. Raises InvalidInput when there is none."""
    ids, kinds = set(request.form.getlist("item")), set(request.form.getlist("kind"))
    chosen = [item for item in order.pending if item.id in ids or item.kind in kinds]
    if not chosen:
        raise InvalidInput(NOTHING_CHOSEN, field="lengths")
    return chosen


def _new(chosen: list[Item]) -> dict[str, int]:
    how = request.form.get("how", "")
    if how not in HOWS:
        raise InvalidInput("Xin chọn đặt thành, thêm hay bớt.", field="how")
    found = domain.new_lengths(chosen, how, item_form.length_ms(request.form.get("minutes", "").strip()))
    if not found:
        raise InvalidInput("Các mục đã chọn đều đã có thời lượng này.", field="lengths")
    return found


def _preview(conference: Conference) -> dict[str, Any]:
    """Old and new of each item that changes, and the expected end before and after."""
    chosen = _chosen(services().running_order.load(conference))
    new = _new(chosen)
    before, after = services().editing.foresee(conference, "set_lengths", {"lengths": new})
    return {
        "changes": [
            {"item": item, "new_ms": new[item.id], "over": item.cap_ms is not None and new[item.id] > item.cap_ms}
            for item in chosen
            if item.id in new
        ],
        "end_at_ms": before.expected_end_at_ms,
        "new_end_at_ms": after.expected_end_at_ms,
    }


def _form(
    conference: Conference,
    *,
    preview: Mapping[str, Any] | None = None,
    problem: str = "",
    part: bool = False,
    status: int = 200,
) -> Response:
    """The form with what was chosen and its preview; to htmx only the preview when `part`."""
    if preview is None and status == 409:
        try:
            preview = _preview(conference)
        except (InvalidInput, InvalidTransition):
            preview = None
    view = services().running_order.view(conference)
    pending = [item for item in view["items"] if item["state"] == "pending"]
    kinds = [kind for kind in KIND_WORDS if any(item["kind"] == kind for item in pending)]
    headings = {item["id"]: heading(item) for item in pending}
    page = {
        "conference": conference,
        "version": view["version"],
        "pending": pending,
        "headings": headings,
        "kinds": [(kind, KIND_WORDS[kind], sum(item["kind"] == kind for item in pending)) for kind in kinds],
        "chosen": set(request.form.getlist("item")),
        "chosen_kinds": set(request.form.getlist("kind")),
        "hows": HOWS,
        "how": request.form.get("how", "set"),
        "minutes": request.form.get("minutes", ""),
        "preview": preview,
        "problem": problem,
        **words(),
    }
    fragment = "_lengths_preview.html" if part else "_lengths.html"
    name = fragment if request.htmx else "lengths.html"  # type: ignore[attr-defined]
    trigger = "order-changed" if status == 409 else None
    return make_response(render_template(f"admin/running_order/{name}", **page), status, trigger=trigger)
