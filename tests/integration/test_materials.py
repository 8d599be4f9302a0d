"""Documents of a conference: added, released to the press, withdrawn; never public before or after, and never lost."""

import hashlib
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from giaoban.domain.errors import NotFound
from giaoban.extensions import db
from giaoban.models import LogLine, MaterialPart, MaterialRow
from giaoban.models.materials import PART, PARTS_AT_ONCE
from giaoban.seed import demo
from giaoban.services import Services
from giaoban.services.conferences import NewConference
from giaoban.services.identity import cli_identity
from giaoban.services.proof import prove
from giaoban.web.files import POLICY
from tests.conftest import make_app
from tests.fakes import OPENING_AT_MS, FakeClock
from tests.integration.backups import backed_up, restored
from tests.integration.backups import elsewhere as elsewhere
from tests.integration.forms import Browser, token
from tests.papers import DOCX, PDF, PNG

PAGE = f"/quan-tri/hoi-nghi/{demo.SLUG}/tai-lieu"
Add = Callable[..., TestResponse]
ME = cli_identity("test")


@pytest.fixture
def secretary(signed_in: Browser) -> FlaskClient:
    return signed_in("secretary")


def add(browser: FlaskClient, content: bytes = PDF, name: str = "bao-cao.pdf", **typed: str) -> TestResponse:
    form: dict[str, Any] = {"csrf_token": token(browser, "/vao"), "form_id": str(uuid4()), "title": "Báo cáo", **typed}
    answer = browser.post(PAGE, data={**form, "file": (io.BytesIO(content), name)})
    answer.request.environ["wsgi.input"].close()  # what the test client sent lies in a file
    return answer


def change(browser: FlaskClient, material_id: str, action: str, **typed: str) -> TestResponse:
    form = {"csrf_token": token(browser, "/vao"), **typed}
    return browser.post(f"{PAGE}/{material_id}/{action}", data=form)


def ids(browser: FlaskClient) -> list[str]:
    """The documents in their order, as the staff see them."""
    return re.findall(r'id="tai-lieu-([0-9a-f-]{36})"', browser.get(PAGE).text)


