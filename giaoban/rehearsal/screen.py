"""Simulated screens: real Socket.IO connections, light enough that hundreds in one process see what real ones see.

They speak Engine.IO 4 and Socket.IO 5 over WebSocket: a packet is its type's digits, the namespace, then JSON.
"""

import asyncio
import json
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from wsproto import ConnectionType, WSConnection
from wsproto.events import CloseConnection, Message, Ping, RejectConnection, Request
from wsproto.utilities import ProtocolError

from giaoban.realtime.events import NAMESPACE, ORDER_SNAPSHOT

AGAIN_AFTER_S: Final = 1.0  # after a lost line, as the browser's client does

OPENED, PING, PONG = "0", "2", "3"
CONNECT, EVENT, CONNECT_ERROR = (f"{packet}{NAMESPACE}," for packet in ("40", "42", "44"))


@dataclass(frozen=True, slots=True)
class Picture:
    """What a screen shows, as far as the rehearsal compares it."""

    version: int
    phase: str
    item_id: str | None

    @classmethod
    def of(cls, snapshot: Mapping[str, Any]) -> "Picture":
        live = snapshot["live"]
        return cls(snapshot["version"], snapshot["phase"], live and live["item_id"])


class Round:
    """Waits until every screen has a version, or a later one, and knows when the last one had it."""

    def __init__(self, version: int, screens: "list[Screen]") -> None:
        self._version = version
        self._missing = {screen for screen in screens if not screen.has(version)}
        self._complete = asyncio.Event()
        self.last_at_s = time.monotonic()

    def received(self, screen: "Screen", version: int, at_s: float) -> None:
        if version >= self._version and screen in self._missing:
            self._missing.remove(screen)
            self.last_at_s = at_s
            if not self._missing:
                self._complete.set()

    async def missing(self, within_s: float) -> "set[Screen]":
        """The screens that do not have it `within_s` seconds from now."""
        if self._missing:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._complete.wait(), within_s)
        return self._missing


class Audience:
    """All screens of a rehearsal."""

    def __init__(self) -> None:
        self.screens: list[Screen] = []
        self._round: Round | None = None
        self._tasks: list[asyncio.Task[None]] = []

    def open(self, screen: "Screen") -> None:
        """Connect the screen and keep it connected."""
        self.screens.append(screen)
        self._tasks.append(asyncio.create_task(screen.stay(self)))

    def expect(self, version: int) -> Round:
        """Begin to wait for a version; ask before it is made."""
        self._round = Round(version, self.screens)
        return self._round

    def received(self, screen: "Screen", version: int, at_s: float) -> None:
        if self._round is not None:
            self._round.received(screen, version, at_s)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


class Screen:
    """One screen at the server at `url`; `auth` is what its Socket.IO connection says of itself."""

    def __init__(self, name: str, url: str, auth: Mapping[str, str]) -> None:
        self.name = name
        self.picture: Picture | None = None
        self._auth = auth
        parts = urlsplit(url)
        self._encrypted = parts.scheme == "https"
        self._host = parts.hostname or "127.0.0.1"
        self._port = parts.port or (443 if self._encrypted else 80)
        self._netloc = parts.netloc
        self._target = parts.path.rstrip("/") + "/socket.io/?EIO=4&transport=websocket"
        self._writer: asyncio.StreamWriter | None = None

    def has(self, version: int) -> bool:
        return self.picture is not None and self.picture.version >= version

    def drop_line(self) -> None:
        """Lose the line as a room does whose router stops: the picture stays until there is a newer one."""
        if self._writer is not None:
            self._writer.transport.abort()
            self.picture = None

    async def stay(self, audience: Audience) -> None:
        """Be connected, for ever."""
        while True:
            with suppress(OSError, ProtocolError):
                await self._watch(audience)
            await asyncio.sleep(AGAIN_AFTER_S)

    async def _watch(self, audience: Audience) -> None:
        """One connection, until it ends."""
        context = ssl.create_default_context() if self._encrypted else None
        reader, writer = await asyncio.open_connection(self._host, self._port, ssl=context)
        self._writer = writer
        try:
            wire = WSConnection(ConnectionType.CLIENT)
            writer.write(wire.send(Request(host=self._netloc, target=self._target)))
            text = ""
            while data := await reader.read(65536):
                at_s = time.monotonic()
                wire.receive_data(data)
                for event in wire.events():
                    if isinstance(event, Message):
                        text += str(event.data)
                        if event.message_finished:
                            answer = self._heard(text, audience, at_s)
                            text = ""
                            if answer:
                                writer.write(wire.send(Message(data=answer)))
                    elif isinstance(event, Ping):
                        writer.write(wire.send(event.response()))
                    elif isinstance(event, CloseConnection | RejectConnection):
                        return
        finally:
            self._writer = None
            writer.close()

    def _heard(self, packet: str, audience: Audience, at_s: float) -> str:
        """Take in one packet; what to answer, or nothing."""
        if packet.startswith(OPENED):
            return CONNECT + json.dumps(self._auth)
        if packet == PING:
            return PONG
        if packet.startswith(CONNECT_ERROR):
            raise ProtocolError(packet)
        if packet.startswith(EVENT):
            name, *arguments = json.loads(packet.removeprefix(EVENT))
            if name == ORDER_SNAPSHOT:
                self.show(arguments[0], audience, at_s)
        return ""

    def show(self, snapshot: Mapping[str, Any], audience: Audience, at_s: float) -> None:
        """Show a snapshot, unless it is older than the one that is shown."""
        picture = Picture.of(snapshot)
        if not self.has(picture.version):
            self.picture = picture
            audience.received(self, picture.version, at_s)
