"""Bare connections for malformed bytes, and what a server's database holds."""

import hashlib
import json
import select
import socket
import sqlite3
import time
from contextlib import closing, suppress
from typing import Any, Final

import psycopg

from bench.screens import Screen
from tests.databases import sqlite_path
from tests.fuzz.malformed import KEY, NAMESPACE, text

PATIENCE_S: Final = 30  # a server that has not answered by then hangs
# Joins, in case the packet before has left, and asks; whoever is still joined is only told so.
SYNC: Final = text(f"40{NAMESPACE},") + text(f'42{NAMESPACE},999["sync_clock",{{}}]')
TABLES: Final = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
SYNCED: Final = f"43{NAMESPACE},999[".encode()


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)


def last_words(line: socket.socket) -> bytes:
    """Say that nothing more comes, and read all that the server still says. Raises TimeoutError when it never ends."""
    with suppress(OSError):  # it has closed first
        line.shutdown(socket.SHUT_WR)
    said = b""
    with suppress(ConnectionResetError):
        while part := line.recv(65_536):
            said += part
    return said


def exchange(port: int, request: bytes) -> bytes:
    """All that the server says to these bytes on a connection of their own."""
    with connect(port) as line:
        with suppress(BrokenPipeError, ConnectionResetError):  # refused before it had read everything
            line.sendall(request)
        return last_words(line)


def handshaken(port: int) -> socket.socket:
    """A connection that has become a WebSocket and no more."""
    line = connect(port)
    line.sendall(
        f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    said = b""
    while b"\r\n\r\n" not in said:
        part = line.recv(4_096)
        assert part, said
        said += part
    assert b" 101 " in said.split(b"\r\n", 1)[0], said
    return line


class Line:
    """A screen's connection that is joined again when the server has closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._screen: Screen | None = None
        self.closed = 0  # by the server, so far

    def send(self, frame: bytes) -> list[bytes]:
        """Everything that the server says to the frame before it answers the next question, or closes."""
        if self._screen is None:
            self._screen = Screen(self._port, {})
        screen = self._screen
        screen.frames.clear()
        try:
            screen.socket.sendall(frame + SYNC)
            until_s = time.monotonic() + PATIENCE_S
            while not any(payload.startswith(SYNCED) for _, payload in screen.frames):
                assert select.select([screen.socket], [], [], until_s - time.monotonic())[0], "no answer, no end"
                screen.read()
        except (RuntimeError, BrokenPipeError, ConnectionResetError):
            self.close()
            self.closed += 1
        return [payload for _, payload in screen.frames if not payload.startswith(SYNCED)]

    def close(self) -> None:
        if self._screen is not None:
            self._screen.socket.close()
            self._screen = None


def digest(database: str) -> str:
    """A checksum of every row of every table."""
    sqlite = database.startswith("sqlite")
    opened: Any = sqlite3.connect(f"file:{sqlite_path(database)}?mode=ro", uri=True) if sqlite else None
    tables = "SELECT name FROM sqlite_master WHERE type = 'table'" if sqlite else TABLES
    sha = hashlib.sha256()
    with closing(opened or psycopg.connect(database)) as reader:
        for (table,) in sorted(reader.execute(tables).fetchall()):
            sha.update(table.encode())
            for row in sorted(map(repr, reader.execute(f'SELECT * FROM "{table}"'))):
                sha.update(row.encode())
    return sha.hexdigest()


def acks(frames: list[bytes]) -> list[object]:
    """What the acks among these frames hold."""
    found = (frame.partition(b"[") for frame in frames if frame.startswith(b"43"))
    return [json.loads(mark + rest) for _, mark, rest in found]
