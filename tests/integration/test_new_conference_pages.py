"""New conferences, copies, and what can be changed of one, on the pages under /quan-tri."""

import io
import re
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Flask
from flask.testing import FlaskClient

from giaoban.domain import log_file
from giaoban.extensions import db
from giaoban.models import Conference
from giaoban.seed import demo
from giaoban.services import Services
from giaoban.services.conferences import NewConference
from giaoban.services.identity import cli_identity
from tests.consistency import assert_consistent
from tests.integration.forms import Browser, form_values, press, send

MINUTE_MS = 60_000
NEW = "/quan-tri/hoi-nghi-moi"
SOURCE = f"/quan-tri/hoi-nghi/{demo.SLUG}"
FORM = {
    "title": "Giao ban năm 2022",
    "slug": "",
    "day": "2022-11-25",
    "half": "afternoon",
    "hour": "08:00",
    "cap": "10",
    "hotline": "0205 000 111",
}


def at(conference: Conference, ms: int | None = None) -> str:
    moment = conference.starts_at_ms if ms is None else ms
    return datetime.fromtimestamp(moment / 1000, ZoneInfo(conference.timezone)).strftime("%d/%m/%Y %H:%M")


def test_a_new_conference_is_a_draft_with_the_rooms_of_another(signed_in: Browser, services: Services) -> None:
    answer = send(signed_in("admin"), NEW, NEW, **FORM, roster=demo.SLUG)

    made = services.conferences.find("giao-ban-nam-2022")
    assert answer.location == "/quan-tri/hoi-nghi/giao-ban-nam-2022/chuong-trinh"
    assert (made.status, made.is_current, at(made)) == ("draft", False, "25/11/2022 13:30")
    assert len(made.endpoints) == 212
    assert services.running_order.view(made)["items"] == []


def test_its_rooms_may_come_from_a_file(signed_in: Browser, services: Services) -> None:
    roster = b"code,level,kind,name,parent_code\n20,province,tinh,A,\n1,commune,xa,B,20\n"

    send(signed_in("admin"), NEW, NEW, **FORM, file=(io.BytesIO(roster), "ds.csv"))

    assert [room.code for room in services.conferences.find("giao-ban-nam-2022").endpoints] == ["20", "1"]


def test_what_is_wrong_is_told_by_the_field_and_what_was_typed_stays(signed_in: Browser, services: Services) -> None:
    client = signed_in("admin")
    wrong = [
        ({"title": " "}, "Tên hội nghị dài từ 1 đến 300 ký tự."),
        ({"slug": "Giao Ban"}, "Tên ngắn chỉ gồm chữ thường không dấu"),
        ({"slug": demo.SLUG}, "Đã có hội nghị"),
        ({"day": ""}, "Xin chọn ngày họp."),
        ({"half": "other", "hour": "8 giờ"}, "Giờ bắt đầu ghi theo dạng 24 giờ"),
        ({"cap": "mười"}, "ghi bằng phút"),
        ({"hotline": "0" * 201}, "Đường dây nóng dài không quá 200 ký tự"),
        ({"roster": "khong-co"}, "Xin chọn một hội nghị"),
    ]
    for change, words in wrong:
        answer = send(client, NEW, NEW, **{**FORM, "roster": demo.SLUG, **change})
        assert answer.status_code == 422
        assert words in answer.text
        assert form_values(answer.text)["cap"] == change.get("cap", "10")
        assert f">{change.get('title', FORM['title'])}</textarea>" in answer.text
    bad = (io.BytesIO(b"code,level\n1,2\n"), "ds.csv")
    assert send(client, NEW, NEW, **FORM, file=bad).status_code == 422
    assert [each.slug for each in services.conferences.list()] == [demo.SLUG]


