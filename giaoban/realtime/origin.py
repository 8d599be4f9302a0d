"""From which pages a browser may open the live connection: this server's own.

A browser lets any page open a WebSocket anywhere, with the cookies of there, and only says from which page. Programs
send no origin and no cookie of somebody else's: they are let in, and stand or fall by their token.
"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit


def from_our_pages(public_url: str) -> Callable[[str | None, Mapping[str, Any]], bool]:
    """Whether that origin is the address that was asked, or the one that people type.

    The environment is what the trusted proxy has made of it; the headers by which a proxy would say so count no more
    than that, unlike with the library's own check.
    """
    known = urlsplit(public_url.lower())
    public = f"{known.scheme}://{known.netloc}"

    def allowed(origin: str | None, environ: Mapping[str, Any]) -> bool:
        asked = f"{environ['wsgi.url_scheme']}://{environ.get('HTTP_HOST', '')}".lower()
        return origin is not None and origin.lower() in (asked, public)

    return allowed
