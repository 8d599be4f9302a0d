"""A room is told at once what others say of it, and it alone; a form without scripts is told whether it arrived."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from tests.conftest import COMMUNE, DISTRICT, ITS_DISTRICT, Caller
from tests.integration.test_live import Join, received
from tests.integration.test_live import join as join
from tests.waiting import asked_until

Make = Callable[..., Caller]


def say(caller: Caller, code: str = COMMUNE, **body: Any) -> str:
    check_in_id = str(uuid4())
    assert caller.check_in(code, check_in_id=check_in_id, **body).status_code == 200
    return check_in_id


def absent(caller: Caller) -> str:
    return say(caller, status="absent", headcount=0, reason="Mất điện")


class Ear:
    """What a screen has been told of check-ins."""

    def __init__(self, screen: Any) -> None:
        self._screen = screen
        self.notices: list[dict[str, Any]] = []

    def hears(self, sign: Callable[[dict[str, Any]], bool]) -> bool:
        told = received(self._screen, "endpoint_notice")
        self.notices += [notice for notice in told if notice.get("kind") == "check_in"]
        return any(sign(notice) for notice in self.notices)


def by_the_secretary(notice: dict[str, Any]) -> bool:
    word = notice["effective"]
    return word is not None and word["source"] == "secretary"


def test_a_room_hears_the_secretary_and_nobody_else_does(join: Join, caller: Make) -> None:
    room, other, staff = (
        Ear(join(asker)) for asker in (caller(endpoint=COMMUNE), caller(endpoint=ITS_DISTRICT), caller("mc"))
    )
    say(caller(endpoint=COMMUNE), headcount=14)

    absent(caller("secretary"))

    asked_until(lambda: room.hears(by_the_secretary), "the secretary's word")
    notice = room.notices[-1]
    assert notice["effective"]["reason"] == "Mất điện"
    assert notice["own"]["headcount"]["total"] == 14
    assert notice["annulled"] is None
    assert not any(ear.hears(lambda notice: True) for ear in (other, staff))


def test_a_room_hears_that_its_word_was_taken_back(join: Join, caller: Make) -> None:
    room = Ear(join(caller(endpoint=COMMUNE)))
    check_in_id = say(caller(endpoint=COMMUNE), headcount=14)
    path = f"/endpoints/{COMMUNE}/check-ins/{check_in_id}/annul"

    assert caller("secretary").call("POST", path, {"reason": "Ghi nhầm điểm cầu"}).status_code == 200

    asked_until(lambda: room.hears(lambda notice: notice["annulled"] is not None), "the annulment")
    notice = room.notices[-1]
    assert (notice["effective"], notice["own"]) == (None, None)
    assert notice["annulled"]["annulled"]["reason"] == "Ghi nhầm điểm cầu"


def test_the_same_can_be_asked(caller: Make) -> None:
    absent(caller("secretary"))

    words = caller(endpoint=COMMUNE).get(f"/endpoints/{COMMUNE}/words")

    assert words["effective"]["reason"] == "Mất điện"
    assert (words["own"], words["annulled"]) == (None, None)
    assert caller(endpoint=COMMUNE).call("GET", f"/endpoints/{DISTRICT}/words").status_code == 403
    assert caller("mc").call("GET", "/endpoints/nothing/words").status_code == 404


def form_of(page: str) -> dict[str, str]:
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    return {"csrf_token": token[1], "form_id": str(uuid4()), "status": "present", "headcount": "14"}


def test_a_form_is_told_that_it_arrived_and_when(signed_in: Callable[..., FlaskClient]) -> None:
    room = signed_in(endpoint=COMMUNE)
    form = form_of(room.get("/diem-cau").text)

    answer = room.post("/diem-cau/diem-danh", data=form)
    page = room.get(answer.headers["Location"]).text

    assert answer.status_code == 303
    assert re.search(r"Máy chủ đã nhận lúc \d\d:\d\d:\d\d</b>\s*Có mặt, 14 đại biểu", page)
    assert room.post("/diem-cau/diem-danh", data=form).headers["Location"] == answer.headers["Location"]
    assert "Máy chủ đã nhận" not in room.get("/diem-cau").text
    for made_up in (f"?da_nhan={uuid4()}&cua={COMMUNE}", f"?da_nhan=x&cua={DISTRICT}", "?da_nhan=x"):
        assert "Máy chủ đã nhận" not in room.get("/diem-cau" + made_up).text


@pytest.mark.parametrize("missing", ["sign-in", "token"])
def test_a_form_that_did_not_arrive_says_what_it_said(signed_in: Callable[..., FlaskClient], missing: str) -> None:
    room = signed_in(endpoint=COMMUNE)
    form = {**form_of(room.get("/diem-cau").text), "note": "Đến <sớm>"}
    if missing == "sign-in":
        with room.session_transaction() as session:
            for key in [key for key in session if key.startswith("_")]:
                del session[key]
    else:
        form["csrf_token"] = "another"

    answer = room.post("/diem-cau/diem-danh", data=form)

    assert answer.status_code == (401 if missing == "sign-in" else 400)
    assert "Máy chủ chưa nhận lần điểm danh này." in answer.text
    assert "Có mặt, 14 đại biểu, ghi chú “Đến &lt;sớm&gt;”" in answer.text
