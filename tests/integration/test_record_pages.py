"""Records in the board's panel and groups of people in every form, without a browser and without scripts."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any
from uuid import uuid4

import pytest

from giaoban.domain.headcount_groups import groups_of
from giaoban.models import Conference
from giaoban.services import Services
from tests.conftest import COMMUNE, HALL, ITS_DISTRICT, Caller, identity_of
from tests.fakes import FakeClock
from tests.integration.forms import HTMX, Browser, form_values, send
from tests.integration.test_records import said

Make = Callable[..., Caller]
PANEL = f"/diem-danh/{COMMUNE}"
LEADERS, _, OFFICE, GUESTS = groups_of("commune")


def path_of(record: dict[str, Any], code: str = COMMUNE) -> str:
    return f"/diem-danh/{code}/ban-ghi/{record['check_in_id']}/huy"


# ---- the records of a room


def test_the_panel_tells_all_that_was_said_of_a_room(caller: Make, signed_in: Browser, clock: FakeClock) -> None:
    first = said(caller(endpoint=COMMUNE), headcount={"total": 9, "groups": {LEADERS: 4}}, note="Thiếu loa")
    clock.advance(61_000)
    said(caller("secretary"), status="absent", headcount=0, reason="Mất điện", happened_at_ms=clock.now_ms())

    html = signed_in("secretary").get(PANEL).text
    page = unescape(re.sub(r"<[^>]+>", "", html))

    assert "Ghi chú: Thiếu loa" in page
    assert "Điểm cầu tự báo: lúc 07:30" in page
    assert "Ban tổ chức ghi, secretary (Thư ký): lúc 07:31" in page
    assert f"{LEADERS}: " in page
    assert page.index("Lý do: Mất điện") < page.index("Ghi chú: Thiếu loa")
    assert path_of(first) in html


def test_a_record_is_taken_back_without_scripts(
    caller: Make, signed_in: Browser, services: Services, conference: Conference
) -> None:
    record, client = said(caller(endpoint=COMMUNE)), signed_in("secretary")

    answer = send(client, path_of(record), PANEL, reason="Ghi nhầm phòng")

    assert (answer.status_code, answer.location) == (303, PANEL)
    page = client.get(PANEL).text
    assert "secretary (Thư ký) hủy lúc" in page
    assert "Ghi nhầm phòng" in page
    assert path_of(record) not in page
    assert services.roll_call.totals(conference.id)["present"] == 0


@pytest.mark.parametrize(
    ("reason", "sentence"), [("  ", "Hủy bản ghi phải ghi lý do."), ("x" * 301, "phải dài từ 0 đến 300")]
)
@pytest.mark.parametrize("headers", [None, HTMX], ids=["page", "fragment"])
def test_a_record_is_not_taken_back_without_a_reason_and_what_was_typed_stays(
    caller: Make, signed_in: Browser, reason: str, sentence: str, headers: Any
) -> None:
    record, client = said(caller(endpoint=COMMUNE)), signed_in("mc")

    answer = send(client, path_of(record), PANEL, headers=headers, reason=reason)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{reason}"' in answer.text
    assert ("<html" in answer.text) is (headers is None)
    assert caller("mc").get("/roll-call")["totals"]["present"] == 1


def test_a_reason_to_take_back_that_came_too_late_stays_where_it_was_typed(
    caller: Make, signed_in: Browser, services: Services, conference: Conference
) -> None:
    record, client = said(caller(endpoint=COMMUNE)), signed_in("secretary")
    services.conference_life.close(conference, identity_of(services, "admin"))

    answer = send(client, path_of(record), "/doi-mat-khau", reason="Ghi nhầm phòng", headers=HTMX)

    assert answer.status_code == 409
    assert re.search(r'name="reason" value="Ghi nhầm phòng"[^>]*aria-invalid="true"', answer.text)
    assert answer.text.count("Ghi nhầm phòng") == answer.text.count('role="alert"') == 1
    assert 'name="headcount"' not in answer.text


def test_numbers_that_differ_are_told_in_the_panel_and_are_no_contradiction(caller: Make, signed_in: Browser) -> None:
    said(caller(endpoint=COMMUNE), headcount=9)
    said(caller(endpoint=ITS_DISTRICT), COMMUNE, headcount=7)
    client = signed_in("secretary")

    assert "Các bên báo số đại biểu khác nhau." in client.get(PANEL).text
    assert "Mâu thuẫn" not in client.get("/diem-danh").text


# ---- contradictions


@pytest.fixture
def contradicting(caller: Make, clock: FakeClock) -> tuple[dict[str, Any], dict[str, Any]]:
    """The room says that it is there, its district that it is not; then a second goes by."""
    told = {"total": 9, "groups": {LEADERS: 4}}
    own = said(caller(endpoint=COMMUNE), headcount=told)
    district = said(caller(endpoint=ITS_DISTRICT), COMMUNE, status="absent", headcount=0, reason="Mất điện")
    clock.advance(1_000)
    return own, district


@pytest.mark.parametrize("whose", [0, 1], ids=["the room's", "its district's"])
@pytest.mark.parametrize("headers", [None, HTMX], ids=["page", "fragment"])
def test_one_press_decides_a_contradiction(
    caller: Make, signed_in: Browser, contradicting: Any, whose: int, headers: Any
) -> None:
    client, chosen = signed_in("secretary"), contradicting[whose]
    board = unescape(client.get("/diem-danh").text)
    assert "Mâu thuẫn" in board
    assert all(f'value="{record["check_in_id"]}"' in board for record in contradicting)
    seen = form_values(board)["seen"]

    answers = [
        send(client, f"{PANEL}/quyet-dinh", PANEL, headers=headers, of=chosen["check_in_id"], seen=seen)
        for _ in range(2)
    ]

    assert {answer.status_code for answer in answers} == {303 if headers is None else 200}
    (conflict,) = caller("secretary").get("/roll-call")["conflicts"]
    assert conflict["decided"]
    assert len(conflict["records"]) == 3
    decision = conflict["records"][-1]
    assert conflict["effective_id"] == decision["check_in_id"]
    assert [decision[key] for key in ("status", "headcount", "reason")] == [
        chosen[key] for key in ("status", "headcount", "reason")
    ]
    words = ("lời điểm cầu", "lời cấp huyện")[whose]
    assert decision["note"] == f"Quyết định theo {words} lúc 07:30"
    assert "Mâu thuẫn" not in client.get("/diem-danh").text


def test_who_came_in_time_is_not_late_because_it_was_decided_later(
    caller: Make, signed_in: Browser, clock: FakeClock, contradicting: Any
) -> None:
    own, _ = contradicting
    opening = next(item for item in caller("mc").get("/running-order")["items"] if item["kind"] == "opening")
    assert caller("mc").command("start", {"item_id": opening["id"]}).status_code == 200
    clock.advance(60_000)

    send(signed_in("secretary"), f"{PANEL}/quyet-dinh", PANEL, of=own["check_in_id"], seen="2")

    (conflict,) = caller("secretary").get("/roll-call")["conflicts"]
    decision = conflict["records"][-1]
    assert (decision["source"], decision["happened_at_ms"]) == ("secretary", clock.now_ms())
    assert (own["late"], decision["late"]) == (False, False)


def test_what_was_taken_back_decides_nothing(caller: Make, signed_in: Browser, contradicting: Any) -> None:
    own, _ = contradicting
    client = signed_in("secretary")
    send(client, path_of(own), PANEL, reason="Nhầm")

    answer = send(client, f"{PANEL}/quyet-dinh", PANEL, of=own["check_in_id"], seen="2")
    assert answer.status_code == 409
    assert "Bản ghi này đã bị hủy" in answer.text
    assert send(client, f"{PANEL}/quyet-dinh", PANEL, of=str(uuid4()), seen="2").status_code == 404


def test_a_technician_sees_contradictions_and_decides_none(signed_in: Browser, contradicting: Any) -> None:
    client, (own, _) = signed_in("technician"), contradicting
    board = client.get("/diem-danh").text
    assert "Mâu thuẫn" in board
    assert own["check_in_id"] not in board
    assert "/huy" not in client.get(PANEL).text
    assert send(client, f"{PANEL}/quyet-dinh", "/", of=own["check_in_id"], seen="2").status_code == 403
    assert send(client, path_of(own), "/", reason="Nhầm").status_code == 403


# ---- people by group


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"headcount": "9", f"groups.{LEADERS}": "4"}, {"total": 9, "groups": {LEADERS: 4}}),
        (
            {"headcount": "", f"groups.{LEADERS}": "4", f"groups.{GUESTS}": "2"},
            {"total": 6, "groups": {LEADERS: 4, GUESTS: 2}},
        ),
        ({"headcount": "3", f"groups.{OFFICE}": "0", f"groups.{LEADERS}": " "}, {"total": 3, "groups": {}}),
    ],
)
@pytest.mark.parametrize("who", ["room", "district", "secretary"])
def test_every_form_takes_people_by_group(
    caller: Make, signed_in: Browser, who: str, typed: dict[str, str], told: dict[str, Any]
) -> None:
    if who == "secretary":
        answer = send(signed_in("secretary"), PANEL, PANEL, check_in_id=str(uuid4()), status="present", **typed)
    else:
        client = signed_in(endpoint=COMMUNE if who == "room" else ITS_DISTRICT)
        more = {"form_id": str(uuid4()), "endpoint_code": COMMUNE, "status": "present", "note": "Đủ"}
        answer = send(client, "/diem-cau/diem-danh", "/diem-cau", **more, **typed)

    assert answer.status_code == 303
    (row,) = [row for row in caller("secretary").get("/endpoints") if row["code"] == COMMUNE]
    assert row["effective"]["headcount"] == told
    assert row["effective"]["note"] == (None if who == "secretary" else "Đủ")


@pytest.mark.parametrize("who", ["room", "district", "secretary"])
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (
            {"headcount": "5", f"groups.{LEADERS}": "4", f"groups.{GUESTS}": "2"},
            "Tổng số 5 nhỏ hơn cộng các thành phần (6). Xin sửa tổng số hoặc số của từng thành phần.",
        ),
        ({"headcount": "5", f"groups.{LEADERS}": "bốn"}, "bằng chữ số"),
    ],
)
def test_a_total_below_its_groups_is_refused_and_what_was_typed_stays(
    caller: Make, signed_in: Browser, who: str, typed: dict[str, str], sentence: str
) -> None:
    if who == "secretary":
        answer = send(signed_in("secretary"), PANEL, PANEL, check_in_id=str(uuid4()), status="present", **typed)
        at = answer.text.index('value="present"')
    else:
        client = signed_in(endpoint=COMMUNE if who == "room" else ITS_DISTRICT)
        more = {"form_id": str(uuid4()), "endpoint_code": COMMUNE, "status": "present"}
        answer = send(client, "/diem-cau/diem-danh", "/diem-cau", **more, **typed)
        at = answer.text.index(f'data-check-in="{COMMUNE}"')

    form = answer.text[at : answer.text.index("</form>", at)]
    values = form_values(unescape(form))
    assert answer.status_code == 422
    assert sentence in form
    assert {name: values[name] for name in typed} == typed
    assert "data-groups open" in form
    assert caller("secretary").get("/roll-call")["totals"]["present"] == 0


def test_a_form_offers_the_groups_of_its_level_and_those_that_were_told(caller: Make, signed_in: Browser) -> None:
    said(caller(endpoint=COMMUNE), headcount={"total": 9, "groups": {GUESTS: 2, "Báo xã": 1}})

    own = form_values(unescape(signed_in(endpoint=COMMUNE).get("/diem-cau?sua=1").text))
    its_district = form_values(unescape(signed_in("secretary").get(f"/diem-danh/{ITS_DISTRICT}").text))

    assert [name.removeprefix("groups.") for name in own if name.startswith("groups.")] == [
        *groups_of("commune"),
        "Báo xã",
    ]
    assert (own[f"groups.{GUESTS}"], own["groups.Báo xã"], own["headcount"]) == ("2", "1", "9")
    assert [name.removeprefix("groups.") for name in its_district if name.startswith("groups.")] == [
        *groups_of("district")
    ]


def test_the_same_form_sent_twice_with_groups_is_one_record(caller: Make, signed_in: Browser) -> None:
    client = signed_in(endpoint=COMMUNE)
    form = {"form_id": str(uuid4()), "status": "present", "headcount": "9", f"groups.{LEADERS}": "4", "note": "Đủ"}
    for _ in range(2):
        assert send(client, "/diem-cau/diem-danh", "/diem-cau", **form).status_code == 303

    log = caller("secretary").get("/log")

    assert [line["kind"] for line in log].count("check_in") == 1


@pytest.mark.parametrize("headers", [None, HTMX], ids=["page", "panel"])
def test_people_are_summed_by_level_and_group(caller: Make, signed_in: Browser, headers: Any) -> None:
    said(caller(endpoint=COMMUNE), headcount={"total": 9, "groups": {GUESTS: 2, "Báo xã": 1}})
    said(caller("secretary"), "06634", headcount={"total": 5, "groups": {GUESTS: 3}})
    said(caller("secretary"), HALL, headcount={"total": 40, "groups": {groups_of("province")[0]: 4}})

    html = signed_in("technician").get("/diem-danh/thanh-phan", headers=headers).text

    rows = re.findall(r'<th scope="row">([^<]*)</th><td class="num">(-?\d+)</td>', unescape(html))
    hall, district, commune = ([*groups_of(level)] for level in ("province", "district", "commune"))
    assert [name for name, _ in rows] == [
        *(*hall, "Chưa ghi thành phần", "Tổng số"),
        *(*district, "Chưa ghi thành phần", "Tổng số"),
        *(*commune, "Báo xã", "Chưa ghi thành phần", "Tổng số"),
    ]
    assert [count for _, count in rows if count != "0"] == ["4", "36", "40", "5", "1", "8", "14"]
    assert ("<html" in html) is (headers is None)
