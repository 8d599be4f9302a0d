"""What every answer tells the browser about what a page may do, who may frame it, and who may keep it.

Pages run scripts and take styles from this server's files alone: nothing inline, nothing evaluated, nothing from
elsewhere. Widths that only the server knows travel as attributes of SVG, which no policy forbids.
"""

import re
from typing import Final

from flask import Flask, request
from werkzeug.wrappers import Response

_YEAR_S: Final = 31_536_000
_HOST: Final = re.compile(r"[A-Za-z0-9.-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?")

PAGE_POLICY: Final = (
    "default-src 'self'; img-src 'self' data:; connect-src 'self'{socket}; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
# It depends on who asks, and shows what is true now: nobody may be shown it later, or in another's place.
NOT_KEPT: Final = "no-store"
OTHER_POLICY: Final = "default-src 'none'; frame-ancestors 'none'"
ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin",  # the host, never the path: /vao/<code> is a way in
    "Permissions-Policy": (
        "camera=(), display-capture=(), geolocation=(), hid=(), microphone=(), midi=(), payment=(), serial=(), usb=()"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
}
OVER_TLS: Final = {
    "Strict-Transport-Security": f"max-age={_YEAR_S}; includeSubDomains",
    "Cross-Origin-Opener-Policy": "same-origin",  # browsers complain about it on plain HTTP
}


def register(app: Flask) -> None:
    app.after_request(add)


def add(response: Response) -> Response:
    """The headers of one answer, errors and files included."""
    headers = response.headers
    for name, value in ALWAYS.items():
        headers[name] = value
    if request.is_secure:
        for name, value in OVER_TLS.items():
            headers[name] = value
    is_page = response.mimetype == "text/html"
    headers["Content-Security-Policy"] = PAGE_POLICY.format(socket=_socket()) if is_page else OTHER_POLICY
    if request.endpoint != "static":
        headers["Cache-Control"] = NOT_KEPT
    return response


def of_json(secure: bool) -> list[tuple[str, str]]:
    """The same for an answer of the API, by whether it goes over TLS."""
    more = {"Content-Security-Policy": OTHER_POLICY, "Cache-Control": NOT_KEPT}
    return list({**ALWAYS, **(OVER_TLS if secure else {}), **more}.items())


def _socket() -> str:
    """The address of the live connection, for browsers to whom 'self' means the page's own scheme only."""
    host = request.host
    return f" {'wss' if request.is_secure else 'ws'}://{host}" if _HOST.fullmatch(host) else ""
