"""The press page: the same for everybody, of no person, kept by caches, and made once for all who look."""

import gzip
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from giaoban.extensions import db
from giaoban.models import Conference
from giaoban.screens import press
from giaoban.services import Services
from giaoban.services.conferences import NewConference
from giaoban.services.identity import cli_identity
from tests.conftest import COMMUNE, DISTRICT, Caller, make_app
from tests.factories import MINUTE_MS
from tests.fakes import OPENING_AT_MS, FakeClock
from tests.integration.forms import Browser

Make = Callable[..., Caller]
PATHS = ("/bao-chi", "/bao-chi/moi")


def words(answer: TestResponse) -> str:
    """What a reader reads, on one line."""
    assert answer.status_code == 200
    text = re.sub(r"<script[^>]*>.*?</script>|<[^>]*>", " ", answer.text, flags=re.DOTALL)
    return " ".join(text.split())


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every template that was rendered for a press answer."""
    rendered: list[str] = []
    render = press.render_template

    def counted(name: str, **more: Any) -> str:
        rendered.append(name)
        return render(name, **more)

    monkeypatch.setattr(press, "render_template", counted)
    return rendered


# ---- what it shows


def test_it_tells_the_conference_before_during_and_after(client: FlaskClient, caller: Make, clock: FakeClock) -> None:
    before = words(client.get("/bao-chi"))
    assert "Chưa bắt đầu" in before
    assert "Bắt đầu lúc 07:30" in before
    assert "Thứ sáu, ngày 26 tháng 11 năm 2021" in before
    assert "Nơi họp Lạng Sơn Đơn vị chủ trì THƯỜNG TRỰC HĐND TỈNH LẠNG SƠN" in before
    assert "211 điểm cầu (cấp huyện 11, cấp xã 200)" in before
    assert "0 trên 211 điểm cầu có mặt" in before
    assert "Dự kiến 08:45 Kế hoạch 08:45 10 phút Tham luận 1/14 Huyện Bắc Sơn" in before

    mc = caller("mc")
    assert mc.command("next").status_code == 200
    clock.advance(33 * MINUTE_MS)
    assert mc.command("next").status_code == 200
    clock.advance(4 * MINUTE_MS)
    during = words(client.get("/bao-chi"))
    assert "Đang diễn ra Khai mạc Ổn định tổ chức" in during
    assert "06:00 Còn lại Thời lượng 10 phút Bắt đầu 08:03" in during
    assert "Thực tế 07:30 – 08:03 Kế hoạch 07:30 30 phút" in during
    assert "Tiếp theo Phát biểu khai mạc , dự kiến 08:13" in during
    assert "Dự kiến kết thúc 11:53 , kế hoạch 11:50 trễ 3 phút" in during

    while mc.get("/running-order")["phase"] != "finished":
        clock.advance(MINUTE_MS)
        mc.command("next" if any(i["state"] == "pending" for i in mc.get("/running-order")["items"]) else "finish")
    assert "Hội nghị đã kết thúc Kết thúc lúc 08:29" in words(client.get("/bao-chi"))


def test_the_figures_are_the_halls(client: FlaskClient, caller: Make, clock: FakeClock) -> None:
    secretary = caller("secretary")
    assert secretary.check_in(COMMUNE, headcount=1250).status_code == 200
    clock.advance(1000)
    shown = words(client.get("/bao-chi"))
    assert "1 trên 211 điểm cầu có mặt 0 vắng, có lý do 210 chưa điểm danh 1.250 đại biểu" in shown
    assert secretary.call("POST", "/counts", {"count_id": str(uuid4())}).status_code == 200
    with client.application.app_context():
        services: Services = client.application.extensions["giaoban"]
        services.counts.show(services.conferences.current().slug, 1, cli_identity("test"))
    assert secretary.check_in(DISTRICT).status_code == 200
    clock.advance(1000)
    frozen = words(client.get("/bao-chi"))
    assert "Chốt lúc 07:30 , lần 1 1 trên 211 điểm cầu có mặt" in frozen


def test_nobody_is_named_and_whoever_asks_sees_the_same(
    client: FlaskClient, signed_in: Browser, caller: Make, clock: FakeClock
) -> None:
    """Rooms that others vouch for, with contacts, reasons and a hotline: none of it."""
    secretary = caller("secretary")
    contact = {"office": "Văn phòng bà Nguyễn Thị Mẫu", "telephone": "02053999999"}
    assert secretary.call("PUT", f"/endpoints/{COMMUNE}/contact", contact).status_code == 200
    assert secretary.check_in(COMMUNE, status="absent", headcount=0, reason="Ông Trần Văn Thử ốm").status_code == 200
    clock.advance(1000)
    for path in PATHS:
        asked = [one.get(path) for one in (client, signed_in("admin"), signed_in(endpoint=COMMUNE))]
        assert len({answer.data for answer in asked}) == 1
        whole = asked[0].text
        for secret in ("Nguyễn Thị Mẫu", "Trần Văn Thử", "secretary", "02053999999", "0912", "3811", "/vao"):
            assert secret not in whole
        assert "csrf" not in whole


# ---- who is shown what


def test_a_draft_is_there_for_nobody(client: FlaskClient, signed_in: Browser, services: Services) -> None:
    new = NewConference("nhap", "Hội nghị nháp", OPENING_AT_MS, (), draft=True)
    conference = services.conferences.create(new, cli_identity("test"))
    for asker in (client, signed_in("admin")):
        for slug in ("nhap", "khong-co", "%00", "x" * 300):
            answer = asker.get(f"/bao-chi?hoi-nghi={slug}")
            assert answer.status_code == 404
            assert "Không có hội nghị" in answer.text
            assert answer.headers["Cache-Control"] == "no-store"
            assert "Set-Cookie" not in answer.headers
    services.conference_life.publish(conference, cli_identity("test"))
    shown = client.get("/bao-chi?hoi-nghi=nhap")
    assert "Chương trình chưa có" in shown.text
    assert "/bao-chi/moi?hoi-nghi=nhap" in shown.text


def test_without_any_conference_it_says_so(client: FlaskClient, services: Services, conference: Conference) -> None:
    conference.is_current = False
    db.session.commit()
    answer = client.get("/bao-chi")
    assert answer.status_code == 404
    assert "Chưa có hội nghị nào" in answer.text


# ---- for caches


def test_caches_may_keep_it_and_no_session_is_in_it(client: FlaskClient, signed_in: Browser) -> None:
    for asker in (client, signed_in("mc")):
        for path in PATHS:
            answer = asker.get(path)
            assert "Set-Cookie" not in answer.headers
            assert answer.headers["Vary"] == "Accept-Encoding"
            assert re.fullmatch(r"public, max-age=[12](, stale-while-revalidate=8)?", answer.headers["Cache-Control"])
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert re.fullmatch(r'"[0-9a-f]{20}"', answer.headers["ETag"])


def test_whoever_has_it_gets_nothing_else(client: FlaskClient) -> None:
    for path in PATHS:
        plain = client.get(path)
        for accepted, unpack in (("br", brotli.decompress), ("gzip", gzip.decompress)):
            answer = client.get(path, headers={"Accept-Encoding": accepted})
            assert answer.headers["Content-Encoding"] == accepted
            assert unpack(answer.data) == plain.data
            tag = answer.headers["ETag"]
            assert tag != plain.headers["ETag"]
            asked = {"Accept-Encoding": accepted, "If-None-Match": tag}
            again = client.get(path, headers=asked)
            assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
            assert "max-age" in again.headers["Cache-Control"]
            other = client.get(path, headers={"Accept-Encoding": "identity", "If-None-Match": tag})
            assert other.status_code == 200
        head = client.head(path)
        assert (head.status_code, head.data) == (200, b"")


def test_the_page_names_the_tag_of_its_news(client: FlaskClient) -> None:
    tag = re.search(r'data-tag="([0-9a-f]+)"', client.get("/bao-chi").text)
    assert tag is not None
    assert client.get("/bao-chi/moi").headers["ETag"] == f'"{tag[1]}"'


def test_it_is_made_once_for_each_change(client: FlaskClient, caller: Make, clock: FakeClock, made: list[str]) -> None:
    def asked() -> list[str]:
        made.clear()
        for path in PATHS * 5:
            client.get(path)
        return sorted(made)

    both = ["screens/_press.html", "screens/press.html"]
    assert asked() == both
    assert asked() == []
    clock.advance(press.AS_OF_MS)  # only the page tells the time
    assert asked() == ["screens/press.html"]
    caller("mc").command("next")
    assert asked() == both
    secretary = caller("secretary")
    secretary.check_in(COMMUNE)
    assert asked() == []  # a crowd of check-ins is told once a second
    clock.advance(press.CHECK_INS_MS)
    assert asked() == both


def test_of_a_crowd_one_makes_it_and_the_others_wait(app: Flask, made: list[str]) -> None:
    def ask(_: int) -> bytes:
        return app.test_client().get("/bao-chi/moi").data

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(ask, range(40)))
    assert len(answers) == 1
    assert made == ["screens/_press.html"]


def test_two_processes_give_the_same_bytes_and_tags(
    app: Flask, database: str, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(press, "_skew_ms", lambda: 0)  # the machine's clock goes on beside the made-up one
    other = make_app(database, clock)
    for path in PATHS:
        one, two = app.test_client().get(path), other.test_client().get(path)
        assert (one.data, one.headers["ETag"]) == (two.data, two.headers["ETag"])
