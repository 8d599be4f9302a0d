"""Malformed bytes for a server, seeded: HTTP requests, WebSocket frames, Engine.IO and Socket.IO packets.

Every maker takes a random generator and returns what to send, so that a seed and a number name each case for ever.
"""

import json
import random
import struct
from collections.abc import Callable
from typing import Final

NAMESPACE: Final = "/live"
KEY: Final = "dGhlIHNhbXBsZSBub25jZQ=="  # the sample of RFC 6455
SEPARATOR: Final = "\x1e"
PACKET_MOST: Final = 20_000  # bytes of one message that the server takes


def noise(rng: random.Random, most: int = 200) -> bytes:
    return rng.randbytes(rng.randint(1, most))


def letters(rng: random.Random, most: int = 60) -> str:
    alphabet = 'abcXYZ019 /{}[]":,-_.\\\0\x1e\x7fđếỢ\ud83d\ufffe\u2028٣'
    return "".join(rng.choice(alphabet) for _ in range(rng.randint(1, most)))


# ---- WebSocket frames (RFC 6455, 5.2)


def frame(
    payload: bytes = b"",
    *,
    opcode: int = 1,
    fin: bool = True,
    reserved: int = 0,
    masked: bool = True,
    declared: int | None = None,
    width: int | None = None,
) -> bytes:
    """A frame; `declared` is the length that it claims, `width` the bytes in which it does so (0, 2 or 8)."""
    length = len(payload) if declared is None else declared
    if width is None:
        width = 0 if length < 126 else 2 if length < 65_536 else 8
    mask_bit = 0x80 if masked else 0
    head = bytes([(0x80 if fin else 0) | reserved << 4 | opcode])
    if width == 0:
        head += bytes([mask_bit | length & 0x7F])
    elif width == 2:
        head += bytes([mask_bit | 126]) + struct.pack("!H", length & 0xFFFF)
    else:
        head += bytes([mask_bit | 127]) + struct.pack("!Q", length & 0xFFFF_FFFF_FFFF_FFFF)
    return head + (b"\0\0\0\0" if masked else b"") + payload


def text(words: str) -> bytes:
    return frame(words.encode("utf-8", "surrogatepass"))


def _reserved_bits(rng: random.Random) -> bytes:
    return frame(noise(rng, 60), reserved=rng.randint(1, 7))


def _unmasked(rng: random.Random) -> bytes:
    return frame(b'42/live,["sync_clock",{}]', masked=False)


def _unknown_opcode(rng: random.Random) -> bytes:
    return frame(noise(rng, 60), opcode=rng.choice((3, 4, 5, 6, 7, 11, 12, 13, 14, 15)))


def _claims_too_much(rng: random.Random) -> bytes:
    return frame(noise(rng), declared=rng.choice((2**20, 2**30, 2**62, 2**63, 2**64 - 1)), width=8)


def _oversize(rng: random.Random) -> bytes:
    return frame(b'42/live,["watch",' + b'"' + b"a" * rng.randint(PACKET_MOST, 3 * PACKET_MOST) + b'"]')


def _length_not_minimal(rng: random.Random) -> bytes:
    return frame(b"2probe", width=rng.choice((2, 8)))


def _fragmented_control(rng: random.Random) -> bytes:
    return frame(noise(rng, 20), opcode=rng.choice((8, 9, 10)), fin=False)


def _long_control(rng: random.Random) -> bytes:
    return frame(noise(rng, 500) + b"x" * 126, opcode=rng.choice((8, 9, 10)))


def _stray_continuation(rng: random.Random) -> bytes:
    return frame(noise(rng, 60), opcode=0)


def _begun_twice(rng: random.Random) -> bytes:
    return frame(b"4", fin=False) + frame(b"2", fin=rng.random() < 0.5)


def _many_fragments(rng: random.Random) -> bytes:
    pieces = [frame(b"4", fin=False)] + [frame(b"x" * 500, opcode=0, fin=False)] * rng.randint(1, 100)
    return b"".join(pieces)


