"""What was said of rooms, for the rooms themselves."""

from collections.abc import Collection

from giaoban.domain.errors import NotAllowed, NotFound
from giaoban.domain.roll_call import Record
from giaoban.domain.room_words import RoomWords, room_words
from giaoban.models import Conference
from giaoban.models.conference import endpoint_by_code
from giaoban.models.roll_call import records_of
from giaoban.services.scope import Scope


def words_of(conference_id: int, codes: Collection[str]) -> dict[str, RoomWords]:
    """By the code of each room."""
    return {code: room_words(records) for code, records in records_of(conference_id, codes).items()}


def words_seen(conference: Conference, code: str, scope: Scope) -> RoomWords:
    """The room's. Raises NotFound, NotAllowed for a room outside the scope, also when there is none."""
    endpoint = None if "\0" in code else endpoint_by_code(conference.id, code)
    if endpoint is None and scope == Scope():
        raise NotFound("Không có điểm cầu này.")
    if endpoint is None or not scope.has(endpoint):
        raise NotAllowed("Điểm cầu này không thuộc phạm vi của tài khoản.")
    return words_of(conference.id, [code])[code]


def record_of(conference: Conference, code: str, check_in_id: str) -> Record | None:
    """The room's record with that id, annulled or not."""
    records = records_of(conference.id, [code])[code]
    return next((record for record in records if record.check_in_id == check_in_id), None)
