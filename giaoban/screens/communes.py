"""A district's list of its communes on its own page: one tap each, or all that are left in one press."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from giaoban.domain.errors import InvalidInput
from giaoban.screens import endpoint
from giaoban.screens.blueprint import bp
from giaoban.services.scope import scope_of
from giaoban.web.current import identity, services


@bp.get("/diem-cau/cap-xa")
def communes() -> str:
    """The list as a fragment."""
    who, conference = endpoint.own_room(identity())
    rows = services().roll_call.endpoints(conference, scope_of(who, conference.id))
    return render_template("screens/_communes.html", **endpoint.attendance(who, conference, rows))


@bp.post("/diem-cau/cap-xa/co-mat")
def rest_is_present() -> tuple[str, int] | Response:
    """Say of all rooms that the form names, and that have no word yet, that they are there (303).

    Those that cannot be taken are named on the page (409); the others are stored.
    """
    who, conference = endpoint.own_room(identity())
    codes = request.form.get("codes", "").split()
    done = services().attesting.rest_is_present(conference, codes, request.form.get("form_id", ""), who)
    if not codes:
        return endpoint.room_page(who, conference, error=InvalidInput("Không còn điểm cầu nào chưa báo.")), 422
    if done.refused:
        return endpoint.room_page(who, conference, attested=done), 409
    return redirect(url_for("screens.room", _anchor="communes"), 303)
