"""The blueprint of the screens, apart from the modules with their routes, which all import it."""

from typing import Any

from flask import Blueprint, request

bp = Blueprint("screens", __name__)


def named() -> dict[str, Any]:
    """What a page's addresses carry on: the conference that it was asked for by name."""
    slug = request.args.get("hoi-nghi")
    return {"hoi-nghi": slug} if slug else {}


@bp.app_template_filter()
def lower_first(text: str) -> str:
    """A label as it stands inside a sentence: "Xã Cao Minh" → "xã Cao Minh"."""
    return text[:1].lower() + text[1:]
