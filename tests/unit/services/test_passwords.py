"""Which passwords are good enough, and how they are kept."""

import threading
from typing import Any

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type

from giaoban.domain.errors import InvalidInput
from giaoban.services import passwords
from giaoban.services.passwords import AT_ONCE, LONGEST, SHORTEST, Passwords

GOOD = "mat-khau-thu-nghiem"


@pytest.fixture(scope="module")
def kept() -> str:
    return Passwords().hash(GOOD, "mc")


def test_the_parameters_are_those_of_rfc_9106(kept: str) -> None:
    found = extract_parameters(kept)
    assert (found.type, found.time_cost, found.memory_cost, found.parallelism) == (Type.ID, 3, 65_536, 4)
    assert (found.hash_len, found.salt_len) == (32, 16)


def test_right_and_wrong(kept: str) -> None:
    some = Passwords()
    assert some.is_right(GOOD, kept)
    assert not some.is_right(GOOD + "x", kept)
    assert not some.is_right(GOOD, None)
    assert not some.is_right(GOOD, "no hash")


def test_a_password_is_the_same_however_its_letters_are_sent() -> None:
    some = Passwords()
    composed, decomposed = "m\u1eadt kh\u1ea9u m\u1edbi", "ma\u0323\u0302t kha\u0302\u0309u mo\u031b\u0301i"
    assert composed != decomposed
    assert some.is_right(decomposed, some.hash(composed, "mc"))


def test_a_longer_one_that_begins_alike_is_another() -> None:
    some = Passwords()
    longest = "".join(chr(ord("a") + number % 26) for number in range(LONGEST))
    assert not some.is_right(longest + "x", some.hash(longest, "mc"))


@pytest.mark.parametrize(
    "password",
    [
        "",
        "x" * (SHORTEST - 1),
        "abc" * (LONGEST // 3 + 1),
        "12345678",
        "Password123",
        "MATKHAU123",
        "aaaaaaaa",
        "12121212",
        "nguyen.van.a",
    ],
)
def test_poor_ones_are_refused(password: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        Passwords().hash(password, "nguyen.van.a")
    assert refusal.value.details["field"] == "password"
    assert password == "" or password not in refusal.value.message


def test_what_is_generated_is_good_enough() -> None:
    made = {passwords.generated() for _ in range(50)}
    assert len(made) == 50
    assert all(Passwords().is_right(one, Passwords().hash(one, "mc")) for one in list(made)[:2])


def test_one_made_in_an_older_way_is_renewed(kept: str) -> None:
    older = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(GOOD)
    some = Passwords()
    better = some.renewed(GOOD, older)
    assert better is not None
    assert extract_parameters(better) == extract_parameters(kept)
    assert some.renewed(GOOD, kept) is None


def test_few_are_looked_at_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    some = Passwords()
    lock, inside, most = threading.Lock(), [0], [0]
    full = threading.Barrier(AT_ONCE)

    def slow(*_: Any) -> bool:
        with lock:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        full.wait(timeout=30)  # goes on only when so many are inside together
        with lock:
            inside[0] -= 1
        return True

    monkeypatch.setattr(some, "_hasher", type("Slow", (), {"verify": staticmethod(slow)}))
    threads = [threading.Thread(target=some.is_right, args=(GOOD, "kept")) for _ in range(4 * AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert most[0] == AT_ONCE
