"""What the processes of one installation tell each other, through Redis's publish and subscribe.

Nothing that has to last goes this way: what is lost here, the database still has, and the watcher (watcher.py) finds it
there. So nobody waits for Redis and nothing fails for want of it: what cannot be said is dropped and counted.
"""

import json
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final, Protocol
from uuid import uuid4

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from giaoban import figures

logger = logging.getLogger(__name__)

Message = Mapping[str, Any]

QUEUE_MOST: Final = 2_000  # messages; a Redis that is slower than that is as good as away
ANSWER_S: Final = 2.0
CONNECT_S: Final = 1.0
RETRY_S: Final = 0.5
LAST_WORD_S: Final = 0.3  # gunicorn's patience with a worker that is to end is short
LOOK_S: Final = 1.0
SILENCE_S: Final = 10.0  # every process hears its own heartbeat (peers.py) well within that


class Bus(Protocol):
    """Between this process and the others."""

    @property
    def name(self) -> str:
        """This process's own, never used again."""
        ...

    @property
    def state(self) -> str:
        """`none` (there are no others), `connected` or `away`."""
        ...

    @property
    def queued(self) -> int:
        """Messages that wait to be sent."""
        ...

    @property
    def dropped(self) -> int:
        """Messages that could not be sent, since the process began."""
        ...

    def tell(self, message: Message, *, first: bool = False) -> None:
        """Let the others know, soon; `first`: before whatever this one does next. Never raises, never waits."""
        ...


class Alone:
    """The bus of an installation with one process."""

    name: Final = "alone"
    state: Final = "none"
    queued: Final = 0
    dropped: Final = 0

    def tell(self, message: Message, *, first: bool = False) -> None:
        """There is nobody to tell."""


class RedisBus:
    """One connection listens, another speaks, each in a task of its own; both are made anew until it works.

    `heard(sender, message)` is called for each message of another process, `came()` whenever the line is there (again).
    """

    def __init__(self, url: str, channel: str) -> None:
        self.name: Final = uuid4().hex
        self.dropped = 0
        self._url = url
        self._channel = channel
        self._connected = False
        self._said_away = False
        self._ended = threading.Event()
        self._due = threading.Event()
        self._queue: deque[Message] = deque()
        self._heard: Callable[[str, Message], None] = lambda _sender, _message: None
        self._came: Callable[[], None] = lambda: None

    @property
    def state(self) -> str:
        return "connected" if self._connected else "away"

    @property
    def queued(self) -> int:
        return len(self._queue)

    def start(
        self,
        heard: Callable[[str, Message], None],
        came: Callable[[], None],
        spawn: Callable[[Callable[[], None]], Any],
    ) -> None:
        self._heard, self._came = heard, came
        spawn(self._listen_for_ever)
        spawn(self._speak_for_ever)

    def end(self, last: Message) -> None:
        """Say a last word and be silent."""
        self._ended.set()
        self._due.set()
        if self._connected:
            self._connected = False
            with suppress(RedisError, OSError), self._client(LAST_WORD_S) as client:
                client.publish(self._channel, self._text([last]))

    def tell(self, message: Message, *, first: bool = False) -> None:
        if not self._connected or len(self._queue) >= QUEUE_MOST:
            self.dropped += 1
            return
        self._queue.append(message)
        self._due.set()
        if first:
            time.sleep(0)  # the speaking task hands it to the kernel and comes back only for the answer

    # ---- the tasks

    def _client(self, most_s: float | None = None) -> Redis:
        most_s = most_s or ANSWER_S
        return Redis.from_url(
            self._url,
            socket_connect_timeout=min(CONNECT_S, most_s),
            socket_timeout=most_s,
            retry=Retry(NoBackoff(), 0),  # the library's own pauses grow; ours do not
        )

    def _text(self, messages: list[Message]) -> str:
        said = {"from": self.name, "at_ms": time.time_ns() // 1_000_000, "messages": messages}
        return json.dumps(said, ensure_ascii=False, separators=(",", ":"))

    def _listen_for_ever(self) -> None:
        while not self._ended.is_set():
            try:
                with self._client() as client:
                    self._listen(client)
            except (RedisError, OSError) as error:
                self._is_away(error)
            except Exception:
                logger.exception("listening to the other processes failed")
            self._connected = False
            self._ended.wait(RETRY_S)

    def _listen(self, client: Redis) -> None:
        """Until it breaks or is ended."""
        with client.pubsub() as line:
            line.subscribe(self._channel)
            heard_at_s = time.monotonic()
            while not self._ended.is_set():
                got = line.get_message(timeout=LOOK_S)
                if got is None:
                    if time.monotonic() - heard_at_s > SILENCE_S:
                        raise TimeoutError(f"nothing heard for {SILENCE_S:.0f} s")
                    continue
                heard_at_s = time.monotonic()
                if got["type"] == "subscribe":
                    self._is_there()
                elif got["type"] == "message":
                    self._take(got["data"])

    def _take(self, data: bytes) -> None:
        try:
            said = json.loads(data)
            if said["from"] == self.name:
                return
            for message in said["messages"]:
                self._heard(said["from"], message)
            figures.BUS_SECONDS.observe(max(0, time.time() - said["at_ms"] / 1000))
        except Exception:  # a message that spoils the line would spoil it for ever
            logger.exception("a message of another process was not understood")

    def _is_there(self) -> None:
        self._connected = True
        if self._said_away:
            self._said_away = False
            logger.warning("Redis is back; dropped meanwhile: %s messages", self.dropped)
        self._came()

    def _is_away(self, error: Exception) -> None:
        self._connected = False
        if not self._said_away:
            self._said_away = True
            logger.error("Redis does not answer (%s); the other processes follow by the database", error)

    def _speak_for_ever(self) -> None:
        client = self._client()
        while not self._ended.is_set():
            self._due.wait()
            self._due.clear()
            batch = [self._queue.popleft() for _ in range(len(self._queue))]
            if not batch:
                continue
            try:
                client.publish(self._channel, self._text(batch))
            except Exception as error:
                self.dropped += len(batch)
                logger.warning("%s messages to the other processes were dropped: %s", len(batch), error)
        client.close()
