"""What the log of the process tells of sign-ins and of those who try, and what it never tells."""

import json
import logging
import re
import sqlite3
import subprocess
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import requests
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from giaoban import logs
from giaoban.domain.errors import NotSignedIn
from giaoban.extensions import db
from giaoban.models import Conference, User
from giaoban.services import Services
from giaoban.web.attempts import attempt
from tests.conftest import COMMUNE, Caller
from tests.databases import sqlite_path
from tests.integration.forms import Browser, send
from tests.live_server import PASSWORD, ROOT, SECRET, LiveServer

Lines = Callable[[], list[dict[str, Any]]]
SESSIONS = "/api/v1/sessions"


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Lines:
    caplog.handler.setFormatter(logs.JsonFormatter())
    caplog.set_level(logging.INFO, logger="giaoban")
    return lambda: [json.loads(line) for line in caplog.text.splitlines()]


def told(lines: Lines, message: str) -> list[dict[str, Any]]:
    return [line for line in lines() if line["message"] == message]


def test_signing_in_and_out_is_told(client: FlaskClient, caller: Callable[..., Caller], lines: Lines) -> None:
    send(client, "/dang-nhap", "/dang-nhap", username="mc", password=PASSWORD)
    send(client, "/dang-xuat", "/")
    client.post(SESSIONS, json={"username": "admin", "password": PASSWORD})

    assert [line["actor"] for line in told(lines, "signed in")] == ["mc:mc", "admin:admin"]
    assert [line["actor"] for line in told(lines, "signed out")] == ["mc:mc"]


def test_each_wrong_attempt_is_told_with_its_address_and_never_with_what_was_typed(
    client: FlaskClient, lines: Lines
) -> None:
    for _ in range(15):
        client.post(SESSIONS, json={"username": "mc", "password": "khong-phai-dau"})

    attempts = told(lines, "wrong attempt")
    assert [(line["address"], line["route"]) for line in attempts] == [("127.0.0.1", SESSIONS)] * 15
    assert "khong-phai-dau" not in json.dumps(lines())


def test_what_is_done_to_accounts_and_codes_is_told_with_who_did_it(
    signed_in: Browser, app: Flask, services: Services, conference: Conference, lines: Lines
) -> None:
    admin = signed_in("admin")
    new = {"username": "lan", "role": "mc", "password": "mot-mat-khau-dai"}
    assert send(admin, "/quan-tri/tai-khoan", "/quan-tri", **new).status_code == 303
    send(admin, "/quan-tri/tai-khoan/lan/mat-khau", "/quan-tri", password="mot-mat-khau-khac")
    for words in (["user", "sign-out", "lan"], ["user", "remove", "lan"], ["renew-codes", "--endpoint", COMMUNE]):
        assert app.test_cli_runner().invoke(args=["giaoban", *words]).exit_code == 0

    (added,) = told(lines, "account added")
    assert (added["account"], added["role"], added["actor"]) == ("lan", "mc", "admin:admin")
    for change in ("password changed", "signed out everywhere", "removed"):
        assert [line["account"] for line in told(lines, "account " + change)] == ["lan"]
    (renewed,) = told(lines, "join codes renewed")
    assert (renewed["rooms"], renewed["conference"]) == (1, conference.slug)
    assert "mot-mat-khau" not in json.dumps(lines())


def test_whoever_is_refused_what_is_not_theirs_is_told(caller: Callable[..., Caller], lines: Lines) -> None:
    caller(endpoint=COMMUNE).call("GET", "/log")

    (line,) = told(lines, "not allowed")
    assert line["actor"] == f"endpoint:{COMMUNE}"
    assert line["route"] == "/api/v1/conferences/<slug>/log"


def test_an_old_hash_is_renewed_at_sign_in_and_ends_no_session(
    client: FlaskClient, signed_in: Browser, services: Services
) -> None:
    user = db.session.scalars(db.select(User).where(User.username == "mc")).one()
    user.password_hash = older = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    db.session.commit()
    elsewhere = signed_in("mc")

    assert client.post(SESSIONS, json={"username": "mc", "password": PASSWORD}).status_code == 200

    db.session.refresh(user)
    assert user.password_hash != older
    assert elsewhere.get("/dieu-hanh").status_code == 200
    assert client.post(SESSIONS, json={"username": "mc", "password": PASSWORD}).status_code == 200


