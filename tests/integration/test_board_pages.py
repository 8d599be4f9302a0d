"""The roll-call board without a browser."""

import re
from typing import Any
from uuid import uuid4

import pytest

from giaoban.models import Conference
from giaoban.services import Services
from giaoban.services.conferences import NewConference
from giaoban.services.identity import cli_identity
from tests.conftest import COMMUNE
from tests.fakes import OPENING_AT_MS
from tests.integration.forms import HTMX, Browser, form_values, send
from tests.rosters import three_levels, two_levels


def test_the_board_has_a_cell_for_every_room_of_the_roll_call(
    signed_in: Browser, services: Services, conference: Conference
) -> None:
    codes = {row["code"] for row in services.roll_call.view(conference)["rows"]}

    page = signed_in("technician").get("/diem-danh").text

    assert set(re.findall(r'id="cell-(\w+)"', page)) == codes


def test_a_room_is_said_to_be_there_without_scripts(
    signed_in: Browser, services: Services, conference: Conference
) -> None:
    client = signed_in("secretary")
    at = f"/diem-danh/{COMMUNE}"

    answer = send(client, at, at, check_in_id=str(uuid4()), status="present", headcount="7")

    assert (answer.status_code, answer.location) == (303, "/diem-danh")
    assert services.roll_call.totals(conference.id)["headcount"] == 7
    assert "Xã Cao Minh, huyện Tràng Định. Có mặt · chưa kết nối. 7 đại biểu" in client.get("/diem-danh").text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"status": "absent", "reason": " "}, "Điểm cầu vắng phải ghi lý do."),
        ({"status": "present", "headcount": "mười"}, "Số đại biểu ghi bằng chữ số, ví dụ 12."),
    ],
)
@pytest.mark.parametrize("headers", [None, HTMX], ids=["page", "fragment"])
def test_a_wrong_check_in_comes_back_with_its_reason(
    signed_in: Browser, services: Services, conference: Conference, headers: Any, fields: dict[str, str], sentence: str
) -> None:
    at = f"/diem-danh/{COMMUNE}"

    answer = send(signed_in("mc"), at, at, check_in_id=str(uuid4()), headers=headers, **fields)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert ("<html" in answer.text) is (headers is None)
    assert form_values(answer.text)["headcount"] == fields.get("headcount", "")
    assert services.roll_call.totals(conference.id)["pending"] == services.roll_call.totals(conference.id)["expected"]


def test_a_refusal_that_is_about_no_field_to_be_seen_is_told_too(signed_in: Browser) -> None:
    at = f"/diem-danh/{COMMUNE}"
    answer = send(signed_in("secretary"), at, at, check_in_id=str(uuid4()))
    assert answer.status_code == 422
    assert "Trạng thái phải là có mặt hoặc vắng." in answer.text


def test_a_form_that_was_sent_already_changes_nothing_and_says_so(
    signed_in: Browser, services: Services, conference: Conference
) -> None:
    client, at, check_in_id = signed_in("mc"), f"/diem-danh/{COMMUNE}", str(uuid4())
    send(client, at, at, check_in_id=check_in_id, status="present", headcount="7")

    answer = send(client, at, at, check_in_id=check_in_id, status="absent", reason="mất điện")

    assert answer.status_code == 422
    assert "đã gửi một lần rồi" in answer.text
    assert services.roll_call.totals(conference.id)["present"] == 1


def test_a_technician_sees_rooms_but_says_nothing_for_them(signed_in: Browser) -> None:
    client, at = signed_in("technician"), f"/diem-danh/{COMMUNE}"

    assert "<form" not in client.get(at).text
    assert send(client, at, "/", check_in_id=str(uuid4()), status="present").status_code == 403


def test_absences_are_listed_by_reason_with_the_district(signed_in: Browser) -> None:
    client, at = signed_in("secretary"), f"/diem-danh/{COMMUNE}"
    send(client, at, at, check_in_id=str(uuid4()), status="absent", reason="mất điện")

    fragment = client.get("/diem-danh", headers=HTMX).text

    assert "<html" not in fragment
    assert "<b>Cao Minh, Tràng Định</b> mất điện" in fragment


# ---- what has changed


def parts(answer: Any) -> set[str]:
    """The ids of what an answer puts in place."""
    return set(re.findall(r'id="([^"]+)"[^>]*hx-swap-oob', answer.text))


def test_only_the_rooms_asked_for_come_with_what_counts_them(signed_in: Browser) -> None:
    client = signed_in("secretary")
    frame = frame_of(client)

    answer = client.get(f"/diem-danh?o={COMMUNE}&o=20&khung={frame}", headers=HTMX)

    assert answer.headers["HX-Reswap"] == "none"
    cells = {part for part in parts(answer) if part.startswith("cell-")}
    assert cells == {f"cell-{COMMUNE}"}  # the hall has none
    assert len([part for part in parts(answer) if part.startswith("head-")]) == 1
    assert {"board-sum", "board-why", "board-conflicts", "board-calls", "board-sentence"} < parts(answer)
    assert len(answer.data) < len(client.get("/diem-danh", headers=HTMX).data) / 8