def _not_utf8(rng: random.Random) -> bytes:
    return frame(b'42/live,["\xff\xfe\xc0\x80' + noise(rng, 20))


def _close_frame(rng: random.Random) -> bytes:
    code = rng.choice((0, 1, 999, 1000, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535))
    reason = rng.choice((b"", b"bye", b"\xff\xfe", noise(rng, 60)))
    return frame(rng.choice((b"", b"\x03", struct.pack("!H", code) + reason)), opcode=8)


def _after_close(rng: random.Random) -> bytes:
    return frame(struct.pack("!H", 1000), opcode=8) + text(letters(rng))


def _pings(rng: random.Random) -> bytes:
    return frame(noise(rng, 125), opcode=rng.choice((9, 10))) * rng.randint(1, 50)


def _binary(rng: random.Random) -> bytes:
    return frame(noise(rng), opcode=2)


def _bytes(rng: random.Random) -> bytes:
    return noise(rng)


WEBSOCKET: Final = (
    _reserved_bits,
    _unmasked,
    _unknown_opcode,
    _claims_too_much,
    _oversize,
    _length_not_minimal,
    _fragmented_control,
    _long_control,
    _stray_continuation,
    _begun_twice,
    _many_fragments,
    _not_utf8,
    _close_frame,
    _after_close,
    _pings,
    _binary,
    _bytes,
)


# ---- Engine.IO packets: a digit for the type, then its data; in a POST several, apart by U+001E


def engine_packet(rng: random.Random) -> str:
    """One packet as text. Lone surrogates are left out where only UTF-8 fits."""
    made = rng.choice(
        (
            lambda: "",
            lambda: rng.choice("0123456789"),
            lambda: rng.choice("0123456") + letters(rng),
            lambda: rng.choice(("7", "8", "9", "a", "b", "-1", "٤", "²", " 4", "\x1e", "{", "é")) + letters(rng),
            lambda: "b" + letters(rng),
            lambda: "bAAAA",
            lambda: "4" + rng.choice(("{}", "[]", "null", "true", "1.5", '"2"', "NaN", '{"a":1}', "[0,1]")),
            lambda: "2probe",
            lambda: "5",
            lambda: "1",
            lambda: "3",
            lambda: "4" + socket_packet(rng),
        )
    )()
    return made.encode("utf-8", "replace").decode()


def engine_payload(rng: random.Random) -> bytes:
    """The body of a polling POST."""
    return rng.choice(
        (
            lambda: SEPARATOR.join(engine_packet(rng) for _ in range(rng.randint(1, 5))).encode(),
            lambda: SEPARATOR.join(["4"] * rng.randint(15, 40)).encode(),
            lambda: b"d=" + noise(rng),
            lambda: b"d=",
            lambda: noise(rng),
            lambda: b"",
            lambda: b"4" + b"x" * rng.randint(PACKET_MOST, 2 * PACKET_MOST),
            lambda: b"\xff\xfe",
        )
    )()


# ---- Socket.IO packets: type, attachments, namespace, id, JSON


def socket_packet(rng: random.Random) -> str:
    made: str = rng.choice(SOCKET_IO)(rng)
    return made


def _event_of(arguments: str, *, namespace: str = NAMESPACE, number: str = "1") -> str:
    return f"2{namespace},{number}{arguments}"


def _bad_json(rng: random.Random) -> str:
    whole = '["sync_clock",{"sent_at_ms":1,"seen_version":0}]'
    cut = whole[: rng.randint(1, len(whole) - 1)]
    return _event_of(rng.choice((cut, whole + letters(rng), letters(rng), "[", "{", '["', "[1,", "nul", "'a'")))


def _no_event(rng: random.Random) -> str:
    return _event_of(rng.choice(("", "[]", "{}", "null", "0", '"x"', "[null]", "[1]", "[[]]", "[{}]", "[true]", "{}")))


