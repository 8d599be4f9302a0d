"""The blueprint of the screens, apart from the modules with their routes, which all import it."""

from flask import Blueprint

bp = Blueprint("screens", __name__)


@bp.app_template_filter()
def lower_first(text: str) -> str:
    """A label as it stands inside a sentence: "Xã Cao Minh" → "xã Cao Minh"."""
    return text[:1].lower() + text[1:]