def test_a_line_of_the_list_comes_as_a_line(signed_in: Browser) -> None:
    client = signed_in("secretary")
    answer = client.get(f"/diem-danh?xem=danh-sach&o={COMMUNE}&khung={frame_of(client)}", headers=HTMX)
    assert f"row-{COMMUNE}" in parts(answer)
    assert "<template><tr" in answer.text


def test_another_roster_or_too_much_at_once_brings_the_whole_board(signed_in: Browser, services: Services) -> None:
    client, rooms = signed_in("secretary"), services.roll_call.endpoints(services.conferences.current())
    everything = "&".join(f"o={row['code']}" for row in rooms)

    for query in (f"o={COMMUNE}&khung=00000000", f"{everything}&khung={frame_of(client)}"):
        answer = client.get(f"/diem-danh?{query}", headers=HTMX)
        assert 'id="board"' in answer.text, query
        assert answer.headers.get("HX-Reswap") in (None, "outerHTML")


def frame_of(client: Any) -> str:
    found = re.search(r'data-frame="(\w+)"', client.get("/diem-danh").text)
    assert found is not None
    return found[1]


def test_what_was_said_comes_back_as_the_change_that_it_is(signed_in: Browser) -> None:
    client, at = signed_in("mc"), f"/diem-danh/{COMMUNE}"

    answer = send(client, at, at, check_in_id=str(uuid4()), status="present", headcount="3", headers=HTMX)

    assert answer.headers["HX-Reswap"] == "none"
    assert f"cell-{COMMUNE}" in parts(answer)
    assert f'id="drawer" data-closes="cell-{COMMUNE}"' in answer.text
    assert "Xã Cao Minh, huyện Tràng Định: Có mặt" in answer.text


# ---- which rooms are shown, and how, without scripts


def shown(page: str) -> set[str]:
    """The codes of the rooms that are not filtered out."""
    return set(re.findall(r'class="cell (?:(?!cell--out)[^"])*" id="cell-(\w+)"', page))


def test_the_address_filters_by_all_that_it_names(signed_in: Browser) -> None:
    client, at = signed_in("secretary"), f"/diem-danh/{COMMUNE}"
    send(client, at, at, check_in_id=str(uuid4()), status="absent", reason="mất điện")

    assert shown(client.get("/diem-danh?loc=vang").text) == {COMMUNE}
    assert shown(client.get("/diem-danh?loc=vang&duong-truyen=mat-ket-noi").text) == set()
    assert shown(client.get("/diem-danh?tim=cao+minh&huyen=180").text) == {COMMUNE}
    assert shown(client.get("/diem-danh?tim=cao+minh&huyen=178").text) == set()
    assert len(shown(client.get("/diem-danh?loc=khong-co&tim=").text)) == 211


def test_the_list_is_sorted_by_either_column(signed_in: Browser) -> None:
    client, at = signed_in("secretary"), f"/diem-danh/{COMMUNE}"
    send(client, at, at, check_in_id=str(uuid4()), status="absent", reason="mất điện")

    def rows(query: str) -> list[str]:
        return re.findall(r'<tr class="[^"]*" id="row-(\w+)"', client.get(f"/diem-danh?xem=danh-sach{query}").text)

    assert len(rows("")) == 211
    assert rows("&xep=co-mat")[-1] == COMMUNE
    assert rows("&xep=co-mat&nguoc=1")[0] == COMMUNE
    assert rows("&xep=ten&nguoc=1") == rows("&xep=ten")[::-1]
    assert 'aria-sort="descending"' in client.get("/diem-danh?xem=danh-sach&xep=ten&nguoc=1").text


def test_the_list_has_no_empty_column_where_there_are_no_districts(signed_in: Browser, services: Services) -> None:
    secretary = signed_in("secretary")
    assert "Đơn vị</a></th>" in secretary.get("/diem-danh?xem=danh-sach").text
    new = NewConference("khac", "Hội nghị khác", OPENING_AT_MS, two_levels(3))
    services.conferences.create(new, cli_identity("test"))

    page = secretary.get("/diem-danh?xem=danh-sach&hoi-nghi=khac").text

    assert "Đơn vị" not in page
    assert page.count("</th>") == 3 + 3
    assert page.count("<td>") == 3 * 2


@pytest.mark.parametrize("units", [three_levels(), two_levels(65), two_levels(1)], ids=["700", "65", "one"])
@pytest.mark.parametrize("view", ["", "&xem=danh-sach"], ids=["cells", "list"])
def test_any_roster_is_shown_whole(signed_in: Browser, services: Services, units: Any, view: str) -> None:
    services.conferences.create(NewConference("khac", "Hội nghị khác", OPENING_AT_MS, units), cli_identity("test"))

    page = signed_in("secretary").get(f"/diem-danh?hoi-nghi=khac{view}").text

    assert set(re.findall(r'id="cell-(\w+)"', page)) == {unit.code for unit in units[1:]}
    assert f"<small>/{len(units) - 1}</small>" in page
