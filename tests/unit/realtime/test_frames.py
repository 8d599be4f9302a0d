"""Frames are what WebSocket clients write and read, and nothing else is taken for one."""

import struct

import pytest
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Event, Message, Ping, TextMessage

from giaoban.realtime import frames
from giaoban.realtime.frames import BadFrame, FrameReader, close_frame, frame, text_frame

MASK = b"\x01\x02\x03\x04"


def of_a_client(*events: Event) -> bytes:
    """As an independent implementation writes it, with a mask by chance."""
    client = Connection(ConnectionType.CLIENT)
    return b"".join(client.send(event) for event in events)


def raw(first: int, payload: bytes = b"", *, size: int | None = None, masked: bool = True) -> bytes:
    size = len(payload) if size is None else size
    bit = 0x80 if masked else 0
    if size < 126:
        head = bytes((first, bit | size))
    elif size < 65_536:
        head = bytes((first, bit | 126)) + struct.pack("!H", size)
    else:
        head = bytes((first, bit | 127)) + struct.pack("!Q", size)
    return head + (MASK if masked else b"") + bytes(byte ^ MASK[n % 4] for n, byte in enumerate(payload))


@pytest.mark.parametrize("length", [0, 1, 125, 126, 65_535, 65_536])
def test_a_frame_is_what_a_websocket_client_reads(length: int) -> None:
    client = Connection(ConnectionType.CLIENT)
    client.receive_data(text_frame("đ" * (length // 2) + "x" * (length % 2)))
    (message,) = client.events()
    assert isinstance(message, TextMessage)
    assert message.message_finished
    assert len(message.data.encode()) == length


def test_other_frames_are_what_a_websocket_client_reads() -> None:
    client = Connection(ConnectionType.CLIENT)
    client.receive_data(frame(frames.BINARY, b"\xff") + frame(frames.PING, b"?") + close_frame(1001))
    binary, ping, close = client.events()
    assert isinstance(binary, BytesMessage)
    assert binary.data == b"\xff"
    assert ping == Ping(payload=b"?")
    assert isinstance(close, CloseConnection)
    assert close.code == 1001


@pytest.mark.parametrize("length", [0, 1, 3, 4, 5, 125, 126, 65_535, 65_536])
def test_what_a_client_writes_is_read(length: int) -> None:
    text = ("đường truyền " * 6_000).encode()[:length].decode(errors="ignore")
    assert FrameReader(100_000).feed(of_a_client(TextMessage(data=text))) == [(frames.TEXT, text)]


def test_frames_may_come_in_any_pieces() -> None:
    data = of_a_client(
        TextMessage(data="2"), BytesMessage(data=b"\x00\xff"), Ping(payload=b"?"), TextMessage(data="ă" * 200)
    )
    reader = FrameReader(1_000)
    got = [message for place in range(len(data)) for message in reader.feed(data[place : place + 1])]
    assert got == [(frames.TEXT, "2"), (frames.BINARY, b"\x00\xff"), (frames.PING, b"?"), (frames.TEXT, "ă" * 200)]
    assert not reader.in_the_middle


def test_a_message_may_come_in_parts_with_a_ping_between_them() -> None:
    parts = of_a_client(
        Message(data="Báo ", message_finished=False),
        Ping(payload=b""),
        Message(data="cáo", message_finished=True),
    )
    assert FrameReader(100).feed(parts) == [(frames.PING, b""), (frames.TEXT, "Báo cáo")]


def test_half_a_frame_and_half_a_message_are_the_middle() -> None:
    reader = FrameReader(100)
    assert not reader.in_the_middle
    reader.feed(raw(0x81, b"ab")[:3])
    assert reader.in_the_middle
    reader.feed(raw(0x81, b"ab")[3:])
    assert not reader.in_the_middle
    reader.feed(raw(0x01, b"ab"))
    assert reader.in_the_middle


BAD = {
    "no mask": (raw(0x81, b"x", masked=False), frames.PROTOCOL_ERROR),
    "an extension's bit": (raw(0xC1, b"x"), frames.PROTOCOL_ERROR),
    "an unknown kind": (raw(0x83, b"x"), frames.PROTOCOL_ERROR),
    "a long ping": (raw(0x89, b"x" * 126), frames.PROTOCOL_ERROR),
    "a ping in parts": (raw(0x09, b"x"), frames.PROTOCOL_ERROR),
    "a part of nothing": (raw(0x80, b"x"), frames.PROTOCOL_ERROR),
    "a message within another": (raw(0x01, b"x") + raw(0x81, b"y"), frames.PROTOCOL_ERROR),
    "not UTF-8": (raw(0x81, b"\xff\xfe"), frames.NOT_TEXT),
    "too big, before any of it has come": (raw(0x82, size=101), frames.TOO_BIG),
    "absurdly big": (raw(0x82, size=2**63), frames.TOO_BIG),
    "too big in parts": (raw(0x01, b"x" * 60) + raw(0x80, size=41), frames.TOO_BIG),
}


@pytest.mark.parametrize(("data", "code"), BAD.values(), ids=BAD.keys())
def test_everything_else_is_refused(data: bytes, code: int) -> None:
    with pytest.raises(BadFrame) as refused:
        FrameReader(100).feed(data)
    assert refused.value.code == code


def test_as_much_as_is_allowed_is_taken() -> None:
    assert FrameReader(100).feed(raw(0x81, b"x" * 100)) == [(frames.TEXT, "x" * 100)]
