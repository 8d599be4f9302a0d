"""Passwords: which are good enough, and how they are kept."""

import secrets
import threading
import unicodedata
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any, Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from argon2.low_level import Type

from giaoban.domain.errors import InvalidInput
from giaoban.threads import while_others_go_on

SHORTEST: Final = 8
LONGEST: Final = 200
# The second choice of RFC 9106, for machines that cannot give 2 GiB to each sign-in; above OWASP's minimum.
PASSES: Final = 3
MEMORY_KIB: Final = 64 * 1024
LANES: Final = 4
AT_ONCE: Final = 2  # whoever guesses in crowds takes no more memory and processors than this; the others wait
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_COMMON: Final = Path(__file__).with_name("common_passwords.txt")

R = TypeVar("R")


class Passwords:
    """Hashes with argon2id, off gevent's loop and few at once."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES, type=Type.ID)
        self._few = threading.BoundedSemaphore(AT_ONCE)

    def hash(self, password: str, username: str, *, guessable_too: bool = False) -> str:
        """What to keep of a new password. Raises InvalidInput: too short, too long, easily guessed unless allowed."""
        password = _same(password)
        if not SHORTEST <= len(password) <= LONGEST:
            raise InvalidInput(f"Mật khẩu phải dài từ {SHORTEST} đến {LONGEST} ký tự.", field="password")
        if not guessable_too and self.easily_guessed(password, username):
            raise InvalidInput("Mật khẩu này quá dễ đoán. Xin chọn mật khẩu khác.", field="password")
        return self._aside(self._hasher.hash, password)

    def easily_guessed(self, password: str, username: str) -> bool:
        """Whether it is among the first that a stranger would try."""
        folded = _same(password).casefold()
        return folded in self._common or folded == username or len(set(folded)) < 4

    def is_right(self, password: str, kept: str | None) -> bool:
        """Whether that is the password of which `kept` was made; None is nobody's, and takes as long."""
        password = _same(password)
        try:
            self._aside(self._hasher.verify, kept or self._nobody_s, password[:LONGEST])
        except (Argon2Error, InvalidHashError):
            return False
        return kept is not None and len(password) <= LONGEST

    def renewed(self, password: str, kept: str) -> str | None:
        """What to keep of a right password instead of `kept`, when that was made in another way than now."""
        return self._aside(self._hasher.hash, _same(password)) if self._hasher.check_needs_rehash(kept) else None

    @cached_property
    def _nobody_s(self) -> str:
        return self._hasher.hash(secrets.token_urlsafe(16))

    @cached_property
    def _common(self) -> frozenset[str]:
        return frozenset(_COMMON.read_text("utf-8").split())

    def _aside(self, work: Callable[..., R], *arguments: Any) -> R:
        """argon2 takes a tenth of a second, in which gevent can serve everybody else."""
        with self._few:
            return while_others_go_on(work, *arguments)


def generated() -> str:
    """A password that can be read aloud: four groups of four, 80 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def _same(password: str) -> str:
    """One form for what looks the same: keyboards differ in how they send Vietnamese letters."""
    return unicodedata.normalize("NFC", password)
