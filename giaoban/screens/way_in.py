"""The rooms' way in: a join code, typed or followed as a link from the access sheet."""

from typing import Any

from flask import redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from giaoban.domain.errors import InvalidInput, NotFound, NotSignedIn, TooManyAttempts
from giaoban.domain.join_codes import problem_with, typed_code
from giaoban.domain.telephones import telephones
from giaoban.screens.blueprint import bp, lower_first
from giaoban.services.identity import Identity
from giaoban.web.attempts import attempt
from giaoban.web.current import identity, services
from giaoban.web.sign_in import sign_in

CODE_LONGEST = 200  # a whole link


@bp.get("/vao")
def way_in() -> str:
    """The form for typing a join code; who is signed in is told so."""
    return _form("", None)


@bp.post("/vao")
def join_typed() -> str | tuple[Any, ...] | Response:
    """Sign in with the code that was typed; `confirmed` answers the question whether to replace another sign-in."""
    return _join(request.form.get("code", ""), confirmed=bool(request.form.get("confirmed")))


@bp.get("/vao/<code>")
def join(code: str) -> str | tuple[Any, ...] | Response:
    """Sign in at once and go to the room's page (303), unless somebody else is signed in here: then ask first."""
    return _join(code, confirmed=False)


def _join(typed: str, *, confirmed: bool) -> str | tuple[Any, ...] | Response:
    typed = typed_code(typed[:CODE_LONGEST])
    if not typed:
        return _form("", InvalidInput("Xin nhập mã điểm cầu.")), 422
    try:
        comer = attempt(lambda: services().access.sign_in(typed))
    except NotSignedIn as error:
        return _form(typed, error, problem_with(typed)), 401
    except TooManyAttempts as error:
        return _form(typed, error), 429, {"Retry-After": str(error.retry_after_s)}
    here = identity()
    if here is not None and here.key != comer.key and not confirmed:
        return render_template("screens/change_room.html", typed=typed, here=name_of(here), comer=name_of(comer))
    sign_in(comer)
    return redirect(url_for("screens.room"), 303)


def name_of(who: Identity) -> str:
    """Who that is, for people: "điểm cầu xã Cao Minh, huyện Tràng Định", "tài khoản mc"."""
    return f"điểm cầu {lower_first(who.label)}" if who.role == "endpoint" else f"tài khoản {who.label or who.name}"


def _form(typed: str, error: Exception | None, more: str = "") -> str:
    here = identity()
    return render_template(
        "screens/way_in.html",
        typed=typed,
        error=" ".join(filter(None, (str(error) if error else "", more))),
        here=name_of(here) if here else "",
        renewed=lower_first(renewed) if here is None and (renewed := _renewed()) else "",
        is_room=here is not None and here.role == "endpoint",
        telephones=telephones(_hotline()),
    )


def _renewed() -> str | None:
    """The room that this browser was signed in as until its code was renewed."""
    return services().accounts.renewed_since(str(session.get("_user_id", "")))


def _hotline() -> str:
    try:
        return services().conferences.current().hotline
    except NotFound:  # not one conference yet
        return ""
