"""Answers that are the same for whoever asks: made and packed once for as long as they hold, however many ask at once.

What is kept is the bytes; whoever asks gets the packing that their browser takes, or nothing but 304 when they have it.
"""

import gzip
import hashlib
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Final

import brotli
from flask import Request, Response

_KEYS_MOST: Final = 64  # conferences that people look at, twice each; more are asked for by nobody but the curious
_BROTLI: Final = 5


@dataclass(frozen=True, slots=True)
class Kept:
    """A made answer: its bytes by encoding ("" for none), its tag, and what whoever made it knows of it.

    From `until_ms` on it is wrong by itself; None: only when something changes.
    """

    bodies: dict[str, bytes]
    tag: str
    stamp: Any
    made_at_ms: int
    until_ms: int | None = None

    def etag(self, encoding: str) -> str:
        """The tag of those very bytes."""
        return f"{self.tag}-{encoding}" if encoding else self.tag


def packed(text: str, stamp: Any, made_at_ms: int, until_ms: int | None = None) -> Kept:
    """The text as it will be sent. The same text always has the same tag, whichever process made it."""
    body = text.encode()
    bodies = {
        "": body,
        "br": brotli.compress(body, mode=brotli.MODE_TEXT, quality=_BROTLI),
        "gzip": gzip.compress(body, 6, mtime=0),
    }
    return Kept(bodies, hashlib.sha256(body).hexdigest()[:20], stamp, made_at_ms, until_ms)


class KeptAnswers:
    """The last answer of each key. One asker makes it, the others wait for that."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, Kept] = {}
        self._making: dict[Hashable, threading.Lock] = {}

    def get(self, key: Hashable, holds: Callable[[Kept], bool], make: Callable[[], Kept]) -> Kept:
        """What is kept if it still holds, else what `make` makes. What that raises, only whoever made it gets."""
        kept = self._kept.get(key)
        if kept is not None and holds(kept):
            return kept
        with self._making.setdefault(key, threading.Lock()):
            kept = self._kept.get(key)
            if kept is None or not holds(kept):
                if kept is None and len(self._kept) >= _KEYS_MOST:
                    self._kept.clear()
                kept = self._kept[key] = make()
        return kept


def answer(kept: Kept, request: Request, *, mimetype: str, cache_control: str) -> Response:
    """The answer for that request: 304 where the asker has it already."""
    encodings = request.accept_encodings
    encoding = "br" if encodings["br"] else "gzip" if encodings["gzip"] else ""
    response = Response(kept.bodies[encoding], mimetype=mimetype)
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.headers["Cache-Control"] = cache_control
    response.headers["Vary"] = "Accept-Encoding"
    response.set_etag(kept.etag(encoding))
    response.make_conditional(request)
    return response
