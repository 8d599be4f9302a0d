"""The room's test of its line: network, picture, sound, microphone. Without scripts the answers alone."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from giaoban.domain.errors import GiaobanError, InvalidInput, InvalidTransition
from giaoban.domain.telephones import telephones
from giaoban.models import Conference
from giaoban.screens.blueprint import bp
from giaoban.screens.endpoint import own_room
from giaoban.services.identity import Identity
from giaoban.services.scope import scope_of
from giaoban.web.current import identity, services
from giaoban.web.line_tests import PROBING, WORDS, record_form


@bp.get("/diem-cau/thu-duong-truyen")
def line_test() -> str | Response:
    """The page of the room that is signed in; strangers go to the way in."""
    who = identity()
    if who is None:
        return redirect(url_for("screens.way_in"), 303)
    return _page(*own_room(who))


@bp.get("/diem-cau/thu-duong-truyen/ket-qua")
def line_test_result() -> str:
    """What the last tests have found, the room's own and those of its communes, as a fragment."""
    who, conference = own_room(identity())
    return render_template("screens/line_tests/_results.html", **_results(who, conference))


@bp.get("/diem-cau/thu-duong-truyen/o")
def line_test_card() -> str:
    """The card on the room's own page, as a fragment."""
    who, conference = own_room(identity())
    test = services().line_tests.last(conference, str(who.endpoint_code))
    return render_template("screens/line_tests/_card.html", conference=conference, line_test=test, **WORDS)


@bp.post("/diem-cau/thu-duong-truyen")
def send_line_test() -> str | tuple[str, int] | Response:
    """Take the answers of the form, back to the page (303); what cannot be taken comes back with what was chosen."""
    who, conference = own_room(identity())
    try:
        record_form(conference.slug, str(who.endpoint_code), request.form, who)
    except InvalidInput as error:
        return _page(who, conference, error=error, typed=request.form), 422
    except InvalidTransition as error:
        return _page(who, conference, error=error, typed=request.form), 409
    return redirect(url_for("screens.line_test", _anchor="ket-qua"), 303)


def _page(
    who: Identity,
    conference: Conference,
    *,
    error: GiaobanError | None = None,
    typed: Mapping[str, str] | None = None,
) -> str:
    return render_template(
        "screens/line_tests/page.html",
        now_ms=services().clock.now_ms(),
        telephones=telephones(conference.hotline),
        form_id=str(uuid.uuid4()),
        error=error,
        typed=typed or {},
        probing=PROBING,
        **_results(who, conference),
    )


def _results(who: Identity, conference: Conference) -> dict[str, Any]:
    rows = services().line_tests.latest(conference, scope_of(who, conference.id))
    own = next(row for row in rows if row["code"] == who.endpoint_code)
    communes = [row for row in rows if row["code"] != who.endpoint_code]
    return {
        "conference": conference,
        "own": own,
        "test": own["test"],
        "communes": communes,
        "communes_tested": sum(1 for row in communes if row["test"]),
        **WORDS,
    }
