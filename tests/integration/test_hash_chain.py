"""Every way in which a line comes into the log goes on with its chain."""

from collections.abc import Callable
from uuid import uuid4

from sqlalchemy import select

from giaoban.domain.chain import LINE_KEYS, genesis, line_hash
from giaoban.extensions import db
from giaoban.models import Conference, LogLine
from giaoban.services import Services
from giaoban.services.identity import cli_identity
from tests.conftest import COMMUNE, Caller


def test_commands_check_ins_and_other_facts_are_one_chain(
    services: Services, conference: Conference, caller: Callable[..., Caller]
) -> None:
    mc, room = caller("mc"), caller(endpoint=COMMUNE)
    assert mc.command("next").status_code == 200
    assert room.check_in(COMMUNE, headcount={"total": 9, "groups": {"Đại biểu": 4}}).status_code == 200
    assert mc.command("set_message", {"text": "Nghỉ giải lao\u200b 10 phút 🇻🇳", "to": "all"}).status_code == 200
    services.conferences.set_hotline(conference, "0205 3", cli_identity("lan"))
    again = {"check_in_id": str(uuid4())}
    assert [room.check_in(COMMUNE, **again).status_code for _ in range(2)] == [200, 200]
    assert mc.command("pause", version=0).status_code == 409

    lines = mc.get("/log")

    head = genesis(conference.slug)
    hashes = []
    for line in lines:
        assert tuple(line) == LINE_KEYS
        head = line_hash(head, line)
        hashes.append(head)
    db.session.expire_all()
    stored = db.session.scalars(select(LogLine).where(LogLine.conference_id == conference.id).order_by(LogLine.seq))
    assert [line["kind"] for line in lines] == [
        "conference_created",
        "next",
        "check_in",
        "set_message",
        "hotline_set",
        "check_in",
    ]
    assert [line.hash for line in stored] == hashes
    assert services.conferences.find(conference.slug).last_hash == head
