"""A conference from draft to closed, as programs and services see it."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from giaoban.domain import log_file
from giaoban.domain.errors import InvalidInput, InvalidTransition, NotFound
from giaoban.models import Conference
from giaoban.realtime import events, looked_at
from giaoban.seed import demo
from giaoban.services import Services
from giaoban.services.conferences import SLUG_LONGEST
from giaoban.services.identity import cli_identity
from tests.conftest import COMMUNE, Caller, code_of
from tests.consistency import assert_consistent
from tests.fakes import OPENING_AT_MS
from tests.integration.forms import Browser, send
from tests.integration.test_line_tests import send as send_test
from tests.integration.test_live import Join, ask, received
from tests.integration.test_live import join as join
from tests.integration.test_running_order import refused

Make = Callable[..., Caller]
ME = cli_identity("test")
DRAFT = "giao-ban-2022"


@pytest.fixture
def draft(services: Services) -> Conference:
    new = replace(demo.conference(OPENING_AT_MS), slug=DRAFT, draft=True)
    return services.conferences.create(new, ME)


def kinds(services: Services, conference: Conference) -> list[str]:
    return [line["kind"] for line in services.running_order.log(conference, 0)]


def test_a_conference_goes_through_its_life(app: Flask, caller: Make, services: Services, draft: Conference) -> None:
    mc = Caller(app, caller("mc").token, DRAFT)
    seen = [mc.get("")["status"]]
    refused(mc.command("start", {"item_id": "1"}), 409, "invalid_transition")
    services.conference_life.publish(draft, ME)
    seen.append(mc.get("")["status"])
    assert mc.command("start", {"item_id": "1"}).status_code == 200
    seen.append(mc.get("")["status"])
    mc.command("undo")
    seen.append(mc.get("")["status"])
    mc.command("start", {"item_id": "1"})
    with pytest.raises(InvalidTransition, match="Đang có một mục diễn ra"):
        services.conference_life.close(draft, ME)
    mc.command("finish")
    services.conference_life.close(draft, ME)
    seen.append(mc.get("")["status"])

    assert seen == ["draft", "ready", "live", "ready", "closed"]
    assert [kind for kind in kinds(services, draft) if kind.startswith("conference_")] == [
        "conference_created",
        "conference_published",
        "conference_closed",
    ]


def test_a_closed_conference_takes_no_command_and_no_check_in_but_is_read(
    caller: Make, services: Services, conference: Conference
) -> None:
    mc, room = caller("mc"), caller(endpoint=COMMUNE)
    earlier = "6f0e2c9e-7f52-4a55-9d3c-30f1dfb0a001"
    assert room.check_in(COMMUNE, check_in_id=earlier).status_code == 200
    services.conference_life.close(conference, ME)

    for name, args in (("start", {"item_id": "1"}), ("undo", {}), ("set_scene", {"name": "maket"})):
        answer = mc.command(name, args)
        refused(answer, 409, "invalid_transition")
        assert answer.json["error"]["details"]["snapshot"]["version"] == 0
        assert "đã kết thúc và khóa" in answer.json["error"]["message"]
    refused(room.check_in(COMMUNE), 409, "invalid_transition")
    assert room.check_in(COMMUNE, check_in_id=earlier).status_code == 200  # the same again gets the same answer
    assert mc.get("/running-order")["phase"] == "idle"
    assert mc.get("/roll-call")["totals"]["present"] == 1
    assert not services.running_order.legal(conference).commands


def test_a_closed_conference_says_so_in_the_forms_of_the_roll_call(
    signed_in: Browser, services: Services, conference: Conference
) -> None:
    services.conference_life.close(conference, ME)
    said = {"status": "present", "headcount": "5", "check_in_id": "6f0e2c9e-7f52-4a55-9d3c-30f1dfb0a001"}
    pages = {f"/diem-danh/{COMMUNE}": signed_in("secretary"), "/diem-cau/diem-danh": signed_in(endpoint=COMMUNE)}

    for path, client in pages.items():
        answer = send(client, path, path if client.get(path).status_code == 200 else "/diem-cau", **said)
        assert answer.status_code == 409
        assert "Không nhận điểm danh nữa" in answer.text
        assert 'value="5"' in answer.text


def test_it_is_opened_again_with_a_reason_that_the_log_keeps(
    caller: Make, services: Services, conference: Conference
) -> None:
    services.conference_life.close(conference, ME)

    with pytest.raises(InvalidInput):
        services.conference_life.reopen(conference, "  ", ME)
    services.conference_life.reopen(conference, "Bổ sung ý kiến", ME)

    assert services.running_order.log(conference, 0)[-1]["data"] == {"reason": "Bổ sung ý kiến"}
    assert caller("mc").command("start", {"item_id": "1"}).status_code == 200


@pytest.mark.parametrize("change", ["publish", "close", "reopen"])
def test_staff_are_told_at_once_that_a_conference_has_another_stage(
    join: Join, caller: Make, services: Services, draft: Conference, change: str
) -> None:
    life = services.conference_life
    steps = {
        "publish": lambda: life.publish(draft, ME),
        "close": lambda: life.close(draft, ME),
        "reopen": lambda: life.reopen(draft, "Bổ sung ý kiến", ME),
    }
    for before in list(steps)[: list(steps).index(change)]:
        steps[before]()
    mc, another = join(caller("mc"), conference=DRAFT), join(caller("mc"))
    for socket in (mc, another):
        assert ask(socket, "watch", {"topics": ["roll_call"]})["ok"]
        received(socket, events.ORDER_SNAPSHOT)

    steps[change]()

    mc.app.extensions["tests.afterwards"].wait()
    told = {event["name"]: event["args"][0] for event in mc.get_received(events.NAMESPACE)}
    assert told.keys() >= {events.CONSOLE_CHANGED, events.ROLL_CALL_CHANGED, events.TECHNICAL_CHANGED}
    assert told[events.TECHNICAL_CHANGED] == {"codes": []}
    assert another.get_received(events.NAMESPACE) == []


def test_another_stage_concerns_every_room_also_when_it_is_told_together_with_one(
    join: Join, caller: Make, services: Services
) -> None:
    technician = join(caller("technician"))
    for _ in range(2):  # the first goes out at once, what follows is gathered
        assert send_test(caller(endpoint=COMMUNE), COMMUNE).status_code == 200
    services.conference_life.close(services.conferences.current(), ME)

    technician.app.extensions["tests.afterwards"].wait()

    told = [data["codes"] for data in received(technician, events.TECHNICAL_CHANGED)]
    assert (told[0], told[-1]) == ([COMMUNE], [])


def test_a_board_has_no_buttons_while_nothing_of_the_roll_call_is_taken(
    signed_in: Browser, services: Services, conference: Conference
) -> None:
    secretary = signed_in("secretary")
    htmx = {"HX-Request": "true"}
    frame = frame_of(secretary.get("/diem-danh").text)
    services.conference_life.close(conference, ME)

    told = secretary.get("/diem-danh", query_string={"khung": frame, "o": ""}, headers=htmx)

    assert told.headers["HX-Retarget"] == "#board"  # all of it anew, also of a board that asks for what has changed
    assert "Không nhận điểm danh nữa." in told.text
    assert "data-may-say" not in told.text
    assert "check_in_id" not in secretary.get(f"/diem-danh/{COMMUNE}", headers=htmx).text
    assert "data-locked" in secretary.get("/diem-danh/goi/danh-sach", headers=htmx).text


def frame_of(page: str) -> str:
    found = re.search(r'data-frame="([0-9a-f]+)"', page)
    assert found is not None
    return found.group(1)


def test_a_draft_is_there_for_staff_only(app: Flask, caller: Make, draft: Conference, client: FlaskClient) -> None:
    for who in (caller(), caller(endpoint=COMMUNE)):
        assert DRAFT not in [each["slug"] for each in who.get("/api/v1/conferences")]
        for path in ("", "/running-order"):
            refused(who.call("GET", f"/api/v1/conferences/{DRAFT}{path}"), 404, "not_found")
    for path in ("/", "/man-chieu", "/man-chieu/chuong-trinh"):
        assert client.get(f"{path}?hoi-nghi={DRAFT}").status_code == 404
    assert DRAFT in [each["slug"] for each in caller("technician").get("/api/v1/conferences")]
    assert caller("secretary").call("GET", f"/api/v1/conferences/{DRAFT}").json["status"] == "draft"


def test_editors_find_drafts_on_the_front_page(signed_in: Browser, client: FlaskClient, draft: Conference) -> None:
    link = f'href="/quan-tri/hoi-nghi/{DRAFT}/chuong-trinh"'
    assert link in signed_in("secretary").get("/").text
    for browser in (client, signed_in("technician"), signed_in(endpoint=COMMUNE)):
        assert link not in browser.get("/").text


def test_no_screen_joins_a_draft(join: Join, caller: Make, draft: Conference) -> None:
    assert not join(conference=DRAFT).is_connected(events.NAMESPACE)
    assert not join(caller(endpoint=COMMUNE), conference=DRAFT).is_connected(events.NAMESPACE)
    assert join(caller("secretary"), conference=DRAFT).is_connected(events.NAMESPACE)


def test_no_screen_joins_a_draft_that_was_just_looked_up_for_staff(
    join: Join, caller: Make, draft: Conference, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looked_at, "KEPT_S", 3600)
    assert join(caller("secretary"), conference=DRAFT).is_connected(events.NAMESPACE)
    assert not join(conference=DRAFT).is_connected(events.NAMESPACE)
    assert not join(caller(endpoint=COMMUNE), conference=DRAFT).is_connected(events.NAMESPACE)


def test_nobody_enters_a_draft_by_a_code(app: Flask, draft: Conference, client: FlaskClient) -> None:
    answer = client.post("/api/v1/sessions", json={"code": code_of(app, COMMUNE, DRAFT)})

    refused(answer, 401, "unauthorized")
    assert "chưa được công bố" in answer.json["error"]["message"]


def test_a_draft_is_not_made_the_current_one(services: Services, draft: Conference, conference: Conference) -> None:
    with pytest.raises(InvalidTransition, match="bản nháp"):
        services.conferences.make_current(draft, ME)

    assert services.conferences.current().slug == conference.slug


def test_only_drafts_and_rehearsals_are_thrown_away(
    services: Services, draft: Conference, conference: Conference
) -> None:
    rehearsal = services.conferences.copy_for_rehearsal(conference, ME)
    for each in (draft, rehearsal):
        slug = each.slug
        services.conference_life.discard(each)
        with pytest.raises(NotFound):
            services.conferences.find(slug)
    with pytest.raises(InvalidTransition):
        services.conference_life.discard(conference)


def test_a_draft_that_is_rehearsed_is_still_there_for_staff_only(
    caller: Make, services: Services, draft: Conference
) -> None:
    first, again = (services.conferences.copy_for_rehearsal(draft, ME).slug for _ in range(2))
    of_first = services.conferences.copy_for_rehearsal(services.conferences.find(first), ME).slug

    def listed(asker: Caller) -> set[str]:
        return {each["slug"] for each in asker.get("/api/v1/conferences")} & {first, again, of_first}

    assert (listed(caller()), listed(caller(endpoint=COMMUNE))) == (set(), set())
    assert listed(caller("technician")) == {first, again, of_first}
    assert len({first.rpartition("-")[0], again.rpartition("-")[0]}) == 2  # the time of day alone could be guessed
    assert services.conferences.find(first).is_rehearsal
    assert len(first) <= SLUG_LONGEST


def test_the_log_of_a_whole_life_proves_itself(
    app: Flask, caller: Make, services: Services, conference: Conference
) -> None:
    moved_ms = OPENING_AT_MS + 45 * 60_000
    assert caller("secretary").command("set_plan", {"starts_at_ms": moved_ms}).status_code == 200
    caller("mc").command("start", {"item_id": "1"})
    refused(caller("mc").command("set_plan", {"starts_at_ms": OPENING_AT_MS}), 409, "invalid_transition")
    caller("mc").command("finish")
    services.conference_life.retitle(conference, "Hội nghị giao ban", ME)
    assert caller("mc").command("set_plan", {"paper_cap_ms": 420_000}).status_code == 200
    services.conference_life.close(conference, ME)
    services.conference_life.reopen(conference, "Bổ sung", ME)

    proof = log_file.read(list(services.log_export.lines(conference.slug)))

    assert proof.title == "Hội nghị giao ban"
    assert proof.order.starts_at_ms == caller().get("")["starts_at_ms"] == moved_ms
    assert caller().get("/running-order")["items"][0]["planned_start_at_ms"] == moved_ms
    assert {item.cap_ms for item in proof.order.items if item.kind == "paper"} == {420_000}
    assert_consistent(app, conference.slug)