def _reserved_name(rng: random.Random) -> str:
    name = rng.choice(("connect", "disconnect", "connect_error", "message", "json", "*", "", "__class__", "connection"))
    return _event_of(json.dumps([name, *rng.choice(([], [{}], [1, 2], [{"token": "x"}]))]))


def _wrong_arguments(rng: random.Random) -> str:
    odd = rng.choice((None, 0, -1, 1e308, "x", [], {}, True, 2**70, "\ud800", {"a": {"b": []}}, ["roll_call"] * 9))
    key = rng.choice(("topics", "seen_version", "sent_at_ms", "", "topics\0"))
    many = [odd] * rng.randint(0, 6)
    arguments = rng.choice((many, [{key: odd}], [{key: [odd]}], [{"topics": ["roll_call", odd]}]))
    return _event_of(json.dumps([rng.choice(("watch", "sync_clock")), *arguments]), number=rng.choice(("", "0", "7")))


def _not_a_number(rng: random.Random) -> str:
    number = rng.choice(("NaN", "Infinity", "-Infinity", "1e999", "9" * 5000, "-0", "1E400"))
    return _event_of(f'["sync_clock",{{"seen_version":{number}}}]')


def _deep(rng: random.Random) -> str:
    depth = rng.choice((100, 2_000, 9_000))
    opening, closing = rng.choice((("[", "]"), ('{"a":', "}")))
    inside = f"{opening * depth}1{closing * rng.choice((depth, 0))}"[: PACKET_MOST - 100]
    return _event_of(f'["watch",{inside}]')


def _unknown_event(rng: random.Random) -> str:
    return _event_of(json.dumps([letters(rng), {"a": 1}]))


def _attachments(rng: random.Random) -> str:
    count = rng.choice(("0", "1", "2", "99", "9999999999", "99999999999", "-1", "٣"))
    number = rng.choice(("0", "5", "-1", '"a"', "{}"))
    rest = rng.choice((f'["watch",{{"_placeholder":true,"num":{number}}}]', "[]", ""))
    return f"{rng.choice('56')}{count}-{NAMESPACE},{rng.choice(('', '1'))}{rest}"


def _namespace(rng: random.Random) -> str:
    name = "/" + rng.choice((letters(rng), "n" * rng.randint(1_000, 15_000), "", "live/", "LIVE", "live?x=1", "admin"))
    return rng.choice("0123456789") + name + rng.choice((",", "", ",1", ",[]", ',["watch",{}]', ",{}"))


def _connect_again(rng: random.Random) -> str:
    auth = rng.choice(("", "{}", "[]", '"x"', "1", '{"token":1}', '{"token":"x"}', '{"token":[]}', '{"conference":1}'))
    return f"0{NAMESPACE},{auth}"


def _ack(rng: random.Random) -> str:
    return (
        f"{rng.choice('36')}{NAMESPACE},{rng.choice(('', '0', '1', '9' * 99, '9' * 101))}{rng.choice(('[]', '', '1'))}"
    )


def _type(rng: random.Random) -> str:
    return rng.choice(("4", "7", "8", "9", "x", "٤", "", "-")) + rng.choice((f"{NAMESPACE},[]", letters(rng), ""))


def _long_id(rng: random.Random) -> str:
    return _event_of('["watch",{}]', number="1" * rng.choice((90, 100, 101, 5_000)))


SOCKET_IO: Final[tuple[Callable[[random.Random], str], ...]] = (
    _bad_json,
    _no_event,
    _reserved_name,
    _wrong_arguments,
    _not_a_number,
    _deep,
    _unknown_event,
    _attachments,
    _namespace,
    _connect_again,
    _ack,
    _type,
    _long_id,
)


# ---- HTTP requests


def request(line: str, *headers: str, body: bytes = b"") -> bytes:
    return "\r\n".join((line, "Host: 127.0.0.1", *headers, "", "")).encode("utf-8", "surrogatepass") + body


