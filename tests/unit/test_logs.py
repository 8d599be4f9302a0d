"""Lines of the log: one an event, with what belongs to the request, and nothing secret in them."""

import json
import logging
import sys

import pytest
from itsdangerous import TimestampSigner, URLSafeSerializer

from giaoban import logs
from giaoban.domain.join_codes import join_code

CODE = join_code(b"a secret", "giao-ban", "06010", 1)
TOKEN = URLSafeSerializer("a secret", salt="giaoban-token").dumps(["staff:1:0123456789ab", 1_637_888_400_000])


class OfOneMoment(TimestampSigner):
    def get_timestamp(self) -> int:
        return 1_637_888_400


COOKIE = OfOneMoment("a secret").sign(b"eyJfdXNlcl9pZCI6InN0YWZmOjEifQ").decode()


def record(message: str, *arguments: object, **facts: object) -> logging.LogRecord:
    made = logging.LogRecord("giaoban.test", logging.WARNING, __file__, 1, message, arguments, None)
    made.facts = facts
    return made


def failed(message: str) -> logging.LogRecord:
    made = record("it failed")
    try:
        raise RuntimeError(message)
    except RuntimeError:
        made.exc_info = sys.exc_info()
    return made


@pytest.mark.parametrize(
    ("secret", "said"),
    [
        (CODE, f"GET /vao/{CODE} 303"),
        (CODE.replace("-", ""), f"GET /vao/{CODE.replace('-', '')}?hoi-nghi=x"),
        (CODE.lower(), f"wrong code {CODE.lower()}"),
        (CODE.replace("-", ""), json.dumps({"code": CODE.replace("-", "")})),
        (TOKEN, f"Authorization: Bearer {TOKEN}"),
        (TOKEN, f"auth={{'token': '{TOKEN}'}}"),
        (TOKEN, f"who is {TOKEN}?"),
        (COOKIE, f"Cookie: giaoban={COOKIE}; a=b"),
        ("mat-khau-cua-toi", json.dumps({"username": "lan", "password": "mat-khau-cua-toi"})),
        ("hunter2!", "postgresql://giaoban:hunter2!@127.0.0.1/giaoban refused"),
        ("argon2", "(sqlite3.Error) no\n[SQL: INSERT]\n[parameters: ('lan', '$argon2id$v=19')]\n(Background)"),
        ("0205 3812 345", "gọi 0205 3812 345 nhé"),
        ("+84912345678", "to=+84912345678"),
    ],
)
def test_a_secret_is_left_out(secret: str, said: str) -> None:
    assert secret in said

    for formatter in (logs.JsonFormatter(), logs.TextFormatter()):
        assert secret not in formatter.format(record("%s", said))
        assert secret not in formatter.format(record("a fact", fact=said))
        assert secret not in formatter.format(failed(said))


@pytest.mark.parametrize(
    "said",
    [
        "command 41ae6a48-4aa0-4fe9-987b-ec2446776628 of conference giao-ban-2021",
        "the database gave stale_version, code: not_found",
        "secretary:secretary",
        "GET /vao/<code> 303",
        "route=/dang-nhap status=303",
        "endpoint:06010 at 1637888400000, 12.0123456789 ms",
        "version 17 of conference 3: stored, but not published",
        "giaoban.web.requests and a-host-name.example.vn stay",
    ],
)
def test_what_is_no_secret_stays(said: str) -> None:
    assert logs.redact(said) == said


def test_a_json_line_holds_what_was_noted_of_the_request() -> None:
    logs.begin("from-the-proxy-7")
    logs.note(actor="mc:lan", command_id="c-1", conference=None)

    line = json.loads(logs.JsonFormatter().format(record("two\nlines", status=200)))

    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "WARNING",
        "logger": "giaoban.test",
        "message": "two\nlines",
        "request_id": "from-the-proxy-7",
        "actor": "mc:lan",
        "command_id": "c-1",
        "status": 200,
    }


@pytest.mark.parametrize("formatter", [logs.JsonFormatter(), logs.TextFormatter()], ids=["json", "text"])
def test_nobody_writes_a_line_of_his_own(formatter: logging.Formatter) -> None:
    assert "\n" not in formatter.format(record("a slug: %s", "x\n2026-11-25 ERROR giaoban: forged", fact="a\nb"))


def test_an_exception_is_one_line_of_json() -> None:
    text = logs.JsonFormatter().format(failed("what went wrong"))

    assert "\n" not in text
    assert "RuntimeError: what went wrong" in json.loads(text)["exception"]


@pytest.mark.parametrize("given", [None, "", "short", "x" * 65, "two words here", "a\nforged-line", "ngữ-cảnh-lạ"])
def test_an_id_that_is_not_sane_is_replaced(given: str | None) -> None:
    first, second = logs.begin(given)["request_id"], logs.begin(given)["request_id"]

    assert given not in (first, second)
    assert first != second
    assert logs.begin(first)["request_id"] == first


def test_a_new_request_knows_nothing_of_the_one_before() -> None:
    logs.begin()
    logs.note(actor="mc:lan")

    logs.begin("another-request")

    assert logs.noted() == {"request_id": "another-request"}