def test_guesses_of_an_address_that_made_too_many_come_one_by_one(app: Flask, client: FlaskClient) -> None:
    for _ in range(10):
        client.post(SESSIONS, json={"code": "AAAA-AAAA"})
    lock, inside, most = threading.Lock(), [0], [0]
    pause = threading.Event()

    def prove() -> None:
        with lock:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        pause.wait(0.02)  # long enough for another to come in, were it let
        with lock:
            inside[0] -= 1

    def guess() -> None:
        with app.test_request_context(environ_base={"REMOTE_ADDR": "127.0.0.1"}):
            attempt(prove, costly=True)

    threads = [threading.Thread(target=guess) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert most[0] == 1

    def wrong() -> None:
        raise NotSignedIn

    with app.test_request_context(environ_base={"REMOTE_ADDR": "10.0.0.7"}), pytest.raises(NotSignedIn):
        attempt(wrong, costly=True)


# ---- what is never told


@pytest.mark.sqlite
@pytest.mark.own_server
def test_no_code_token_cookie_or_password_leaves_the_server(server: LiveServer, tmp_path: Path) -> None:
    """Everything goes wrong that can, with a secret in every place, at the most talkative level."""
    server.stop()
    server.settings |= {
        "GIAOBAN_LOG_LEVEL": "DEBUG",
        "GIAOBAN_LOG_REQUESTS": "all",
        "GIAOBAN_WRONG_ATTEMPT_DELAY_MS": "0",
    }
    code, wrong, wrong_code = server.code(COMMUNE), "mot-bi-mat-go-nham", "7777-AB2C"
    with open(tmp_path / "stderr", "w+", encoding="utf-8") as server.errors:
        server.start()
        token = server.token(role="mc")
        browser = requests.Session()
        browser.get(f"{server.url}/vao/{code}", timeout=30)
        (cookie,) = browser.cookies.values()
        secrets = (token, code, wrong, wrong_code)
        statuses = provoke(server, browser, *secrets)
        broken(server, "UPDATE conferences SET maket = '{no json'")
        statuses += provoke(server, browser, *secrets)
        broken(server, *(f"ALTER TABLE {name} RENAME TO gone_{name}" for name in ("endpoints", "users")))
        statuses += provoke(server, browser, *secrets)
        metrics = requests.get(server.url + "/metrics", timeout=30).text
        server.stop()
        server.errors.seek(0)
        said = server.errors.read() + metrics

    assert {200, 400, 401, 404, 500, 503} <= set(statuses), statuses
    assert "Traceback" in said
    bare = {code.replace("-", ""), wrong_code.replace("-", "")}
    secret = {*secrets, *bare, cookie, PASSWORD, SECRET}
    assert [one for one in secret if one.lower() in said.lower()] == []


def broken(server: LiveServer, *statements: str) -> None:
    """Spoil the database behind the server's back."""
    with closing(sqlite3.connect(sqlite_path(server.database))) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def provoke(
    server: LiveServer, browser: requests.Session, token: str, code: str, wrong: str, wrong_code: str
) -> list[int]:
    """Requests with secrets in path, query, body, form and headers; their statuses."""
    url, bearer = server.url, {"Authorization": f"Bearer {token}"}
    sent = [
        ("GET", f"/vao/{code}", {}),
        ("GET", f"/vao/{wrong_code}", {"headers": {"Referer": f"{url}/vao/{code}"}}),
        ("GET", f"/vao/{code.lower().replace('-', '')}?code={code}&token={token}", {}),
        ("POST", SESSIONS, {"json": {"code": code}}),
        ("POST", SESSIONS, {"json": {"code": wrong_code}}),
        ("POST", SESSIONS, {"json": {"username": "mc", "password": PASSWORD}}),
        ("POST", SESSIONS, {"json": {"username": "mc", "password": wrong}}),
        ("POST", SESSIONS, {"data": f'{{"code": "{code}", ', "headers": {"Content-Type": "application/json"}}),
        ("POST", "/dang-nhap", {"data": {"username": "mc", "password": wrong}}),
        ("GET", "/api/v1/conferences/nowhere", {"headers": bearer}),
        ("GET", f"/api/v1/conferences/{server.slug}/log", {"headers": bearer}),
        ("GET", f"/api/v1/conferences/{server.slug}/log", {"headers": {"Authorization": f"Bearer {token}x"}}),
        ("GET", f"/socket.io/?EIO=4&transport=polling&token={token}&code={code}", {"headers": {"Origin": "http://x"}}),
        ("POST", "/socket.io/?EIO=4&transport=polling", {"data": f'40/live,{{"token":"{token}"}}'}),
    ]
    statuses = [requests.request(method, url + path, timeout=30, **more).status_code for method, path, more in sent]
    statuses += [browser.get(f"{url}/diem-cau", timeout=30).status_code]
    return statuses


# ---- in the repository

KEY_LIKE = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----\n[A-Za-z0-9+/]"
    r"|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}\b|\bsk-[A-Za-z0-9_-]{32,}\b|\bxox[abp]-[0-9A-Za-z-]{20,}"
    r"|\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\."
    r"|(?i:\b(?:secret_key|secret|password|passwd|api_?key|token)\b[\"']?\s*[=:]\s*)"
    r"[\"'](?![^\"']*[{<$ ])[^\"'\s]{20,}[\"']"
    r"|://[^\s/:@\"'{<$…]+:[^\s/@\"'{<$…]{9,}@"
)


def tracked() -> list[Path]:
    named = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, timeout=60).stdout
    return [ROOT / name for name in named.decode().split("\0") if name]


def test_the_repository_holds_no_key() -> None:
    found = []
    for path in tracked():
        if path.is_file() and path.suffix not in (".png", ".webp", ".woff2"):
            text = path.read_text("utf-8", errors="replace")
            found += [f"{path.relative_to(ROOT)}: {match[0][:60]}" for match in KEY_LIKE.finditer(text)]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIE",
        "AKIA" + "A" * 16,
        "SECRET_KEY = '" + "0123456789abcdef" * 2 + "'",
        "postgresql://giaoban:" + "hunter22hunter22@db/giaoban",
    ],
)
def test_a_key_would_be_seen(text: str) -> None:
    assert KEY_LIKE.search(text)


def test_what_set_up_makes_is_never_committed() -> None:
    names = {path.relative_to(ROOT).as_posix() for path in tracked()}
    assert not [name for name in names if name.startswith("instance/") or name.endswith((".sqlite3", ".pem", ".key"))]
