"""Time over the cap: the reason goes with the press, may be reworded afterwards, and the log proves both."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from giaoban.domain import log_file
from giaoban.domain.errors import InvalidLog, NotAllowed, NotFound
from giaoban.models import Conference
from giaoban.services import Services
from giaoban.services.identity import Identity
from giaoban.services.proof import prove
from tests.conftest import identity_of
from tests.fakes import FakeClock
from tests.integration.forms import HTMX, Browser, press, send

MINUTE_MS = 60_000
USUAL = "Chủ tọa cho phép"
PAPER = "6"  # the first paper of the demo: ten minutes, and no more than ten


@pytest.fixture
def mc(signed_in: Browser) -> FlaskClient:
    """An MC whose first paper has just begun."""
    client = signed_in("mc")
    press(client, "start", version=0, item_id=PAPER)
    return client


@pytest.fixture
def secretary(services: Services) -> Identity:
    return identity_of(services, "secretary")


def add(client: FlaskClient, version: int, delta_ms: int = MINUTE_MS, **args: Any) -> None:
    answer = press(client, "add_time", version=version, delta_ms=delta_ms, **args)
    assert answer.status_code == 303, answer.text


def lines(services: Services, conference: Conference, kind: str) -> list[dict[str, Any]]:
    return [line for line in services.running_order.log(conference, 0) if line["kind"] == kind]


def added(services: Services, conference: Conference) -> list[tuple[int, str | None]]:
    """(seq, reason) of each addition, as first logged."""
    return [(line["seq"], line["data"]["events"][0]["reason"]) for line in lines(services, conference, "add_time")]


# ---- with the press


def test_the_line_stands_only_where_a_minute_more_would_pass_the_cap(mc: FlaskClient) -> None:
    assert "data-cap=" in mc.get("/dieu-hanh").text

    add(mc, 1, -MINUTE_MS)
    assert "data-cap=" not in mc.get("/dieu-hanh").text

    press(mc, "next", version=2, item_id="12")  # the break has no cap
    assert "data-cap=" not in mc.get("/dieu-hanh").text


def test_who_may_not_press_sees_no_such_line(mc: FlaskClient, signed_in: Browser) -> None:
    assert "data-cap=" not in signed_in("secretary").get("/dieu-hanh").text


@pytest.mark.parametrize(
    ("fields", "recorded"),
    [
        ({}, USUAL),
        ({"reason": "", "own_reason": ""}, USUAL),
        ({"reason": "", "own_reason": "Đại biểu hỏi thêm"}, "Đại biểu hỏi thêm"),
        (
            {"reason": "Bù thời gian gián đoạn đường truyền", "own_reason": "bỏ dở"},
            "Bù thời gian gián đoạn đường truyền",
        ),
    ],
    ids=["untouched", "left empty", "typed", "chosen"],
)
def test_the_press_is_done_with_the_reason_of_the_line(
    mc: FlaskClient, services: Services, conference: Conference, fields: dict[str, str], recorded: str
) -> None:
    add(mc, 1, **fields)

    assert [reason for _, reason in added(services, conference)] == [recorded]
    assert f"({recorded})" in mc.get("/dieu-hanh").text


def test_a_row_over_its_cap_bears_the_sign_also_where_it_was_planned_so(
    mc: FlaskClient, services: Services, conference: Conference
) -> None:
    assert "overcap" not in mc.get("/dieu-hanh").text

    press(mc, "insert", version=1, position=19, kind="paper", title="Dài", planned="12")
    assert mc.get("/dieu-hanh").text.count('class="overcap"') == 1

    add(mc, 2)
    assert mc.get("/dieu-hanh").text.count('class="overcap"') == 2


# ---- afterwards


def test_a_reason_is_reworded_and_both_wordings_are_kept(
    mc: FlaskClient, services: Services, conference: Conference
) -> None:
    add(mc, 1)
    [(seq, _)] = added(services, conference)

    answer = send(
        mc,
        f"/dieu-hanh/qua-muc/{seq}",
        f"/dieu-hanh/qua-muc/{seq}",
        seen=USUAL,
        reason="",
        own_reason="Trả lời chất vấn",
    )

    assert (answer.status_code, answer.location) == (303, "/dieu-hanh")
    assert added(services, conference) == [(seq, USUAL)]
    [fact] = lines(services, conference, "reason_reworded")
    assert (fact["version"], fact["actor"]) == (None, "mc:mc")
    assert fact["data"] == {"seq": seq, "old": USUAL, "new": "Trả lời chất vấn"}
    console, log = mc.get("/dieu-hanh").text, mc.get("/dieu-hanh/nhat-ky").text
    assert "(Trả lời chất vấn)" in console
    assert "(Trả lời chất vấn)" in log
    assert f"Ghi lúc đầu: “{USUAL}”" in log
    assert services.running_order.view(conference)["version"] == 2


def test_with_htmx_the_drawer_closes_and_the_console_asks_anew(
    mc: FlaskClient, services: Services, conference: Conference
) -> None:
    add(mc, 1)
    [(seq, _)] = added(services, conference)

    answer = send(
        mc,
        f"/dieu-hanh/qua-muc/{seq}",
        f"/dieu-hanh/qua-muc/{seq}",
        headers=HTMX,
        seen=USUAL,
        reason="Chủ tọa đề nghị nói thêm",
    )

    assert (answer.status_code, answer.text) == (200, '<div id="drawer"></div>')
    assert answer.headers["HX-Trigger"] == "order-changed"


def test_from_the_log_one_comes_back_to_the_log(mc: FlaskClient, services: Services, conference: Conference) -> None:
    add(mc, 1)
    [(seq, _)] = added(services, conference)
    path = f"/dieu-hanh/qua-muc/{seq}?tu=nhat-ky"
    assert path in mc.get("/dieu-hanh/nhat-ky").text

    answer = send(mc, path, path, seen=USUAL, reason="Bù thời gian gián đoạn đường truyền")

    assert answer.location == "/dieu-hanh/nhat-ky"


def test_a_stale_form_overwrites_nothing_and_shows_both(
    mc: FlaskClient, services: Services, conference: Conference, secretary: Identity
) -> None:
    add(mc, 1)
    [(seq, _)] = added(services, conference)
    services.caps.reword(conference, seq, USUAL, "Lời của thư ký", secretary)

    path = f"/dieu-hanh/qua-muc/{seq}"
    answer = send(mc, path, path, seen=USUAL, reason="", own_reason="Lời của điều hành")

    assert answer.status_code == 409
    assert "Lời của thư ký" in answer.text
    assert 'value="Lời của điều hành"' in answer.text
    assert len(lines(services, conference, "reason_reworded")) == 1


def test_too_long_a_reason_stays_typed(mc: FlaskClient, services: Services, conference: Conference) -> None:
    add(mc, 1)
    [(seq, _)] = added(services, conference)
    path = f"/dieu-hanh/qua-muc/{seq}"

    answer = send(mc, path, path, seen=USUAL, reason="", own_reason="x" * 201)

    assert answer.status_code == 422
    assert "x" * 201 in answer.text
    assert lines(services, conference, "reason_reworded") == []


def test_the_same_wording_again_is_no_second_fact(
    mc: FlaskClient, services: Services, conference: Conference, secretary: Identity
) -> None:
    add(mc, 1)
    [(seq, _)] = added(services, conference)

    services.caps.reword(conference, seq, USUAL, "Bù", secretary)
    services.caps.reword(conference, seq, USUAL, "Bù", secretary)
    services.caps.reword(conference, seq, "Bù", "", secretary)

    assert [line["data"]["new"] for line in lines(services, conference, "reason_reworded")] == ["Bù", USUAL]


def test_only_a_press_over_the_cap_has_a_reason_to_reword(
    mc: FlaskClient, services: Services, conference: Conference, secretary: Identity
) -> None:
    add(mc, 1, -MINUTE_MS)
    [(seq, _)] = added(services, conference)

    for wrong in (seq, 1, 0, 10**12):
        with pytest.raises(NotFound):
            services.caps.reword(conference, wrong, USUAL, "Bù", secretary)
    with pytest.raises(NotAllowed):
        services.caps.reword(conference, seq, USUAL, "Bù", identity_of(services, "technician"))


def test_what_was_undone_asks_for_no_other_reason(mc: FlaskClient, services: Services, conference: Conference) -> None:
    for version in (1, 2):
        add(mc, version)
    press(mc, "set_scene", version=3, name="maket")
    press(mc, "undo", version=4)
    (first, _), (undone, _) = added(services, conference)

    console, log = mc.get("/dieu-hanh").text, mc.get("/dieu-hanh/nhat-ky").text

    for page in (console, log):
        assert f"/dieu-hanh/qua-muc/{first}" in page
        assert f"/dieu-hanh/qua-muc/{undone}" not in page
    assert log.count("(đã hoàn tác)") == 1


def test_a_closed_conference_keeps_its_reasons(
    mc: FlaskClient, services: Services, conference: Conference, secretary: Identity
) -> None:
    add(mc, 1)
    [(seq, _)] = added(services, conference)
    press(mc, "finish", version=2)
    services.conference_life.close(conference, identity_of(services, "admin"))

    path = f"/dieu-hanh/qua-muc/{seq}"
    answer = send(mc, path, path, seen=USUAL, reason="", own_reason="Bù")

    assert answer.status_code == 409
    assert "đã kết thúc và khóa" in answer.text
    assert lines(services, conference, "reason_reworded") == []


# ---- the log as proof


def test_a_reworded_log_proves_itself(
    mc: FlaskClient, services: Services, conference: Conference, secretary: Identity, clock: FakeClock
) -> None:
    add(mc, 1)
    [(seq, _)] = added(services, conference)
    services.caps.reword(conference, seq, USUAL, "Bù", secretary)
    clock.advance(MINUTE_MS)
    press(mc, "undo", version=2)  # the reason of what was taken back is still a fact
    services.caps.reword(conference, seq, "Bù", "Bù giờ", secretary)

    assert prove(conference).lines == conference.last_seq
    assert log_file.read(services.log_export.lines(conference.slug)).lines == conference.last_seq


def test_a_rewording_of_what_was_never_said_is_no_log(
    mc: FlaskClient, services: Services, conference: Conference, secretary: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(mc, 1)
    [(seq, _)] = added(services, conference)
    with monkeypatch.context() as patched:
        patched.setattr("giaoban.domain.caps.Leave.text", "Lời khác")
        services.caps.reword(conference, seq, "Lời khác", "Bù", secretary)

    with pytest.raises(InvalidLog):
        prove(conference)
