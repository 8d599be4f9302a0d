"""What comes in over the line is looked at first: only packets of a client's pass."""

import io
from collections.abc import Iterable
from typing import Any

import pytest

from giaoban.realtime.door import MESSAGE_MOST, Door, Malformed, ReadableOnly, StrictPacket, readable, strict_json
from giaoban.realtime.publisher import CompactJson

HANDSHAKE = {
    "PATH_INFO": "/socket.io/",
    "REQUEST_METHOD": "GET",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "HTTP_UPGRADE": "WebSocket",
    "HTTP_CONNECTION": "keep-alive, Upgrade",
    "HTTP_SEC_WEBSOCKET_KEY": "dGhlIHNhbXBsZSBub25jZQ==",
    "HTTP_SEC_WEBSOCKET_VERSION": "13",
}


class OurPacket(StrictPacket):
    json = CompactJson


@pytest.mark.parametrize("text", ["4", '42/live,1["watch",{}]', "3", "2probe", "5", "1", "4" * MESSAGE_MOST])
def test_an_engine_packet_is_a_digit_and_its_text(text: str) -> None:
    assert readable(text)


@pytest.mark.parametrize("text", ["", "0", "7", "x", "é", "²", "-1", "b", b"4", None, "4" * (MESSAGE_MOST + 1)])
def test_anything_else_is_none(text: Any) -> None:
    assert not readable(text)


@pytest.mark.parametrize(
    ("text", "kind", "data"),
    [
        ("0/live,", 0, None),
        ('0/live,{"token":"x"}', 0, {"token": "x"}),
        ("1/live,", 1, None),
        ('2/live,7["watch",{"topics":["roll_call"]}]', 2, ["watch", {"topics": ["roll_call"]}]),
        ('2/live,["anything"]', 2, ["anything"]),
    ],
)
def test_clients_join_leave_and_ask(text: str, kind: int, data: Any) -> None:
    packet = OurPacket(encoded_packet=text)
    assert (packet.packet_type, packet.namespace, packet.data) == (kind, "/live", data)


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "4/live,",
        "7",
        "3/live,1[]",
        '51-/live,["watch",{"_placeholder":true,"num":0}]',
        "61-/live,1[]",
        "2/live,",
        "2/live,{}",
        "2/live,[]",
        "2/live,[1]",
        '2/live,["connect"]',
        '2/live,["disconnect"]',
        '2/live,["watch"',
        '2/live,["watch",NaN]',
        '2/live,["watch",Infinity]',
        '2/live,["watch","\\ud800"]',
        '2/live,["watch",%s' % ("[" * 10_000),
        '2/live,["watch",%s]' % ("9" * 5_000),
        "2/live,%s[]" % ("1" * 200),
        "0/live,[]",
        '0/live,"x"',
        "0/%s," % ("n" * 100),
        b"2",
        {"a": 1},
    ],
    ids=lambda text: str(text)[:30],
)
def test_anything_else_is_malformed(text: Any) -> None:
    with pytest.raises(Malformed):
        OurPacket(encoded_packet=text)


def test_json_that_goes_deep_is_refused_like_any_other_that_is_none() -> None:
    assert strict_json('{"a": [1, "Lạng Sơn"]}') == {"a": [1, "Lạng Sơn"]}
    with pytest.raises(ValueError, match="deep"):
        strict_json("[" * 100_000)


class Messages:
    """A WebSocket that holds messages; `ws` is the library's own object, of which only the socket is asked for."""

    def __init__(self, *messages: Any) -> None:
        self.messages = list(messages)
        self.said: list[str] = []
        self.ws = self
        self.sock = self

    def wait(self) -> Any:
        return self.messages.pop(0)

    def close(self) -> None:
        self.said.append("goodbye")

    def shutdown(self, _how: int) -> None:
        self.said.append("hung up")
        raise OSError("the peer was quicker")


def test_a_message_that_cannot_be_read_is_the_end_of_its_connection() -> None:
    messages = ReadableOnly(Messages("4x", b"4x", "4y"))
    assert [messages.wait(), messages.wait()] == ["4x", None]


def test_closing_does_not_wait_for_the_peer() -> None:
    websocket = Messages()
    ReadableOnly(websocket).close()
    assert websocket.said == ["goodbye", "hung up"]


def asked(environ: dict[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    """The status that the door answers ("" when it lets the request pass), and the requests that passed."""
    passed: list[dict[str, Any]] = []
    statuses: list[str] = []

    def wsgi_app(environ: dict[str, Any], _start_response: Any) -> Iterable[bytes]:
        passed.append(environ)
        return []

    list(Door(wsgi_app)(environ, lambda status, _headers: statuses.append(status)))
    return "".join(statuses), passed


def test_a_handshake_passes() -> None:
    assert asked(HANDSHAKE) == ("", [HANDSHAKE])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REQUEST_METHOD", "POST"),
        ("SERVER_PROTOCOL", "HTTP/1.0"),
        ("HTTP_UPGRADE", "h2c"),
        ("HTTP_CONNECTION", "close"),
        ("HTTP_SEC_WEBSOCKET_KEY", ""),
        ("HTTP_SEC_WEBSOCKET_KEY", "AAAA"),
        ("HTTP_SEC_WEBSOCKET_KEY", "é"),
        ("HTTP_SEC_WEBSOCKET_VERSION", "12"),
    ],
)
def test_a_handshake_with_one_thing_wrong_is_refused(name: str, value: str) -> None:
    assert asked({**HANDSHAKE, name: value}) == ("400 Bad Request", [])


def test_other_addresses_are_not_looked_at() -> None:
    environ = {"PATH_INFO": "/vao", "REQUEST_METHOD": "POST", "HTTP_UPGRADE": "x"}
    assert asked(environ) == ("", [environ])


def posted(body: bytes, length: str | None = None) -> dict[str, Any]:
    length = str(len(body)) if length is None else length
    return {
        "PATH_INFO": "/socket.io/",
        "REQUEST_METHOD": "POST",
        "CONTENT_LENGTH": length,
        "wsgi.input": io.BytesIO(body),
    }


@pytest.mark.parametrize("body", [b"3", b"40/live,", b'42/live,["watch"]\x1e3', b"4\x1e" * 15 + b"4"])
def test_packets_of_a_polling_request_pass_and_can_still_be_read(body: bytes) -> None:
    status, (passed,) = asked(posted(body))
    assert (status, passed["wsgi.input"].read()) == ("", body)


@pytest.mark.parametrize(
    "body",
    [b"", b"0", b"2probe", b"6", b"d=4", b"\xff", b"4\x1e", b"4\x1e" * 16 + b"4", b"4" * (MESSAGE_MOST + 1)],
    ids=lambda body: str(body[:10]),
)
def test_a_polling_request_of_anything_else_is_refused(body: bytes) -> None:
    assert asked(posted(body)) == ("400 Bad Request", [])


@pytest.mark.parametrize("length", ["-1", "x", "1e3", "٣", "99999999"])
def test_a_length_that_is_none_is_refused(length: str) -> None:
    assert asked(posted(b"3", length)) == ("400 Bad Request", [])