COMMANDS: Final = "/api/v1/conferences/giao-ban-2021/running-order/commands"
CHECK_IN: Final = "/api/v1/conferences/giao-ban-2021/endpoints/06010/check-in"


def _request_line(rng: random.Random) -> bytes:
    method = rng.choice(("GET", "get", "", "G ET", "\0", "POST", "PRI", "CONNECT", "TRACE", "X" * 300))
    target = rng.choice(
        ("/", "*", "//", "/%", "/%00", "/\udcff", "http://[", "/?" + "a" * 9_000, "/../..", "/%c0%af", "?")
    )
    version = rng.choice(("HTTP/1.1", "HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "HTTP/9", "HTTP/1.1.1", "", "http/1.1", "X"))
    return request(f"{method} {target} {version}")


def _garbage(rng: random.Random) -> bytes:
    return noise(rng, 600) + b"\r\n\r\n"


def _two_lengths(rng: random.Random) -> bytes:
    body = b"0\r\n\r\nGET /quan-tri HTTP/1.1\r\nHost: x\r\n\r\n"
    both = rng.choice(
        (
            ("Content-Length: 5", "Content-Length: 6"),
            (f"Content-Length: {len(body)}", "Transfer-Encoding: chunked"),
            ("Transfer-Encoding: chunked", "Transfer-Encoding: identity"),
            ("Transfer-Encoding : chunked", "Content-Length: 3"),
            ("Transfer-Encoding: xchunked",),
            ("Transfer-Encoding: chunked, gzip",),
            ("Transfer-Encoding: gzip, chunked",),
            ("Transfer-Encoding:\tchunked\v", "Content-Length: 3"),
            ("Content-Length: 3, 3",),
        )
    )
    return request(f"POST {COMMANDS} HTTP/1.1", "Content-Type: application/json", *both, body=body)


def _length(rng: random.Random) -> bytes:
    length = rng.choice(("-1", "+3", "abc", "", "3.5", "0x10", "9" * 30, "1e3", " 5 5", "٣", "99999999"))
    path = rng.choice((COMMANDS, "/dang-nhap", "/api/v1/sessions", "/socket.io/?EIO=4&transport=polling&sid=x"))
    return request(f"POST {path} HTTP/1.1", f"Content-Length: {length}", "Content-Type: application/json", body=b"{}")


def _chunks(rng: random.Random) -> bytes:
    chunks = rng.choice(
        (
            b"zz\r\nabc\r\n0\r\n\r\n",
            b"-1\r\n\r\n",
            b"5\r\nab\r\n0\r\n\r\n",
            b"fffffffffffffffff\r\n{}",
            b"2;" + b"e" * 5_000 + b"\r\n{}\r\n0\r\n\r\n",
            b"2\n{}\n0\n\n",
            b"2\r\n{}\r\n",
            b"2\r\n{}\r\n0\r\nX: y\nZ\r\n\r\n",
            noise(rng),
        )
    )
    path = rng.choice((COMMANDS, "/dang-nhap", "/api/v1/sessions", "/vao"))
    kind = rng.choice(("application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"))
    return request(f"POST {path} HTTP/1.1", "Transfer-Encoding: chunked", f"Content-Type: {kind}", body=chunks)


def _headers(rng: random.Random) -> bytes:
    header = rng.choice(
        (
            lambda: "X: " + "a" * rng.choice((8_000, 9_000, 70_000)),
            lambda: "\r\n".join(f"X-{n}: 1" for n in range(rng.choice((99, 101, 2_000)))),
            lambda: "No colon here",
            lambda: ": no name",
            lambda: "X\0: 1",
            lambda: "X: a\0b",
            lambda: " X: folded",
            lambda: "X: 1\r\n folded",
            lambda: "Bad Name: 1",
            lambda: "X: a\rb",
            lambda: "Host: other",
            lambda: "Host: " + letters(rng),
            lambda: "Cookie: giaoban=" + letters(rng).replace("\x1e", ""),
            lambda: "Authorization: Bearer " + letters(rng).replace("\x1e", ""),
            lambda: "Authorization: Bearer",
            lambda: "Accept-Encoding: br;q=x, gzip;q=-1, " + letters(rng).replace("\x1e", ""),
            lambda: "Expect: " + rng.choice(("100-continue", "nonsense")),
            lambda: "Range: bytes=" + rng.choice(("5-1", "-", "a-b", "0-0,0-0,0-0", "99999999999999999999-")),
            lambda: "If-Modified-Since: " + letters(rng).replace("\x1e", ""),
            lambda: "SCRIPT_NAME: /x",
            lambda: "X-Forwarded-Proto: https\r\nX-Forwarded-Ssl: off",
            lambda: "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: x",
            lambda: 'Forwarded: for="[";proto=' + letters(rng).replace("\x1e", ""),
        )
    )()
    path = rng.choice(("/", "/api/v1/conferences", "/static/css/pages.css", "/healthz", "/man-chieu", COMMANDS))
    return request(f"GET {path} HTTP/1.1", header)


def _body(rng: random.Random) -> bytes:
    body = rng.choice(
        (
            lambda: b"{",
            lambda: b"[" * 15_000,
            lambda: b'{"code":' + b"9" * 9_000 + b"}",
            lambda: b'{"code":"\\ud800"}',
            lambda: b'{"code": NaN}',
            lambda: b"\xff\xfe{}",
            lambda: noise(rng),
            lambda: json.dumps({"command_id": 1, "expected_version": [], "name": letters(rng), "args": None}).encode(),
            lambda: b'--x\r\nContent-Disposition: form-data; name="file"; filename="\0"\r\n\r\n' + noise(rng),
            lambda: b"&".join(b"a=%ZZ" for _ in range(2_000)),
        )
    )()
    kind = rng.choice(
        (
            "application/json",
            "application/json; charset=" + rng.choice(("utf-99", "utf-16", "\0")),
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "multipart/form-data",
            letters(rng).replace("\x1e", ""),
        )
    )
    method, path = rng.choice(
        (
            ("POST", COMMANDS),
            ("PUT", CHECK_IN),
            ("POST", "/api/v1/sessions"),
            ("POST", "/vao"),
            ("POST", "/dang-nhap"),
            ("POST", "/quan-tri/danh-sach"),
            ("PATCH", "/dieu-hanh"),
        )
    )
    return request(f"{method} {path} HTTP/1.1", f"Content-Type: {kind}", f"Content-Length: {len(body)}", body=body)


def _handshake(rng: random.Random) -> bytes:
    """A WebSocket handshake with one thing wrong."""
    good = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": KEY,
        "Sec-WebSocket-Version": "13",
    }
    name = rng.choice(tuple(good))
    wrong = rng.choice(("", "x", "12", "=" * 24, "é", "websocket, h2c", "close", "A" * 5_000, None))
    headers = {**good, name: wrong}
    query = rng.choice(
        (
            "EIO=4&transport=websocket",
            "EIO=3&transport=websocket",
            "EIO=4&transport=websocket&sid=nobody",
            "EIO=4&transport=polling",
            "EIO=4&transport=" + "x" * 50,
            "transport=websocket",
            "EIO=4&transport=websocket&j=0",
            "EIO=4&transport=polling&j=x",
            "",
        )
    )
    path = rng.choice(("/socket.io/", "/socket.io", "/socket.io/x"))
    method = rng.choice(("GET", "POST", "OPTIONS", "DELETE", "HEAD"))
    lines = [f"{key}: {value}" for key, value in headers.items() if value is not None]
    return request(f"{method} {path}?{query} {rng.choice(('HTTP/1.1', 'HTTP/1.0'))}", *lines)


HTTP: Final = (_request_line, _garbage, _two_lengths, _length, _chunks, _headers, _body, _handshake)
