"""WebSocket frames (RFC 6455): those that the server sends, and a reader for those that a client sends.

No extensions: the server agrees on none. Nothing is kept that is longer than the reader was told to allow.
"""

import struct
from typing import Final

TEXT: Final = 0x1
BINARY: Final = 0x2
CLOSE: Final = 0x8
PING: Final = 0x9
PONG: Final = 0xA
CONTINUATION: Final = 0x0

GOING_AWAY: Final = 1001
PROTOCOL_ERROR: Final = 1002
NOT_TEXT: Final = 1007
TOO_BIG: Final = 1009

Message = tuple[int, str | bytes]


class BadFrame(Exception):
    """What came is no frame that this server takes; `code` is the status to close with."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


def frame(opcode: int, data: bytes) -> bytes:
    """A whole message from the server: one frame, not masked."""
    if len(data) < 126:
        head = struct.pack("!BB", 0x80 | opcode, len(data))
    elif len(data) < 65_536:
        head = struct.pack("!BBH", 0x80 | opcode, 126, len(data))
    else:
        head = struct.pack("!BBQ", 0x80 | opcode, 127, len(data))
    return head + data


def text_frame(text: str) -> bytes:
    return frame(TEXT, text.encode())


def close_frame(code: int) -> bytes:
    return frame(CLOSE, struct.pack("!H", code))


class FrameReader:
    """Puts a client's messages together from the bytes that come, each of at most `most` bytes."""

    __slots__ = ("_message", "_most", "_opcode", "_rest")

    def __init__(self, most: int) -> None:
        self._most = most
        self._rest = b""
        self._opcode = CONTINUATION  # of the message whose beginning has come; CONTINUATION: of none
        self._message = b""

    @property
    def in_the_middle(self) -> bool:
        """Whether a frame or a message has begun and not ended."""
        return bool(self._rest) or self._opcode != CONTINUATION

    def feed(self, data: bytes) -> list[Message]:
        """The messages and control frames that are whole now, in order. Raises BadFrame."""
        data = self._rest + data if self._rest else data
        messages: list[Message] = []
        place = 0
        while (head := self._head(data, place)) is not None:
            start, size = head
            if len(data) < start + 4 + size:
                break
            payload = _unmasked(data[start + 4 : start + 4 + size], data[start : start + 4])
            message = self._whole(data[place], payload)
            if message is not None:
                messages.append(message)
            place = start + 4 + size
        self._rest = data[place:]
        return messages

    def _head(self, data: bytes, place: int) -> tuple[int, int] | None:
        """Where the mask of the frame begins, and the size of its payload; None while that has not come."""
        if len(data) < place + 2:
            return None
        first, second = data[place], data[place + 1]
        opcode, size = first & 0x0F, second & 0x7F
        if first & 0x70 or opcode not in (CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG):
            raise BadFrame(PROTOCOL_ERROR, "an unknown kind of frame")
        if not second & 0x80:
            raise BadFrame(PROTOCOL_ERROR, "a frame without a mask")
        if opcode >= CLOSE and (size > 125 or not first & 0x80):
            raise BadFrame(PROTOCOL_ERROR, "a control frame that is long or in parts")
        start = place + 2
        if size >= 126:
            end = start + (2 if size == 126 else 8)
            if len(data) < end:
                return None
            size, start = int.from_bytes(data[start:end], "big"), end
        if size + len(self._message) > self._most:
            raise BadFrame(TOO_BIG, "a message that is too big")
        return start, size

    def _whole(self, first: int, payload: bytes) -> Message | None:
        opcode = first & 0x0F
        if opcode >= CLOSE:
            return opcode, payload
        if (opcode == CONTINUATION) == (self._opcode == CONTINUATION):
            raise BadFrame(PROTOCOL_ERROR, "a part of no message, or a message within another")
        if not first & 0x80:
            self._opcode = self._opcode or opcode
            self._message += payload
            return None
        opcode, payload = self._opcode or opcode, self._message + payload
        self._opcode, self._message = CONTINUATION, b""
        if opcode == BINARY:
            return opcode, payload
        try:
            return opcode, payload.decode()
        except UnicodeDecodeError:
            raise BadFrame(NOT_TEXT, "a text that is not UTF-8") from None


def _unmasked(payload: bytes, mask: bytes) -> bytes:
    size = len(payload)
    whole = int.from_bytes((mask * (size // 4 + 1))[:size], "big")
    return (int.from_bytes(payload, "big") ^ whole).to_bytes(size, "big")
