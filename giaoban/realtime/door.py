"""What may come in over the line. The libraries behind it log a traceback, or leave a connection half open, when they
are sent what is no packet; here it is looked at first, and whoever sends such a thing is shown out.

There are three doors: for the handshake and the polling request (`Door`), for each WebSocket message (`ReadableOnly`),
for each Socket.IO packet (`StrictPacket`). `refuse_malformed` hangs the last two into the server.
"""

import base64
import binascii
import io
import json
import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from socket import SHUT_RDWR
from typing import Any, Final

from engineio.payload import Payload
from socketio import packet
from wsproto.utilities import LocalProtocolError

from giaoban import figures

logger = logging.getLogger(__name__)

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]

PATH: Final = "/socket.io/"
MESSAGE_MOST: Final = 20_000  # bytes; nobody has more to say
NAMESPACE_LONGEST: Final = 40
# Types of Engine.IO packets: close, ping (only for trying out a WebSocket), pong, message, upgrade, nothing.
_BY_WEBSOCKET: Final = "123456"
_BY_POST: Final = "134"
_FROM_CLIENTS: Final = (packet.CONNECT, packet.DISCONNECT, packet.EVENT)
_RESERVED: Final = ("connect", "disconnect")


class Malformed(ValueError):
    """What came is no packet that a client may send."""


def strict_json(text: str) -> Any:
    """The JSON value of a text. Raises ValueError, also for what Python's parser would take or stumble over."""
    try:
        value = json.loads(text, parse_constant=_no_number)
        json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair cannot be sent back
    except RecursionError:
        raise Malformed("nested too deep") from None
    return value


def _no_number(word: str) -> Any:
    raise Malformed(f"{word} is no JSON")


class StrictPacket(packet.Packet):
    """A Socket.IO packet. Clients join, leave and ask; they send no attachments, and acks only to nobody's question."""

    def decode(self, encoded_packet: Any) -> int:
        """Raises Malformed for everything that the rest of the server need not see."""
        if not isinstance(encoded_packet, str) or encoded_packet[0] not in "012":
            raise Malformed("no packet of a client's")
        try:
            super().decode(encoded_packet)
        except ValueError as error:
            raise Malformed(str(error)) from None
        self._check()
        return 0

    def _check(self) -> None:
        if len(self.namespace or "") > NAMESPACE_LONGEST:
            raise Malformed("no such namespace")
        if self.packet_type == packet.CONNECT and not isinstance(self.data, dict | None):
            raise Malformed("credentials are an object")
        if self.packet_type == packet.EVENT:
            data = self.data
            if not isinstance(data, list) or not data or not isinstance(data[0], str) or data[0] in _RESERVED:
                raise Malformed("no event")


def refuse_malformed(server: Any) -> None:
    """Let a Socket.IO server close the connection of whoever sends it what is no packet, at whichever level."""

    def message(engine_sid: str, data: Any) -> None:
        environ = server.environ.get(engine_sid)
        if environ is None:
            return  # it was shown out already, and this had come behind; the library would let it join as a ghost
        try:
            if not isinstance(data, str) or not data:
                raise Malformed("no packet")
            server._handle_eio_message(engine_sid, data)
            if engine_sid not in server.environ:  # it ended while it joined, which the library then overlooks
                server.environ[engine_sid] = environ
                server._handle_eio_disconnect(engine_sid, server.reason.TRANSPORT_CLOSE)
        except Malformed as error:
            figures.REFUSED("malformed").inc()
            logger.debug("a connection was closed: %s", error)  # no louder: whoever sends it would fill the log
            screen = server.eio.sockets.get(engine_sid)
            if screen is not None:
                screen.close(wait=False)

    server.eio.on("message", message)
    # A copy: the library's table is that of the whole process.
    server.eio._async = {**server.eio._async, "websocket": _readable_only(server.eio._async["websocket"])}


def readable(text: Any, types: str = _BY_WEBSOCKET) -> bool:
    """Whether that is an Engine.IO packet that may come in: the digit of its type and its text, of a bounded length."""
    return isinstance(text, str) and 0 < len(text) <= MESSAGE_MOST and text[0] in types


class ReadableOnly:
    """A WebSocket as Engine.IO uses it, whose messages can all be read. The first that cannot is its end."""

    def __init__(self, websocket: Any) -> None:
        self._websocket = websocket

    def wait(self) -> str | None:
        """The next message; None when there is no other."""
        data = self._websocket.wait()
        return data if readable(data) else None

    def send(self, message: Any) -> None:
        self._websocket.send(message)

    def close(self) -> None:
        """Say goodbye and hang up, without waiting for a peer that may never say anything again."""
        with suppress(OSError, LocalProtocolError):  # the peer may be gone, or both say goodbye at once
            self._websocket.close()
        with suppress(OSError):
            self._websocket.ws.sock.shutdown(SHUT_RDWR)


def _readable_only(websocket_class: Any) -> Any:
    """The class with which Engine.IO makes its WebSockets, with `ReadableOnly` ones and a bound for what it gathers."""

    def make(handler: Any, server: Any) -> Any:
        made = websocket_class(lambda websocket: handler(ReadableOnly(websocket)), server)
        made.server_args["max_message_size"] = MESSAGE_MOST
        return made

    return make


class Door:
    """WSGI middleware: a handshake that is none, and a polling request with what is no packet, are answered 400."""

    def __init__(self, wsgi_app: Wsgi) -> None:
        self._wsgi_app = wsgi_app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ.get("PATH_INFO", "").startswith(PATH):
            if "HTTP_UPGRADE" in environ and not _is_handshake(environ):
                return _refuse(environ, start_response)
            if environ["REQUEST_METHOD"] == "POST" and not _take_packets(environ):
                return _refuse(environ, start_response)
        return self._wsgi_app(environ, start_response)


def _is_handshake(environ: dict[str, Any]) -> bool:
    """Whether it is a WebSocket's handshake (RFC 6455, 4.2.1)."""
    connection = [word.strip() for word in environ.get("HTTP_CONNECTION", "").lower().split(",")]
    try:
        key = base64.b64decode(environ.get("HTTP_SEC_WEBSOCKET_KEY", ""), validate=True)
    except (ValueError, binascii.Error):
        return False
    return (
        environ["REQUEST_METHOD"] == "GET"
        and environ.get("SERVER_PROTOCOL") == "HTTP/1.1"
        and environ["HTTP_UPGRADE"].lower() == "websocket"
        and "upgrade" in connection
        and len(key) == 16
        and environ.get("HTTP_SEC_WEBSOCKET_VERSION") == "13"
    )


def _take_packets(environ: dict[str, Any]) -> bool:
    """Whether the body holds packets; it is read, and put back for who comes next."""
    length = environ.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdecimal()) or int(length) > MESSAGE_MOST:
        return False
    body = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = io.BytesIO(body)
    try:
        packets = body.decode().split("\x1e")
    except UnicodeDecodeError:
        return False
    return len(packets) <= Payload.max_decode_packets and all(readable(text, _BY_POST) for text in packets)


def _refuse(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    body = json.dumps("Malformed request").encode()
    start_response("400 Bad Request", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