def test_last_years_agenda_is_copied_to_any_day(
    app: Flask, signed_in: Browser, services: Services, conference: Conference
) -> None:
    client = signed_in("admin")
    press(client, "edit", version=0, item_id="12", not_before="09:50")
    press(client, "start", version=1, item_id="1")
    press(client, "finish", version=2)
    press(client, "skip", version=3, item_id="7")

    answer = send(client, f"{SOURCE}/nhan-ban", f"{SOURCE}/nhan-ban", **{**FORM, "slug": "giao-ban-2022", "cap": "7"})

    assert answer.status_code == 303
    made = services.conferences.find("giao-ban-2022")
    source, copy = (services.running_order.load(each) for each in (conference, made))
    assert (made.status, made.version) == ("draft", 0)
    assert made.maket == conference.maket | {"year": "NĂM 2022"}
    for before, after in zip(source.items, copy.items, strict=True):
        same = ("kind", "title", "speaker", "endpoint_code", "planned_ms", "min_ms")
        assert [getattr(before, name) for name in same] == [getattr(after, name) for name in same]
        assert after.state == "pending"
        assert after.cap_ms == (7 * MINUTE_MS if after.kind == "paper" else None)
    pinned = copy.items[11].not_before_at_ms
    assert pinned is not None
    assert at(made, pinned) == "25/11/2022 15:50"  # 2 h 20 min after the beginning, as on the day
    assert [room.code for room in made.endpoints] == [room.code for room in conference.endpoints]
    assert_consistent(app, "giao-ban-2022")


def test_a_draft_moves_with_its_whole_plan_and_its_log_proves_it(
    app: Flask, signed_in: Browser, services: Services
) -> None:
    me = cli_identity("test")
    new = demo.conference(1_637_886_600_000)
    draft = services.conferences.clone(services.conferences.create(_named(new, "cu"), me), _named(new, "moi"), me)
    page = f"/quan-tri/hoi-nghi/{draft.slug}"
    client = signed_in("admin")

    changed = {"title": "Tên mới", "day": "2022-12-01", "half": "other", "hour": "08:15", "cap": "8", "hotline": "113"}
    answer = send(client, page, page, **changed)

    assert answer.status_code == 303
    db.session.expire_all()
    draft = services.conferences.find("moi")
    assert (draft.title, draft.hotline, draft.paper_cap_ms) == ("Tên mới", "113", 8 * MINUTE_MS)
    assert at(draft) == "01/12/2022 08:15"
    assert services.running_order.view(draft)["items"][0]["planned_start_at_ms"] == draft.starts_at_ms
    proof = log_file.read(list(services.log_export.lines("moi")))
    assert (proof.title, proof.order.starts_at_ms) == ("Tên mới", draft.starts_at_ms)
    assert_consistent(app, "moi")
    before = draft.last_seq
    send(client, page, page, **changed)
    db.session.expire_all()
    assert services.conferences.find("moi").last_seq == before  # the same again changes nothing


def test_once_begun_the_hour_stays_and_the_rest_may_still_change(signed_in: Browser, services: Services) -> None:
    client = signed_in("admin")
    press(client, "start", version=0, item_id="1")

    moved = send(client, SOURCE, SOURCE, title="Tên khác", day="2022-12-01", half="morning")
    kept = send(client, SOURCE, SOURCE, title="Tên khác")

    assert (moved.status_code, kept.status_code) == (409, 303)
    assert "đã bắt đầu" in moved.text
    assert services.conferences.current().title == "Tên khác"


def test_the_picture_of_a_conference_is_a_setting(signed_in: Browser, client: FlaskClient, services: Services) -> None:
    lines = {"org": "HĐND TỈNH", "kind": "HỘI NGHỊ", "lines": "GIAO BAN\nQUÝ I", "year": "", "place": "Lạng Sơn"}
    admin = signed_in("admin")

    assert send(admin, f"{SOURCE}/ma-ket", f"{SOURCE}/ma-ket", **lines).status_code == 303

    picture = client.get("/man-chieu").text.replace("\xa0", " ")
    assert "GIAO BAN <br>QUÝ I" in picture
    assert "NĂM 2021" not in picture
    wrong = send(admin, f"{SOURCE}/ma-ket", f"{SOURCE}/ma-ket", **{**lines, "place": "A" * 121})
    assert wrong.status_code == 422
    assert form_values(wrong.text)["place"] == "A" * 121
    assert [line["kind"] for line in services.running_order.log(services.conferences.current(), 1)] == ["maket_set"]


