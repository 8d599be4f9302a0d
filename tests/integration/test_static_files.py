"""Files under the address of their release: kept for good, packed, without comments, and never of two releases."""

import gzip
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import brotli
import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from giaoban.web import static_files
from giaoban.web.static_files import FOR_A_MINUTE, FOR_GOOD, slim

pytestmark = pytest.mark.no_database

ROOT = Path(__file__).parents[2]


@pytest.fixture
def address(app: Flask) -> str:
    with app.test_request_context():
        return url_for("static", filename="js/lib/queue.js")


def test_an_address_names_the_release(address: str) -> None:
    assert re.fullmatch(r"/static/~[0-9a-f]{12}/js/lib/queue\.js", address)


@pytest.mark.parametrize(("accepted", "unpack"), [("br", brotli.decompress), ("gzip", gzip.decompress)])
def test_it_is_packed_and_kept_for_good(client: FlaskClient, address: str, accepted: str, unpack: type) -> None:
    packed = client.get(address, headers={"Accept-Encoding": accepted})
    plain = client.get(address, headers={"Accept-Encoding": "identity"})

    assert packed.headers["Content-Encoding"] == accepted
    assert unpack(packed.data) == plain.data
    assert (packed.headers["Cache-Control"], packed.mimetype) == (FOR_GOOD, "text/javascript")
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert "X-Request-ID" not in packed.headers
    assert len(plain.data) < len((ROOT / "static/js/lib/queue.js").read_bytes())


def test_a_file_that_many_ask_for_at_once_is_packed_once(
    app: Flask, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, packed = Barrier(4), []

    def pack(content: bytes, **how: int) -> bytes:
        packed.append(content)
        return b"packed"

    def ask(_: int) -> bytes:
        asked.wait(timeout=30)
        return app.test_client().get(address, headers={"Accept-Encoding": "br"}).data

    monkeypatch.setattr(static_files, "_contents", {})
    monkeypatch.setattr(brotli, "compress", pack)
    with ThreadPoolExecutor(4) as people:
        assert list(people.map(ask, range(4))) == [b"packed"] * 4
    assert len(packed) == 1


def test_another_release_is_not_kept(client: FlaskClient, address: str) -> None:
    other = re.sub("~[0-9a-f]{12}", "~000000000000", address)
    assert client.get(other).headers["Cache-Control"] == FOR_A_MINUTE


@pytest.mark.parametrize("name", ["js/lib/nothing.js", "nothing.woff2", "../wsgi.py", "js/../../static/js/live.js"])
def test_what_is_not_there_is_not_found(client: FlaskClient, address: str, name: str) -> None:
    assert client.get(address.partition("js/")[0] + name).status_code == 404


def test_no_file_beside_the_folder_is_sent(client: FlaskClient, address: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.js"
    secret.write_text("secret")
    for way in (str(secret), f"./{secret}", f"js/{secret}", f"/{secret}"):
        assert client.get(address.partition("js/")[0] + way).status_code == 404, way


def test_a_file_is_kept_once_however_it_is_called(
    client: FlaskClient, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(static_files, "_contents", {})
    for way in ("js/lib/ids.js", "js/./lib/ids.js", "./js/lib/././ids.js", "js//lib/ids.js"):
        client.get(address.partition("js/")[0] + way)
    assert len(static_files._contents) == 1


def test_a_licence_stays_where_it_stands(client: FlaskClient, address: str) -> None:
    bundle = client.get(address.partition("js/")[0] + "vendor/socket.io.esm.min.js")
    assert bundle.data == (ROOT / "static/vendor/socket.io.esm.min.js").read_bytes()


@pytest.mark.parametrize(
    ("before", "after", "suffix"),
    [
        ("/**\n * Why.\n */\nlet a = 1;\n", "let a = 1;\n", ".js"),
        ("f();\n  // why\n\ng();\n", "f();\ng();\n", ".js"),
        ('go("https://x"); // stays\n', 'go("https://x"); // stays\n', ".js"),
        ("/* a */ b();\n/* c */\n", "/* a */ b();\n", ".js"),
        ("if (a) {\n  b();\n}\n", "if (a) {\nb();\n}\n", ".js"),
        ("a { b: c; } /* why */\n", "a { b: c; }\n", ".css"),
        ("a {\n  b: c;\n}\n", "a {\nb: c;\n}\n", ".css"),
    ],
)
def test_comments_and_indentation_are_left_out(before: str, after: str, suffix: str) -> None:
    assert slim(before.encode(), suffix).decode() == after


@pytest.mark.parametrize("path", sorted((ROOT / "static/js").rglob("*.js")), ids=lambda path: path.name)
def test_no_text_of_a_script_looks_like_a_comment(path: Path) -> None:
    """A template literal over several lines could: what is left out is told by lines alone."""
    assert all(
        "\n" not in text for text in re.findall(r"`([^`]*)`", re.sub(r"//.*|/\*[\s\S]*?\*/", "", path.read_text()))
    )
