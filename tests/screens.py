"""Screens for tests of real servers: they connect as the pages do and remember what they were told."""

import queue
from collections.abc import Callable
from typing import Any

import socketio

NAMESPACE = "/live"
WITHIN_S = 90  # bounds what takes a second or, when a process has to be missed first, twelve


class Screen:
    """One connected client: of whoever holds `token`, or the public's; with `projector` that browser's projector."""

    def __init__(
        self, url: str, token: str | None = None, *, slug: str | None = None, projector: str | None = None
    ) -> None:
        self._got: queue.Queue[tuple[str, Any]] = queue.Queue()
        self._client = socketio.Client(reconnection=False, request_timeout=90)
        self._client.on("*", lambda event, data: self._got.put((event, data)), namespace=NAMESPACE)
        self._client.on("disconnect", lambda *_: self._got.put(("disconnect", None)), namespace=NAMESPACE)
        auth = {name: value for name, value in (("token", token), ("conference", slug)) if value is not None}
        known = {"Cookie": f"giaoban-man-chieu={projector}"} if projector else {}
        more = {"projector": True} if projector else {}
        self._client.connect(
            url,
            headers=known,
            namespaces=[NAMESPACE],
            transports=["websocket"],
            auth={**auth, **more},
            wait_timeout=90,
        )
        self.snapshot: dict[str, Any] = self.wait_for("order_snapshot")

    def ask(self, event: str, payload: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self._client.call(event, payload, namespace=NAMESPACE, timeout=90)
        return answer

    def watch(self) -> "Screen":
        """Follow the roll call."""
        assert self.ask("watch", {"topics": ["roll_call"]})["ok"]
        return self

    def wait_for(self, event: str, which: Callable[[Any], bool] = lambda _: True) -> Any:
        """What came with the next event of that name which is meant; all before it is forgotten."""
        while True:
            name, data = self._got.get(timeout=WITHIN_S)
            if name == event and which(data):
                return data

    def has(self, event: str) -> list[Any]:
        """What has come with the events of that name so far; all of it is forgotten."""
        found = []
        while not self._got.empty():
            name, data = self._got.get_nowait()
            if name == event:
                found.append(data)
        return found

    def close(self) -> None:
        self._client.disconnect()
