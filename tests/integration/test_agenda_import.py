"""Importing a running order through the pages: three steps, nothing stored before the last, one undo."""

import io
import re
from html import unescape
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from giaoban.domain.errors import NotFound
from giaoban.domain.items import Item
from giaoban.domain.running_order import RunningOrder
from giaoban.extensions import db
from giaoban.models import Conference
from giaoban.seed import demo
from giaoban.services import Services
from giaoban.services.agenda_import import KEPT_MOST, KEPT_MS
from tests.conftest import identity_of
from tests.fakes import FakeClock
from tests.integration.forms import HTMX, Browser, press, token

START = f"/quan-tri/hoi-nghi/{demo.SLUG}/nhap"
FILES = Path(__file__).parents[1] / "files" / "agenda"
MINUTE_MS = 60_000
THREE = """Giờ;Phút;Loại;Đơn vị;Nội dung;Điểm cầu
07:30;10;Khai mạc;Thường trực HĐND tỉnh;Phát biểu khai mạc;
07:40;12;Tham luận;Thường trực HĐND huyện Bắc Sơn;Chuyển đổi số;Huyện Bắc Sơn
07:52;5;Bế mạc;;Bế mạc;
07:57;5;;;Chụp ảnh lưu niệm;
"""


def send_file(client: FlaskClient, data: bytes | str, name: str = "chuong-trinh.csv", **how: Any) -> TestResponse:
    raw = data.encode() if isinstance(data, str) else data
    fields = {"csrf_token": token(client, START), "file": (io.BytesIO(raw), name)}
    return client.post(START, data=fields, **how)


def chosen(html: str) -> dict[str, str]:
    """What the form of the second step holds."""
    fields = {
        name: (re.findall(r'<option value="([^"]*)" selected', options) or [""])[0]
        for name, options in re.findall(r'<select class="in" name="([^"]+)"[^>]*>(.*?)</select>', html, re.S)
    }
    inputs = re.findall(r'<input class="in num" name="(\w+)" value="([^"]*)"', html)
    return fields | {name: unescape(value) for name, value in inputs}


def to_preview(client: FlaskClient, data: bytes | str, name: str = "a.csv", **changed: str) -> str:
    """Through the first two steps as guessed, but for what is `changed`; the address of the third."""
    columns = send_file(client, data, name)
    assert columns.status_code == 303, columns.text
    page = client.get(columns.location).text
    answer = client.post(
        columns.location, data={"csrf_token": token(client, START), **chosen(page), **changed, "do": "preview"}
    )
    assert answer.status_code == 303, answer.text
    return answer.location


def apply(client: FlaskClient, at: str, page: str | None = None, headers: Any = None, **more: str) -> TestResponse:
    html = page if page is not None else client.get(at).text
    hidden = dict(re.findall(r'name="(command_id|expected_version)" value="([^"]*)"', html))
    form = {"csrf_token": token(client, START), **hidden, **more}
    return client.post(at.replace("/xem", "/ap-dung"), data=form, headers=headers)


def order_of(services: Services, conference: Conference) -> RunningOrder:
    db.session.expire_all()
    return services.running_order.load(db.session.merge(conference))


