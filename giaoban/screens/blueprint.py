"""The blueprint of the screens, apart from the modules with their routes, which all import it."""

from flask import Blueprint
from werkzeug.wrappers import Response

bp = Blueprint("screens", __name__)


@bp.after_request
def never_kept(response: Response) -> Response:
    """A screen shows what is true now: the scripts take the page for a fresh answer and set their clock by it."""
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.app_template_filter()
def lower_first(text: str) -> str:
    """A label as it stands inside a sentence: "Xã Cao Minh" → "xã Cao Minh"."""
    return text[:1].lower() + text[1:]