def test_it_is_public_from_its_release_to_its_withdrawal(
    client: FlaskClient, secretary: FlaskClient, clock: FakeClock
) -> None:
    assert add(secretary, title="Thông cáo báo chí số 1").status_code == 303
    (one,) = ids(secretary)
    public, own = f"/bao-chi/tai-lieu/{one}", f"{PAGE}/{one}/tep"
    assert client.get(public).status_code == 404
    assert secretary.get(public).status_code == 404
    assert secretary.get(own).data == PDF
    assert "Thông cáo báo chí" not in client.get("/bao-chi").text

    assert change(secretary, one, "release").status_code == 303
    clock.advance(1000)
    for path in ("/bao-chi", "/bao-chi/moi"):
        assert "Thông cáo báo chí số 1</a><small>PDF, 1 KB, phát hành" in client.get(path).text
    given = client.get(public)
    assert given.data == PDF
    assert (given.mimetype, given.content_length) == ("application/pdf", len(PDF))
    assert given.headers["Cache-Control"] == "public, max-age=5, must-revalidate"
    assert given.headers["Content-Security-Policy"] == POLICY
    assert given.headers["X-Content-Type-Options"] == "nosniff"
    named = given.headers["Content-Disposition"]
    assert named.startswith('attachment; filename="thong cao bao chi so 1.pdf"; filename*=UTF-8')
    assert named.endswith("Th%C3%B4ng%20c%C3%A1o%20b%C3%A1o%20ch%C3%AD%20s%E1%BB%91%201.pdf")
    assert given.headers["ETag"] == f'"{hashlib.sha256(PDF).hexdigest()[:32]}"'
    assert "Set-Cookie" not in given.headers
    assert "Cookie" not in given.headers.get("Vary", "")
    again = client.get(public, headers={"If-None-Match": given.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.head(public).content_length == len(PDF)
    assert secretary.get(own).headers["Cache-Control"] == "no-store"

    assert change(secretary, one, "withdraw").status_code == 303
    clock.advance(1000)
    gone = client.get(public, headers={"If-None-Match": given.headers["ETag"]})
    assert gone.status_code == 404
    assert gone.headers["Cache-Control"] == "no-store"
    assert "Không có tài liệu này" in gone.text
    assert "Thông cáo báo chí" not in client.get("/bao-chi").text


def test_a_set_time_releases_it_without_anybody(client: FlaskClient, secretary: FlaskClient, clock: FakeClock) -> None:
    assert add(secretary, release="at", release_at="2021-11-26T07:31").status_code == 303
    (one,) = ids(secretary)
    assert "Sẽ phát hành lúc 07:31 ngày 26/11/2021" in secretary.get(PAGE).text
    before = client.get("/bao-chi/moi")
    clock.advance(59_999)
    assert client.get(f"/bao-chi/tai-lieu/{one}").status_code == 404
    assert client.get("/bao-chi/moi", headers={"If-None-Match": before.headers["ETag"]}).status_code == 304
    clock.advance(1)
    assert client.get(f"/bao-chi/tai-lieu/{one}").status_code == 200
    after = client.get("/bao-chi/moi", headers={"If-None-Match": before.headers["ETag"]})
    assert 'phát hành <b class="num">07:31</b>' in after.text
    assert one in client.get("/bao-chi").text
    for wrong in ("2021-11-26T07:30", "", "hôm nay", "0001-01-01T00:00", "2999-01-01T00:00"):
        answer = change(secretary, one, "schedule", release_at=wrong)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
    assert client.get(f"/bao-chi/tai-lieu/{one}").status_code == 200


def test_what_is_wrong_is_said_and_what_was_typed_stays(secretary: FlaskClient, app: Flask) -> None:
    for said, content, name, typed in (
        ("Nội dung tệp là ảnh PNG nhưng tên tệp có đuôi “.pdf” của PDF", PNG, "anh.pdf", {}),
        ("Tên tài liệu hiện ra công khai, xin không ghi số điện thoại", PDF, "a.pdf", {"title": "Gọi 0205 3811 484"}),
        ("Giờ phát hành đã qua", PDF, "a.pdf", {"release": "at", "release_at": "2021-11-26T07:00"}),
        ("Chưa chọn tệp", PDF, "", {}),
        ("Tệp trống", b"", "a.pdf", {}),
    ):
        answer = add(secretary, content, name, **{"title": "Tên đã gõ", **typed})
        assert answer.status_code == 422, said
        assert said in answer.text
        assert f'value="{typed.get("title", "Tên đã gõ")}"' in answer.text
        assert ids(secretary) == []
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(MaterialPart)) == 0


def test_order_names_and_removal(client: FlaskClient, secretary: FlaskClient, app: Flask) -> None:
    for title in ("Một", "Hai", "Ba"):
        assert add(secretary, PDF + title.encode(), title=title, release="now").status_code == 303
    one, two, three = ids(secretary)
    for asked, order in (
        (("up", three), [one, three, two]),
        (("up", one), [one, three, two]),
        (("down", one), [three, one, two]),
    ):
        assert change(secretary, asked[1], asked[0]).status_code == 303
        assert ids(secretary) == order
    assert change(secretary, one, "retitle", title="Một mới").status_code == 303
    wrong = change(secretary, one, "retitle", title="x" * 201)
    assert (wrong.status_code, "x" * 201 in wrong.text) == (422, True)
    assert change(secretary, two, "remove").status_code == 303
    assert change(secretary, two, "remove").status_code == 404
    assert change(secretary, one, "burn").status_code == 404
    assert client.get(f"/bao-chi/tai-lieu/{two}").status_code == 404
    assert re.findall(r"download>(.*?)</a>", client.get("/bao-chi").text) == ["Ba", "Một mới"]
    with app.app_context():
        kinds = db.session.scalars(select(LogLine.kind).where(LogLine.kind.like("material%")).order_by(LogLine.seq))
        assert [*kinds] == [
            *["material_added", "material_released"] * 3,
            *["material_moved"] * 2,
            "material_retitled",
            "material_removed",
        ]
        for line in db.session.scalars(select(LogLine).where(LogLine.kind.like("material%"))):
            assert re.fullmatch("[0-9a-f]{64}", line.data["sha256"])
            assert line.actor == "secretary:secretary"
        services: Services = app.extensions["giaoban"]
        assert prove(services.conferences.current()).lines == 11


def test_a_file_may_be_called_anything_where_it_came_from(services: Services) -> None:
    for name, kept in (("a\0b\r\nc.pdf", "ab c.pdf"), ("Ba\u0301o  ca\u0301o.pdf", "Báo cáo.pdf")):
        made = services.materials.add(demo.SLUG, str(uuid4()), "Báo cáo", io.BytesIO(PDF), name, ME)
        assert made.file_name == kept


def test_who_still_reads_a_removed_one_gets_nothing_of_the_next(services: Services) -> None:
    content = PDF + bytes(PART * PARTS_AT_ONCE) + b"%%EOF"
    first = services.materials.add(demo.SLUG, str(uuid4()), "Đã phát hành", io.BytesIO(content), "a.pdf", ME)
    reading = services.materials.parts(first)
    next(reading)
    services.materials.remove(demo.SLUG, first.material_id, ME)
    services.materials.add(demo.SLUG, str(uuid4()), "Chưa phát hành", io.BytesIO(content), "b.pdf", ME)
    with pytest.raises(NotFound):
        next(reading)


def test_the_same_form_twice_is_one_document(secretary: FlaskClient) -> None:
    form_id = str(uuid4())
    for _ in range(2):
        assert add(secretary, form_id=form_id).status_code == 303
    assert len(ids(secretary)) == 1
    assert add(secretary, PDF + b" ", form_id=form_id).status_code == 422


def test_staff_see_it_and_only_those_who_prepare_change_it(
    client: FlaskClient, secretary: FlaskClient, signed_in: Browser
) -> None:
    add(secretary)
    (one,) = ids(secretary)
    technician = signed_in("technician")
    assert ids(technician) == [one]
    assert technician.get(f"{PAGE}/{one}/tep").data == PDF
    assert "Thêm tài liệu" not in technician.get(PAGE).text
    for asker, status in ((technician, 403), (signed_in(endpoint="06010"), 403), (client, 303)):
        for action in ("release", "withdraw", "remove"):
            assert change(asker, one, action).status_code == status
        assert add(asker).status_code == status
    assert len(ids(secretary)) == 1


def test_a_draft_gives_nothing_to_the_press(client: FlaskClient, services: Services) -> None:
    new = NewConference("nhap", "Hội nghị nháp", OPENING_AT_MS, (), draft=True)
    conference = services.conferences.create(new, ME)
    made = services.materials.add("nhap", str(uuid4()), "Dự thảo", io.BytesIO(DOCX), "a.docx", ME)
    services.materials.release("nhap", made.material_id, None, ME)
    path = f"/bao-chi/tai-lieu/{made.material_id}"
    assert client.get(path).status_code == 404
    services.conference_life.publish(conference, ME)
    assert client.get(path).data == DOCX
    services.conference_life.close(conference, ME)  # what was released by mistake can still be withdrawn
    services.materials.withdraw("nhap", made.material_id, ME)
    assert client.get(path).status_code == 404
    services.conferences.delete(conference)
    assert db.session.scalar(select(func.count()).select_from(MaterialRow)) == 0
    assert db.session.scalar(select(func.count()).select_from(MaterialPart)) == 0


def test_sizes_are_bounded(database: str, clock: FakeClock) -> None:
    app = make_app(database, clock, DOCUMENT_MB=1)
    with app.app_context():
        services: Services = app.extensions["giaoban"]
        key = services.accounts.begin(services.accounts.authenticate("secretary", "mat-khau-thu-nghiem")).session_key
    browser = app.test_client()
    with browser.session_transaction() as session:
        session["_user_id"], session["_fresh"] = key, True
    large = PDF + bytes(1 << 20) + b"%%EOF"
    refused = add(browser, large)
    assert (refused.status_code, "Tệp lớn quá 1 MB" in refused.text) == (422, True)
    assert add(browser, large * 2).status_code == 413
    assert add(app.test_client(), bytes(200_000)).status_code == 413  # of a stranger nothing large is read
    with app.app_context():
        for number in range(10):
            whole = PDF + bytes((1 << 20) - 200) + b"%d%%%%EOF" % number
            services.materials.add(demo.SLUG, str(uuid4()), "Đầy", io.BytesIO(whole), "a.pdf", ME)
    full = add(browser, large[: 1 << 19] + b"%%EOF")
    assert (full.status_code, "sẽ quá 10 MB" in full.text) == (409, True)


def test_a_large_one_is_stored_and_given_in_parts_and_backed_up(
    app: Flask, client: FlaskClient, elsewhere: Flask, tmp_path: Path
) -> None:
    content = PDF + bytes(range(256)) * (PART * PARTS_AT_ONCE * 2 // 256) + b"%%EOF"
    with app.app_context():
        services: Services = app.extensions["giaoban"]
        made = services.materials.add(demo.SLUG, str(uuid4()), "Kỷ yếu", io.BytesIO(content), "k.pdf", ME)
        services.materials.release(demo.SLUG, made.material_id, None, ME)
    assert made.sha256 == hashlib.sha256(content).hexdigest()
    path = f"/bao-chi/tai-lieu/{made.material_id}"
    answer = client.get(path)
    assert (answer.status_code, answer.data) == (200, content)

    restored(elsewhere, backed_up(app, tmp_path / "b"))
    assert elsewhere.test_client().get(path).data == content
    with elsewhere.app_context():
        elsewhere.extensions["giaoban"].materials.remove(demo.SLUG, made.material_id, ME)
        for stored in (MaterialPart, MaterialRow):
            assert db.session.scalar(select(func.count()).select_from(stored)) == 0
