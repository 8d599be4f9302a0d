"""Handing on files that others made: saved, never opened in our name."""

from collections.abc import Iterator
from urllib.parse import quote

from flask import Response, current_app, request

from giaoban.domain.texts import fold_for_search
from giaoban.services.materials import Material
from giaoban.web.current import services

# Whatever is in it, opened by itself it may do nothing and is nobody of ours.
POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


def handed_on(material: Material, cache_control: str | None = None) -> Response:
    """The document under the name of its title, part by part; 304 for whoever has these very bytes."""
    response = Response(_parts(material), mimetype=material.mimetype)
    response.content_length = material.size
    response.headers.set("Content-Disposition", "attachment", **_named(material.saved_name))
    response.headers["Content-Security-Policy"] = POLICY
    if cache_control is not None:
        response.headers["Cache-Control"] = cache_control
    response.set_etag(material.sha256[:32])
    response.make_conditional(request)
    return response


def _named(name: str) -> dict[str, str]:
    """The name in full, and in plain letters for whoever knows no others: a header itself holds nothing else."""
    plain = "".join(char for char in fold_for_search(name) if char.isascii())
    return {"filename": plain, "filename*": f"UTF-8''{quote(name, safe='')}"}


def _parts(material: Material) -> Iterator[bytes]:
    """In an application context of each part's own: a slow reader holds nothing open."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    parts = services().materials.parts(material)

    def every() -> Iterator[bytes]:
        while True:
            with app.app_context():
                part = next(parts, None)
            if part is None:
                return
            yield part

    return every()
