"""The working pages: who may open them, forms without scripts, fragments for htmx, refusals that say what happened."""

import io
import re
from collections.abc import Callable
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from giaoban.admin.conferences import from_outside
from giaoban.admin.sign_in import is_ours
from giaoban.models import Conference
from giaoban.seed import demo
from giaoban.services import Services
from tests.conftest import COMMUNE, DISTRICT
from tests.fakes import OPENING_AT_MS, FakeClock
from tests.live_server import PASSWORD

MINUTE_MS = 60_000
HTMX = {"HX-Request": "true"}
STAFF = ("admin", "mc", "secretary", "technician")
PAGES = {
    "/dieu-hanh": ("admin", "mc", "secretary"),
    "/dieu-hanh/nhat-ky": ("admin", "mc", "secretary"),
    "/dieu-hanh/muc/moi": ("admin", "mc", "secretary"),
    "/dieu-hanh/muc/1/sua": ("admin", "mc", "secretary"),
    "/diem-danh": STAFF,
    f"/diem-danh/{COMMUNE}": STAFF,
    "/quan-tri": ("admin",),
    "/quan-tri/ma-truy-cap": ("admin",),
}

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


@pytest.mark.parametrize("path", PAGES)
def test_a_stranger_is_sent_to_the_sign_in_and_will_come_back(client: FlaskClient, path: str) -> None:
    answer = client.get(path)

    assert (answer.status_code, answer.location) == (303, f"/dang-nhap?next={path}")


def test_a_fragment_for_a_stranger_is_refused_not_led_to_the_sign_in(client: FlaskClient) -> None:
    answer = client.get("/dieu-hanh", headers=HTMX)

    assert answer.status_code == 401
    assert "Phiên đăng nhập đã hết hạn" in answer.text
    assert "<html" not in answer.text


@pytest.mark.parametrize("endpoint", [DISTRICT, COMMUNE])
@pytest.mark.parametrize("path", PAGES)
def test_an_endpoint_is_refused_on_staff_pages(signed_in: Browser, path: str, endpoint: str) -> None:
    assert signed_in(endpoint=endpoint).get(path).status_code == 403


@pytest.mark.parametrize("role", STAFF)
def test_each_page_opens_for_its_roles_only(signed_in: Browser, role: str) -> None:
    client = signed_in(role)

    opened = {path: client.get(path).status_code for path in PAGES}

    assert opened == {path: 200 if role in roles else 403 for path, roles in PAGES.items()}


@pytest.mark.parametrize("name", ["start", "next", "finish", "pause", "resume", "add_time", "undo", "set_scene"])
def test_a_secretary_may_not_run_the_conference(
    signed_in: Browser, services: Services, conference: Conference, name: str
) -> None:
    answer = press(signed_in("secretary"), name, version=0, item_id="1", delta_ms=MINUTE_MS)

    assert answer.status_code == 403
    assert services.running_order.view(conference)["version"] == 0


def test_a_secretary_sees_no_button_that_would_be_refused(signed_in: Browser) -> None:
    page = signed_in("secretary").get("/dieu-hanh?sua=1").text

    assert set(re.findall(r'action="/dieu-hanh/lenh/(\w+)', page)) == {"move", "skip", "remove", "set_message"}


@pytest.mark.parametrize(
    "path",
    [
        "/dang-nhap",
        "/dang-xuat",
        "/dieu-hanh/lenh/next",
        f"/diem-danh/{COMMUNE}",
        "/quan-tri/duong-day-nong",
        "/quan-tri/danh-sach",
        "/quan-tri/tai-khoan",
        "/quan-tri/tai-khoan/mc/mat-khau",
        f"/quan-tri/hoi-nghi/{demo.SLUG}/hien-hanh",
    ],
)
def test_a_form_without_its_token_is_refused(signed_in: Browser, path: str) -> None:
    answer = signed_in("admin").post(path)

    assert answer.status_code == 400
    assert "tải lại trang" in answer.text


# ---- signing in


def test_signing_in_leads_to_where_the_person_wanted_to_go(client: FlaskClient) -> None:
    answer = send(client, "/dang-nhap", "/dang-nhap", username="mc", password=PASSWORD, next="/diem-danh?loc=x")

    assert (answer.status_code, answer.location) == (303, "/diem-danh?loc=x")
    assert client.get("/dieu-hanh").status_code == 200


