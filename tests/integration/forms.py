"""How tests send the forms of the working pages."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

HTMX = {"HX-Request": "true"}

Browser = Callable[..., FlaskClient]


def token(client: FlaskClient, at: str) -> str:
    """The hidden token of a page's forms."""
    match = re.search(r'name="csrf_token" value="([^"]+)"', client.get(at).text)
    assert match is not None
    return match[1]


def send(
    client: FlaskClient, path: str, at: str = "/dieu-hanh", /, *, headers: Any = None, **fields: Any
) -> TestResponse:
    """Submit a form to `path` as the page `at` holds it."""
    return client.post(path, data={"csrf_token": token(client, at), **fields}, headers=headers)


def press(client: FlaskClient, name: str, /, *, version: int, headers: Any = None, **args: Any) -> TestResponse:
    """Press a button of the console as it was shown at `version`."""
    fields = {"command_id": str(uuid4()), "expected_version": version, **args}
    return send(client, f"/dieu-hanh/lenh/{name}", headers=headers, **fields)


def form_values(html: str) -> dict[str, str]:
    """The values of the inputs of a page by name."""
    tags = re.findall(r"<input[^>]*>", html)
    named = [(re.search(r' name="([^"]*)"', tag), re.search(r' value="([^"]*)"', tag)) for tag in tags]
    return {name[1]: unescape(value[1]) for name, value in named if name and value}
