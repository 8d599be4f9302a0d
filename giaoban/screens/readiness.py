"""A room says on its page whether it is ready for its part, or its district for it."""

from uuid import uuid4

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from giaoban.domain.errors import InvalidInput, InvalidTransition, NotFound
from giaoban.domain.readiness import REASONS
from giaoban.screens import endpoint
from giaoban.screens.blueprint import bp
from giaoban.web.current import identity, services
from giaoban.web.readiness import cards, take


@bp.get("/diem-cau/san-sang")
def readiness() -> str:
    """The questions that stand now, as a fragment."""
    who, conference = endpoint.own_room(identity())
    view = services().running_order.view(conference)
    return render_template(
        "screens/_readiness.html",
        asked=cards(conference, who, view),
        usual_reasons=REASONS,
        conference=conference,
        rooms=endpoint.rooms_of(who, conference),
        form_id=str(uuid4()),
    )


@bp.post("/diem-cau/san-sang")
def answer_readiness() -> str | tuple[str, int] | Response:
    """Take the answer of the form; back to the page (303). What cannot be taken comes back as the page, with why."""
    who, conference = endpoint.own_room(identity())
    form = request.form
    code = form.get("endpoint_code") or str(who.endpoint_code)
    try:
        take(conference, who, code, form.get("item_id", ""), form)
    except InvalidInput as error:
        return endpoint.room_page(who, conference, unready=error.message, typed=form), 422
    except (InvalidTransition, NotFound) as error:
        return endpoint.room_page(who, conference, unready=error.message, typed=form), 409
    return redirect(url_for("screens.room"), 303)