@pytest.mark.parametrize(
    ("role", "page"),
    [("admin", "/quan-tri"), ("mc", "/dieu-hanh"), ("secretary", "/dieu-hanh"), ("technician", "/diem-danh")],
)
def test_signing_in_leads_to_the_page_of_the_role(client: FlaskClient, role: str, page: str) -> None:
    assert send(client, "/dang-nhap", "/dang-nhap", username=role, password=PASSWORD).location == page


@pytest.mark.parametrize(
    "target",
    [
        "",
        "dieu-hanh",
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "/\t/evil.example",
        "/\n",
        "javascript:x",
    ],
)
def test_only_our_own_addresses_are_gone_on_to(client: FlaskClient, target: str) -> None:
    answer = send(client, "/dang-nhap", "/dang-nhap", username="mc", password=PASSWORD, next=target)

    assert (answer.status_code, answer.location) == (303, "/dieu-hanh")
    assert not is_ours(target)


def test_a_wrong_password_keeps_the_name_and_says_so(client: FlaskClient) -> None:
    answer = send(client, "/dang-nhap", "/dang-nhap", username="mc", password="khong-phai", next="/diem-danh")

    assert answer.status_code == 401
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in answer.text
    assert form_values(answer.text)["username"] == "mc"
    assert form_values(answer.text)["next"] == "/diem-danh"
    assert "khong-phai" not in answer.text


def test_many_wrong_passwords_are_stopped_and_a_right_one_still_passes(app: Flask, client: FlaskClient) -> None:
    wrong = {"username": "mc", "password": "khong-phai"}
    for _ in range(app.config["WRONG_ATTEMPTS"]):
        assert send(client, "/dang-nhap", "/dang-nhap", **wrong).status_code == 401

    stopped = send(client, "/dang-nhap", "/dang-nhap", **wrong)
    right = send(client, "/dang-nhap", "/dang-nhap", username="mc", password=PASSWORD)

    assert stopped.status_code == 429
    assert int(stopped.headers["Retry-After"]) > 0
    assert right.status_code == 303


def test_signing_out_ends_the_session(signed_in: Browser) -> None:
    client = signed_in("mc")

    answer = send(client, "/dang-xuat", "/")

    assert (answer.status_code, answer.location) == (303, "/")
    assert client.get("/dieu-hanh").status_code == 303


# ---- the console


def test_a_press_without_scripts_is_done_and_leads_back(
    signed_in: Browser, services: Services, conference: Conference
) -> None:
    answer = press(signed_in("mc"), "start", version=0, item_id="1")

    assert (answer.status_code, answer.location) == (303, "/dieu-hanh")
    assert services.running_order.view(conference)["live"]["item_id"] == "1"


def test_a_press_with_htmx_brings_the_console_back(signed_in: Browser) -> None:
    answer = press(signed_in("mc"), "start", version=0, item_id="1", headers=HTMX)

    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert answer.text.count('id="console"') == 1
    assert "HX-Request" in answer.headers["Vary"]


def test_the_go_button_says_what_comes(signed_in: Browser, clock: FakeClock) -> None:
    client = signed_in("mc")
    labels = []
    for version, name in enumerate(("start", "next", "finish")):
        labels.append(go_label(client))
        press(client, name, version=version, **({"item_id": "1"} if name == "start" else {}))
        clock.advance(MINUTE_MS)
    labels.append(go_label(client))

    assert labels == [
        "Bắt đầu: Kiểm tra đường truyền, điểm danh các điểm cầu",
        "Tiếp theo: Ổn định tổ chức, tuyên bố lý do, giới thiệu đại biểu",
        "Tiếp theo: Phát biểu khai mạc",
        "Bắt đầu: Phát biểu khai mạc",
    ]


def go_label(client: FlaskClient) -> str:
    match = re.search(r"go__t[^>]*><b[^>]*data-label>([^<]*)", client.get("/dieu-hanh").text)
    assert match is not None
    return unescape(match[1])


def test_the_last_item_is_ended_by_the_go_button(
    signed_in: Browser, services: Services, conference: Conference
) -> None:
    client = signed_in("mc")
    *others, last = [item["id"] for item in services.running_order.view(conference)["items"]]
    press(client, "start", version=0, item_id=last)
    for version, item_id in enumerate(others, start=1):
        press(client, "skip", version=version, item_id=item_id)

    assert go_label(client) == "Kết thúc Hội nghị"

    press(client, "finish", version=len(others) + 1)

    assert "Hội nghị đã kết thúc" in client.get("/dieu-hanh").text
    assert 'id="press-go"' not in client.get("/dieu-hanh").text


