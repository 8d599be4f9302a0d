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
# The room's test of its line may show its own camera and microphone, to itself: nothing of them leaves the device.
MAY_SEE_AND_HEAR: Final = frozenset({"screens.line_test", "screens.send_line_test"})
_SEEING_AND_HEARING: Final = {"camera=()": "camera=(self)", "microphone=()": "microphone=(self)"}
# What the public and the caches between may keep for as long as the view says. It is the same for everybody: no session
# is looked at for it, and none is begun.
FOR_EVERYBODY: Final = frozenset({"screens.press", "screens.press_material", "screens.press_news"})
# What an administrator chooses is seen in small before it is saved: a sample with nothing to press, in our own frame.
MAY_BE_FRAMED_BY_US: Final = frozenset({"screens.looks_sample"})
# A phone on a slow line fetches thirty files, each with its headers; these say nothing about a file of ours.
OF_NO_USE_TO_FILES: Final = ("Permissions-Policy", "Content-Disposition", "Expires")
# Nobody can open these as a page: what a page may do, who may frame it and what it tells others is not about them; and
# as they are the same for everybody, nothing is won by who may take them into a page.
NO_PAGES: Final = ("text/javascript", "text/css", "font/woff2")
OF_NO_USE_TO_NO_PAGES: Final = (
    "Content-Security-Policy",
    "X-Frame-Options",
    "Referrer-Policy",
    "Cross-Origin-Resource-Policy",
)
OVER_TLS: Final = {
    "Strict-Transport-Security": f"max-age={_YEAR_S}; includeSubDomains",
    "Cross-Origin-Opener-Policy": "same-origin",  # browsers complain about it on plain HTTP
}


def register(app: Flask) -> None:
    app.after_request(add)


def add(response: Response) -> Response:
    """The headers of one answer, errors and files included."""
    headers = response.headers
    headers.update(_always())
    if request.endpoint in MAY_SEE_AND_HEAR:
        for closed, opened in _SEEING_AND_HEARING.items():
            headers["Permissions-Policy"] = headers["Permissions-Policy"].replace(closed, opened)
    if response.mimetype == "text/html":
        headers["Content-Security-Policy"] = _page_policy()
        if request.endpoint in MAY_BE_FRAMED_BY_US:
            headers["X-Frame-Options"] = "SAMEORIGIN"
            headers["Content-Security-Policy"] = _page_policy().replace("ancestors 'none'", "ancestors 'self'")
    else:  # a worker brings a policy of its own, of what it may ask for itself
        headers.setdefault("Content-Security-Policy", OTHER_POLICY)
    if request.endpoint in FOR_EVERYBODY and response.status_code < 400:
        headers.setdefault("Cache-Control", NOT_KEPT)
    elif request.endpoint != "static":
        headers["Cache-Control"] = NOT_KEPT
    else:
        for name in OF_NO_USE_TO_FILES + (OF_NO_USE_TO_NO_PAGES if response.mimetype in NO_PAGES else ()):
            headers.pop(name, None)
    return response


def of_page() -> dict[str, str]:
    """What a page tells the browser that asks now, but for who may keep it."""
    return {**_always(), "Content-Security-Policy": _page_policy()}


def _page_policy() -> str:
    return PAGE_POLICY.format(socket=_socket())


def _always() -> dict[str, str]:
    return {**ALWAYS, **(OVER_TLS if request.is_secure else {})}


def of_json(secure: bool) -> list[tuple[str, str]]:
    """The same for an answer of the API, by whether it goes over TLS."""
    more = {"Content-Security-Policy": OTHER_POLICY, "Cache-Control": NOT_KEPT}
    return list({**ALWAYS, **(OVER_TLS if secure else {}), **more}.items())


def _socket() -> str:
    """The address of the live connection, for browsers to whom 'self' means the page's own scheme only."""
    host = request.host
    return f" {'wss' if request.is_secure else 'ws'}://{host}" if _HOST.fullmatch(host) else ""
