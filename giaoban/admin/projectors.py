"""Projectors for the staff: how each is, giving one a name by the code on its screen, and what one can be told.

The list stands on a page of its own and, shortened, on the console and the technician's board; the forms open in the
drawer there and are pages without scripts.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from htmx_flask import make_response
from werkzeug.wrappers import Response

from giaoban.admin.blueprints import bp, link_here
from giaoban.domain.errors import GiaobanError, InvalidInput, InvalidTransition, NotFound, TooManyAttempts
from giaoban.domain.projectors import CODE_DIGITS, FOLLOWING, NAME_LONGEST
from giaoban.models import Conference
from giaoban.services.identity import STAFF
from giaoban.web import projectors as wording
from giaoban.web.current import current_conference, require, required_identity, services

MAY_PAIR: Final = ("admin", "mc", "technician")
CHANGED: Final = "projectors-changed"  # what the lists listen for
FRAGMENTS: Final = {"gon": "_short.html", "tom-tat": "_sum.html"}
NAMES: Final = ("Hội trường", "Sảnh", "Phòng báo chí", "Ti vi")  # usual ones, offered while one types


@bp.get("/ky-thuat/man-chieu")
@require(*STAFF)
def projectors() -> Response:
    conference = current_conference()
    if not request.htmx:  # type: ignore[attr-defined]
        return make_response(_form_page(conference, "admin/projectors/show.html"))
    if request.htmx.target == "drawer":  # type: ignore[attr-defined]
        template = "_drawer.html"
    else:
        template = next((name for asked, name in FRAGMENTS.items() if asked in request.args), "_list.html")
    return make_response(render_template(f"admin/projectors/{template}", **page(conference)))


@bp.get("/ky-thuat/man-chieu/ghep")
@require(*MAY_PAIR)
def pair_form() -> Response:
    return _pair_form(current_conference())


@bp.post("/ky-thuat/man-chieu/ghep")
@require(*MAY_PAIR)
def pair() -> Response:
    """Give a name to the screen that shows that code; what is wrong comes back with what was typed."""
    conference = current_conference()
    form = request.form
    try:
        made = wording.pair(conference, form.get("code", ""), form.get("name", ""), required_identity())
    except InvalidInput as error:
        return _pair_form(conference, problem=error, status=422)
    except InvalidTransition as error:
        return _pair_form(conference, problem=error, status=409)
    except TooManyAttempts as error:
        # Of these statuses htmx shows what comes with a 409 only.
        answer = _pair_form(conference, problem=error, status=409 if request.htmx else 429)  # type: ignore[attr-defined]
        answer.headers["Retry-After"] = str(error.retry_after_s)
        return answer
    return _done(conference, made, "Đã ghép. Màn chiếu tự chuyển sang hình trong vài giây.")


@bp.get("/ky-thuat/man-chieu/<projector_id>")
@require(*STAFF)
def projector(projector_id: str) -> Response:
    try:
        return _one(current_conference(), projector_id)
    except NotFound:
        if "so-lieu" not in request.args:
            raise
        # Somebody else has forgotten it while its form is open here: this stops asking, and says why.
        return make_response('<p id="projector-facts">Màn chiếu này đã bỏ ghép.</p>')


@bp.post("/ky-thuat/man-chieu/<projector_id>/ten")
@require(*MAY_PAIR)
def rename_projector(projector_id: str) -> Response:
    name = request.form.get("name", "")
    return _change(projector_id, lambda slug, who: services().projectors.rename(slug, projector_id, name, who))


@bp.post("/ky-thuat/man-chieu/<projector_id>/canh")
@require(*MAY_PAIR)
def pin_projector(projector_id: str) -> Response:
    scene = request.form.get("scene", "")
    return _change(projector_id, lambda slug, who: services().projectors.pin(slug, projector_id, scene, who))


@bp.post("/ky-thuat/man-chieu/<projector_id>/nhan-dien")
@require(*MAY_PAIR)
def identify_projector(projector_id: str) -> Response:
    conference = current_conference()
    said = "Màn chiếu đang hiện tên."
    return _change(projector_id, lambda _slug, who: services().projectors.identify(conference, projector_id, who), said)


@bp.post("/ky-thuat/man-chieu/<projector_id>/bo")
@require(*MAY_PAIR)
def forget_projector(projector_id: str) -> Response:
    return _change(projector_id, lambda slug, who: services().projectors.forget(slug, projector_id, who), "Đã bỏ ghép.")


# ---- what comes back


def page(conference: Conference) -> dict[str, Any]:
    """What the lists show."""
    who = required_identity()
    return {
        "conference": conference,
        "screens": services().projectors.view(conference, who),
        "may_pair": who.may("projectors") and conference.stage != "closed",
        "screen_scenes": wording.SCENE_WORDS,
        "screen_words": wording.state_words,
        "screen_icons": wording.STATE_ICONS,
        "pinned_words": wording.pinned_words,
        "link_here": link_here(),
    }


def _change(projector_id: str, change: Callable[[str, Any], None], said: str = "Đã ghi.") -> Response:
    """The projector after the change, or with why there was none and what was typed."""
    conference = current_conference()
    try:
        change(conference.slug, required_identity())
    except InvalidInput as error:
        return _one(conference, projector_id, problem=error, status=422)
    except InvalidTransition as error:
        return _one(conference, projector_id, problem=error, status=409)
    return _done(conference, projector_id, said)


def _done(conference: Conference, projector_id: str, said: str) -> Response:
    if not request.htmx:  # type: ignore[attr-defined]
        flash(said)
        return redirect(url_for("admin.projectors", **link_here()), 303)
    try:
        answer = _one(conference, projector_id, said=said)
    except NotFound:  # that is what was wanted
        answer = make_response('<div id="drawer"></div>')
    answer.headers["HX-Trigger"] = CHANGED
    return answer


def _pair_form(conference: Conference, *, problem: GiaobanError | None = None, status: int = 200) -> Response:
    typed = request.form if problem else {}
    template = "_pair.html" if request.htmx else "show.html"  # type: ignore[attr-defined]
    shown = _form_page(conference, f"admin/projectors/{template}", typed=typed, problem=problem)
    return make_response(shown, status)


def _form_page(
    conference: Conference,
    template: str,
    *,
    typed: Mapping[str, str] | None = None,
    problem: GiaobanError | None = None,
) -> str:
    return render_template(
        template,
        **page(conference),
        who=required_identity(),
        typed=typed or {},
        problem=problem,
        field=problem.details.get("field") if problem else None,
        names=NAMES,
        name_longest=NAME_LONGEST,
        code_digits=CODE_DIGITS,
    )


def _one(
    conference: Conference,
    projector_id: str,
    *,
    problem: GiaobanError | None = None,
    said: str = "",
    status: int = 200,
) -> Response:
    who = required_identity()
    row = services().projectors.one(conference, projector_id, who)
    if request.htmx and "so-lieu" in request.args:  # type: ignore[attr-defined]
        template = "_facts.html"
    else:
        template = "_one.html" if request.htmx else "one.html"  # type: ignore[attr-defined]
    shown = render_template(
        f"admin/projectors/{template}",
        **page(conference),
        who=who,
        row=row,
        typed=request.form if problem else {},
        problem=problem,
        said=said,
        following=FOLLOWING,
        name_longest=NAME_LONGEST,
    )
    return make_response(shown, status)
