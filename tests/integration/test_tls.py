"""The site of a province's own server: deploy/nginx/site.conf in a real nginx, with a certificate made for the test."""

import io
import json
import os
import re
import socket
import ssl
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests
import socketio
import trustme

from deploy.services import ROOT, WRITTEN, Service, find_program, mime_types
from giaoban.config import SETTINGS
from giaoban.services.identity import cli_identity
from giaoban.web.files import POLICY
from tests.conftest import COMMUNE, make_app, running
from tests.databases import Databases
from tests.live_server import LiveServer, free_port
from tests.papers import PDF
from tests.waiting import asked_until

NAME = "giaoban.example.vn"

AROUND = """
{user}
daemon off;
pid nginx.pid;
error_log stderr warn;
worker_processes 1;
events {{ worker_connections 256; }}
http {{
    include "{mime_types}";
    client_body_temp_path tmp/body;
    proxy_temp_path tmp/proxy;
    fastcgi_temp_path tmp/fastcgi;
    uwsgi_temp_path tmp/uwsgi;
    scgi_temp_path tmp/scgi;
    include site.conf;
}}
"""


class Site(Service):
    """nginx with the site's own file, except for its addresses, names and paths."""

    server: LiveServer

    def __init__(self, folder: Path) -> None:
        super().__init__("nginx", folder)
        self.http_port, self.https_port = free_port(), free_port()
        self.url = f"https://127.0.0.1:{self.https_port}"
        self.authority = folder / "authority.pem"

    def command(self) -> list[str]:
        program = find_program("nginx")
        authority = trustme.CA()
        certificate = authority.issue_cert("127.0.0.1", NAME)
        authority.cert_pem.write_to_path(self.authority)
        for number, part in enumerate(certificate.cert_chain_pems):
            part.write_to_path(self.folder / "fullchain.pem", append=number > 0)
        certificate.private_key_pem.write_to_path(self.folder / "key.pem")
        upstreams = (ROOT / "deploy/nginx/upstreams.conf").read_text("utf-8")
        for written in WRITTEN:
            upstreams = upstreams.replace(written, f"127.0.0.1:{self.server.port}")
        (self.folder / "upstreams.conf").write_text(upstreams, "utf-8")
        (self.folder / "site.conf").write_text(self._site(), "utf-8")
        user = "user root;" if os.geteuid() == 0 else ""  # the checkout may be root's alone
        (self.folder / "nginx.conf").write_text(AROUND.format(user=user, mime_types=mime_types(program)), "utf-8")
        (self.folder / "tmp").mkdir(exist_ok=True)
        return [program, "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")]

    def _site(self) -> str:
        text = (ROOT / "deploy/nginx/site.conf").read_text("utf-8")
        for written, here in {
            "listen 80;": f"listen 127.0.0.1:{self.http_port};",
            "    listen [::]:80;\n": "",
            "listen 443 ": f"listen 127.0.0.1:{self.https_port} ",
            "    listen [::]:443 ssl http2;\n": "",
            "/etc/giaoban/tls/": f"{self.folder}/",
            "/var/log/nginx/": f"{self.folder}/",
            "/var/cache/giaoban-press": f"{self.folder}/press",
            "/opt/giaoban/deploy/nginx/upstreams.conf": f"{self.folder}/upstreams.conf",
            "/opt/giaoban": str(ROOT),
        }.items():
            assert written in text, f"site.conf has no more {written!r}"
            text = text.replace(written, here)
        return text

    def answers(self) -> bool:
        try:
            return self.browser().get(self.url + "/healthz", timeout=10).ok
        except (requests.ConnectionError, requests.Timeout):
            return False

    def browser(self) -> requests.Session:
        session = requests.Session()
        session.trust_env = False  # this machine may have authorities and proxies of its own
        session.verify = str(self.authority)
        return session

    def logged(self) -> list[dict[str, Any]]:
        """What nginx has written of each request; it writes at once."""
        return [json.loads(line) for line in (self.folder / "giaoban.log").read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def site(databases: Databases, database_of_today: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    site = Site(folder)
    settings = {"GIAOBAN_PUBLIC_URL": site.url, "GIAOBAN_TRUSTED_PROXIES": "1"}
    with running(databases.copy(database_of_today), settings=settings) as (server, _):
        site.server = server
        try:
            site.start()
            yield site
        finally:
            site.stop()


def test_plain_http_leads_to_tls(site: Site) -> None:
    answer = requests.get(f"http://127.0.0.1:{site.http_port}/man-chieu?a=b", allow_redirects=False, timeout=30)

    assert answer.status_code == 301
    assert answer.headers["Location"] == f"https://{NAME}/man-chieu?a=b"


def test_a_page_over_tls_is_to_be_had_over_tls_only(site: Site) -> None:
    answer = site.browser().get(site.url + "/man-chieu", timeout=30)

    assert answer.status_code == 200
    assert answer.headers.get("Strict-Transport-Security", "").startswith("max-age=")
    assert f"wss://127.0.0.1:{site.https_port}" in answer.headers["Content-Security-Policy"]
    assert site.browser().get(site.url + "/static/css/tokens.css", timeout=30).status_code == 200


@pytest.mark.parametrize("old", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1], ids=["TLS 1.0", "TLS 1.1"])
def test_old_tls_is_refused(site: Site, old: ssl.TLSVersion) -> None:
    context = ssl.create_default_context(cafile=str(site.authority))
    context.set_ciphers("ALL:@SECLEVEL=0")  # so that it is the server who refuses
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of the old version, which is the point
        context.minimum_version = context.maximum_version = old

    with socket.create_connection(("127.0.0.1", site.https_port), timeout=30) as line, pytest.raises(ssl.SSLError):
        context.wrap_socket(line, server_hostname="127.0.0.1")


def test_a_rooms_cookie_is_secure_and_its_code_in_no_log(site: Site) -> None:
    code = site.server.code(COMMUNE)
    browser = site.browser()

    came_in = browser.get(f"{site.url}/vao/{code}", allow_redirects=False, timeout=30)

    assert came_in.status_code == 303
    assert came_in.headers["Location"] in ("/diem-cau", site.url + "/diem-cau")
    cookie = came_in.headers["Set-Cookie"]
    assert "; Secure" in cookie
    assert "; HttpOnly" in cookie
    assert browser.get(site.url + "/diem-cau", timeout=30).status_code == 200
    line = next(line for line in site.logged() if line["uri"] == "/vao/…")
    assert line["request_id"] == came_in.headers["X-Request-ID"]
    assert code not in (site.folder / "giaoban.log").read_text("utf-8") + site.log_path.read_text("utf-8")


def test_screens_are_told_over_tls(site: Site) -> None:
    with socketio.SimpleClient(http_session=site.browser(), request_timeout=90) as screen:
        screen.connect(site.url, namespace="/live", transports=["websocket"], wait_timeout=90)
        name, first = screen.receive(timeout=30)
        site.server.command("next")
        again, second = screen.receive(timeout=30)

    assert (name, again) == ("order_snapshot", "order_snapshot")
    assert second["version"] == first["version"] + 1


def test_the_press_page_is_answered_by_nginx_and_never_for_long(site: Site) -> None:
    """As long as nothing happens, the process is asked once for what many look at; nobody's cookie is passed on."""
    reader, writer = site.browser(), site.browser()
    writer.get(f"{site.url}/vao/{site.server.code(COMMUNE)}", timeout=30)
    before, began_s = press_answers(site), time.monotonic()

    pages = [
        asker.get(f"{site.url}/bao-chi?hoi-nghi={site.server.slug}", timeout=30) for asker in (reader, writer) * 10
    ]

    assert {page.status_code for page in pages} == {200}
    periods = (time.monotonic() - began_s) / 2  # of two seconds, for which an answer holds
    assert press_answers(site) - before < 4 + periods
    for page in pages:
        assert "Set-Cookie" not in page.headers
        assert page.headers["Content-Encoding"] in ("br", "gzip")
    assert len({page.headers["X-Request-ID"] for page in pages}) == len(pages)
    asked = {"If-None-Match": pages[-1].headers["ETag"]}
    again = reader.get(f"{site.url}/bao-chi?hoi-nghi={site.server.slug}", headers=asked, timeout=30)
    assert again.status_code in (200, 304)
    plain = reader.get(site.url + "/bao-chi/moi", headers={"Accept-Encoding": "identity"}, timeout=30)
    assert "Content-Encoding" not in plain.headers


def test_a_document_is_kept_by_nginx_until_it_is_withdrawn(site: Site, tmp_path: Path) -> None:
    app = make_app(site.server.database)
    content = PDF + os.urandom(3 << 20) + b"%%EOF"
    with app.app_context():
        services, me = app.extensions["giaoban"], cli_identity("test")
        slug = services.conferences.current().slug
        made = services.materials.add(slug, str(uuid4()), "Kỷ yếu", io.BytesIO(content), "k.pdf", me)
    reader, path = site.browser(), f"{site.url}/bao-chi/tai-lieu/{made.material_id}"
    assert reader.get(path, timeout=30).status_code == 404

    with app.app_context():
        services.materials.release(slug, made.material_id, None, me)
    first = reader.get(path, timeout=30)
    assert first.content == content
    tag = {"If-None-Match": first.headers["ETag"]}
    assert reader.get(path, headers=tag, timeout=30).status_code == 304
    part = reader.get(path, headers={"Range": "bytes=0-7"}, timeout=30)
    assert (part.status_code, part.content) == (206, content[:8])
    assert part.headers["Content-Security-Policy"] == POLICY

    with app.app_context():
        services.materials.withdraw(slug, made.material_id, me)
    asked_until(lambda: reader.get(path, timeout=30).status_code == 404, "the withdrawn is gone from the cache too")


def test_a_document_may_be_as_large_as_the_setting_says() -> None:
    locations = (ROOT / "deploy/nginx/locations.conf").read_text("utf-8")
    most = re.search(r"tai-lieu\$ \{[^}]*client_max_body_size (\d+)m", locations)
    setting = next(setting for setting in SETTINGS if setting.name == "DOCUMENT_MB")
    assert most is not None
    assert int(most[1]) > setting.default + 1  # the application takes one more itself, to say it in its own words


def press_answers(site: Site) -> int:
    """How many times the process has been asked for the press page."""
    figures = requests.get(site.server.url + "/metrics", timeout=30).text
    found = re.findall(r'requests_total\{[^}]*route="/bao-chi"[^}]*\} (\S+)', figures)
    return sum(int(float(count)) for count in found)


def test_figures_are_for_the_machine_itself(site: Site) -> None:
    assert site.browser().get(site.url + "/metrics", timeout=30).status_code == 403
    assert requests.get(site.server.url + "/metrics", timeout=30).status_code == 200
