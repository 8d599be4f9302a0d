"""Identities are remembered for a moment and never longer than they may be believed."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from giaoban.services import identities as module
from giaoban.services.identities import KEPT_S, ROOMS_KEPT_S, Ended, Identities
from giaoban.services.identity import Identity

MC = Identity(key="staff:1:a", name="lan", role="mc")


class Database:
    """Counts how often it is asked; `answer` is what it says."""

    def __init__(self) -> None:
        self.asked = 0
        self.answer: Identity | None = MC

    def read(self, key: str) -> Identity | None:
        self.asked += 1
        return self.answer if key == MC.key else None


class Watch:
    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def test_the_database_is_asked_once_a_moment() -> None:
    database, watch = Database(), Watch()
    identities = Identities(watch)

    assert [identities.get(MC.key, database.read) for _ in range(5)] == [MC] * 5
    assert database.asked == 1

    watch.now_s += KEPT_S
    assert identities.get(MC.key, database.read) == MC
    assert database.asked == 2


def test_a_sign_in_that_ended_elsewhere_is_believed_for_a_moment_only() -> None:
    database, watch = Database(), Watch()
    identities = Identities(watch)
    identities.get(MC.key, database.read)
    database.answer = None

    watch.now_s += KEPT_S - 0.001
    assert identities.get(MC.key, database.read) == MC
    watch.now_s += 0.001
    assert identities.get(MC.key, database.read) is None
    assert identities.get(MC.key, database.read) is None


def test_a_sign_in_that_ended_here_ends_at_once() -> None:
    database = Database()
    identities = Identities(Watch())
    identities.get(MC.key, database.read)
    database.answer = None

    identities.forget()

    assert identities.get(MC.key, database.read) is None


def test_what_was_read_before_it_ended_is_not_remembered_after() -> None:
    database = Database()
    identities = Identities(Watch())

    def read(key: str) -> Identity | None:
        identity = database.read(key)
        database.answer = None
        identities.forget()  # another thread ends the sign-in while this one is on its way back
        return identity

    assert identities.get(MC.key, read) == MC
    assert identities.get(MC.key, database.read) is None


def test_nobody_is_not_remembered() -> None:
    database = Database()
    identities = Identities(Watch())

    for _ in range(3):
        assert identities.get("staff:9:z", database.read) is None
    assert database.asked == 3


def test_memory_is_bounded() -> None:
    identities = Identities(Watch(), most=10)

    for number in range(100):
        identities.get(str(number), lambda key: MC)

    assert len(identities._known) <= 10


def test_all_rooms_of_a_conference_are_read_with_one_question_a_second() -> None:
    watch = Watch()
    identities = Identities(watch)
    asked: list[int] = []

    def read(conference_id: int) -> dict[str, str]:
        asked.append(conference_id)
        return {"06010": f"room of {conference_id}"}

    assert identities.rooms(1, read) == identities.rooms(1, read) == {"06010": "room of 1"}
    assert identities.rooms(2, read) == {"06010": "room of 2"}
    assert asked == [1, 2]

    watch.now_s += ROOMS_KEPT_S
    identities.rooms(1, read)
    assert asked == [1, 2, 1]

    identities.forget()
    identities.rooms(1, read)
    assert asked == [1, 2, 1, 1]


def test_a_sign_in_that_was_ended_alone_has_ended_for_whoever_asks_while_that_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Session:
        """A database whose answer is on its way while others ask."""

        stored: frozenset[str] = frozenset()
        meanwhile: Callable[[], None] | None = None

        def scalars(self, _statement: Any) -> frozenset[str]:
            meanwhile, self.meanwhile = self.meanwhile, None
            if meanwhile is not None:
                meanwhile()
            return self.stored

    session, ended, seen = Session(), Ended(Watch()), list[bool]()
    monkeypatch.setattr(module.db, "session", session)
    assert "one" not in ended

    session.stored = frozenset({"one"})
    ended.forget()
    session.meanwhile = lambda: seen.append("one" in ended)

    assert "another" not in ended
    assert seen == [True]


def test_rooms_that_waited_for_a_question_that_failed_do_not_ask_it_anew_one_by_one() -> None:
    watch, looks, asked, told = Watch(), threading.Semaphore(0), list[int](), list[str]()

    def now_s() -> float:
        looks.release()
        return watch.now_s

    def read(conference_id: int) -> dict[str, Any]:
        asked.append(conference_id)
        if len(asked) == 1:
            for other in others:
                other.start()
            for _ in range(2 + len(others)):  # whoever asks looks at the clock first; who reads has looked twice
                assert looks.acquire(timeout=30)
            watch.now_s += 6
        raise OSError("the database hangs")

    def ask() -> None:
        try:
            identities.rooms(1, read)
        except OSError as error:
            told.append(str(error))

    identities = Identities(now_s)
    others = [threading.Thread(target=ask, daemon=True) for _ in range(5)]
    ask()
    for other in others:
        other.join(30)

    assert (asked, told) == ([1], ["the database hangs"] * 6)
    assert identities.rooms(1, lambda _: {"06010": 1}) == {"06010": 1}
