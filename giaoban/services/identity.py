"""Who asks, and what that role may do: the access table of the contract (§3), in one place."""

from dataclasses import dataclass
from typing import Final

from giaoban.domain.errors import NotAllowed

STAFF_WORDS: Final = {"admin": "Quản trị", "mc": "Điều hành", "secretary": "Thư ký", "technician": "Kỹ thuật"}
STAFF: Final = tuple(STAFF_WORDS)

RUNNING: Final = ("start", "pause", "resume", "finish", "next", "add_time", "undo", "set_scene")
_PERMISSIONS: Final[dict[str, frozenset[str]]] = {
    "run": frozenset({"admin", "mc"}),
    "edit": frozenset({"admin", "mc", "secretary"}),
    "check_in_any": frozenset({"admin", "mc", "secretary"}),
    "roll_call_all": frozenset(STAFF),
    "log": frozenset({"admin", "mc", "secretary"}),
    "technical": frozenset({"admin", "technician"}),
    "projectors": frozenset({"admin", "mc", "technician"}),
    "administer": frozenset({"admin"}),
}


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody who has signed in: `key` is what that stands on, `session` the one sign-in, `name` who it is in the log.

    For an endpoint `role` is "endpoint", `level` its level and `endpoint_code` its code in `conference_id`.
    """

    key: str
    name: str
    role: str
    level: str | None = None
    endpoint_code: str | None = None
    conference_id: int | None = None
    label: str = ""
    session: str = ""

    @property
    def session_key(self) -> str:
        """How cookies, tokens and sockets name this sign-in."""
        return f"{self.key}:{self.session}"

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF

    @property
    def actor(self) -> str:
        """How the log names who did it: "mc:lan", "endpoint:06010"."""
        return f"{self.role}:{self.name}"

    def may(self, permission: str) -> bool:
        """Whether the role has `run`, `edit`, `check_in_any`, `roll_call_all`, `log`, `technical`,
        `projectors` or `administer`."""
        return self.role in _PERMISSIONS[permission]

    def require(self, permission: str) -> None:
        """Raises NotAllowed."""
        if not self.may(permission):
            raise NotAllowed()

    def may_command(self, name: str) -> bool:
        """Whether the role may give that running-order command; a name that is no command counts as an edit."""
        return self.may("run" if name in RUNNING else "edit")


def actor_words(actor: str) -> str:
    """How people are told of an actor of the log: "lan (Điều hành)" for "mc:lan"."""
    role, _, name = actor.partition(":")
    return f"{name} ({STAFF_WORDS[role]})" if role in STAFF_WORDS else name


def cli_identity(user: str) -> Identity:
    """Whoever sits at the server's own command line: may do everything."""
    return Identity(key=f"cli:{user}", name=user, role="admin", label=user)