@pytest.mark.parametrize("headers", [None, HTMX], ids=["page", "fragment"])
def test_a_stale_press_does_nothing_and_says_what_happened(signed_in: Browser, headers: Any) -> None:
    press(signed_in("admin"), "start", version=0, item_id="1")

    answer = press(signed_in("mc"), "skip", version=0, item_id="2", headers=headers)

    assert answer.status_code == 409
    assert ("<html" in answer.text) is (headers is None)
    assert "“Bỏ qua” chưa được thực hiện, vì chương trình vừa đổi" in unescape(answer.text)
    assert "Bắt đầu Kiểm tra đường truyền, điểm danh các điểm cầu, lúc 07:30, admin (Quản trị)" in answer.text
    assert form_values(answer.text)["expected_version"] == "1"
    assert 'id="row-2" data-item-state="pending"' in answer.text


def test_a_press_that_is_not_legal_says_why(signed_in: Browser) -> None:
    answer = press(signed_in("mc"), "pause", version=0, headers=HTMX)

    assert answer.status_code == 409
    assert "Chưa có mục nào đang diễn ra." in answer.text


def test_the_same_form_sent_twice_acts_once(signed_in: Browser, services: Services, conference: Conference) -> None:
    client = signed_in("mc")
    same = {"command_id": str(uuid4()), "expected_version": 0, "item_id": "1"}

    answers = [send(client, "/dieu-hanh/lenh/start", **same).status_code for _ in range(2)]

    assert answers == [303, 303]
    assert services.running_order.view(conference)["version"] == 1


def test_planned_and_expected_times_stand_side_by_side(signed_in: Browser, clock: FakeClock) -> None:
    client = signed_in("mc")
    press(client, "start", version=0, item_id="1")
    clock.advance(42 * MINUTE_MS)
    press(client, "next", version=1)

    page = client.get("/dieu-hanh").text
    row = page[page.index('id="row-3"') : page.index('id="row-4"')]

    assert ">08:22<" in row
    assert "KH 08:10" in row
    assert ">+12<" in row
    assert "trễ 12 phút" in page


def test_a_message_that_is_too_long_stays_in_its_field(signed_in: Browser) -> None:
    text = "Mời kết luận. " * 30

    answer = press(signed_in("mc"), "set_message", version=0, text=text, to="all", headers=HTMX)

    assert answer.status_code == 422
    assert "không quá 300 ký tự" in answer.text
    assert form_values(answer.text)["text"] == text


def test_a_message_to_everybody_is_shown_until_it_is_taken_back(signed_in: Browser) -> None:
    client = signed_in("secretary")
    press(client, "set_message", version=0, text="Nghỉ 5 phút", to="all")

    assert "Đang hiện cho tất cả “Nghỉ 5 phút”" in client.get("/dieu-hanh").text

    press(client, "set_message", version=1, text="", to="all")

    assert "Đang hiện" not in client.get("/dieu-hanh").text


def test_an_unknown_command_is_not_found(signed_in: Browser) -> None:
    assert press(signed_in("mc"), "compress", version=0).status_code == 404


# ---- items


def test_an_item_is_inserted_from_the_form(signed_in: Browser, services: Services, conference: Conference) -> None:
    answer = press(
        signed_in("secretary"),
        "insert",
        version=0,
        position=2,
        kind="report",
        title="Báo cáo bổ sung",
        speaker="Ban Pháp chế HĐND tỉnh",
        endpoint_code=DISTRICT,
        planned="7:30",
        not_before="09:55",
    )

    assert answer.status_code == 303
    item = services.running_order.view(conference)["items"][1]
    assert (item["title"], item["planned_ms"]) == ("Báo cáo bổ sung", 450_000)
    assert item["not_before_at_ms"] == OPENING_AT_MS + 145 * MINUTE_MS


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title", "", "Tên mục dài từ 1 đến 300 ký tự."),
        ("title", "ấ" * 301, "Tên mục dài từ 1 đến 300 ký tự."),
        ("planned", "mười", "Thời lượng ghi bằng phút"),
        ("planned", "0", "Thời lượng phải từ 1 giây đến 24 giờ."),
        ("not_before", "25:00", "Giờ ghi theo dạng 24 giờ"),
        ("kind", "speech", "Loại mục không có trong danh sách."),
        ("endpoint_code", "99999", "Không có điểm cầu mang mã 99999."),
    ],
)
@pytest.mark.parametrize("headers", [None, HTMX], ids=["page", "fragment"])
def test_a_wrong_item_comes_back_with_what_was_typed(
    signed_in: Browser, headers: Any, field: str, value: str, sentence: str
) -> None:
    typed = {"kind": "report", "title": "Nội dung", "speaker": "Ban Dân tộc", "planned": "12", field: value}

    answer = press(signed_in("mc"), "insert", version=0, position=3, headers=headers, **typed)

    assert answer.status_code == 422
    assert ("<html" in answer.text) is (headers is None)
    assert sentence in answer.text
    values = form_values(answer.text)
    assert values["speaker"] == "Ban Dân tộc"
    assert values["planned"] == typed["planned"]
    assert f">{typed['title']}</textarea>" in answer.text


