"""Who else has the form of an item open, on the rows and in the form; the form's page says that it is still open."""

from flask import Response, g, request

from giaoban.admin.blueprints import bp
from giaoban.models import Conference
from giaoban.services.editors import Editor
from giaoban.web.current import current_conference, require, required_identity, services
from giaoban.web.filters import clock

EDITORS = ("admin", "mc", "secretary")


@bp.post("/dieu-hanh/muc/<item_id>/dang-sua")
@require(*EDITORS)
def editing_goes_on(item_id: str) -> Response:
    """The form is still open, or with `open=0` no longer; who else has it open comes back as a sentence, or nothing."""
    conference, who = current_conference(), required_identity()
    if request.form.get("open") == "0":
        services().editors.closes(conference, item_id, who)
        return Response("", mimetype="text/plain")
    services().editors.opens(conference, item_id, who)
    return Response(also_editing(conference, item_id, in_form=True), mimetype="text/plain")


def also_editing(conference: Conference, item_id: str, *, in_form: bool = False) -> str:
    """ "lan đang sửa" for a row, with since when for the form; "" when nobody else has the item's form open."""
    if "editors" not in g or g.editors[0] != conference.id:
        g.editors = conference.id, services().editors.of(conference)
    mine = required_identity().session_key
    others: list[Editor] = [editor for editor in g.editors[1].get(item_id, ()) if editor.key != mine]
    if not others:
        return ""
    names = ", ".join(dict.fromkeys(editor.name for editor in others))
    if not in_form:
        return f"{names} đang sửa"
    return f"{names} cũng đang sửa mục này, từ {clock(others[0].since_at_ms, conference.timezone)}."
