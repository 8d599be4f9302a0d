"""The technician's checklist: data of a conference, ticked by whom and when, in the log, taken along by a clone."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from giaoban.domain.checklist import DEFAULT, ITEMS_MOST, Entry
from giaoban.domain.errors import InvalidInput, InvalidTransition, NotAllowed, NotFound
from giaoban.models import Conference
from giaoban.services import Services
from giaoban.services.conferences import NewConference
from giaoban.services.identity import Identity
from tests.conftest import COMMUNE, Caller, identity_of
from tests.fakes import OPENING_AT_MS, FakeClock
from tests.integration.forms import HTMX, Browser, send

Make = Callable[..., Caller]
AT = "/ky-thuat/viec"
HOUR_MS = 3_600_000


@pytest.fixture
def technician(services: Services) -> Identity:
    return identity_of(services, "technician")


@pytest.fixture
def entries(services: Services, conference: Conference) -> list[Entry]:
    return services.checklists.entries(conference)


def lines(caller: Caller) -> list[dict[str, Any]]:
    return [line for line in caller.get("/log") if line["kind"] == "checklist"]


def test_a_conference_begins_with_the_usual_list(entries: list[Entry]) -> None:
    assert [(entry.stage, entry.text, entry.measure) for entry in entries] == list(DEFAULT)
    assert not any(entry.ticked_at_ms for entry in entries)


def test_ticked_by_whom_and_when_and_the_log_says_so(
    services: Services,
    conference: Conference,
    entries: list[Entry],
    technician: Identity,
    caller: Make,
    clock: FakeClock,
) -> None:
    first = entries[0]
    for _ in range(2):  # set, not toggled: two who press agree
        ticked = services.checklists.tick(conference.slug, first.item_id, True, " Gọi 0912.939.739 ", technician)
        clock.advance(60_000)
    assert (ticked.ticked_at_ms, ticked.ticked_by) == (OPENING_AT_MS, "technician:technician")
    assert ticked.note == "Gọi 0912.939.739"
    services.checklists.tick(conference.slug, first.item_id, False, ticked.note, technician)

    assert services.checklists.entries(conference)[0].ticked_at_ms is None
    told = lines(caller("mc"))
    assert [line["data"]["action"] for line in told] == ["tick", "untick"]
    assert told[0]["data"] == {
        "action": "tick",
        "item_id": first.item_id,
        "stage_minutes": 60,
        "text": first.text,
        "note": "Gọi (số điện thoại)",
    }
    assert told[0]["version"] is None


def test_the_list_can_be_changed(
    services: Services, conference: Conference, entries: list[Entry], technician: Identity
) -> None:
    slug = conference.slug
    added = services.checklists.add(slug, "10", "Nước uống trên bục", None, technician)
    services.checklists.rename(slug, entries[0].item_id, 30, "Máy chiếu", technician)
    services.checklists.remove(slug, entries[1].item_id, technician)

    now = {entry.item_id: entry for entry in services.checklists.entries(conference)}
    assert (now[added.item_id].stage, now[added.item_id].text) == (10, "Nước uống trên bục")
    assert (now[entries[0].item_id].stage, now[entries[0].item_id].text) == (30, "Máy chiếu")
    assert entries[1].item_id not in now
    with pytest.raises(NotFound):
        services.checklists.tick(slug, entries[1].item_id, True, "", technician)
    with pytest.raises(InvalidInput):
        services.checklists.add(slug, 10, "Số đếm", "nothing", technician)
    for _ in range(ITEMS_MOST - len(now)):
        services.checklists.add(slug, 10, "Thêm", None, technician)
    with pytest.raises(InvalidTransition):
        services.checklists.add(slug, 10, "Một việc nữa", None, technician)


def test_a_clone_takes_the_list_along_but_not_the_ticks(
    services: Services, conference: Conference, entries: list[Entry], technician: Identity
) -> None:
    services.checklists.remove(conference.slug, entries[1].item_id, technician)
    services.checklists.tick(conference.slug, entries[0].item_id, True, "Đã thử", technician)
    admin = identity_of(services, "admin")

    new = NewConference("lan-sau", "Lần sau", OPENING_AT_MS + 24 * HOUR_MS, [])
    copies = [
        services.conferences.clone(conference, new, admin),
        services.conferences.copy_for_rehearsal(conference, admin),
    ]

    wanted = [(entry.stage, entry.text, entry.measure) for entry in entries if entry != entries[1]]
    for copy in copies:
        taken = services.checklists.entries(copy)
        assert [(entry.stage, entry.text, entry.measure) for entry in taken] == wanted
        assert not any(entry.ticked_at_ms or entry.ticked_by or entry.note for entry in taken)


@pytest.mark.parametrize("role", ["mc", "secretary"])
def test_who_only_looks_ticks_nothing(
    services: Services, conference: Conference, entries: list[Entry], signed_in: Browser, role: str
) -> None:
    who = identity_of(services, role)
    with pytest.raises(NotAllowed):
        services.checklists.tick(conference.slug, entries[0].item_id, True, "", who)
    page = signed_in(role).get(AT).text
    assert entries[0].text in page
    assert "<form" not in page


def test_a_closed_conference_is_ticked_no_more(
    services: Services, conference: Conference, entries: list[Entry], technician: Identity
) -> None:
    services.conference_life.close(conference, identity_of(services, "admin"))
    with pytest.raises(InvalidTransition):
        services.checklists.tick(conference.slug, entries[0].item_id, True, "", technician)


# ---- the page


def test_the_figures_are_live_and_what_is_late_stands_out(
    signed_in: Browser, caller: Make, clock: FakeClock, services: Services, conference: Conference
) -> None:
    clock.at_ms = OPENING_AT_MS - HOUR_MS
    client = signed_in("technician")
    page = client.get(AT).text
    assert "quá hạn 5 việc" in page
    assert re.search(r"Điểm cầu đã thử đường truyền</b> <span[^>]*>0/211<", page)

    test = {"picture": "good", "sound": "good", "mic": "good", "happened_at_ms": clock.now_ms()}
    answer = caller(endpoint=COMMUNE).call("PUT", f"/endpoints/{COMMUNE}/line-tests/{uuid4()}", test)
    assert answer.status_code == 200
    # A room that is absent is not waited for.
    caller("secretary").check_in("185", status="absent", headcount=0, reason="Mất điện", happened_at_ms=clock.now_ms())

    page = client.get(AT).text
    assert re.search(r"Điểm cầu đã thử đường truyền</b> <span[^>]*>1/210<", page)
    assert "quá hạn 5" in client.get("/ky-thuat").text


def test_ticking_without_scripts(signed_in: Browser, services: Services, conference: Conference) -> None:
    client = signed_in("technician")
    (first, *_) = services.checklists.entries(conference)

    answer = send(client, f"{AT}/{first.item_id}", AT, done="1", note="")

    assert (answer.status_code, answer.location) == (303, AT)
    assert "technician (Kỹ thuật), <span" in client.get(AT).text


@pytest.mark.parametrize("headers", [None, HTMX], ids=["page", "fragment"])
def test_what_is_wrong_comes_back_with_what_was_typed(signed_in: Browser, headers: Any) -> None:
    answer = send(signed_in("technician"), f"{AT}?sua=1", AT, stage="10", text="x" * 201, headers=headers)
    assert answer.status_code == 422
    assert "x" * 201 in answer.text
    assert "phải dài từ 0 đến 200 ký tự" in answer.text
    assert ("<html" in answer.text) is (headers is None)


def test_the_list_is_changed_on_the_page(signed_in: Browser, services: Services, conference: Conference) -> None:
    client = signed_in("admin")
    (first, *_) = services.checklists.entries(conference)

    added = send(client, f"{AT}?sua=1", f"{AT}?sua=1", stage="10", text="Nước uống", measure="")
    renamed = send(client, f"{AT}/{first.item_id}/sua?sua=1", f"{AT}?sua=1", stage="60", text="Máy chiếu")

    assert (added.status_code, added.location, renamed.status_code) == (303, f"{AT}?sua=1", 303)
    page = client.get(f"{AT}?sua=1").text
    assert 'value="Nước uống"' in page
    assert 'value="Máy chiếu"' in page
    assert send(client, f"{AT}/{first.item_id}/bo?sua=1", f"{AT}?sua=1").status_code == 303
    assert 'value="Máy chiếu"' not in client.get(f"{AT}?sua=1").text
