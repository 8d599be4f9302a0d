"""A screen without a library of Socket.IO: it says what the test says, and reads only when the test reads."""

import json
import socket
from typing import Any, Final

import websocket

NAMESPACE: Final = "/live"
PATIENCE_S: Final = 30


class RawScreen:
    """A WebSocket to a server, joined to `/live`. `buffer`: bytes that the kernel may keep of what was not read."""

    def __init__(self, url: str, *, buffer: int | None = None, **auth: str) -> None:
        options = [] if buffer is None else [(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)]
        self._line = websocket.WebSocket(sockopt=options)
        self._line.settimeout(PATIENCE_S)
        self._line.connect(url.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket")
        assert self._text().startswith("0{")
        self.say(f"40{NAMESPACE},{json.dumps(auth)}")
        self.joined_with = self.event("order_snapshot")

    @property
    def socket(self) -> socket.socket:
        found: socket.socket = self._line.sock
        return found

    def say(self, text: str) -> None:
        self._line.send(text)

    def say_bytes(self, data: bytes) -> None:
        self._line.send_binary(data)

    def ask(self, number: int, event: str, payload: Any) -> None:
        """A question; its answer has that number."""
        self.say(f"42{NAMESPACE},{number}{json.dumps([event, payload])}")

    def next(self) -> tuple[str, Any]:
        """The next event, as its name and payload, or the next answer, as its number and content."""
        while True:
            text = self._text()
            kind, _, rest = text.partition(f"{NAMESPACE},")
            if text == "2":
                self.say("3")
            elif kind == "42":
                name, payload = json.loads(rest)
                return name, payload
            elif kind == "43":
                number, _, content = rest.partition("[")
                return number, json.loads("[" + content)[0]

    def event(self, name: str) -> Any:
        """The payload of the next event of that name."""
        while True:
            found, payload = self.next()
            if found == name:
                return payload

    def answer(self, number: int) -> Any:
        """The answer to that question; what comes before it is not kept."""
        return self.event(str(number))

    def everything(self) -> list[tuple[str, Any]]:
        """What still comes until the server ends the connection. Raises TimeoutError when it does not end it."""
        got = []
        while True:
            try:
                got.append(self.next())
            except (websocket.WebSocketConnectionClosedException, ConnectionError):
                return got

    def _text(self) -> str:
        opcode, data = self._line.recv_data()
        if opcode == websocket.ABNF.OPCODE_CLOSE:
            raise websocket.WebSocketConnectionClosedException(data)
        text: str = data.decode()
        return text

    def vanish(self) -> None:
        """End the connection without a word; no-op when it has ended."""
        if self._line.sock is not None:
            self._line.shutdown()
