"""Which rooms somebody sees and, by the same rule, checks in."""

from dataclasses import dataclass
from typing import Protocol

from giaoban.domain.errors import NotAllowed
from giaoban.services.identity import Identity


class Room(Protocol):
    """What the rule has to know of an endpoint."""

    @property
    def code(self) -> str: ...

    @property
    def parent_code(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Scope:
    """A district and its communes, or one commune; `district` and `commune` None means all rooms."""

    district: str | None = None
    commune: str | None = None

    def has(self, endpoint: Room) -> bool:
        if self.commune is not None:
            return endpoint.code == self.commune
        if self.district is not None:
            return self.district in (endpoint.code, endpoint.parent_code)
        return True


def scope_of(identity: Identity, conference_id: int) -> Scope:
    """What the signed-in person sees of that conference's rooms. Raises NotAllowed for an endpoint of another one."""
    if identity.may("roll_call_all"):
        return Scope()
    if identity.conference_id != conference_id or identity.endpoint_code is None:
        raise NotAllowed()
    if identity.level == "commune":
        return Scope(commune=identity.endpoint_code)
    if identity.level == "district":
        return Scope(district=identity.endpoint_code)
    return Scope(commune=identity.endpoint_code)