def told(html: str) -> str:
    """The page's text without tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


# ---- the way through


def test_a_table_comes_in_as_one_command_that_one_undo_takes_back(
    signed_in: Browser, services: Services, conference: Conference
) -> None:
    client = signed_in("mc")
    before = order_of(services, conference)
    at = to_preview(client, THREE)
    assert order_of(services, conference) == before

    answer = apply(client, at)

    assert answer.status_code == 303
    after = order_of(services, conference)
    assert after.version == before.version + 1
    assert [(item.kind, item.title, item.planned_ms // MINUTE_MS, item.endpoint_code) for item in after.items] == [
        ("opening", "Phát biểu khai mạc", 10, None),
        ("paper", "Chuyển đổi số", 12, "185"),
        ("closing", "Bế mạc", 5, None),
        ("paper", "Chụp ảnh lưu niệm", 5, None),
    ]
    assert "Đã nhập chương trình" in client.get(answer.location).text

    press(client, "undo", version=after.version)
    assert order_of(services, conference).items == before.items


def test_the_preview_says_what_is_new_changed_gone_and_the_same(signed_in: Browser) -> None:
    client = signed_in("secretary")

    page = told(client.get(to_preview(client, THREE)).text)

    assert "Thêm mới 1" in page
    assert "Sửa 1" in page
    assert "Giữ nguyên 2" in page
    assert f"Bỏ khỏi chương trình {len(demo.items()) - 3}" in page
    assert "Kết thúc lúc" in page


def test_with_htmx_the_steps_are_fragments_with_addresses_of_their_own(signed_in: Browser) -> None:
    client = signed_in("mc")
    columns = send_file(client, THREE).location
    fragment = client.get(columns, headers=HTMX)
    assert "<html" not in fragment.text
    assert fragment.headers["HX-Push-Url"] == columns

    form = {"csrf_token": token(client, START), **chosen(fragment.text), "do": "preview"}
    preview = client.post(columns, data=form, headers=HTMX)
    assert preview.status_code == 303
    shown = client.get(preview.location, headers=HTMX)
    assert "<html" not in shown.text

    applied = apply(client, preview.location, shown.text, headers=HTMX)
    assert applied.status_code == 200
    assert applied.headers["HX-Redirect"].endswith("/chuong-trinh")


def test_a_live_conference_keeps_what_has_begun(signed_in: Browser, services: Services, conference: Conference) -> None:
    client = signed_in("mc")
    press(client, "start", version=0, item_id="3")
    at = to_preview(client, THREE)
    assert "Đã bắt đầu, giữ nguyên 1" in told(client.get(at).text)

    assert apply(client, at).status_code == 303

    after = order_of(services, conference)
    assert [item.title for item in after.items] == [
        "Phát biểu khai mạc",
        "Chuyển đổi số",
        "Bế mạc",
        "Chụp ảnh lưu niệm",
    ]
    assert after.live is not None
    assert after.live.id == "3"
    assert after.live.planned_ms == demo.items()[2]["planned_ms"]


# ---- two people, two presses


def test_a_preview_of_an_older_order_is_made_anew(
    signed_in: Browser, services: Services, conference: Conference
) -> None:
    secretary, mc = signed_in("secretary"), signed_in("mc")
    at = to_preview(secretary, THREE)
    page = secretary.get(at).text
    press(mc, "start", version=0, item_id="3")

    refused = apply(secretary, at, page)

    assert refused.status_code == 409
    assert "vừa đổi ở nơi khác" in refused.text
    assert "Đã bắt đầu, giữ nguyên 1" in told(refused.text)
    assert order_of(services, conference).version == 1
    assert apply(secretary, at, refused.text).status_code == 303
    assert order_of(services, conference).version == 2


def test_pressed_twice_it_is_applied_once(signed_in: Browser, services: Services, conference: Conference) -> None:
    client = signed_in("mc")
    at = to_preview(client, THREE)
    page = client.get(at).text

    answers = [apply(client, at, page).status_code for _ in range(2)]

    assert answers == [303, 303]
    assert order_of(services, conference).version == 1


def test_a_table_is_seen_by_whoever_brought_it_alone_and_for_a_day(
    signed_in: Browser, client: FlaskClient, clock: FakeClock
) -> None:
    at = send_file(signed_in("mc"), THREE).location

    assert signed_in("admin").get(at).status_code == 404
    assert signed_in("secretary").get(at + "/xem").status_code == 404
    assert signed_in("mc").get(at).status_code == 200
    clock.advance(KEPT_MS + 1)
    assert signed_in("mc").get(at).status_code in (303, 404)


def test_of_one_person_only_the_last_tables_are_kept(
    services: Services, conference: Conference, clock: FakeClock
) -> None:
    imports, mc = services.agenda_import, identity_of(services, "mc")
    kept = []
    for _ in range(KEPT_MOST + 1):
        clock.advance(1)
        kept.append(imports.take(conference, "a.csv", THREE.encode(), {}, mc))

    with pytest.raises(NotFound):
        imports.find(conference, kept[0], mc)
    assert imports.find(conference, kept[1], mc).file_name == "a.csv"


# ---- problems


BAD = """Phút;Loại;Nội dung;Điểm cầu
mười;Tham luận;Không ra số phút;
10;Linh tinh;Loại lạ;
10;Tham luận;Trùng tên;Chi Lăng
10;Tham luận;Không có nơi này;Điểm lạ
10;Tham luận;Dòng tốt;Huyện Chi Lăng
"""


def test_every_bad_row_is_named_and_the_rest_comes_in_only_when_that_is_said(
    signed_in: Browser, services: Services, conference: Conference
) -> None:
    client = signed_in("mc")
    at = to_preview(client, BAD)
    page = told(client.get(at).text)

    assert "Dòng 2 , cột A (Thời lượng): không đọc được thời lượng “mười”" in page
    assert "Dòng 3 , cột B (Loại mục): chưa rõ loại “Linh tinh”" in page
    assert "Dòng 4 , cột D (Điểm cầu): “Chi Lăng” có 5 điểm cầu cùng tên" in page
    assert "Dòng 5 , cột D (Điểm cầu): không có điểm cầu nào tên là “Điểm lạ”" in page
    assert apply(client, at).status_code == 422
    assert order_of(services, conference).version == 0

    assert apply(client, at, without_bad="1").status_code == 303
    assert [item.title for item in order_of(services, conference).items] == ["Dòng tốt"]


def test_words_that_are_not_understood_can_be_explained_once_for_all_rows(signed_in: Browser) -> None:
    client = signed_in("mc")
    at = to_preview(client, BAD)
    form = {"csrf_token": token(client, START), "rooms:chi lang": "06466", "kinds:linh tinh": "discussion"}

    unclear = client.post(at, data={**form, "rooms:diem la": "Nơi nào đó"})
    assert unclear.status_code == 422
    assert 'value="Nơi nào đó"' in unclear.text

    assert client.post(at, data={**form, "rooms:diem la": "-"}).status_code == 303
    page = told(client.get(at).text)
    assert "Dòng có lỗi 1" in page
    assert "Thị trấn Chi Lăng" in page


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"title": "", "kind": ""}, "title", "Xin chọn cột ghi nội dung"),
        ({"title": "0", "planned": "0"}, "planned", "Một cột chỉ dùng được cho một thông tin"),
        ({"head": "tám"}, "head", "Dòng tiêu đề phải là số"),
        ({"default": "lâu"}, "default", "Thời lượng phải là số phút"),
    ],
)
def test_a_wrong_choice_is_named_beside_it_and_stays(
    signed_in: Browser, changed: dict[str, str], field: str, sentence: str
) -> None:
    client = signed_in("mc")
    at = send_file(client, THREE).location
    form = {**chosen(client.get(at).text), **changed}

    answer = client.post(at, data={"csrf_token": token(client, START), **form, "do": "preview"})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert chosen(answer.text)[field] == form[field]
    assert 'aria-invalid="true"' in answer.text


def test_columns_chosen_once_are_remembered_for_tables_with_the_same_heads(signed_in: Browser) -> None:
    client = signed_in("mc")
    strange = "Cái gì;Bao lâu\nKhai mạc;10\nBế mạc;5\n"
    at = send_file(client, strange).location
    assert chosen(client.get(at).text)["title"] == ""
    form = {"csrf_token": token(client, START), "head": "1", "title": "0", "planned": "1", "do": "preview"}
    assert client.post(at, data=form).status_code == 303

    again = chosen(client.get(send_file(client, "Bao lâu;Cái gì\n10;Khai mạc\n").location).text)

    assert (again["title"], again["planned"]) == ("1", "0")


def test_another_row_of_heads_is_read_when_asked(signed_in: Browser) -> None:
    client = signed_in("mc")
    at = send_file(client, "Nội dung;Phút\nTiêu đề;Thời lượng\nKhai mạc;10\n").location
    form = {**chosen(client.get(at).text), "head": "2", "do": "again"}

    assert client.post(at, data={"csrf_token": token(client, START), **form}).location == at
    assert chosen(client.get(at).text)["head"] == "2"


# ---- files that are none


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"", "a.xlsx", "Tệp trống"),
        (b"\n\n;;\n", "a.csv", "không có dòng nào có chữ"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "anh.xlsx", "tệp hình ảnh"),
        (b"%PDF-1.7", "a.xlsx", "tệp PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.xls", "kiểu cũ (XLS)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "có mật khẩu"),
        (b"PK\x03\x04" + b"x" * 100, "a.xlsx", "bị hỏng"),
        (b"<html><table>", "a.xls", "HTML"),
        (bytes(range(256)) * 4, "a.csv", "Không phải tệp XLSX hay CSV"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(signed_in: Browser, data: bytes, name: str, sentence: str) -> None:
    answer = send_file(signed_in("mc"), data, name)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert name in answer.text


def test_no_file_is_no_table(signed_in: Browser) -> None:
    client = signed_in("mc")
    answer = client.post(START, data={"csrf_token": token(client, START)})
    assert answer.status_code == 422
    assert "Chưa chọn tệp" in answer.text


def test_a_mangled_id_is_unknown(signed_in: Browser) -> None:
    for draft in ("x", "%00", "a" * 32, "../" * 5, str(uuid4())):
        assert signed_in("mc").get(f"{START}/{draft}").status_code == 404


# ---- files of LibreOffice, and our own


def test_a_programme_as_an_office_sends_it(signed_in: Browser, services: Services, conference: Conference) -> None:
    client = signed_in("secretary")
    at = to_preview(client, (FILES / "chuong-trinh.xlsx").read_bytes(), "chuong-trinh.xlsx")
    page = told(client.get(at).text)
    assert "Dòng 6, 9: chỉ có chữ tiêu đề hoặc ghi chú" in page
    assert "Dòng 13: đang ẩn trong tệp" in page
    assert "Dòng có lỗi" not in page

    assert apply(client, at).status_code == 303

    after = order_of(services, conference)
    assert [(item.kind, item.title, item.planned_ms // MINUTE_MS, item.endpoint_code) for item in after.items] == [
        ("opening", "Phát biểu khai mạc", 10, None),
        ("report", "Báo cáo kết quả hoạt động năm 2021", 10, None),
        ("paper", "Kinh nghiệm hoạt động giám sát", 10, "185"),
        ("paper", "Kinh nghiệm hoạt động giám sát", 10, "178"),
        ("paper", "Tiếp xúc cử tri", 10, "06010"),
        ("break", "Giải lao", 10, None),
        ("closing", "Bế mạc", 5, None),
    ]
    pinned = [item.title for item in after.items if item.not_before_at_ms is not None]
    assert pinned == ["Giải lao", "Bế mạc"]  # before them the table leaves time free, once by the hidden row


def test_a_sheet_that_is_not_the_likeliest_can_be_chosen(signed_in: Browser) -> None:
    client = signed_in("mc")
    at = send_file(client, (FILES / "chuong-trinh.xlsx").read_bytes(), "a.xlsx").location
    form = {**chosen(client.get(at).text), "sheet": "2", "do": "preview"}

    assert client.post(at, data={"csrf_token": token(client, START), **form}).location == at
    assert (chosen(client.get(at).text)["title"], chosen(client.get(at).text)["planned"]) == ("0", "1")


def test_five_thousand_rows_come_in(signed_in: Browser, services: Services, conference: Conference) -> None:
    client = signed_in("mc")
    at = to_preview(client, (FILES / "nam-nghin-dong.xlsx").read_bytes(), "a.xlsx")
    page = client.get(at).text
    assert "Thêm mới 5000" in told(page)
    assert "Trang 1/26" in told(page)
    assert client.get(at + "?trang=26").status_code == client.get(at + "?trang=x").status_code == 200

    assert apply(client, at, page).status_code == 303

    assert len(order_of(services, conference).items) == 5000


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_what_was_exported_changes_nothing_and_makes_the_same_anew(
    signed_in: Browser, services: Services, conference: Conference, form: str
) -> None:
    client = signed_in("mc")
    press(client, "edit", version=0, item_id="4", min="7:30", not_before="08:20", cap="12")
    press(client, "edit", version=1, item_id="12", planned="0:45", title="=SUM(A1); “giờ nghỉ”", endpoint_code="06466")
    before = order_of(services, conference)
    assert before.version == 2
    exported = client.get(f"/quan-tri/hoi-nghi/{demo.SLUG}/xuat/chuong-trinh.{form}").data

    page = told(client.get(to_preview(client, exported, f"a.{form}")).text)
    assert "Chương trình đã giống tệp" in page

    apply(client, to_preview(client, "Nội dung;Phút\nMục khác hẳn;5\n"))
    assert apply(client, to_preview(client, exported, f"b.{form}")).status_code == 303
    after = order_of(services, conference)
    assert [plan_of(item) for item in after.items] == [plan_of(item) for item in before.items]


def plan_of(item: Item) -> tuple[Any, ...]:
    return (
        item.kind,
        item.title,
        item.speaker,
        item.endpoint_code,
        item.planned_ms,
        item.cap_ms,
        item.min_ms,
        item.not_before_at_ms,
    )