def test_a_stale_edit_keeps_what_was_typed_and_can_be_sent_again(signed_in: Browser) -> None:
    client = signed_in("secretary")
    press(signed_in("mc"), "start", version=0, item_id="1")
    edit = {"item_id": "6", "title": "Chủ đề đã sửa", "kind": "paper"}

    refused = press(client, "edit", version=0, headers=HTMX, **edit)
    again = form_values(refused.text)["expected_version"]

    assert refused.status_code == 409
    assert ">Chủ đề đã sửa</textarea>" in refused.text
    assert press(client, "edit", version=int(again), **edit).status_code == 303
    assert ">Chủ đề đã sửa</textarea>" in client.get("/dieu-hanh/muc/6/sua").text


def test_only_what_was_changed_is_edited(signed_in: Browser, services: Services, conference: Conference) -> None:
    client = signed_in("secretary")
    shown = form_values(client.get("/dieu-hanh/muc/6/sua").text)
    before = services.running_order.view(conference)["items"][5]

    press(
        client,
        "edit",
        version=0,
        **{**shown, "planned": "9"},
        kind="paper",
        title=before["title"],
        endpoint_code=DISTRICT,
    )

    line = services.running_order.recent_commands(conference, 1)[0]
    assert line["data"]["events"][0]["fields"] == {"planned_ms": 540_000}


# ---- the roll-call board


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
    assert "Xã Cao Minh, huyện Tràng Định. Có mặt. 7 đại biểu. Chưa kết nối" in client.get("/diem-danh").text


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


# ---- administration


def test_a_roster_of_two_levels_makes_a_conference_that_the_board_shows_whole(signed_in: Browser) -> None:
    client = signed_in("admin")
    roster = demo.resources.files("giaoban.seed").joinpath("lang_son_2025.csv").read_bytes()
    rooms = roster.decode().count("\n") - 2  # the header and the province

    answer = import_roster(client, roster, slug="giao-ban-moi", title="Giao ban", starts_at="2025-11-26T08:00")

    assert answer.status_code == 303
    page = client.get("/diem-danh?hoi-nghi=giao-ban-moi").text
    assert page.count('class="cell ') == rooms
    assert f"<small>/{rooms}</small>" in page
    assert "/diem-danh/" in page
    assert set(re.findall(r'href="/diem-danh/\w+([^"]*)"', page)) == {"?hoi-nghi=giao-ban-moi"}


def test_a_bad_roster_is_refused_whole_with_its_lines(signed_in: Browser, services: Services) -> None:
    bad = b"code,level,kind,name,parent_code\n20,province,tinh,A,\n1,commune,xa,B,77\n1,commune,xa,C,20\n"

    answer = import_roster(signed_in("admin"), bad, slug="moi", title="Tên", starts_at="")

    assert answer.status_code == 422
    assert "Dòng 3: không có đơn vị cấp trên mang mã 77." in answer.text
    assert "Dòng 4: mã 1 đã có ở dòng 3." in answer.text
    assert form_values(answer.text)["slug"] == "moi"
    assert not services.conferences.exists("moi")


def import_roster(client: FlaskClient, data: bytes, **fields: str) -> TestResponse:
    file = (io.BytesIO(data), "danh-sach.csv")
    return send(client, "/quan-tri/danh-sach", "/quan-tri", file=file, **fields)


def test_another_conference_is_made_the_current_one(
    signed_in: Browser, services: Services, conference: Conference
) -> None:
    client = signed_in("admin")
    roster = b"code,level,kind,name,parent_code\n20,province,tinh,A,\n1,commune,xa,B,20\n"
    import_roster(client, roster, slug="khac", title="Hội nghị khác", starts_at="")

    send(client, "/quan-tri/hoi-nghi/khac/hien-hanh", "/quan-tri")

    assert "Hội nghị khác" in client.get("/").text
    assert conference.title in client.get(f"/?hoi-nghi={demo.SLUG}").text


