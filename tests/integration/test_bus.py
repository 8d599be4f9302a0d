"""What processes tell each other through a real Redis, which may be killed, come back empty or be sent rubbish."""

import json
import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis as Client

from deploy.services import Redis
from giaoban.realtime import bus
from giaoban.realtime.bus import QUEUE_MOST, Alone, RedisBus

WITHIN_S = 30
CHANNEL = "giaoban:test"


class Speaker:
    """A process that has nothing but its bus."""

    def __init__(self, url: str, channel: str = CHANNEL) -> None:
        self.bus = RedisBus(url, channel)
        self.heard: queue.Queue[tuple[str, Any]] = queue.Queue()
        self.came: queue.Queue[None] = queue.Queue()
        self.threads: list[threading.Thread] = []
        self.bus.start(lambda *said: self.heard.put(said), lambda: self.came.put(None), self._spawn)

    def _spawn(self, run: Callable[[], None]) -> None:
        self.threads.append(threading.Thread(target=run, daemon=True))
        self.threads[-1].start()

    def is_there(self) -> None:
        self.came.get(timeout=WITHIN_S)

    def end(self) -> None:
        self.bus.end({"kind": "farewell"})
        for thread in self.threads:
            thread.join(timeout=WITHIN_S)
            assert not thread.is_alive()


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody says anything by itself here, and a busy machine may take long to pass on a word."""
    for name in ("ANSWER_S", "CONNECT_S", "LAST_WORD_S", "SILENCE_S"):
        monkeypatch.setattr(bus, name, 60.0)


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    server = Redis(tmp_path / "redis")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def pair(redis: Redis) -> Iterator[tuple[Speaker, Speaker]]:
    speakers = Speaker(redis.url), Speaker(redis.url)
    for speaker in speakers:
        speaker.is_there()
    yield speakers
    for speaker in speakers:
        speaker.end()


def test_the_others_hear_it_in_order_and_the_speaker_does_not(pair: tuple[Speaker, Speaker]) -> None:
    one, other = pair
    for number in range(100):
        one.bus.tell({"kind": "số", "number": number}, first=number % 2 == 0)

    heard = [other.heard.get(timeout=WITHIN_S) for _ in range(100)]

    assert heard == [(one.bus.name, {"kind": "số", "number": number}) for number in range(100)]
    other.bus.tell({"kind": "answer"})
    assert one.heard.get(timeout=WITHIN_S) == (other.bus.name, {"kind": "answer"})
    assert one.heard.empty()
    assert (one.bus.state, one.bus.dropped) == ("connected", 0)


def test_another_installation_hears_nothing(redis: Redis, pair: tuple[Speaker, Speaker]) -> None:
    stranger = Speaker(redis.url, "giaoban:other")
    stranger.is_there()
    one, other = pair
    one.bus.tell({"kind": "news"})
    other.heard.get(timeout=WITHIN_S)

    stranger.end()
    assert stranger.heard.empty()


@pytest.mark.parametrize("rubbish", [b"\xff", b"{", b"[]", b"7", b'{"from":"x"}', b'{"from":"x","messages":7}'])
def test_rubbish_spoils_nothing(redis: Redis, pair: tuple[Speaker, Speaker], rubbish: bytes) -> None:
    one, other = pair
    with Client.from_url(redis.url) as client:
        client.publish(CHANNEL, rubbish)
    one.bus.tell({"kind": "news"})

    assert other.heard.get(timeout=WITHIN_S)[1] == {"kind": "news"}


def test_a_hearer_that_fails_hears_the_next(redis: Redis, pair: tuple[Speaker, Speaker]) -> None:
    one, other = pair
    failing: list[Any] = []

    def hear(_sender: str, message: Any) -> None:
        if not failing:
            failing.append(message)
            raise KeyError("kind")
        other.heard.put(("second", message))

    other.bus._heard = hear
    with Client.from_url(redis.url) as client:  # the two in messages of their own
        for number in (1, 2):
            client.publish(CHANNEL, json.dumps({"from": one.bus.name, "messages": [{"number": number}]}))

    assert other.heard.get(timeout=WITHIN_S) == ("second", {"number": 2})


def test_after_redis_was_killed_and_came_back_empty_both_are_there_again(
    redis: Redis, pair: tuple[Speaker, Speaker]
) -> None:
    one, other = pair
    redis.kill()
    redis.start()
    for speaker in pair:
        speaker.is_there()

    one.bus.tell({"kind": "news"})

    assert other.heard.get(timeout=WITHIN_S)[1] == {"kind": "news"}


def test_without_redis_nothing_waits_and_nothing_grows(tmp_path: Path) -> None:
    speaker = Speaker(Redis(tmp_path / "never-started").url)
    for _ in range(2 * QUEUE_MOST):
        speaker.bus.tell({"kind": "news"}, first=True)

    assert (speaker.bus.state, speaker.bus.queued, speaker.bus.dropped) == ("away", 0, 2 * QUEUE_MOST)
    speaker.end()


def test_the_last_word_is_heard(redis: Redis) -> None:
    staying, leaving = Speaker(redis.url), Speaker(redis.url)
    for speaker in (staying, leaving):
        speaker.is_there()

    leaving.end()

    assert staying.heard.get(timeout=WITHIN_S) == (leaving.bus.name, {"kind": "farewell"})
    staying.end()


def test_alone_there_is_nobody_to_tell() -> None:
    alone = Alone()
    alone.tell({"kind": "news"}, first=True)

    assert (alone.state, alone.queued, alone.dropped) == ("none", 0, 0)
