"""The service workers of a room's page and of the projector's: each opens its page where there is no network, from what
the browser has kept."""

import json
from typing import Any, Final

from flask import Response

from giaoban.screens.blueprint import bp
from giaoban.web import headers, static_files

# Names that the pages' scripts have too: static/js/lib/kept.js and static/js/projector/keeping.js.
ROOM: Final = {"cache": "giaoban-diem-cau", "page": "/diem-cau", "by_address": False, "marked": False}
PROJECTOR: Final = {"cache": "giaoban-man-chieu", "page": "/man-chieu", "by_address": True, "marked": True}
# What it asks for itself: pages and files of this server, nothing else.
_POLICY = "default-src 'none'; connect-src 'self'; frame-ancestors 'none'"


@bp.get("/diem-cau/ngoai-tuyen.js")
def service_worker() -> Response:
    """The worker of this release; the page that it opens has the headers of one that the server sends."""
    return _worker(ROOM)


@bp.get("/man-chieu/ngoai-tuyen.js")
def projector_worker() -> Response:
    """The same for the projector."""
    return _worker(PROJECTOR)


def _worker(kept: dict[str, Any]) -> Response:
    own = {**headers.of_page(), "Content-Type": "text/html; charset=utf-8"}
    names = {"RELEASE": static_files.release(), "HEADERS": own, "KEPT": kept}
    first = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in names.items())
    response = Response(first + static_files.script("js/service_worker.js"), mimetype="text/javascript")
    response.headers["Service-Worker-Allowed"] = kept["page"]
    response.headers["Content-Security-Policy"] = _POLICY
    return response
