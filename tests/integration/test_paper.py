"""The paper fallback: one page of running order, one of roll call, always the present one and never without one."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from giaoban.documents import typeset
from giaoban.domain.roster import Unit, read_roster
from giaoban.models import Conference
from giaoban.seed import demo
from giaoban.services import Services
from giaoban.services.conferences import NewConference
from giaoban.services.identity import cli_identity
from giaoban.services.paper import FRESH_FOR_MS, WANTED_FOR_S, Papers
from tests.conftest import Caller
from tests.fakes import OPENING_AT_MS, FakeClock
from tests.integration.forms import Browser
from tests.integration.printed import bare, pages

Make = Callable[..., Caller]
MINUTE_MS = 60_000
SEED = Path(demo.__file__).parent


def paper(client: FlaskClient, slug: str = demo.SLUG, **headers: str) -> TestResponse:
    return client.get(f"/dieu-hanh/ban-giay?hoi-nghi={slug}", headers=headers)


def made(services: Services, units: Any, *titles: str) -> str:
    """Another conference with those rooms and papers; its slug."""
    items = [{"kind": "report", "title": title, "planned_ms": 10 * MINUTE_MS, "speaker": None} for title in titles]
    new = NewConference("khac", "Hội nghị khác", OPENING_AT_MS, units, items)
    services.conferences.create(new, cli_identity("test"))
    return "khac"


# ---- what it says


def test_one_page_is_the_running_order_and_one_the_roll_call(
    signed_in: Browser, caller: Make, clock: FakeClock, services: Services
) -> None:
    caller("mc").command("start", {"item_id": "1"})
    clock.advance(31 * MINUTE_MS)
    caller("mc").command("next")
    caller("secretary").check_in("06010", headcount=37)
    caller("secretary").check_in("185", status="absent", headcount=0, reason="Mất điện")

    answer = paper(signed_in("mc"))

    order, rooms = pages(answer.data)
    assert answer.mimetype == "application/pdf"
    for title in (item["title"] for item in demo.items()):
        assert bare(title) in order
    for must in ("Inlúc08:01:00ngày26/11/2021", demo.HOTLINE, "07:3008:01", "Thamluận14.XãCaoMinh,huyệnTràngĐịnh"):
        assert bare(must) in order
        assert must != demo.HOTLINE or bare(must) in rooms
    for unit in read_roster((SEED / "lang_son_2021.csv").read_bytes())[1:]:
        assert bare(unit.name) in rooms
    assert "Cómặt:1/211" in rooms
    assert "vắng(lýdo):1" in rooms
    assert "chưađiểmdanh:209" in rooms
    assert bare("Huyện Bắc Sơn: Mất điện") in rooms
    assert bare("Xã Cao Minh37") in rooms
    conference = services.conferences.current()
    assert f"bản{conference.version}/{conference.last_seq}" in order


def test_a_roster_of_two_levels_fits_too(signed_in: Browser, services: Services) -> None:
    units = read_roster((SEED / "lang_son_2025.csv").read_bytes())

    found = pages(paper(signed_in("mc"), made(services, units, "Báo cáo")).data)

    assert len(found) == 2
    assert all(bare(unit.name) in found[1] for unit in units[1:])


def test_seven_hundred_rooms_take_more_pages_and_none_is_left_out(signed_in: Browser, services: Services) -> None:
    districts = [Unit(f"{at:02d}", "district", "huyen", f"Huyện Số {at}", "1") for at in range(20)]
    communes = [Unit(f"{at:05d}", "commune", "xa", f"Tên{at:03d}", f"{at % 20:02d}") for at in range(680)]
    slug = made(services, [Unit("1", "province", "tinh", "Tỉnh", None), *districts, *communes], "Báo cáo")

    found = pages(paper(signed_in("mc"), slug).data)

    assert 2 < len(found) < 7
    assert "Trang1/" in found[0]
    assert all(unit.name in "".join(found[1:]) for unit in communes)


def test_the_longest_titles_still_make_one_page(signed_in: Browser, services: Services) -> None:
    titles = [f"{at} " + ("Nghị quyết " * 30)[:295] + "." for at in range(20)]

    found = pages(paper(signed_in("mc"), made(services, (), *titles)).data)

    assert len(found) == 2
    assert all(bare(title) in found[0] for title in titles)


def test_nothing_planned_and_nobody_expected_is_said(signed_in: Browser, services: Services) -> None:
    found = pages(paper(signed_in("mc"), made(services, ())).data)

    assert bare("Chương trình chưa có mục nào.") in found[0]
    assert bare("Danh sách điểm cầu chưa có.") in found[1]


# ---- always the present one


def test_the_same_paper_is_given_until_something_changes(signed_in: Browser, caller: Make, clock: FakeClock) -> None:
    client = signed_in("secretary")
    first = paper(client)
    clock.advance(FRESH_FOR_MS - 1)

    assert paper(client).data == first.data
    assert paper(client, **{"If-None-Match": first.headers["ETag"]}).status_code == 304

    caller("secretary").check_in("06010")
    after_check_in = paper(client)
    caller("mc").command("start", {"item_id": "1"})
    after_press = paper(client)
    clock.advance(FRESH_FOR_MS)
    later = paper(client)

    tags = [answer.headers["ETag"] for answer in (first, after_check_in, after_press, later)]
    assert len(set(tags)) == 4
    assert paper(client, **{"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_it_is_made_ahead_for_the_conference_whose_console_is_open(
    app: Flask, signed_in: Browser, services: Services, caller: Make
) -> None:
    services.papers.look()
    assert services.papers.last(demo.SLUG) is None

    signed_in("mc").get("/dieu-hanh")
    services.papers.look()
    first = services.papers.last(None)
    services.papers.look()

    assert first is not None
    assert services.papers.last(demo.SLUG) is first
    caller("mc").command("start", {"item_id": "1"})
    services.papers.look()
    second = services.papers.last(demo.SLUG)
    assert second is not None
    assert second.stamp == (1, first.stamp[1] + 1)


def test_a_conference_that_is_gone_or_left_alone_is_forgotten(services: Services, conference: Conference) -> None:
    now_s = [0.0]
    papers = Papers(services.clock, services.running_order, services.roll_call, lambda: now_s[0])
    other = services.conferences.find(made(services, ()))
    papers.want(other.id)
    papers.want(conference.id)
    papers.look()
    assert papers.last("khac")

    services.conferences.delete(other)
    papers.look()
    now_s[0] = WANTED_FOR_S + 1
    services.conferences.set_hotline(conference, "1", cli_identity("test"))
    kept = papers.last(demo.SLUG)
    papers.look()

    assert papers.last("khac") is None
    assert papers.last(demo.SLUG) is kept


# ---- never without one


@pytest.fixture
def database_goes_away(services: Services, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    def dead(*_: object, **__: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    def go() -> None:
        monkeypatch.setattr(type(services.accounts), "identity_of", dead)
        monkeypatch.setattr(type(services.conferences), "find", dead)

    return go


def test_while_the_database_is_away_the_last_one_is_given(
    signed_in: Browser, database_goes_away: Callable[[], None]
) -> None:
    client = signed_in("mc")
    before = paper(client)

    database_goes_away()

    assert paper(client).data == before.data
    assert client.get("/dieu-hanh/ban-giay").data == before.data
    assert paper(client, "khac").status_code == 503
    assert client.get("/dieu-hanh").status_code == 503


def test_but_only_to_staff_who_had_signed_in(
    signed_in: Browser, client: FlaskClient, database_goes_away: Callable[[], None]
) -> None:
    room, staff, left = signed_in(endpoint="06010"), signed_in("mc"), signed_in("secretary")
    assert room.get("/diem-cau").status_code == 200
    assert paper(staff).status_code == 200
    assert paper(left).status_code == 200
    with left.session_transaction() as session:
        session["_user_id"] = session["_user_id"].replace("secretary", "admin")

    database_goes_away()

    assert paper(staff).status_code == 200
    assert paper(room).status_code == 503
    assert paper(left).status_code == 503
    assert paper(client).status_code == 303


def test_nothing_is_given_when_none_was_made(signed_in: Browser, database_goes_away: Callable[[], None]) -> None:
    client = signed_in("mc")
    assert client.get("/dieu-hanh").status_code == 200

    database_goes_away()

    assert paper(client).status_code == 503


def test_consoles_that_ask_at_once_are_given_one(
    app: Flask, services: Services, conference: Conference, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking, made_now = [Event(), Event()], []

    def set_once_both_ask(*_: Any) -> bytes:
        made_now.append(1)
        assert all(each.wait(30) for each in asking)
        return b"%PDF"

    def ask(mine: Event) -> bytes:
        with app.app_context():
            its: Services = app.extensions["giaoban"]
            current = its.conferences.current()
            mine.set()
            return its.papers.present(current).data

    monkeypatch.setattr(typeset, "pdf", set_once_both_ask)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(ask, asking))

    assert (answers, len(made_now)) == ([b"%PDF"] * 2, 1)