def test_the_list_tells_of_each_what_it_is_and_what_can_be_done(signed_in: Browser, services: Services) -> None:
    client = signed_in("admin")
    send(client, NEW, NEW, **FORM, roster=demo.SLUG)

    page = client.get("/quan-tri").text

    assert page.index("giao-ban-nam-2022") < page.index(demo.SLUG)
    assert re.findall(r'class="pill stage stage--(\w+)"', page) == ["draft", "ready"]
    assert 'action="/quan-tri/hoi-nghi/giao-ban-nam-2022/xoa"' in page
    assert f'action="{SOURCE}/xoa"' not in page
    assert 'action="/quan-tri/hoi-nghi/giao-ban-nam-2022/hien-hanh"' not in page


def test_a_conference_is_published_closed_opened_again_and_a_draft_thrown_away(
    signed_in: Browser, services: Services
) -> None:
    client = signed_in("admin")
    send(client, NEW, NEW, **FORM, roster=demo.SLUG)
    page = "/quan-tri/hoi-nghi/giao-ban-nam-2022"

    current = send(client, f"{page}/hien-hanh", "/quan-tri")
    assert services.conferences.current().slug == demo.SLUG
    assert "bản nháp" in client.get(current.location).text
    assert send(client, f"{page}/cong-bo", page).status_code == 303
    assert send(client, f"{page}/xoa", page).status_code == 409
    assert send(client, f"{page}/ket-thuc", page).status_code == 303
    assert services.conferences.find("giao-ban-nam-2022").status == "closed"
    assert send(client, page, page, title="Tên khác").status_code == 409
    again = send(client, f"{page}/ket-thuc", page)
    assert again.status_code == 409
    assert "đã kết thúc và khóa từ trước." in again.text
    assert send(client, f"{page}/mo-lai", page, reason=" ").status_code == 422
    assert send(client, f"{page}/mo-lai", page, reason="Bổ sung").status_code == 303
    assert services.conferences.find("giao-ban-nam-2022").status == "ready"
    needless = send(client, f"{page}/mo-lai", page, reason="Bổ sung")
    assert needless.status_code == 409
    assert "không cần mở lại." in needless.text

    send(client, NEW, NEW, **{**FORM, "slug": "thua"}, roster=demo.SLUG)
    assert send(client, "/quan-tri/hoi-nghi/thua/xoa", "/quan-tri").status_code == 303
    assert not services.conferences.exists("thua")


def test_a_conference_on_air_is_not_closed(signed_in: Browser, services: Services) -> None:
    client = signed_in("admin")
    press(client, "start", version=0, item_id="1")

    answer = send(client, f"{SOURCE}/ket-thuc", SOURCE)

    assert answer.status_code == 409
    assert "Đang có một mục diễn ra" in answer.text
    assert services.conferences.current().status == "live"


def test_a_rehearsal_opens_the_console_of_a_copy(signed_in: Browser, services: Services) -> None:
    client: FlaskClient = signed_in("secretary")

    answer = send(client, f"{SOURCE}/tong-duyet", f"{SOURCE}/chuong-trinh")

    assert re.fullmatch(r"/dieu-hanh\?hoi-nghi=tong-duyet-\d+", answer.location)
    assert "Tổng duyệt: " in client.get(answer.location).text
    assert services.conferences.current().slug == demo.SLUG


def _named(new: NewConference, slug: str) -> NewConference:
    return replace(new, slug=slug, draft=True)
