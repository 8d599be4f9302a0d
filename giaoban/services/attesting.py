"""A district's word for all of its communes that have said nothing yet: each a record of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

from giaoban.domain.errors import GiaobanError, IdReused, NotAllowed
from giaoban.models.conference import Conference
from giaoban.services.client_ids import id_of_form
from giaoban.services.identity import Identity
from giaoban.services.ports import Clock
from giaoban.services.roll_call import RollCall
from giaoban.services.scope import scope_of

NOT_ITS_OWN = "Điểm cầu này không thuộc phạm vi của tài khoản."


@dataclass(frozen=True, slots=True)
class Attested:
    """Codes of the rooms that were attested now, of those that had a word before, and those refused with why."""

    stored: Sequence[str]
    settled: Sequence[str]
    refused: Sequence[tuple[str, GiaobanError]]


def attested_id(form_id: str, code: str, status: str) -> str:
    """The check-in id of what a form says of a room: the same for the same form sent twice.

    All forms of a page carry one id, and each makes its own of it; one that carries none makes a new one each time.
    """
    return id_of_form(form_id, f"{code}:{status}")


class Attesting:
    """Check-ins of many rooms in one press. Each is stored, and may be refused, by itself."""

    def __init__(self, clock: Clock, roll_call: RollCall) -> None:
        self._clock = clock
        self._roll_call = roll_call

    def rest_is_present(
        self, conference: Conference, codes: Sequence[str], form_id: str, identity: Identity
    ) -> Attested:
        """Say "present" of those of the rooms that have no word yet; the others are not touched.

        Raises NotAllowed for whoever has no rooms below them.
        """
        scope = scope_of(identity, conference.id)
        if scope.district is None:
            raise NotAllowed()
        rows = {
            row["code"]: row
            for row in self._roll_call.endpoints(conference, scope)
            if row["parent_code"] == scope.district
        }
        stored: list[str] = []
        settled: list[str] = []
        refused: list[tuple[str, GiaobanError]] = []
        for code in dict.fromkeys(codes):
            if code not in rows:
                refused.append((code, NotAllowed(NOT_ITS_OWN)))
            elif rows[code]["effective"] is not None:
                settled.append(code)
            else:
                try:
                    self._say_present(conference.slug, code, form_id, identity)
                except IdReused:
                    settled.append(code)  # the same press, a moment ago
                except GiaobanError as error:
                    refused.append((code, error))
                else:
                    stored.append(code)
        return Attested(stored, settled, refused)

    def _say_present(self, slug: str, code: str, form_id: str, identity: Identity) -> None:
        body = {
            "check_in_id": attested_id(form_id, code, "present"),
            "status": "present",
            "headcount": 0,
            "reason": None,
            "happened_at_ms": self._clock.now_ms(),
        }
        self._roll_call.check_in(slug, code, body, identity)