def test_the_hotline_is_a_setting(signed_in: Browser, services: Services) -> None:
    send(signed_in("admin"), "/quan-tri/duong-day-nong", "/quan-tri", hotline="0205 000 111")

    assert services.conferences.current().hotline == "0205 000 111"


def test_an_account_is_added_and_its_password_changed(app: Flask, signed_in: Browser) -> None:
    client, new = signed_in("admin"), app.test_client()
    send(client, "/quan-tri/tai-khoan", "/quan-tri", username="lan", role="mc", password="mat-khau-mot")
    send(client, "/quan-tri/tai-khoan/lan/mat-khau", "/quan-tri", password="mat-khau-hai")

    old = send(new, "/dang-nhap", "/dang-nhap", username="lan", password="mat-khau-mot").status_code
    right = send(new, "/dang-nhap", "/dang-nhap", username="lan", password="mat-khau-hai").status_code

    assert (old, right) == (401, 303)


def test_a_bad_account_comes_back_with_its_reason_and_without_the_password(signed_in: Browser) -> None:
    typed = {"username": "lan", "role": "secretary", "password": "ngan"}

    answer = send(signed_in("admin"), "/quan-tri/tai-khoan", "/quan-tri", **typed)

    assert answer.status_code == 422
    assert "Mật khẩu phải dài từ 8" in answer.text
    assert form_values(answer.text)["username"] == "lan"
    assert "ngan" not in form_values(answer.text).values()


def test_the_access_list_gives_every_room_but_the_hall_its_code(
    signed_in: Browser, services: Services, conference: Conference
) -> None:
    page = signed_in("admin").get("/quan-tri/ma-truy-cap").text

    codes = [code for _, code in services.access.codes(conference)]
    assert re.findall(r'<td class="num">([^<]+)</td>', page) == codes
    assert all(f"/vao/{code}" in page for code in codes)


@pytest.mark.parametrize(
    ("public", "shown"),
    [
        ("https://giaoban.langson.gov.vn/", "https://giaoban.langson.gov.vn"),
        ("http://0.0.0.0:8000", "http://10.1.2.3:8000"),
    ],
)
def test_links_of_the_access_list_lead_in_from_outside(app: Flask, public: str, shown: str) -> None:
    app.config["PUBLIC_URL"] = public

    with app.test_request_context("/quan-tri/ma-truy-cap", base_url="http://10.1.2.3:8000"):
        assert from_outside("/vao/K7QF-2M9D") == f"{shown}/vao/K7QF-2M9D"


# ---- the front page and refusals


def test_the_front_page_tells_what_is_on_and_names_nobody(signed_in: Browser, client: FlaskClient) -> None:
    press(signed_in("mc"), "start", version=0, item_id="6")

    page = client.get("/").text

    assert "Huyện Bắc Sơn" in page
    assert demo.HOTLINE not in page


def test_the_named_conference_is_carried_on(signed_in: Browser) -> None:
    page = signed_in("mc").get(f"/dieu-hanh?hoi-nghi={demo.SLUG}&sua=1").text

    targets = re.findall(r'(?:action|hx-get|hx-post)="(/dieu-hanh[^"]*)"', page)
    assert targets
    assert all(f"hoi-nghi={demo.SLUG}" in target for target in targets)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/khong-co", 404),
        ("GET", "/?hoi-nghi=khong-co", 404),
        ("DELETE", "/dang-nhap", 400),
        ("GET", "/dang-xuat", 405),
    ],
)
def test_a_refusal_is_a_vietnamese_page_with_a_way_back(
    client: FlaskClient, method: str, path: str, status: int
) -> None:
    answer = client.open(path, method=method)

    assert answer.status_code == status
    assert '<html lang="vi">' in answer.text
    assert 'href="/"' in answer.text


def test_a_refusal_for_htmx_is_a_fragment(signed_in: Browser) -> None:
    answer = signed_in("technician").get("/dieu-hanh", headers=HTMX)

    assert answer.status_code == 403
    assert "<html" not in answer.text


def test_a_dead_database_is_told_by_a_page_that_needs_none(
    signed_in: Browser, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dead(*_: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    client = signed_in("mc")
    monkeypatch.setattr(type(services.accounts), "identity_of", dead)

    answer = client.get("/dieu-hanh")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "Cơ sở dữ liệu tạm thời không dùng được" in answer.text
