"""The files of pages under addresses that name the release: a browser keeps them for good, and an update replaces all.

`url_for("static", …)` leads to `/static/~<release>/<name>`; the modules' relative imports and the styles' fonts stay
under the same release, so no page ever runs a mixture of two. Behind nginx these addresses come here as well. The plain
`/static/<name>` goes on as before.

What goes over the wire says nothing to people: comments and indentation are left out, and each file is packed once, as
small as it gets in reasonable time.
"""

import gzip
import hashlib
import mimetypes
import os
import re
import threading
from functools import cache
from pathlib import Path
from typing import Any, Final

import brotli
from flask import Flask, Response, current_app, request
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

from giaoban.threads import while_others_go_on

_MARK: Final = "~"
_PACKED: Final = {".js", ".css", ".svg"}
_AS_THEY_CAME: Final = "vendor/"  # with the comments that their licences want kept
_LARGE: Final = 500_000  # bytes: the API's description, for which the best packing takes three seconds instead of 0.2
FOR_GOOD: Final = "max-age=31536000, immutable"
FOR_A_MINUTE: Final = "max-age=60"  # asked for by a page of another release, while that one is being replaced
_BLOCK: Final = rb"/\*(?:(?!\*/).)*\*/"
_COMMENT_LINES: Final = re.compile(rb"^[ \t]*(?:" + _BLOCK + rb"[ \t]*\n|//[^\n]*\n|\n)", re.MULTILINE | re.DOTALL)
_STYLE_COMMENTS: Final = re.compile(rb"\s*" + _BLOCK, re.DOTALL)
_INDENTATION: Final = re.compile(rb"^[ \t]+", re.MULTILINE)


def register(app: Flask) -> None:
    app.view_functions["static"] = send
    app.url_defaults(_name_the_release)


def release() -> str:
    """What all files together are, as twelve hex digits: another for every change of any of them."""
    return _release(Path(str(current_app.static_folder)))


@cache
def _release(folder: Path) -> str:
    whole = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        whole.update(f"{path.relative_to(folder)}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()[:12]


def _name_the_release(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static" and "filename" in values:
        values["filename"] = f"{_MARK}{release()}/{values['filename']}"


def send(filename: str) -> Response:
    """One file: under a release packed and for good, else as it lies there."""
    named, _, name = filename.partition("/")
    if not named.startswith(_MARK):
        return current_app.send_static_file(filename)
    response = _packed(name) if Path(name).suffix in _PACKED else current_app.send_static_file(name)
    response.headers["Cache-Control"] = FOR_GOOD if named == _MARK + release() else FOR_A_MINUTE
    for header in ("ETag", "Last-Modified"):  # nobody will ever ask whether it is still so
        response.headers.pop(header, None)
    return response


def _packed(asked: str) -> Response:
    folder = str(current_app.static_folder)
    found = safe_join(folder, asked)  # none for what would lead out of it: "..", or a path from the root
    if found is None or not os.path.isfile(found):
        raise NotFound()
    path = Path(found)  # "./" left out: each file is kept once
    name = path.relative_to(folder).as_posix()
    encodings = request.accept_encodings
    encoding = "br" if encodings["br"] else "gzip" if encodings["gzip"] else ""
    kind = mimetypes.guess_type(name)[0] or "text/plain"
    response = Response(_content(path, name, path.stat().st_mtime_ns, encoding), mimetype=kind)
    if encoding:
        response.headers["Content-Encoding"] = encoding
    return response


_Key = tuple[Path, str, int, str]
_contents: dict[_Key, bytes] = {}
_packing: dict[_Key, threading.Lock] = {}  # after a start many ask for the same files at once


def _content(path: Path, name: str, changed_ns: int, encoding: str) -> bytes:
    key = (path, name, changed_ns, encoding)
    if key not in _contents:
        with _packing.setdefault(key, threading.Lock()):
            if key not in _contents:
                _contents[key] = while_others_go_on(_made, path, name, encoding)
    return _contents[key]


def _made(path: Path, name: str, encoding: str) -> bytes:
    content = path.read_bytes()
    if not name.startswith(_AS_THEY_CAME):
        content = slim(content, path.suffix)
    if encoding == "br":
        quality = 11 if len(content) < _LARGE else 9
        packed: bytes = brotli.compress(content, mode=brotli.MODE_TEXT, quality=quality)
        return packed
    return gzip.compress(content, 9, mtime=0) if encoding == "gzip" else content


def script(name: str) -> str:
    """The text of one of our scripts as it goes out, for a view that sends it under an address of its own."""
    return slim((Path(str(current_app.static_folder)) / name).read_bytes(), ".js").decode()


def slim(content: bytes, suffix: str) -> bytes:
    """A style without its comments; a script without those that have lines of their own, and without empty lines.

    Both without indentation: no text in them may go over several lines.
    """
    if suffix == ".css":
        return _INDENTATION.sub(b"", _STYLE_COMMENTS.sub(b"", content))
    return _INDENTATION.sub(b"", _COMMENT_LINES.sub(b"", content)) if suffix == ".js" else content
