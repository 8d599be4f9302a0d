"""The blueprints of the working pages, apart from the modules with their routes, which all import them."""

from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

bp = Blueprint("admin", __name__)
accounts = Blueprint("accounts", __name__)


def link_here() -> dict[str, Any]:
    """What every address carries on: the conference that this page was asked for by name, or is about."""
    slug = request.args.get("hoi-nghi") or (request.view_args or {}).get("slug")
    return {"hoi-nghi": slug} if slug else {}


def _page_context() -> dict[str, object]:
    return {"link_here": link_here()}


def _page_or_fragment(response: Response) -> Response:
    """A fragment is never taken for a page."""
    response.vary.add("HX-Request")
    return response


for _blueprint in (bp, accounts):
    _blueprint.context_processor(_page_context)
    _blueprint.after_request(_page_or_fragment)
